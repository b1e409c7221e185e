"""`wres check`: the national checks on the sender's own machine, with last year's figures as the workbook has them."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline import steps
from pipeline.collection.calendar import load_year
from pipeline.intake.folder import put_in_inbox
from pipeline.returns.workbook import write_template
from pipeline.settings import load_settings
from pipeline.validation.check import check_file

HISTORY = {"Q302", "Q306", "Q307"}
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
        return check_file(path, None, tmp_path / "report")

    return run


def found(document: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in document["findings"]}


def not_run(document: dict[str, Any]) -> set[str]:
    return {edit["code"] for edit in document["page"]["edits_not_run"]}


def test_without_last_year_the_edits_that_need_it_do_not_run(check: Callable[..., Any], tmp_path: Path) -> None:
    document = check(None)
    assert not_run(document) == {"S111", "Q304"} | HISTORY
    assert found(document) == set()
    assert document["page"]["last_year_from_file"] is False
    assert NOTE not in (tmp_path / "report" / "report.html").read_text("utf-8").replace("&#39;", "'")


def test_with_last_year_they_run_and_the_page_says_where_it_comes_from(
    check: Callable[..., Any], single: Any, tmp_path: Path
) -> None:
    document = check(single.last_year())
    assert not_run(document) == {"S111", "Q304"}
    assert found(document) == set()
    assert NOTE in (tmp_path / "report" / "report.html").read_text("utf-8").replace("&#39;", "'")


def test_each_edit_that_compares_with_last_year_finds_what_the_national_checks_would(
    check: Callable[..., Any], single: Any
) -> None:
    changes = single.staffed(708, 192, 90)
    last_year = single.last_year({**single.staffed(3000, 1200, 40), **single.entered("400", "10", "1")})
    document = check(last_year, changes)
    assert found(document) == {"Q301", "Q302", "Q303", "Q306"}
    submission = single.submission(single.read(changes), last_year=last_year)
    national = {(one.code, one.message) for one in single.judge(submission)[0].findings}
    assert {(one["code"], one["message"]) for one in document["findings"]} == national


def test_the_same_figures_as_last_year_are_asked_about(check: Callable[..., Any], single: Any) -> None:
    same = {key: Decimal(value) for key, value in single.figures().items()}
    assert found(check(same)) == {"Q307"}


def test_the_national_round_compares_with_its_registry_and_not_with_the_file(
    check: Callable[..., Any], single: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A return that shows its own figures as last year's is asked (Q307) on the sender's machine only."""
    same = {key: Decimal(value) for key, value in single.figures().items()}
    assert found(check(same)) == {"Q307"}
    monkeypatch.setenv("WRES_AS_OF", "2022-07-01T12:00")
    put_in_inbox(load_settings(), 2022, "RXY", tmp_path / "return.xlsx")
    assert steps.collect(2022)["accepted"] == 1
    [answer] = load_settings().home.glob("outbox/2022/RXY/*/report.json")
    document = json.loads(answer.read_text("utf-8"))
    assert document["findings"] == []
    assert not HISTORY & set(document["edits_run"])
    assert NOTE not in answer.with_name("report.html").read_text("utf-8").replace("&#39;", "'")


@pytest.mark.parametrize(("code", "known_here"), [("RZZ", True), ("15N", False), ("QMJ", False)])
def test_whether_a_body_that_is_no_trust_is_expected_cannot_be_told_here(
    tmp_path: Path, single: Any, code: str, known_here: bool
) -> None:
    path = tmp_path / "return.xlsx"
    figures = {key: Decimal(value) for key, value in single.figures({}).items()}
    write_template(path, single.template, load_year(2022), code, "Example", None, figures=figures, texts=SIGNED)
    document = check_file(path, None, None)
    assert ("S105" in found(document), "S105" in not_run(document)) == (known_here, not known_here)
    assert (document["status"] == "rejected") == known_here
