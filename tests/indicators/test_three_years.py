"""Three years pooled for each organisation: what is counted, who is left out, and that more entries tell more."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.indicators.made_returns import Cells, Row, collection, computed, figures, organisation, plain_return
from tests.indicators.test_exact_method import check

Sent = dict[int, dict[str, tuple[str, Cells]]]  # by year and code: the codes of last year, and the return


def national(sent: Sent, windows: dict[int, str] | None = None) -> Any:
    """The rows of a national collection with these returns."""
    collections = [collection(year, (windows or {}).get(year, "single_year"), 50) for year in sent]
    organisations = [
        organisation(year, code, last_year_codes=before)
        for year, returns in sent.items()
        for code, (before, _) in returns.items()
    ]
    cells = {
        (row["collection_year"], code): {
            cell: value
            for cell, value in cells.items()
            if row["window"] == "two_year_average" or cell[0] != "disciplinary.entered_previous_year"
        }
        for row in collections
        for code, (_, cells) in sent[row["collection_year"]].items()
    }
    return collections, organisations, cells, []


def tables(sent: Sent, windows: dict[int, str] | None = None) -> dict[str, list[Row]]:
    """The published tables of these returns."""
    collections, organisations, cells, _ = national(sent, windows)
    years = {row["collection_year"]: row for row in collections}
    rows = [row for (year, code), stated in cells.items() for row in figures(years[year], code, stated)]
    return {name: table.to_pylist() for name, table in computed(rows, organisations, collections).items()}


def goals_of(tables_made: dict[str, list[Row]], year: int) -> list[Any]:
    [row] = [
        row for row in tables_made["goals"] if (row["collection_year"], row["organisation_group"]) == (year, "all")
    ]
    return [row["three_years_calculable"], row["three_years_share_within_percent"]]


def moved(tables_made: dict[str, list[Row]], code: str, measure: str) -> Row:
    """The row of the latest year against three years before."""
    wanted = (2022, 3, code, "trust", measure)
    names = ("collection_year", "years_between", "code", "organisation_group", "measure")
    [row] = [row for row in tables_made["improvement"] if tuple(row[name] for name in names) == wanted]
    return row


# 4 of 1,000 white staff each year; 4, 1 and 1 of 500 BME staff, so that each year is outside the range.
ONE, TWO, THREE = (plain_return(white=(1000, 4), bme=(500, bme)) for bme in (4, 1, 1))


def test_three_years_can_be_within_where_no_single_year_is() -> None:
    """2.00, 0.50 and 0.50; together 6 of 1,500 and 12 of 3,000, which is 1.00."""
    tables_made = tables(
        {year: {"RAA": ("RAA", cells)} for year, cells in zip((2020, 2021, 2022), (ONE, TWO, THREE), strict=True)}
    )
    assert [goals_of(tables_made, year) for year in (2020, 2021, 2022)] == [
        [None, None],
        [None, None],
        [1, Decimal("100.0")],
    ]
    assert [row["within"] for row in tables_made["goals"]] == [0] * 6


def test_mergers_are_followed_and_a_gap_or_an_averaged_return_leaves_an_organisation_out() -> None:
    half = plain_return(white=(1000, 4.5, 4), bme=(500, 4, 4))
    whole: Sent = {
        2020: {"RAA": ("", ONE), "RBB": ("", TWO), "RCC": ("", ONE), "RDD": ("", ONE)},
        2021: {"RAA": ("RAA RBB", TWO), "RCC": ("RCC", ONE), "REE": ("", ONE), "RDD": ("RDD", ONE)},
        2022: {"RAA": ("RAA", THREE), "RCC": ("RCC", ONE), "REE": ("REE", ONE), "RDD": ("RDD", ONE)},
    }
    # RAA with RBB's year: 7 of 2,000 BME and 16 of 4,000 white staff, 0.88. RCC and RDD: 2.00. REE has two years.
    assert goals_of(tables(whole), 2022) == [3, Decimal("33.3")]
    averaged = whole | {2020: whole[2020] | {"RCC": ("", half)}}
    assert goals_of(tables(averaged, {2020: "two_year_average"}), 2022) == [2, Decimal("50.0")]
    without = whole | {2020: {code: sent for code, sent in whole[2020].items() if code != "RBB"}}
    assert goals_of(tables(without), 2022) == [2, Decimal("0.0")]


def test_three_years_against_three_find_what_one_against_one_cannot() -> None:
    before, now = plain_return(white=(5000, 30), bme=(1000, 14)), plain_return(white=(5000, 30), bme=(1000, 6))
    six: Sent = {year: {"RAA": ("RAA", before if year < 2020 else now)} for year in range(2017, 2023)}
    row = moved(tables(six), "RAA", "relative_likelihood")
    assert [row[name] for name in ("figure", "previous_figure", "verdict")] == [
        Decimal("1.00"),
        Decimal("2.33"),
        "within_chance",
    ]
    assert [row[name] for name in ("three_years_figure", "previous_three_years_figure", "three_years_verdict")] == [
        Decimal("1.00"),
        Decimal("2.33"),
        "improved",
    ]
    assert row["three_years_organisations"] == 1
    five = {year: returns for year, returns in six.items() if year > 2017}
    assert moved(tables(five), "RAA", "relative_likelihood")["three_years_verdict"] is None


def test_a_figure_of_a_pooled_row_leaves_out_what_its_test_leaves_out() -> None:
    """RBB has averaged two years in 2020: the nation's twelve months, and those of three years, are RAA's alone."""
    plain, much = (
        plain_return(white=(1000, 10, 8), bme=(500, 5, 5)),
        plain_return(white=(1000, 90.5, 9), bme=(500, 90, 9)),
    )
    returns: Sent = {
        year: {"RAA": ("RAA", plain), "RBB": ("RBB", much if year == 2019 else plain)} for year in (2019, 2020)
    }
    tables_made = tables(returns, {2019: "two_year_average"})
    rows = [row for row in tables_made["improvement"] if row["measure"] == "overall_likelihood_percent"]
    by_place = {(row["level"], row["code"]): row for row in rows if row["organisation_group"] == "trust"}
    names = ("matched_organisations", "tested_organisations", "figure", "previous_figure")
    assert [by_place["national", "ENG"][name] for name in names] == [2, 1, Decimal("1.00"), Decimal("1.00")]
    assert [by_place["organisation", "RBB"][name] for name in (*names, "verdict")] == [1, 0, None, None, "not_tested"]


def test_every_column_of_six_years_with_a_merger_and_an_averaged_return_is_what_the_method_says() -> None:
    half = plain_return(white=(1000, 4.5, 4), bme=(500, 4, 4), unknown=(9, 1, 1))
    other = plain_return(white=(700, 12, 9), bme=(300, 2, 9), unknown=(30, 2, 0))
    sent: Sent = {
        year: {
            "RAA": ("RAA RBB" if year == 2019 else "RAA", TWO if year % 2 else other),
            **({"RBB": ("RBB", ONE)} if year < 2019 else {}),
            "RCC": ("RCC", other if year % 2 else ONE),
            "RDD": ("RDD", half if year == 2017 else THREE),
        }
        for year in range(2017, 2023)
    }
    windows = {2017: "two_year_average", 2018: "two_year_average"}
    tables_made = tables(sent, windows)
    assert [goals_of(tables_made, year)[0] for year in range(2017, 2023)] == [None, None, 2, 3, 3, 3]
    assert [row["three_years_organisations"] for row in tables_made["improvement"] if row["code"] == "ENG"][-1] == 2
    check(national(sent, windows))


@pytest.mark.slow
@settings(max_examples=5, deadline=None, phases=[Phase.generate])
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), min_size=3, max_size=3))
def test_with_the_same_staff_the_ratio_of_three_years_lies_between_those_of_the_years(entries: Any) -> None:
    """And where the three years before were the same, nothing has moved."""
    returns = [plain_return(white=(3000, white), bme=(1500, bme)) for bme, white in entries]
    tables_made = tables({year: {"RAA": ("RAA", returns[year % 3])} for year in range(2017, 2023)})
    row = moved(tables_made, "RAA", "relative_likelihood")
    single = [row["relative_likelihood"] for row in tables_made["organisation"]]
    assert min(single) <= row["three_years_figure"] <= max(single)
    assert row["three_years_figure"] == row["previous_three_years_figure"]
    assert row["three_years_verdict"] in {"within_chance", "not_tested"}
