"""The answers to a board's questions, for every way in which figures can be there or not."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

Tables = dict[str, pa.Table]


def with_row(tables: Tables, table: str, code: str, **figures: Any) -> Tables:
    """Change figures of one organisation's row of 2022; of `improvement` and `funnel`, those of the ratio."""
    rows = tables[table].to_pylist()
    changed = 0
    for row in rows:
        same = row["code"] == code and row["collection_year"] == 2022
        if same and row.get("measure", "relative_likelihood") == "relative_likelihood":
            row |= {name: Decimal(value) if "." in str(value) else value for name, value in figures.items()}
            changed += 1
    assert changed
    return {**tables, table: pa.Table.from_pylist(rows, schema=tables[table].schema)}


Answers = Callable[..., tuple[dict[str, str], str]]


@pytest.fixture
def answers_of(make_site: Callable[..., Any]) -> Answers:
    def answers(tables: Tables, path: str = "organisation/RXY.html", **facts: Any) -> tuple[dict[str, str], str]:
        page = make_site(tables, collection_year=2022, **facts).page(path)
        return page.answers, page.text

    return answers


def test_an_organisation_above_range_with_few_entries(answers_of: Answers, three_years: Tables) -> None:
    # 17 of 2525 white staff and 9 of 745 BME staff, after a year of the same entries and 10 fewer staff each.
    answers, text = answers_of(three_years)
    assert answers == {
        "Is the ratio in range?": "Above range",
        "Is it getting better?": "No clear change",
        "Are BME and white staff different here?": "The difference could be due to chance",
        "Is this organisation different from England?": "The difference could be due to chance",
        "What does the gap mean in people?": "About 4 more BME staff",
    }
    assert "BME staff were 1.79 times as likely as white staff to enter the formal disciplinary process." in text
    assert "Relative likelihood: 1.81 in 2021, 1.79 in 2022; a change that could be due to chance." in text
    assert "The 95% interval, 0.82 to 3.92, includes 1.00 (equal likelihood)." in text
    assert "About 4 more BME staff entered than at the rate of white staff." in text
    assert "This is the size of the gap, not a quota for cases: ask why BME staff enter more often." in text
    assert "The ratio rests on few people, so it has low reliability [u]." in text


@pytest.mark.parametrize(
    ("figures", "question", "answer", "sentence"),
    [
        (
            {"range": "within", "relative_likelihood": "1.00"},
            "Is the ratio in range?",
            "Within range",
            "BME and white staff were about equally likely to enter the formal disciplinary process: 1.00.",
        ),
        (
            {"range": "within", "relative_likelihood": "1.00", "white_headcount": 1700, "bme_headcount": 900},
            "Are BME and white staff different here?",
            "No, they are equal",
            "BME and white staff were equally likely to enter the formal disciplinary process: 1.00.",
        ),
        (
            {"range": "within", "range_beyond_chance": "within"},
            "Is the ratio in range?",
            "Within range",
            "The whole 95% interval is within the range.",
        ),
        (
            {"reliability": "not_judged"},
            "Is this organisation different from England?",
            "Numbers are too small to say",
            "low reliability [u]",
        ),
        (
            {"range": "above", "relative_likelihood": "1.25"},
            "Is the ratio in range?",
            "Above range",
            "The exact figure, before rounding, is outside it.",
        ),
        (
            {"range": "within"},
            "What does the gap mean in people?",
            "About 4 more BME staff",
            "more BME staff entered than at the rate of white staff",
        ),
        (
            {"range": "below", "relative_likelihood": "0.61", "entries_above_parity": "22.40"},
            "What does the gap mean in people?",
            "About 22 more white staff",
            "It is no reason to investigate more BME staff: ask why white staff enter more often.",
        ),
        (
            {"reliability": "not_judged"},
            "What does the gap mean in people?",
            "Numbers are too small to say",
            "low reliability [u]",
        ),
        (
            {"differs_from_equal": True, "relative_likelihood_lower": "1.02"},
            "Are BME and white staff different here?",
            "Yes: BME staff are more likely to enter",
            "does not include 1.00 (equal likelihood).",
        ),
        (
            {"range": "not_calculable", "relative_likelihood": None, "reason_not_calculable": "no_white_entries"},
            "Is the ratio in range?",
            "Cannot be calculated",
            "No white staff entered the process, so there is nothing to compare with.",
        ),
    ],
)  # fmt: skip
def test_each_case_in_words(
    answers_of: Answers, three_years: Tables, figures: dict[str, Any], question: str, answer: str, sentence: str
) -> None:
    answers, text = answers_of(with_row(three_years, "organisation", "RXY", **figures))
    assert answers[question] == answer
    assert sentence in text


@pytest.mark.parametrize(
    ("bme_entered", "likelier", "other"), [(100, "white staff", "BME staff"), (101, "BME staff", "white staff")]
)
def test_of_a_ratio_that_prints_as_1_the_counts_say_who_is_more_likely_to_enter(
    answers_of: Answers, three_years: Tables, bme_entered: int, likelier: str, other: str
) -> None:
    """150 of 10,000 white staff entered, so 100.35 of 6,690 BME staff would be as many: 0.997 and 1.006 times."""
    figures: dict[str, Any] = {
        "white_headcount": 10_000,
        "white_entered": 150,
        "bme_headcount": 6690,
        "bme_entered": bme_entered,
        "relative_likelihood": "1.00",
        "range": "within",
        "reliability": "reliable",
        "entries_above_parity": "0.52",
    }
    answers, text = answers_of(with_row(three_years, "organisation", "RXY", **figures))
    assert answers["What does the gap mean in people?"] == f"About 1 more {likelier}"
    assert f"About 1 more {likelier} entered than at the rate of {other}." in text


def test_an_organisation_outside_the_limits_without_a_ratio_is_not_said_to_have_one(
    answers_of: Answers, three_years: Tables
) -> None:
    """All 8 entries are of BME staff: no ratio, and outside the limits."""
    tables = with_row(three_years, "funnel", "RXY", figure=None, outside_95=True, outside_widened_95=False)
    answers, text = answers_of(tables)
    assert answers["Is this organisation different from England?"] == "Yes, but no more than is usual"
    assert "There is no ratio here, but chance alone is unlikely to share the entries out like this." in text
    assert "This ratio" not in text


def test_a_ratio_that_prints_as_that_of_england_does_not_differ_from_it(
    answers_of: Answers, three_years: Tables
) -> None:
    answers, _ = answers_of(with_row(three_years, "funnel", "RXY", figure="1.71", national_figure="1.71"))
    assert answers["Is this organisation different from England?"] == "No, about the same"


def test_a_region_with_one_organisation_is_spoken_of_in_the_singular(answers_of: Answers, three_years: Tables) -> None:
    rows = three_years["improvement"].to_pylist()
    for row in rows:
        if row["level"] == "region":
            row |= {"tested_organisations": 1}
    one = {**three_years, "improvement": pa.Table.from_pylist(rows, schema=three_years["improvement"].schema)}
    assert "Of the one organisation with a return in both years:" in answers_of(one, "region/Y59.html")[1]


@pytest.mark.parametrize(
    ("verdict", "answer", "sentence"),
    [
        ("improved", "Yes", "more than could be due to chance."),
        ("worsened", "No, it got worse", "more than could be due to chance."),
        ("changed_side", "It changed sides", "to the other side of 1.00, more than could be due to chance."),
        ("not_tested", "Cannot be tested", "too few entries to test."),
    ],
)
def test_each_verdict(answers_of: Answers, three_years: Tables, verdict: str, answer: str, sentence: str) -> None:
    answers, text = answers_of(with_row(three_years, "improvement", "RXY", verdict=verdict))
    assert answers["Is it getting better?"] == answer
    assert f"Relative likelihood: 1.81 in 2021, 1.79 in 2022; {sentence}" in text


def test_a_change_without_figures_in_both_years(answers_of: Answers, three_years: Tables) -> None:
    for missing, words in (
        (("previous_figure",), "cannot be calculated in 2021, 1.79 in 2022."),
        (("figure",), "1.81 in 2021, cannot be calculated in 2022."),
        (("figure", "previous_figure"), "cannot be calculated in 2021 nor in 2022."),
    ):
        changed = with_row(three_years, "improvement", "RXY", **dict.fromkeys(missing), verdict="not_tested")
        assert f"Relative likelihood: {words}" in answers_of(changed)[1]


def test_where_none_of_a_group_entered_it_is_said(answers_of: Answers, three_years: Tables) -> None:
    zero = with_row(three_years, "organisation", "RXY", bme_entered=0, relative_likelihood="0.00", range="below")
    text = answers_of(zero)[1]
    assert "No BME staff entered the formal disciplinary process, and some white staff did: 0.00." in text


def test_the_ratio_of_england_is_that_of_the_organisation_s_own_group(answers_of: Answers, three_years: Tables) -> None:
    for group, words in (("trust", "NHS trusts"), ("icb", "integrated care boards")):
        text = answers_of(with_row(three_years, "funnel", "RXY", organisation_group=group))[1]
        assert f"The ratio of {words} in England is " in text


def test_the_first_year_has_nothing_to_compare_with(
    answers_of: Answers, collection_tables: Callable[..., Tables], three_years: Tables
) -> None:
    first_year = {**collection_tables((2022,)), "revisions": three_years["revisions"]}
    answers, text = answers_of(first_year)
    assert answers["Is it getting better?"] == "No year to compare"
    assert "There is no return of 2021 to compare with, or not of all that it took over since." in text
    answers, text = answers_of(first_year, "index.html")
    assert answers["Is it getting better?"] == "No year to compare"
    assert "No organisation has a return of both 2021 and 2022." in text


def test_an_organisation_without_a_return_this_year_shows_its_earlier_ones(
    answers_of: Answers, collection_tables: Callable[..., Tables], three_years: Tables
) -> None:
    tables = {**collection_tables(missing=frozenset({(2022, "RXY")})), "revisions": three_years["revisions"]}
    answers, text = answers_of(tables)
    assert answers == {}
    assert "There is no accepted return of 2022. The last figures are of 2021." in text
    assert "Relative likelihood by year" in text


def test_the_nation_is_held_against_its_goal(answers_of: Answers, three_years: Tables) -> None:
    answers, text = answers_of(three_years, "index.html")
    assert answers == {
        "Is the ratio in range?": "1.71 (95% interval 1.11 to 2.62)",
        "Is it getting better?": "No clear change",
        "Are BME and white staff different in England?": "The difference could be due to chance",
        "How many organisations are outside the range?": "None of 4 by more than could be due to chance",
    }
    assert "Of the 5 organisations with a return in both years:" in text
    assert "For 4 the figures cannot tell: it could be due to chance." in text
    assert "If all were equally likely to enter, 33.0% would be within range (0.0% to 75.0%); it is 0.0%." in text
    assert "The goal was 90%." in text
    assert "Compared within organisations the ratio is 1.49 (0.93 to 2.38)." in text
    assert "5 organisations: 3 above, 1 below, 1 cannot be calculated." in text


def test_a_region_is_known_by_its_organisations(answers_of: Answers, three_years: Tables) -> None:
    answers, text = answers_of(three_years, "region/Y59.html")
    assert answers["How many organisations are outside the range?"] == "2 organisations"
    assert "2 organisations: 2 above." in text


def of_places(tables: Tables, table: str, level: str, **figures: Any) -> Tables:
    """Change the rows of 2022 of one level in a table."""
    rows = tables[table].to_pylist()
    for row in rows:
        if row["level"] == level and row["collection_year"] == 2022:
            row |= {name: Decimal(value) if "." in str(value) else value for name, value in figures.items()}
    return {**tables, table: pa.Table.from_pylist(rows, schema=tables[table].schema)}


def test_a_region_of_several_is_not_judged_on_the_interval_of_its_counts_alone(
    answers_of: Answers, three_years: Tables
) -> None:
    ends: dict[str, Any] = {"relative_likelihood_lower": "1.05", "relative_likelihood_upper": "2.90"}
    ends |= {"relative_likelihood_between_lower": None, "relative_likelihood_between_upper": None}
    for number, answer in ((2, "The figures cannot tell"), (1, "Yes: BME staff are more likely to enter")):
        tables = of_places(three_years, "region", "region", organisations=number, **ends)
        answers, text = answers_of(tables, "region/Y59.html")
        assert answers["Are BME and white staff different in this region?"] == answer
        assert "The 95% interval, 1.05 to 2.90, does not include 1.00 (equal likelihood)" in text


def test_why_there_is_no_ratio_follows_from_the_counts_of_a_region(answers_of: Answers, three_years: Tables) -> None:
    none: dict[str, Any] = {"relative_likelihood": None, "range": "not_calculable"}
    for column, sentence in (
        ("white_headcount", "There are no white staff to compare with."),
        ("bme_headcount", "There are no BME staff to compare."),
        ("white_entered", "No white staff entered the process, so there is nothing to compare with."),
    ):
        tables = of_places(three_years, "region", "region", **{**none, column: 0})
        assert sentence in answers_of(tables, "region/Y59.html")[1]
        assert "South East : cannot be calculated [z]" in answers_of(tables, "index.html")[1]


def test_figures_of_two_years_that_are_the_same_did_not_change(answers_of: Answers, three_years: Tables) -> None:
    figures: dict[str, Any] = {"figure": "1.79", "previous_figure": "1.79", "verdict": "within_chance"}
    answers, text = answers_of(with_row(three_years, "improvement", "RXY", direction="same", **figures))
    assert answers["Is it getting better?"] == "No change"
    assert "Relative likelihood: 1.79 in 2021, 1.79 in 2022; no change." in text
    answers, text = answers_of(with_row(three_years, "improvement", "RXY", direction="fell", **figures))
    assert "1.79 in 2022; before rounding it fell, a change that could be due to chance." in text


def test_none_known_to_be_outside_is_not_a_number(answers_of: Answers, three_years: Tables) -> None:
    rows = three_years["organisation"].to_pylist()
    hidden = [{**row, "range": None, "suppressed": ["range"]} for row in rows]
    schema = three_years["organisation"].schema.append(pa.field("suppressed", pa.list_(pa.string())))
    tables = {**three_years, "organisation": pa.Table.from_pylist(hidden, schema=schema)}
    answers, text = answers_of(tables, "region/Y59.html", audience="official")
    assert answers["How many organisations are outside the range?"] == "Not published (small numbers)"
    assert "2 organisations: 2 not published (small numbers) [c]." in text


def test_a_small_p_value_is_not_zero(answers_of: Answers, three_years: Tables) -> None:
    text = answers_of(with_row(three_years, "improvement", "RXY", p_value="0.0000", q_value="0.0002"))[1]
    assert "<0.0001 0.0002" in text


def test_what_is_held_back_is_said_and_not_shown(answers_of: Answers, official_three_years: Tables) -> None:
    answers, text = answers_of(official_three_years, "organisation/T1520.html", audience="official")
    assert answers == {}
    assert "Figures of 2022 are not published [c]" in text
    assert "Relative likelihood, 2022: not published (small numbers) [c]" in text
    assert "No figures are published that could be drawn." in text
    assert "Relative likelihood by year Collection year" in text


def test_a_nation_whose_ranges_are_withheld_does_not_say_that_none_is_outside(
    answers_of: Answers, official_three_years: Tables
) -> None:
    answers, text = answers_of(official_three_years, "index.html", audience="official")
    assert answers["Is the ratio in range?"] == "Not published (small numbers)"
    assert answers["How many organisations are outside the range?"] == "Not published (small numbers)"
    assert "no figures to show" not in text


def test_a_region_with_some_ranges_held_back_counts_those_that_are_shown(
    answers_of: Answers, three_years: Tables
) -> None:
    hidden = {("T1520", 2022): ["range"]}
    rows_and_names = [
        (row, hidden.get((row["code"], row["collection_year"]), [])) for row in three_years["organisation"].to_pylist()
    ]
    rows = [{**row, **dict.fromkeys(names), "suppressed": names} for row, names in rows_and_names]
    schema = three_years["organisation"].schema.append(pa.field("suppressed", pa.list_(pa.string())))
    some = {**three_years, "organisation": pa.Table.from_pylist(rows, schema=schema)}
    answers, text = answers_of(some, "region/Y59.html", audience="official")
    assert answers["How many organisations are outside the range?"] == "At least 1 organisation"
    assert "2 organisations: 1 above, 1 not published (small numbers) [c]." in text


def test_a_drawing_says_of_a_type_only_what_is_known_of_its_organisations(
    answers_of: Answers, three_years: Tables
) -> None:
    assert "0 of 2 of this type lie beyond their own 95% limit." in answers_of(three_years, "type/acute.html")[1]
    one = with_row(three_years, "funnel", "RJ1", figure=None, outside_95=None)
    sentence = "The one organisation of this type that is drawn lies within its own 95% limits."
    assert sentence in answers_of(one, "type/acute.html")[1]
    unknown = with_row(one, "funnel", "RR8", outside_95=None)
    assert "own 95% limits. " not in answers_of(unknown, "type/acute.html")[1]
    none = with_row(one, "funnel", "RR8", figure=None, outside_95=None)
    assert "could the ratio be chance?" not in answers_of(none, "type/acute.html")[1]
