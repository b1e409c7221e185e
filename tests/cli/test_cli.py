"""The command line: exit statuses, rows in three formats, and one plain line for a user's mistake."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., tuple[int, str, str]]
JUNE = "2022-06-10T12:00"


MISTAKES = [
    (("status", "1999"), "There is no collection year 1999"),
    (("collect", "2022", "--as-of", "2022-05-01"), "opens on 1 June 2022"),
    (("build", "2022"), "wres collect 2022"),
    (("publish", "2022"), "wres build 2022"),
    (("trace", "2022", "RXY"), "wres build 2022"),
    (("history", "2022", "RXY"), "Nothing was received from RXY"),
    (("template", "2022", "XXX"), "XXX is not in the register"),
    (("template", "2022", "RXY", "--output", "/nowhere/at/all.xlsx"), "--output"),
    (("submit", "2022", "RXY", "missing.xlsx"), "missing.xlsx cannot be sent"),
    (("submit", "2022", "../..", "missing.xlsx"), "no organisation code"),
    (("history", "2022", ""), "'' is no organisation code"),
    (("trace", "2022", "\udcff"), "no organisation code"),
    (("senders", "invite", "RXY", "--role", "\x1b[31mAnalyst"), "cannot be seen"),
    (("submit", "2022", "RXY", "/dev/zero", "--as-of", JUNE), "/dev/zero is not a file"),
    (("submit", "2022", "RXY", ".", "--as-of", JUNE), ". is not a file"),
    (("submit", "2022", "ZZZ", __file__, "--as-of", JUNE), "ZZZ is not in the register"),
    (("submit", "2022", "RXY", __file__, "--as-of", "2022-05-31T23:00"), "opens on 1 June 2022"),
    (("submit", "2022", "RXY", __file__, "--as-of", "2022-10-01T00:00"), "closed on 30 September 2022 at 23:59"),
    (("submit", "1999", "RXY", __file__), "There is no collection year 1999"),
    (("publish", "2022", "--output", "/nowhere/x"), "so nothing was published. Name it with --from-edition"),
    (("publish", "2022", "--audience", "official"), "so nothing was published. Name it with --from-edition"),
    (("publish", "2022", "--from-edition", "1.0", "--edition", "1.1"), "Leave them out with --from-edition"),
    (("check", "missing.xlsx"), "missing.xlsx cannot be opened"),
    (("organisations", "load", "missing.csv"), "missing.csv"),
    (("verify", "x" * 300), "File name too long. Give a shorter name."),
    (("keys", "--output", "x" * 300), "File name too long. Give a shorter name."),
    (("demo", "--years", "1999"), "There is no collection year 1999"),
]


@pytest.mark.parametrize(("arguments", "words"), MISTAKES)
def test_a_mistake_is_reported_in_one_line_and_exits_with_2(wres: Run, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = wres(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "No such command"),
        (("collect",), "Missing argument"),
        (("collect", "soon"), "Invalid value for 'YEAR': it must be a whole number"),
        (("status", "2022", "--format", "x"), "'--format': 'x' is not one of"),
        (("tables", "pull", "organisation", "--year", "all"), "'--year': it must be a whole number"),
        (("demo", "--returns", "0"), "'--returns': it must be 1 or more"),
        (("serve", "--port", "99999"), "'--port': it must be 65535 or less"),
    ],
)
def test_bad_usage_exits_with_2_and_says_what_is_wrong_in_plain_words(
    wres: Run, arguments: tuple[str, ...], words: str
) -> None:
    status, _, err = wres(*arguments)
    assert status == 2
    assert words in err
    assert "Traceback" not in err


def test_ctrl_c_is_answered_in_a_sentence(wres: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wres.steps.build", interrupt)
    status, output, errors = wres("build", "2022")
    assert (status, output) == (130, "")
    assert errors == "Stopped before the end. Run the command again; nothing is done twice.\n"


def test_a_setting_that_cannot_be_read_is_named(wres: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_MAX_FILE_BYTES", "plenty")
    status, _, err = wres("status", "2022")
    assert (status, err) == (
        2,
        "The setting WRES_MAX_FILE_BYTES cannot be used: it must be a whole number. Correct it or unset it.\n",
    )


def test_an_as_of_that_is_no_time_is_reported(wres: Run) -> None:
    status, _, err = wres("status", "2022", "--as-of", "yesterday")
    assert (status, "2022-06-10T12:00" in err) == (2, True)


def test_rows_come_as_table_json_and_csv(wres: Run) -> None:
    _, table, _ = wres("organisations", "list", "--year", "2022")
    _, as_json, _ = wres("organisations", "list", "--year", "2022", "--format", "json")
    _, as_csv, _ = wres("organisations", "list", "--year", "2022", "--format", "csv")
    rows = json.loads(as_json)
    assert rows == list(csv.DictReader(io.StringIO(as_csv)))
    assert len(rows) == 209
    assert all(row["code"] in table for row in rows)


def test_the_as_of_works_before_and_after_the_command(wres: Run) -> None:
    before = wres("--as-of", "2022-06-10", "collection", "list", "--format", "json")
    after = wres("collection", "list", "--as-of", "2022-06-10", "--format", "json")
    assert before == after
    states = {row["collection_year"]: row["state"] for row in json.loads(after[1])}
    assert states == {2018: "closed", 2019: "closed", 2020: "closed", 2021: "closed", 2022: "open"} | dict.fromkeys(
        (2023, 2024, 2025), "not_open"
    )


def test_a_collection_is_opened_and_closed_by_hand(wres: Run) -> None:
    for state in ("open", "close"):
        assert wres("collection", state, "2022")[0] == 0
        rows = json.loads(wres("collection", "list", "--format", "json")[1])
        assert {row["collection_year"]: row["state"] for row in rows}[2022] in ("late", "closed")
    assert json.loads(wres("collection", "show", "2022", "--format", "json")[1])[0]["state"] == "closed"


def test_the_whole_way_from_template_to_trace(wres: Run, tmp_path: Path, figures: Callable[..., Any]) -> None:
    from wres.reference.year_config import load_year
    from wres.returns.template.template_writer import write_template
    from wres.returns.template_spec import load_template

    blank, filled, clock = tmp_path / "blank.xlsx", tmp_path / "filled.xlsx", ("--as-of", "2022-06-10T12:00")
    assert wres("template", "2022", "rxy", "--output", str(blank))[0] == 0
    status, out, _ = wres("check", str(blank), "--format", "json", *clock)
    assert status == 1
    assert {finding["code"] for finding in json.loads(out)} >= {"V201"}

    texts = {"signoff.name": "Director", "signoff.role": "Director of Workforce", "signoff.date": "2022-06-09"}
    write_template(
        filled,
        load_template("2.0"),
        load_year(2022),
        "RXY",
        "Kent and Medway",
        figures=figures(2022, (2505, 725, 66), ("17", "9", "0")),
        texts=texts,
    )
    status, out, _ = wres("check", str(filled), "--report", str(tmp_path / "report"), "--format", "json", *clock)
    assert (status, json.loads(out)) == (0, [])
    assert (tmp_path / "report" / "report.html").is_file()

    assert wres("submit", "2022", "RXY", str(filled), *clock)[0] == 0
    status, out, _ = wres("run", "2022", "--format", "json", *clock)
    [summary] = json.loads(out)
    assert (status, summary["accepted"], summary["relative_likelihood"]) == (0, 1, "1.83")
    [standing] = [
        row for row in json.loads(wres("status", "2022", "--format", "json")[1]) if row["organisation_code"] == "RXY"
    ]
    assert (standing["status"], standing["receipt"]) == ("accepted", "2022-RXY-001")

    [sent] = json.loads(wres("history", "2022", "RXY", "--format", "json")[1])
    assert (sent["receipt"], sent["status"], sent["findings"]) == ("2022-RXY-001", "accepted", "")

    status, out, _ = wres("trace", "2022", "RXY", "--format", "json")
    entered = [
        row for row in json.loads(out) if (row["item"], row["ethnic_group"]) == ("disciplinary.entered", "white")
    ]
    assert [(row["edition"], row["value"], row["receipt"]) for row in entered] == [("1.0", "17", "2022-RXY-001")]
    assert Path(entered[0]["landed"]).read_bytes() == filled.read_bytes()


def test_collect_exits_with_1_when_something_was_rejected(wres: Run, tmp_path: Path) -> None:
    bad = tmp_path / "return.csv"
    bad.write_text("this is no return\n")
    wres("submit", "2022", "RXY", str(bad), "--as-of", "2022-06-10T12:00")
    status, out, _ = wres("collect", "2022", "--as-of", "2022-06-10T12:00", "--format", "json")
    assert (status, json.loads(out)[0]["rejected"]) == (1, 1)


def test_help_needs_none_of_the_heavy_libraries() -> None:
    program = (
        "import sys; sys.argv = ['wres', '--help']\n"
        "from wres.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'great_expectations', 'sqlalchemy', 'pyarrow', 'pyiceberg', 'duckdb', 'airflow', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("year", "code", "words"),
    [
        ("2022", "RC1", "RC1 (Bedford Hospital NHS Trust) is not asked for a 2022 return"),
        ("2022", "RC1", "its staff are in the return of RC9 (Bedfordshire Hospitals NHS Foundation Trust)"),
        ("2018", "G6V2S", "is not asked for a 2018 return"),  # it opened later
        ("2019", "RC1", ""),
        ("2022", "RXY", ""),
    ],
)
def test_a_template_of_an_organisation_that_is_not_asked_says_so(
    wres: Run, tmp_path: Path, year: str, code: str, words: str
) -> None:
    """Whoever filled it in would hear of it only when the return is refused."""
    status, _, err = wres("template", year, code, "--output", str(tmp_path / "blank.xlsx"))
    assert (status, (tmp_path / "blank.xlsx").exists()) == (0, True)
    assert words in err
    assert ("not asked" in err) == bool(words)
