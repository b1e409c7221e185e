"""`wres check`: the national checks on the sender's own machine, with last year's figures as the workbook has them."""

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.errors import WresError
from wres.feedback.presubmission import check_file, explain_check
from wres.intake.submit import put_in_inbox
from wres.reference.year_config import load_year
from wres.returns.template.template_writer import return_csv, write_template
from wres.settings import load_settings

HISTORY = {"Q321", "Q322", "Q324", "Q325", "Q327", "Q328", "Q329", "Q330"}
Figures = dict[tuple[str, str], Decimal]
SIGNED = {"signoff.name": "A Director", "signoff.role": "Director of people", "signoff.date": "2022-06-30"}
NOTE = "Last year's figures were taken from this file"


@pytest.fixture
def check(tmp_path: Path, single: Any) -> Callable[..., dict[str, Any]]:
    """Checks a clean return, or one with changes, that shows these figures of last year; reports go to `report`."""

    def run(last_year: Figures | None, changes: dict[tuple[str, str], str | None] = {}) -> dict[str, Any]:  # noqa: B006
        figures = {key: Decimal(value) for key, value in single.figures(changes).items()}
        path = tmp_path / "return.xlsx"
        write_template(
            path, single.template, load_year(2022), "RXY", "Example Trust", last_year, figures=figures, texts=SIGNED
        )
        return check_file(load_settings(), path, None, tmp_path / "report")

    return run


def finding_codes(document: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in document["findings"]}


def not_run(document: dict[str, Any]) -> set[str]:
    return {edit["code"] for edit in document["page"]["edits_not_run"]}


def test_without_last_year_the_edits_that_need_it_do_not_run(check: Callable[..., Any], tmp_path: Path) -> None:
    document = check(None)
    assert not_run(document) == {"S111", "Q323"} | HISTORY
    assert finding_codes(document) == set()
    assert document["page"]["last_year_from_file"] is False
    assert NOTE not in (tmp_path / "report" / "report.html").read_text("utf-8").replace("&#39;", "'")


def test_with_last_year_they_run_and_the_page_says_where_it_comes_from(
    check: Callable[..., Any], single: Any, tmp_path: Path
) -> None:
    document = check(single.last_year())
    assert not_run(document) == {"S111"}
    assert finding_codes(document) == set()
    assert NOTE in (tmp_path / "report" / "report.html").read_text("utf-8").replace("&#39;", "'")


def test_each_edit_that_compares_with_last_year_finds_what_the_national_checks_would(
    check: Callable[..., Any], single: Any
) -> None:
    changes = single.staffed(708, 192, 90)
    last_year = single.last_year({**single.staffed(3000, 1200, 40), **single.entered("400", "10", "1")})
    document = check(last_year, changes)
    assert finding_codes(document) == {"Q321", "Q322", "Q324", "Q326", "Q327", "Q329"}
    submission = single.submission(single.read(changes), last_year=last_year)
    national = {(finding.code, finding.message) for finding in single.validate(submission)[0].findings}
    assert {(finding["code"], finding["message"]) for finding in document["findings"]} == national


def test_the_same_figures_as_last_year_are_asked_about(check: Callable[..., Any], single: Any) -> None:
    same = {key: Decimal(value) for key, value in single.figures().items()}
    assert finding_codes(check(same)) == {"Q328"}


def test_the_national_round_compares_with_its_registry_and_not_with_the_file(
    check: Callable[..., Any], single: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A return that shows its own figures as last year's is asked (Q328) on the sender's machine only."""
    same = {key: Decimal(value) for key, value in single.figures().items()}
    assert finding_codes(check(same)) == {"Q328"}
    monkeypatch.setenv("WRES_AS_OF", "2022-07-01T12:00")
    put_in_inbox(load_settings(), 2022, "RXY", tmp_path / "return.xlsx")
    assert steps.collect(steps.open_context(2022))["accepted"] == 1
    [answer] = load_settings().home.glob("outbox/2022/RXY/*/report.json")
    document = json.loads(answer.read_text("utf-8"))
    assert document["findings"] == []
    assert not HISTORY & set(document["edits_run"])
    assert NOTE not in answer.with_name("report.html").read_text("utf-8").replace("&#39;", "'")


@pytest.mark.parametrize(("code", "known_here"), [("RZZ", True), ("15N", False), ("QMJ", False)])
def test_whether_a_body_that_is_no_trust_is_expected_cannot_be_known_here(
    tmp_path: Path, single: Any, code: str, known_here: bool
) -> None:
    path = tmp_path / "return.xlsx"
    figures = {key: Decimal(value) for key, value in single.figures({}).items()}
    write_template(path, single.template, load_year(2022), code, "Example", None, figures=figures, texts=SIGNED)
    document = check_file(load_settings(), path, None, None)
    assert ("S105" in finding_codes(document), "S105" in not_run(document)) == (known_here, not known_here)
    assert (document["status"] == "rejected") == known_here


STATED = [
    "RXY", " rxy ", "R XY", "RXY - Kent and Medway", "Kent and Medway (RXY)", "RXY1", "RXY01", "RXYRJ1", "RXY/RJ1",
    "Kent", "KENT", "", "code", "RXY\u200b", "'RXY", "RXY.", "RXY,RJ1", "RXY\nKent", "RZZ", "RJ1", "R0X", "rxy-",
    "NHS RXY", "N/A",
]  # fmt: skip
YEARS = [
    "2022",
    "2022.0",
    " 2022 ",
    "20 22",
    "2022/23",
    "2021-22",
    "FY2022",
    "2021",
    "22",
    "",
    "2022\u200b",
    "March 2022",
]


@pytest.fixture
def csv_return(tmp_path: Path, single: Any) -> Callable[..., Path]:
    """A clean return as CSV that states this organisation and year."""

    def write(organisation: str = "RXY", year: str = "2022") -> Path:
        figures = {key: Decimal(value) for key, value in single.figures().items()}
        path = tmp_path / f"{hashlib.sha256(f'{organisation} {year}'.encode()).hexdigest()}.csv"
        path.write_bytes(return_csv(load_year(2022), "RXY", figures, SIGNED))
        text = path.read_text("utf-8").replace("2022,RXY,", f'"{year}","{organisation}",')
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_check_accepts_what_the_collection_accepts(
    csv_return: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-07-01T12:00")
    paths = [csv_return(code) for code in STATED] + [csv_return(year=year) for year in YEARS]
    for path in paths:
        put_in_inbox(load_settings(), 2022, "RXY", path)
    steps.collect(steps.open_context(2022))
    answers = [
        json.loads(path.read_text("utf-8")) for path in load_settings().home.glob("outbox/2022/RXY/*/report.json")
    ]
    collected = {answer["sha256"]: answer["status"] == "rejected" for answer in answers}
    # Another trust's code is refused only where its sender is known.
    others = {csv_return("RJ1")}
    for path, stated in zip(paths, [*STATED, *YEARS], strict=True):
        document = check_file(load_settings(), path, 2022, None)
        assert (document["status"] == "rejected") == (collected[document["sha256"]] and path not in others), stated
    assert sorted(collected.values()).count(False) == 8


@pytest.mark.parametrize("year", ["2022", "2022.0", " 2022 ", "20 22", "2022\u200b"])
def test_the_year_that_a_return_states_is_read_as_the_collection_reads_it(
    csv_return: Callable[..., Path], year: str
) -> None:
    document = check_file(load_settings(), csv_return(year=year), None, None)
    assert (document["collection_year"], finding_codes(document)) == (2022, set())


@pytest.mark.parametrize("year", ["2022/23", "1999", ""])
def test_a_year_that_is_not_known_is_asked_for(csv_return: Callable[..., Path], year: str) -> None:
    with pytest.raises(WresError, match=f"{year or 'names no collection year'}.*--year, one of 2018"):
        check_file(load_settings(), csv_return(year=year), None, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "S101"),
        (b"\x00\x01\x02\x03" * 500, "S101"),
        (b"PK\x03\x04 cut off", "S101"),
        (b"%PDF-1.7", "S102"),
        (b"<!doctype html><table>", "S102"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "S102"),
        (b"First Name,Surname,Band\nA,B,5\nC,D,6\n", "S113"),
        (b"item,ethnic_group,value\nworkforce.total,white,1\n", "S104"),
        (b"2022,RXY,workforce.total,white,1\n", "S104"),
        (b"x" * 5_000_001, "S112"),
    ],
)
@pytest.mark.parametrize("year", [None, 2020])
def test_a_file_that_cannot_be_read_is_refused_before_its_year_is_asked_for(
    tmp_path: Path, content: bytes, code: str, year: int | None
) -> None:
    path = tmp_path / "return.csv"
    path.write_bytes(content)
    document = check_file(load_settings(), path, year, tmp_path / "report")
    assert document["status"] == "rejected"
    assert code in finding_codes(document)
    assert year or finding_codes(document) == {code}
    assert (tmp_path / "report" / "report.html").is_file()


def test_the_screen_names_what_was_put_right_and_the_edits_that_were_not_run(
    csv_return: Callable[..., Path], tmp_path: Path
) -> None:
    path = csv_return()
    path.write_bytes(path.read_bytes() + b"Checked\r\n" * 12 + b"\x1a")
    path = path.rename(tmp_path / "a\x1b[31mb.csv")
    sentences = list(explain_check(check_file(load_settings(), path, None, None), path.name))
    assert sentences[0] == "a\\x1b[31mb.csv, checked as the 2022 return of RXY: accepted; 0 findings."
    assert sentences[1] == "Put right: The mark of the end of the file (Ctrl-Z) was left out."
    assert "(A110)" in sentences[2]
    assert "3 more" in sentences[11]
    assert [sentence.split(": ")[1] for sentence in sentences[12:]] == [
        "S111",
        "Q321, Q322, Q324, Q325, Q327, Q328, Q329, Q330",
        "Q323",
    ]
    assert not any("\n" in sentence or "  " in sentence for sentence in sentences)
