"""Figures that the NHS published, out of the computation again (sources in docs/method.md)."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from tests.indicators.made_returns import Cells, collection, computed_year, plain_return
from wres.indicators.from_warehouse import collections_table
from wres.returns.indicator_math import relative_likelihood, round_half_away

# Ratios of 0.5, 1 and 2.
BELOW = plain_return(white=(1000, 20), bme=(1000, 10))
WITHIN = plain_return(white=(1000, 20), bme=(1000, 20))
ABOVE = plain_return(white=(1000, 20), bme=(1000, 40))


def trusts(below: int, within: int, above: int) -> dict[str, Cells]:
    standing = [BELOW] * below + [WITHIN] * within + [ABOVE] * above
    return {f"R{number:03}": cells for number, cells in enumerate(standing)}


def goals_of(year: dict[str, Any], returns: dict[str, Cells]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = computed_year(year, returns)["goals"].to_pylist()
    everybody, only_trusts = rows
    assert everybody | {"organisation_group": "trust"} == only_trusts
    return only_trusts


def test_the_baseline_of_2018() -> None:
    """231 trusts: 41 below, 55 within, 135 above; 23.8% within ("A fair experience for all", 2019)."""
    goals = goals_of(collection(2018, "two_year_average"), trusts(41, 55, 135))
    assert [goals[name] for name in ("below", "within", "above", "not_calculable")] == [41, 55, 135, 0]
    assert goals["share_within_percent"] == Decimal("23.8")
    assert (goals["goal_percent"], goals["goal_met"]) == (None, None)


@pytest.mark.parametrize(("year", "goal"), [(2019, None), (2020, 51), (2021, 76), (2022, 90), (2023, None)])
def test_the_national_goals(year: int, goal: int | None) -> None:
    """51% in 2020, 76% in 2021 and 90% in 2022, met at exactly that share; none before and after."""
    [calendar] = collections_table([year]).to_pylist()
    assert calendar["goal_percent"] == goal
    reached = goal if goal is not None else 50
    for within, met in ((reached, True), (reached - 1, False)):
        goals = goals_of(calendar, trusts(0, within, 100 - within))
        assert goals["share_within_percent"] == Decimal(within).quantize(Decimal("0.1"))
        assert goals["goal_met"] is (None if goal is None else met)


def test_kent_and_medway_2020() -> None:
    """17 white and 9 BME entries, 3,296 staff of whom 76% white and 22% BME; printed as 1.7 and as 1.8 by the trust."""
    [year] = collections_table([2020]).to_pylist()
    entered = {"white": (2505, 17, 17), "bme": (725, 9, 9), "unknown": (66, 0, 0)}
    tables = computed_year(year, {"RXY": plain_return(**entered)})
    [row] = tables["organisation"].to_pylist()
    assert row["white_headcount"] + row["bme_headcount"] + row["unknown_headcount"] == 3296
    assert (row["white_likelihood_percent"], row["bme_likelihood_percent"]) == (Decimal("0.68"), Decimal("1.24"))
    assert row["overall_likelihood_percent"] == Decimal("0.79")
    assert row["relative_likelihood"] == Decimal("1.83")
    assert (row["relative_likelihood_lower"], row["relative_likelihood_upper"]) == (Decimal("1.04"), Decimal("3.20"))
    assert (row["range"], row["differs_from_equal"], row["reliability"]) == ("above", True, "low")
    assert (row["entries_above_parity"], row["excess_group"], row["excess_entries"]) == (Decimal("4.08"), "bme", 3)
    for level in ("national", "region", "organisation_type"):
        shared = {name: row[name] for name in row if name in tables[level].column_names[5:]}
        assert all(pooled | shared == pooled for pooled in tables[level].to_pylist())


def test_kent_and_medway_2020_is_never_1_7_with_any_headcounts() -> None:
    """Every pair of headcounts that agrees with what the trust printed gives 1.78 to 1.85.

    It printed 3,296 staff, 76% white and 22% BME, and likelihoods of 0.7% (17 people) and 1.2% (9 people).
    """
    staff = 3296
    whites, bmes = (
        [
            count
            for count in range(1, staff + 1)
            if round_half_away(Fraction(100 * count, staff), 0) == percent
            and round_half_away(Fraction(100 * entered, count), 1) == Decimal(likelihood)
        ]
        for percent, entered, likelihood in ((76, 17, "0.7"), (22, 9, "1.2"))
    )
    assert (whites[0], whites[-1], bmes[0], bmes[-1]) == (2489, 2521, 721, 741)
    [year] = collections_table([2020]).to_pylist()
    returns = {
        f"R{number:04}": plain_return(white=(white, 17, 17), bme=(bme, 9, 9), unknown=(staff - white - bme, 0, 0))
        for number, (white, bme) in enumerate(product(whites, bmes))
        if white + bme <= staff
    }
    rows = computed_year(year, returns)["organisation"].to_pylist()
    ratios = {row["relative_likelihood"] for row in rows}
    assert (min(ratios), max(ratios)) == (Decimal("1.78"), Decimal("1.85"))
    exact = [
        relative_likelihood(row["white_headcount"], row["bme_headcount"], row["white_entered"], row["bme_entered"])
        for row in rows
    ]
    printed = [round_half_away(ratio, 1) for ratio in exact if ratio is not None]
    assert set(printed) == {Decimal("1.8"), Decimal("1.9")}  # 1.9 at two corners, which print as 1.85
    assert (printed.count(Decimal("1.9")), len(printed)) == (2, len(returns))
    assert {row["range"] for row in rows} == {"above"}


# Published by the trusts; the counts here are made up to give these ratios, for the counts themselves are not public.
SERIES = {
    "Moorfields": {2020: "1.19", 2021: "0.91", 2022: "0.76", 2023: "0.98", 2024: "0.76"},
    "Sussex Community": {2022: "1.25"},
    "Black Country": {2022: "1.60", 2023: "1.24"},
}
RANGES = {
    "Moorfields": ["within", "within", "below", "within", "below"],
    "Sussex Community": ["within"],  # exactly at its end, which belongs to it
    "Black Country": ["above", "within"],
}


@pytest.mark.parametrize("trust", SERIES)
def test_the_series_of_a_trust_crosses_the_range_where_it_was_published(trust: str) -> None:
    ranges = []
    for number, ratio in SERIES[trust].items():
        [year] = collections_table([number]).to_pylist()
        bme = int(100 * Decimal(ratio))
        entered = [(people,) * (2 if number <= 2020 else 1) for people in (100, bme)]
        cells = plain_return(white=(10_000, *entered[0]), bme=(10_000, *entered[1]))
        [row] = computed_year(year, {"RXX": cells})["organisation"].to_pylist()
        assert row["relative_likelihood"] == Decimal(ratio)
        assert row["excess_group"] == {"within": "none", "below": "white", "above": "bme"}[row["range"]]
        ranges.append(row["range"])
    assert ranges == RANGES[trust]


def test_just_over_the_range_prints_as_its_end_and_is_above() -> None:
    cells = plain_return(white=(10_000, 1_000), bme=(50_000, 6_252))
    [row] = computed_year(collection(2022), {"RAA": cells})["organisation"].to_pylist()
    assert (row["relative_likelihood"], row["range"]) == (Decimal("1.25"), "above")
    assert (row["excess_group"], row["excess_entries"]) == ("bme", 2)


def test_a_national_figure_pools_counts_and_is_no_mean_of_ratios() -> None:
    """Ratios of 2.00 and 0.50 have the mean 1.25; pooled they are 1.75."""
    returns = {"RAA": plain_return(white=(1000, 10), bme=(1000, 20)), "RBB": plain_return(white=(100, 2), bme=(100, 1))}
    tables = computed_year(collection(2022), returns)
    assert tables["organisation"]["relative_likelihood"].to_pylist() == [Decimal("2.00"), Decimal("0.50")]
    national = tables["national"].to_pylist()[0]
    assert national["relative_likelihood"] == Decimal("1.75")


def test_nine_people_in_all_can_give_a_ratio_of_nine_and_a_half() -> None:
    """Papworth 2017: a genuine 9.5 that rests on nine people, so it is small, and its interval is very wide.

    Published were the ratio and the nine people. Their split into 4 and 5, and the headcounts, are made up to agree.
    """
    cells = plain_return(white=(1620, 4), bme=(213, 5))
    [row] = computed_year(collection(2022), {"RGM": cells})["organisation"].to_pylist()
    assert row["relative_likelihood"] == Decimal("9.51")
    assert row["reliability"] == "not_judged"
    assert row["relative_likelihood_upper"] / row["relative_likelihood_lower"] > 10
