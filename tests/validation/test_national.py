"""The national edits on made-up tables: what they find, exactly; where each begins; when one cannot run, and why."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wres.database.explanations import ExplainedQuery
from wres.reference.year_config import load_year
from wres.returns.findings import NationalFinding
from wres.returns.template_spec import load_template
from wres.validation.edit_catalogue import load_suites
from wres.validation.gx_adapter import EditExecutionError
from wres.validation.national import NationalReview, run_national_checks

YEAR = load_year(2022)
ALL = [f"M40{n}" for n in range(1, 6)]
GROUPS = ("white", "bme", "unknown")
Counts = tuple[tuple[int, int, int], tuple[str, str, str]]  # staff and entries of the three groups
REGIONS = ("Y56", "Y58", "Y60", "Y61")

CALM: Counts = ((1000, 500, 100), ("10", "10", "1"))


def compared(now: Counts, before: Counts, level: str = "national", code: str = "ENG", year: int = 2022) -> dict:  # type: ignore[type-arg]
    """A row of `comparison`."""
    row = {"collection_year": year, "level": level, "code": code, "name": f"Name of {code}"}
    row |= {"organisation_group": "all", "matched_organisations": 200}
    for side, (staff, entered) in (("", now), ("previous_", before)):
        row |= {f"{side}{group}_headcount": count for group, count in zip(GROUPS, staff, strict=True)}
        row |= {f"{side}{group}_entered": Decimal(count) for group, count in zip(GROUPS, entered, strict=True)}
        row[f"{side}relative_likelihood_within"] = None
    return row


def covered(received: int = 200, expected: int = 200, group: str = "all") -> dict[str, Any]:
    """A row of `coverage`."""
    row = {"collection_year": 2022, "level": "national", "code": "ENG", "name": "England", "organisation_group": group}
    return row | {"received": received, "expected": expected}


def nation(*years: int) -> list[dict[str, Any]]:
    return [{"collection_year": year, "level": "national", "organisation_group": "all"} for year in years]


def table(rows: Iterable[Mapping[str, Any]], like: Mapping[str, Any]) -> pa.Table:
    """Rows as a table; without any, with the columns that a row would have."""
    rows = list(rows)
    return pa.Table.from_pylist(rows) if rows else pa.Table.from_pylist([dict(like)]).slice(0, 0)


def figures(**values: Mapping[str, int]) -> pa.Table:
    """The figures of each organisation: all staff in one band unless another item is named, the rest noughts."""
    template = load_template(YEAR.template_version)
    required = [item.code for item in template.items if item.required]
    rows = [
        {
            "organisation_code": code,
            "receipt": f"2022-{code}-001",
            "item": item,
            "ethnic_group": group,
            "value": Decimal(given.get(item, 0)).quantize(Decimal("0.1")),
        }
        for code, given in values.items()
        for item in {*required, *given}
        for group in GROUPS
    ]
    like = {"organisation_code": "", "receipt": "", "item": "", "ethnic_group": "", "value": Decimal("0.0")}
    return table(rows, like)


TWO = {"RAA": {"workforce.clinical.band_5": 10}, "RBB": {"workforce.clinical.band_5": 11}}


def review_of(
    *comparison: dict[str, Any],
    coverage: dict[str, Any] | None = None,
    built: tuple[int, ...] = (2021, 2022),
    returns: Mapping[str, Mapping[str, int]] = TWO,
    queries: Iterable[ExplainedQuery] = (),
) -> NationalReview:
    tables = {
        "national": table(nation(*built), nation(2022)[0]),
        "coverage": table([coverage or covered()], covered()),
        "comparison": table(comparison, compared(CALM, CALM)),
    }
    return run_national_checks(YEAR, tables, figures(**returns), list(queries))


def codes(review: NationalReview) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.place) for finding in review.findings]


def test_a_nation_like_last_year_has_no_findings_and_every_edit_ran() -> None:
    regions = [compared(CALM, CALM, "region", code) for code in REGIONS]
    assert review_of(compared(CALM, CALM), *regions) == NationalReview([], ALL, {})


@pytest.mark.parametrize(
    ("received", "expected", "percentages"),
    [(190, 200, []), (189, 200, ["94.50%"]), (19, 20, []), (0, 1, ["0.00%"]), (1, 1, []), (949, 999, ["94.99%"])],
)
def test_coverage_is_enough_at_the_threshold_and_not_below(
    received: int, expected: int, percentages: list[str]
) -> None:
    review = review_of(coverage=covered(received, expected))
    assert [finding.message for finding in review.findings] == [
        f"{received} of the {expected} returns expected for 2022 are in: {percent}, below 95%."
        for percent in percentages
    ]
    assert [finding.how_to_fix for finding in review.findings] == [
        "Chase those that are missing (wres status 2022), or approve with the gap in sight." for _ in percentages
    ]


def test_the_coverage_of_one_organisation_group_is_not_the_nations() -> None:
    rows = [covered(), covered(10, group="trust")]
    tables = {"national": table(nation(2022), {}), "coverage": pa.Table.from_pylist(rows)}
    tables["comparison"] = table([], compared(CALM, CALM))
    assert run_national_checks(YEAR, tables, figures(**TWO), []).findings == []


# 15% of 1,600 staff is 240, of 20 entries 3; entries are to the hundredth where two years are averaged.
BEFORE: Counts = ((1000, 500, 100), ("10", "9", "1"))
SAID = "since last year, a change of {}% (of the 200 organisations with a return in both years); more than 15% is"


@pytest.mark.parametrize(
    ("now", "findings"),
    [
        (((1240, 500, 100), ("10", "9", "1")), {"relative likelihood": ("2.23", "1.80", "24.00")}),
        (((1000, 500, 340), ("10", "9", "1")), {}),
        (((1000, 500, 341), ("10", "9", "1")), {"headcount": ("1,841", "1,600", "15.06")}),
        (((800, 400, 160), ("10", "9", "1")), {}),
        (((800, 400, 159), ("10", "9", "1")), {"headcount": ("1,359", "1,600", "15.06")}),
        (((1000, 500, 100), ("10", "9", "4")), {}),
        (((1000, 500, 100), ("10", "9", "4.25")), {"number of entries": ("23.25", "20", "16.25")}),
        (((1000, 500, 100), ("8.5", "7.65", "0.85")), {}),
        (((1000, 500, 100), ("8.5", "7.65", "0.84")), {"number of entries": ("16.99", "20", "15.05")}),
        (((1000, 500, 100), ("9", "9", "1")), {}),
        (((1000, 500, 100), ("10", "10.35", "0")), {}),
        (((1000, 500, 100), ("10", "10.36", "0")), {"relative likelihood": ("2.07", "1.80", "15.11")}),
        (((1000, 500, 100), ("10", "7.65", "1")), {}),
        (((1000, 500, 100), ("10", "7.64", "1")), {"relative likelihood": ("1.53", "1.80", "15.11")}),
        (((1000, 500, 100), ("0", "19", "1")), {}),
    ],
)
def test_a_national_figure_may_move_by_the_threshold_and_not_further(
    now: Counts, findings: dict[str, tuple[str, str, str]]
) -> None:
    review = review_of(compared(now, BEFORE))
    assert [(finding.code, finding.place, finding.message) for finding in review.findings] == [
        ("M402", None, f"The national {measure} went from {before} to {after} {SAID.format(percent)} looked into.")
        for measure, (after, before, percent) in findings.items()
    ]


def test_entries_after_a_year_without_any_are_looked_into() -> None:
    review = review_of(compared(CALM, (CALM[0], ("0", "0", "0"))))
    [finding] = review.findings
    assert finding.message == (
        "The national number of entries went from 0 to 21 since last year (of the 200 organisations with a return in "
        "both years); more than 15% is looked into."
    )
    assert review_of(compared((CALM[0], ("0", "0", "0")), (CALM[0], ("0", "0", "0")))).findings == []


def with_ratio(bme_entries: int) -> Counts:
    """A ratio of 2 with 10 BME entries, more with more."""
    return ((1000, 500, 100), ("10", str(bme_entries), "1"))


def moves(level: str, **to: int | None) -> list[dict[str, Any]]:
    """Places whose BME entries went from 10 to these; None: it has no ratio this year."""
    none: Counts = ((1000, 500, 100), ("0", "3", "0"))
    return [
        compared(none if entries is None else with_ratio(entries), with_ratio(10), level, code)
        for code, entries in to.items()
    ]


@pytest.mark.parametrize(
    ("places", "codes_against"),
    [
        ({"A": 11, "B": 9, "C": 9}, ["A"]),
        ({"A": 9, "B": 11, "C": 12, "D": 13}, ["A"]),
        ({"A": 11, "B": 12, "C": 9, "D": 8}, []),
        ({"A": 11, "B": 10, "C": 9}, []),  # one stood still
        ({"A": 11, "B": 9, "C": 9, "D": None}, ["A"]),  # one has no ratio this year
        ({"A": 11, "B": 9, "C": 9, "unknown": 11}, ["A"]),  # not a place
        ({"A": 10, "B": 10, "C": 10}, []),
        ({"A": 11, "B": 11, "C": 11}, []),
    ],
)
@pytest.mark.parametrize("level", ["region", "organisation_type"])
def test_a_place_that_moved_against_all_others(
    level: str, places: dict[str, int | None], codes_against: list[str]
) -> None:
    review = review_of(compared(CALM, CALM), *moves(level, **places))
    assert codes(review) == [("M403", code) for code in codes_against]
    assert "M403" in review.edits_run


def test_regions_and_types_are_held_against_their_own_kind() -> None:
    rows = [*moves("region", A=11, B=9, C=9), *moves("organisation_type", acute=9, community=11, ambulance=12)]
    review = review_of(compared(CALM, CALM), *rows)
    message = (
        "For all staff of Name of {} together, wherever they work, the relative likelihood went from 2.00 to {} since "
        "last year, while that of every other {} moved the other way. Within organisations, for staff of the same "
        "employer, it cannot be calculated in both years."
    )
    assert [finding.message for finding in review.findings] == [
        message.format("A", "2.20", "region"),
        message.format("acute", "1.80", "organisation type"),
    ]


def within(row: dict[str, Any], before: str, now: str) -> dict[str, Any]:
    ratios = {"previous_relative_likelihood_within": Decimal(before), "relative_likelihood_within": Decimal(now)}
    return row | ratios


def test_the_ratio_within_organisations_is_held_against_others_by_itself() -> None:
    """Pooled all rose; within organisations C alone did."""
    rows = moves("region", A=11, B=11, C=11)
    ends = [("1.50", "1.40"), ("1.20", "1.10"), ("1.00", "1.30")]
    rows = [within(row, *both) for row, both in zip(rows, ends, strict=True)]
    [finding] = review_of(compared(CALM, CALM), *rows).findings
    assert (finding.code, finding.place) == ("M403", "C")
    assert finding.message == (
        "Within organisations, for staff of the same employer, the relative likelihood of Name of C went from 1.00 to "
        "1.30 since last year, while that of every other region moved the other way. For all its staff together, "
        "wherever they work, it went from 2.00 to 2.20."
    )


def test_a_place_whose_two_ratios_both_moved_against_all_others_has_one_finding() -> None:
    rows = moves("region", A=9, B=9, C=11)
    ends = [("1.50", "1.40"), ("1.20", "1.10"), ("1.00", "1.30")]
    rows = [within(row, *both) for row, both in zip(rows, ends, strict=True)]
    [finding] = review_of(compared(CALM, CALM), *rows).findings
    assert (finding.code, finding.place) == ("M403", "C")
    assert finding.message == (
        "For all staff of Name of C together, wherever they work, the relative likelihood went from 2.00 to 2.20 since "
        "last year, and within organisations, for staff of the same employer, it went from 1.00 to 1.30; both ratios "
        "of every other region moved the other way."
    )


def test_one_ratio_is_enough_to_compare_places() -> None:
    """Pooled only two regions have a ratio; within organisations three have, and A moved against B and C."""
    rows = moves("region", A=9, B=9, C=None)
    ends = [("1.50", "1.60"), ("1.20", "1.10"), ("1.00", "0.90")]
    rows = [within(row, *both) for row, both in zip(rows, ends, strict=True)]
    [finding] = review_of(compared(CALM, CALM), *rows).findings
    assert (finding.place, finding.message.split(",")[0]) == ("A", "Within organisations")


def test_a_move_too_small_to_print_is_a_move() -> None:
    staff = (100_000, 100_000, 0)
    rows = [
        compared((staff, (now, "5000", "0")), (staff, ("5000", "5000", "0")), "region", code)
        for code, now in (("A", "4999"), ("B", "5001"), ("C", "5001"))
    ]
    assert codes(review_of(compared(CALM, CALM), *rows)) == [("M403", "A")]


def test_identical_figures_are_named_once_for_each_set_of_organisations() -> None:
    first, second = {"workforce.clinical.band_5": 10}, {"workforce.clinical.band_5": 10, "disciplinary.entered": 1}
    returns = {"RAA": first, "RBB": second, "RCC": first, "RDD": second, "REE": first, "RFF": {"workforce.total": 3}}
    review = review_of(returns=returns)
    ask = "Ask both which return is theirs."
    assert review.findings == [
        NationalFinding("M404", "RAA", "RAA, RCC and REE sent identical figures for 2022.", ask),
        NationalFinding("M404", "RBB", "RBB and RDD sent identical figures for 2022.", ask),
    ]


def test_a_stated_total_makes_no_difference_and_noughts_are_nobodys() -> None:
    staff = {"workforce.clinical.band_5": 10}
    assert codes(review_of(returns={"RAA": staff, "RBB": staff | {"workforce.total": 10}})) == [("M404", "RAA")]
    assert codes(review_of(returns={**TWO, "RCC": {}, "RDD": {}})) == []


def query(organisation: str, code: str, text: str | None = None, number: int = 1) -> ExplainedQuery:
    return ExplainedQuery(f"2022-{organisation}-{number:03d}", organisation, code, "Asked.", text)


def test_a_query_that_nothing_explains_is_named_on_returns_that_count() -> None:
    review = review_of(
        queries=[
            query("RAA", "Q302"),
            query("RAA", "Q301"),
            query("RAA", "Q301"),
            query("RAA", "Q306", "A merger."),
            query("RBB", "Q309"),
            query("RBB", "Q305", "So it is."),
            query("RBB", "Q301", number=2),
            query("RZZ", "Q301"),
        ]
    )
    assert review.findings == [
        NationalFinding(
            "M405",
            "RAA",
            "RAA has not explained Q301, Q302 on its 2022 return.",
            "Ask for the explanation, or approve with the gap in sight.",
        )
    ]


NO_2021 = "The warehouse holds no figures of 2021 to compare with."
NO_MATCH = "No organisation has a return that counts in both 2021 and 2022."
FEW_PLACES = "Fewer than three regions, and fewer than three types of organisation, have a ratio in both years."
FEW_RETURNS = "Fewer than two returns count, so there are no two to compare."


@pytest.mark.parametrize(
    ("given", "not_run"),
    [
        ({"built": (2022,)}, {"M402": NO_2021, "M403": NO_2021}),
        ({}, {"M402": NO_MATCH, "M403": NO_MATCH}),
        ({"comparison": [compared(CALM, CALM)]}, {"M403": FEW_PLACES}),
        ({"comparison": [compared(CALM, CALM), *moves("region", A=11, B=9)]}, {"M403": FEW_PLACES}),
        ({"comparison": [compared(CALM, CALM), *moves("region", A=11, B=9, unknown=9)]}, {"M403": FEW_PLACES}),
        ({"comparison": [compared(CALM, CALM, year=2021)], "built": (2022,)}, {"M402": NO_2021, "M403": NO_2021}),
        (
            {"returns": {"RAA": {"workforce.clinical.band_5": 10}}},
            {"M402": NO_MATCH, "M403": NO_MATCH, "M404": FEW_RETURNS},
        ),
        (
            {"returns": {}},
            {
                "M402": NO_MATCH,
                "M403": NO_MATCH,
                "M404": FEW_RETURNS,
                "M405": "No return of the year counts yet.",
            },
        ),
    ],
)
def test_an_edit_that_has_nothing_to_look_at_says_why(given: dict[str, Any], not_run: dict[str, str]) -> None:
    review = review_of(*given.pop("comparison", ()), **given)
    assert review.edits_not_run == not_run
    assert review.edits_run == [code for code in ALL if code not in not_run]


def test_an_edit_that_raises_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = json.loads(json.dumps(load_suites()["nation"]))
    broken["expectations"][0]["kwargs"]["column_A"] = "nowhere"
    monkeypatch.setattr("wres.validation.national.load_suites", lambda: {"nation": broken})
    with pytest.raises(EditExecutionError, match="M401 of national"):
        review_of()


counts = st.tuples(
    st.tuples(*[st.integers(0, 40)] * 3), st.tuples(*[st.integers(0, 8).map(lambda n: str(Decimal(n) / 4))] * 3)
)
places = st.dictionaries(st.sampled_from(["A", "B", "C", "D", "unknown"]), st.tuples(counts, counts))
staff = st.dictionaries(
    st.sampled_from(["RAA", "RBB", "RCC"]), st.fixed_dictionaries({"workforce.clinical.band_5": st.integers(0, 1)})
)
asked = st.lists(
    st.builds(
        query, st.sampled_from(["RAA", "RBB"]), st.sampled_from(["Q301", "Q309"]), st.sampled_from([None, "", "So."])
    )
)


@settings(max_examples=25)
@given(nations=st.none() | st.tuples(counts, counts), regions=places, types=places, returns=staff, queries=asked)
def test_every_edit_ran_or_says_why_not_and_never_finds_what_it_did_not_look_at(
    nations: tuple[Counts, Counts] | None,
    regions: dict[str, tuple[Counts, Counts]],
    types: dict[str, tuple[Counts, Counts]],
    returns: dict[str, dict[str, int]],
    queries: list[ExplainedQuery],
) -> None:
    comparison = [compared(*nations)] if nations else []
    for level, rows in (("region", regions), ("organisation_type", types)):
        comparison += [compared(now, before, level, code) for code, (now, before) in rows.items()]
    review = review_of(*comparison, returns=returns, queries=queries)
    assert sorted([*review.edits_run, *review.edits_not_run]) == ALL
    assert {finding.code for finding in review.findings} <= set(review.edits_run)
    assert all(reason.endswith(".") for reason in review.edits_not_run.values())
    assert {finding.place for finding in review.findings if finding.code == "M405"} == {
        query.organisation_code
        for query in queries
        if query.organisation_code in returns and not query.text and query.code != "Q309"
    }
    if nations:
        assert ("headcount" in str([finding.message for finding in review.findings])) == moved(*nations)


def moved(now: Counts, before: Counts) -> bool:
    """The headcount, from the definition."""
    change = Fraction(abs(sum(now[0]) - sum(before[0])))
    return change > Fraction(15, 100) * sum(before[0])
