"""Loading the register again: a wrong closing date is taken back, an older edition turns nothing back."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., tuple[int, str, str]]
RXY = "KENT AND MEDWAY NHS AND SOCIAL CARE PARTNERSHIP TRUST"


def etr(*rows: tuple[str, str, str, str, str]) -> str:
    """An ODS file: code, name, care board, opening and closing."""
    lines = []
    for code, name, board, opened, closed in rows:
        row = [""] * 27
        row[0:4], row[10:12] = [code, name, "Y59", board], [opened, closed]
        lines.append(",".join(f'"{value}"' for value in row))
    return "\n".join(lines)


@pytest.fixture
def load(wres: Run, written: Callable[[str], Path]) -> Callable[..., tuple[dict[str, Any], str]]:
    """Loads a text as a file; gives the summary and what was said beside it."""

    def run(text: str, *options: str) -> tuple[dict[str, Any], str]:
        status, out, err = wres("organisations", "load", str(written(text)), "--format", "json", *options)
        assert status == 0, err
        [summary] = json.loads(out)
        return summary, err

    return run


def row_of(wres: Run, code: str) -> dict[str, str]:
    rows = json.loads(wres("organisations", "list", "--format", "json")[1])
    organisation: dict[str, str] = next(row for row in rows if row["code"] == code)
    return organisation


def test_a_wrong_closing_date_is_taken_back_by_the_projects_own_file(
    wres: Run, load: Callable[..., tuple[dict[str, Any], str]]
) -> None:
    wrong, right = (etr(("RXY", RXY, "QKS", "20060401", closed)) for closed in ("20211231", ""))
    assert load(wrong)[0]["closed"] == ["RXY"]
    summary, printed = load(right)
    assert (summary["reopened"], summary["kept_against_the_file"]) == ([], ["RXY (closed 2021-12-31)"])
    assert "own register file takes one back" in printed
    # As the help says: the register as a file, the date emptied, loaded again.
    rows = list(csv.DictReader(io.StringIO(wres("organisations", "list", "--format", "csv")[1])))
    for row in rows:
        if row["code"] == "RXY":
            row["closed"] = ""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    summary, printed = load(text.getvalue())
    assert (summary["reopened"], summary["changed"], summary["kept_against_the_file"]) == (
        ["RXY"],
        ["RXY (closed)"],
        [],
    )
    assert (row_of(wres, "RXY")["closed"], printed) == ("", "")
    assert "RXY" in wres("organisations", "list", "--year", "2022")[1]


def test_an_older_edition_turns_nothing_back_and_says_so(
    wres: Run, load: Callable[..., tuple[dict[str, Any], str]]
) -> None:
    older = etr(
        ("RXY", "KENT OLD NAME NHS TRUST", "QU9", "20060401", ""),
        ("RZZ", "NEW COMMUNITY NHS TRUST", "QKS", "20100401", ""),
    )
    before = row_of(wres, "RXY")
    summary, printed = load(older)
    assert (summary["edition"], summary["older_than_register"] > "2024") == ("2010-04-01", True)
    assert (summary["added"], summary["changed"]) == (["RZZ"], [])
    assert summary["kept_against_the_file"] == [f"RXY (name {before['name']}, icb_code QKS)"]
    assert "older edition (2010-04-01)" in printed
    assert row_of(wres, "RXY") == before
    # Who knows that it is newer says so, and from then on the register knows its edition.
    summary, printed = load(older, "--edition", "2025-10-01", "--as-of", "2025-11-01T12:00")
    assert (summary["older_than_register"], summary["changed"]) == (None, ["RXY (name, icb_code, icb_name)"])
    assert row_of(wres, "RXY")["name"] == "Kent Old Name NHS Trust"
    assert row_of(wres, "RXY")["source"].endswith(", edition 2025-10-01")
    summary, _ = load(
        etr(("RXY", RXY, "QKS", "20060401", "")), "--edition", "2025-09-01", "--as-of", "2025-11-01T12:00"
    )
    assert (summary["older_than_register"], summary["changed"]) == ("2025-10-01", [])


def test_a_day_in_the_future_makes_no_edition(load: Callable[..., tuple[dict[str, Any], str]]) -> None:
    ahead = etr(("RXY", RXY, "QKS", "20060401", "20991231"))
    assert load(ahead)[0]["edition"] == "2006-04-01"


def test_an_organisation_that_is_in_wales_has_no_area_of_england(
    wres: Run, load: Callable[..., tuple[dict[str, Any], str]]
) -> None:
    row = row_of(wres, "RXY") | {"country": "W", "region_code": "", "region_name": "", "icb_code": "", "icb_name": ""}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    load(text.getvalue())
    assert row_of(wres, "RXY")["region_code"] == row_of(wres, "RXY")["icb_code"] == ""


def test_the_projects_own_file_has_no_edition(wres: Run, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(wres("organisations", "list", "--format", "csv")[1])
    status, _, err = wres("organisations", "load", str(tmp_path / "own.csv"), "--edition", "2025-01-01")
    assert (status, "leave --edition out" in err) == (2, True)
