"""Every edit of a return with returns that it finds and returns that just pass, each with the exact findings."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tests.validation.edit_cases import quality, structure, values
from tests.validation.edit_cases.cases import (
    ABOUT,
    BEFORE,
    CASES,
    ENTERED,
    MANAGERS,
    NATIONAL_RATE,
    NO_TOTAL,
    NURSES,
    OTHER,
    RETURN_EDITS,
    TOTAL,
    WITH_NATIONAL_RATE,
    Row,
)
from wres.reference.year_config import CollectionYear
from wres.returns.findings import ValidationResult

__all__ = ["quality", "structure", "values"]  # importing them fills the table of cases


@pytest.fixture(scope="module")
def validated(year: CollectionYear, make_desk: Callable[[CollectionYear], Any]) -> dict[str, Any]:
    """All cases validated together, as a round is: name to (result, expected table)."""
    desk = make_desk(year)
    results_by_case: dict[str, tuple[ValidationResult, list[Row]]] = {}
    for rate, names in (
        (None, [name for name in CASES if name not in WITH_NATIONAL_RATE]),
        (NATIONAL_RATE, sorted(WITH_NATIONAL_RATE)),
    ):
        cases = [CASES[name](desk) for name in names]
        results = desk.validate(*(submission for submission, _ in cases), last_year_national_rate=rate)
        results_by_case |= {
            name: (result, cases[number][1]) for number, (name, result) in enumerate(zip(names, results, strict=True))
        }
    return results_by_case


@pytest.mark.parametrize("name", CASES)
def test_a_return_gives_exactly_its_findings(
    name: str, validated: dict[str, Any], as_table: Callable[[ValidationResult], list[Row]]
) -> None:
    result, expected = validated[name]
    assert as_table(result) == expected
    rejected = any(code[0] in "SV" for code, *_ in expected)
    assert result.status == ("rejected" if rejected else "accepted_with_queries" if expected else "accepted")


@pytest.mark.parametrize("name", CASES)
def test_every_edit_either_ran_or_says_why_not(name: str, validated: dict[str, Any]) -> None:
    result, expected = validated[name]
    assert sorted([*result.edits_run, *result.edits_not_run]) == sorted(RETURN_EDITS)
    assert {code for code, *_ in expected} <= set(result.edits_run)
    assert all(result.edits_not_run.values())


@pytest.mark.parametrize("name", CASES)
def test_a_message_says_where_and_leaves_no_place_open(name: str, validated: dict[str, Any]) -> None:
    result, _ = validated[name]
    for finding in result.findings:
        assert "{" not in finding.message + finding.how_to_fix
        assert finding.cell is None or finding.cell in finding.message or finding.code == "Q309"
        assert len(finding.message) < 500


@pytest.mark.parametrize(
    ("name", "of_one_year", "of_two_years"),
    [
        ("stated_likelihood_differs", "1.56%", "1.64%"),  # 10 of 640, and 10.5 a year
        ("stated_ratio_differs", "1.33", "1.27"),  # 4 of 192 by that
        ("more_entries_than_twenty_staff", "up to 20", "up to 20"),
    ],
)
def test_a_finding_says_what_was_expected(
    name: str, of_one_year: str, of_two_years: str, year: CollectionYear, validated: dict[str, Any]
) -> None:
    result, _ = validated[name]
    expected = of_one_year if year.window == "single_year" else of_two_years
    assert [finding.expected for finding in result.findings] == [expected]


@pytest.mark.parametrize(
    ("code", "item", "typed", "words"),
    [
        ("V203", NURSES, "-1204", "is below 0: -1204."),  # about the typing itself
        ("V204", NURSES, "1204.3", "people: 1204.3."),
        ("V205", ENTERED, "1204", ": 1,204 people entered the process, but the group has "),
        ("V206", TOTAL, "1204", " states 1,204, but the rows that make it up add to "),
        ("V207", MANAGERS, "1204", " is 1,204, above the "),
        ("V209", NURSES, "123456", " is 123,456, above the 100,000 that one figure may be."),
        ("V209", NURSES, "1e999", " is 1e999, above the 100,000 that one figure may be."),  # too long to write in full
        ("Q330", OTHER, "12040", " is 12,040; by last year's return, "),
    ],
)
def test_a_message_writes_the_numbers_that_it_compares_alike(
    code: str, item: str, typed: str, words: str, single: Any
) -> None:
    read = single.read({(item, "bme"): typed} | ({} if item == TOTAL else NO_TOTAL))
    result = single.validate_one(read, last_year=single.last_year())
    [finding] = [finding for finding in result.findings if finding.code == code]
    assert words in finding.message
    assert finding.value == typed  # beside the message the report shows what was typed


def test_the_entries_of_the_year_before_are_written_alike(two_year: Any) -> None:
    """The sender gives 1204; last year's return gave another number."""
    result = two_year.validate_one(two_year.read({(BEFORE, "white"): "1204"}), last_year=two_year.last_year())
    [message] = [finding.message for finding in result.findings if finding.code == "Q331"]
    assert " is 1,204; last year's return gave " in message


def test_entries_above_a_few_staff_are_written_alike(single: Any) -> None:
    read = quality.few_unknown(single, 18, "1204")
    [message] = [finding.message for finding in single.validate(read)[0].findings if finding.code == "Q332"]
    assert ": 1,204 people entered the process, but the group has 19 staff." in message


def test_every_edit_is_tried_by_a_return_that_fails_it(validated: dict[str, Any]) -> None:
    failing = defaultdict(set)  # type: ignore[var-annotated]
    passing = defaultdict(set)  # type: ignore[var-annotated]
    for name, (_, expected) in validated.items():
        codes = {code for code, *_ in expected}
        (failing if ABOUT[name] in codes else passing)[ABOUT[name]].add(name)
    two_years_alone = {"Q331"}  # it is about last year's entries, which a single year does not ask for
    assert failing.keys() | two_years_alone == {*RETURN_EDITS}
    in_all_others = {
        "S101",
        "S102",
        "S104",
        "S108",
        "S109",
        "S112",
        "S113",
        "S114",
        "Q310",
    }  # every other return passes these
    assert set(passing) >= set(RETURN_EDITS) - in_all_others
