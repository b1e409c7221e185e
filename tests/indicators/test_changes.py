"""One year against another, in cases that a person can follow: mergers, breaks, and what is more than chance."""

from decimal import Decimal
from typing import Any

from tests.indicators.made_returns import Cells, Row, collection, computed, figures, organisation, plain_return

Sent = dict[str, tuple[str, Cells | None]]  # by code: the codes of last year, and the return, None for none


def years(sent: dict[int, Sent], windows: dict[int, str] | None = None) -> dict[str, list[Row]]:
    collections = {year: collection(year, (windows or {}).get(year, "single_year")) for year in sent}
    organisations = [
        organisation(year, code, "accepted" if cells else "not_received", last_year_codes=before)
        for year, returns in sent.items()
        for code, (before, cells) in returns.items()
    ]
    rows = [
        row
        for year, returns in sent.items()
        for code, (_, cells) in returns.items()
        if cells
        for row in figures(collections[year], code, cells)
    ]
    tables = computed(rows, organisations, list(collections.values()))
    return {name: table.to_pylist() for name, table in tables.items()}


def columns(row: Row, names: str) -> list[Any]:
    return [row[name] for name in names.split()]


SMALL, LARGE = plain_return(white=(1000, 10), bme=(200, 4)), plain_return(white=(3000, 15), bme=(800, 8))
BOTH = plain_return(white=(4100, 20), bme=(1000, 10))


def test_a_merged_trust_is_followed_into_all_that_it_was() -> None:
    tables = years({2021: {"RAA": ("RAA", SMALL), "RBB": ("RBB", LARGE)}, 2022: {"RAA": ("RAA RBB", BOTH)}})
    [row] = tables["organisation_change"]
    assert columns(row, "previous_organisations previous_white_headcount previous_bme_entered") == [2, 4000, 12]
    # 30 of 5,100 against 37 of 5,000; (10 / 1,000) / (20 / 4,100) against (12 / 1,000) / (25 / 4,000).
    assert columns(row, "overall_likelihood_percent previous_overall_likelihood_percent") == [
        Decimal("0.59"),
        Decimal("0.74"),
    ]
    assert columns(row, "overall_likelihood_change_points overall_likelihood_change_ratio") == [
        Decimal("-0.15"),
        Decimal("0.79"),
    ]
    assert columns(row, "relative_likelihood previous_relative_likelihood relative_likelihood_change") == [
        Decimal("2.05"),
        Decimal("1.92"),
        Decimal("0.13"),
    ]
    nation = tables["comparison"][0]
    assert columns(nation, "level organisations matched_organisations previous_organisations") == ["national", 1, 1, 2]
    assert columns(nation, "organisations_rate_fell organisations_ratio_rose") == [1, 1]


def test_half_a_merger_is_no_comparison() -> None:
    tables = years({2021: {"RAA": ("RAA", SMALL), "RBB": ("RBB", None)}, 2022: {"RAA": ("RAA RBB", BOTH)}})
    assert tables["organisation_change"] == tables["comparison"] == tables["improvement"] == []


def test_no_return_counts_in_two_organisations() -> None:
    """RBB still sends for itself, though RAA is said to have taken it over."""
    before: Sent = {"RAA": ("RAA", SMALL), "RBB": ("RBB", LARGE), "RCC": ("RCC", SMALL)}
    now: Sent = {"RAA": ("RAA RBB", BOTH), "RBB": ("RBB", LARGE), "RCC": ("RCC", SMALL)}
    tables = years({2021: before, 2022: now})
    assert [row["code"] for row in tables["organisation_change"]] == ["RCC"]
    assert columns(tables["comparison"][0], "organisations matched_organisations") == [3, 1]


def test_a_new_organisation_is_not_compared_and_an_absent_one_neither() -> None:
    before: Sent = {"RAA": ("RAA", SMALL), "RBB": ("RBB", SMALL)}
    now: Sent = {"RAA": ("RAA", None), "RBB": ("RBB", SMALL), "RCC": ("", LARGE)}
    tables = years({2021: before, 2022: now})
    assert [row["code"] for row in tables["organisation_change"]] == ["RBB"]


def test_only_the_very_year_before_is_compared() -> None:
    tables = years({2020: {"RAA": ("RAA", SMALL)}, 2022: {"RAA": ("RAA", SMALL)}})
    assert tables["organisation_change"] == tables["improvement"] == []


def test_three_years_back_mergers_are_followed_from_year_to_year() -> None:
    alone: Sent = {code: (code, SMALL) for code in ("RAA", "RBB", "RCC")}
    merged: Sent = {"RAA": ("RAA RBB", LARGE), "RCC": ("RCC", SMALL)}
    tables = years({2019: alone, 2020: alone, 2021: merged, 2022: {"RAA": ("RAA RCC", BOTH)}})
    rows = [row for row in tables["improvement"] if row["level"] == "organisation" and row["years_between"] == 3]
    assert {(row["collection_year"], row["code"]) for row in rows} == {(2022, "RAA")}
    assert {row["previous_figure"] for row in rows} == {Decimal("1.17"), Decimal("2.00")}  # three times SMALL


def test_a_change_of_window_is_marked_and_tests_take_the_twelve_months_of_each_year() -> None:
    averaged = plain_return(white=(1000, 10, 40), bme=(200, 4, 8))
    single = plain_return(white=(1000, 10), bme=(200, 4))
    tables = years({2020: {"RAA": ("RAA", averaged)}, 2021: {"RAA": ("RAA", single)}}, {2020: "two_year_average"})
    [change] = tables["organisation_change"]
    assert columns(change, "window previous_window break_in_series") == ["single_year", "two_year_average", True]
    assert columns(change, "previous_white_entered white_entered") == [25, 10]
    rate, ratio = (row for row in tables["improvement"] if row["level"] == "organisation")
    assert columns(rate, "break_in_series figure previous_figure direction") == [
        True,
        Decimal("1.17"),
        Decimal("1.17"),
        "same",
    ]
    assert columns(ratio, "direction verdict") == ["same", "within_chance"]


def test_what_is_beyond_chance_stands_out_of_many_that_are_not() -> None:
    """Of 20 trusts 18 stay as they were; the entries of one fall to a third, the ratio of another from 4 to 1."""
    stays, fell = plain_return(white=(4000, 40), bme=(1000, 12)), plain_return(white=(4000, 14), bme=(1000, 4))
    unequal, equal = plain_return(white=(4000, 40), bme=(1000, 40)), plain_return(white=(4000, 64), bme=(1000, 16))
    before = {f"R{number:02}": stays for number in range(18)} | {"RYY": stays, "RZZ": unequal}
    now = before | {"RYY": fell, "RZZ": equal}
    tables = years(
        {year: {code: (code, cells) for code, cells in sent.items()} for year, sent in ((2021, before), (2022, now))}
    )
    queried = {
        (row["code"], row["measure"]): columns(row, "direction verdict")
        for row in tables["improvement"]
        if row["level"] == "organisation" and row["verdict"] != "within_chance"
    }
    assert queried == {
        ("RYY", "overall_likelihood_percent"): ["fell", "improved"],
        ("RZZ", "relative_likelihood"): ["fell", "improved"],
    }


def series_of(tables: dict[str, list[Row]], code: str, names: str) -> dict[int, list[Any]]:
    rows = [row for row in tables["organisation_series"] if row["code"] == code]
    return {row["collection_year"]: columns(row, names) for row in rows}


def test_a_series_goes_back_through_a_chain_of_mergers() -> None:
    """RAA took over RBB in 2021, and in 2022 the two became RZZ together with RCC."""
    apart: Sent = {code: (code, SMALL) for code in ("RAA", "RBB", "RCC")}
    merged: Sent = {"RAA": ("RAA RBB", LARGE), "RCC": ("RCC", SMALL)}
    tables = years({2020: apart, 2021: merged, 2022: {"RZZ": ("RAA RCC", BOTH)}})
    assert series_of(tables, "RZZ", "made_of organisations complete white_headcount bme_entered") == {
        2020: [3, 3, True, 3000, 12],
        2021: [2, 2, True, 4000, 12],
        2022: [1, 1, True, 4100, 10],
    }
    assert {row["code"] for row in tables["organisation_series"]} == {"RZZ"}
    # 3 x SMALL: (12 / 600) / (30 / 3,000)
    assert series_of(tables, "RZZ", "relative_likelihood range")[2020] == [Decimal("2.00"), "above"]


def test_a_year_with_a_part_missing_is_shown_and_not_complete() -> None:
    before: Sent = {"RAA": ("RAA", SMALL), "RBB": ("RBB", None), "RCC": ("RCC", None)}
    tables = years({2021: before, 2022: {"RAA": ("RAA RBB", BOTH), "RCC": ("RCC", SMALL)}})
    assert series_of(tables, "RAA", "made_of organisations complete")[2021] == [2, 1, False]
    assert series_of(tables, "RCC", "complete") == {2022: [True]}  # nothing at all was sent in 2021


def test_a_return_that_counts_in_two_series_makes_neither_complete() -> None:
    before: Sent = {"RAA": ("RAA", SMALL), "RBB": ("RBB", LARGE)}
    tables = years({2021: before, 2022: {"RAA": ("RAA RBB", BOTH), "RBB": ("RBB", LARGE)}})
    assert [series_of(tables, code, "complete")[2021] for code in ("RAA", "RBB")] == [[False], [False]]


def test_a_series_begins_where_the_way_back_leads_to_nobody_and_ends_at_a_gap() -> None:
    new: Sent = {"RAA": ("RAA", SMALL), "RNN": ("", SMALL)}
    old: Sent = {"RAA": ("RAA", SMALL), "RNN": ("RNN", SMALL)}
    tables = years({2018: old, 2020: {"RAA": ("RAA", SMALL)}, 2021: new, 2022: {"RAA": ("RAA RNN", BOTH)}})
    assert series_of(tables, "RAA", "made_of complete") == {2020: [1, False], 2021: [2, True], 2022: [1, True]}


def test_an_organisation_that_sent_nothing_this_year_has_its_earlier_years() -> None:
    tables = years({2021: {"RAA": ("RAA", SMALL)}, 2022: {"RAA": ("RAA", None), "RBB": ("RBB", SMALL)}})
    assert series_of(tables, "RAA", "organisations complete") == {2021: [1, True]}
    assert series_of(tables, "RBB", "organisations complete") == {2022: [1, True]}
