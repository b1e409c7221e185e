"""How far a return moves the ratio of its region, worked out by hand."""

import numpy as np
import pytest

from wres.reference.year_config import load_year
from wres.validation.changes import ComparisonBasis, measure_changes
from wres.validation.usual_changes import (
    GroupPositions,
    RegionEntries,
    UsualChanges,
    YearCounts,
    assumed_changes,
    estimate_changes,
)

# White, BME, unknown: 3,000, 1,000 and no staff in both years.
STAFF = [[3000.0, 1000.0, 0.0]]


def counts(white: int, bme: int) -> YearCounts:
    return YearCounts(np.array([STAFF]), np.array([[white, bme, 0]], dtype=float), GroupPositions(0, 1, 2))


def limit_of_ratio(region_move_percent: float) -> float:
    """The limit of chance at which the ratio is asked about; NaN where it would not matter.

    Last year the return had 30 white and 10 BME entries of its region's 90 and 30. This year it has 28 and 12, where
    10 of 40 were to be expected of BME staff, so the region's ratio is (20 + 12) / (60 + 28) and not (20 + 10) /
    (60 + 30): 9.09% higher.
    """
    limits = {**load_year(2022).thresholds, "region_move_percent": region_move_percent, "ratio_people": 3}
    before = counts(30, 10)
    compared = ComparisonBasis(
        before=before,
        pooled_staff=before.staff,
        pooled_entered=before.entered,
        usual=assumed_changes(limits),
        regions=RegionEntries.of_rows([[90, 30, 120]]),
        national_rate=0.01,
        limits=limits,
    )
    return float(measure_changes(counts(28, 12), compared)["ratio_chance_limit"][0])


@pytest.mark.parametrize(("percent", "matters"), [(9.0, True), (9.09, True), (9.1, False), (20.0, False)])
def test_a_ratio_matters_where_it_moves_its_region(percent: float, matters: bool) -> None:
    limit = limit_of_ratio(percent)
    assert (limit == load_year(2022).thresholds["chance_of_region"]) if matters else np.isnan(limit)


def usual_changes(entered: list[int], entered_before: int, growth: float) -> UsualChanges:
    """Estimate from organisations with so many entries now, each with as many before and staff that grew alike."""
    before = np.array([[[30000.0, 10000.0, 0.0]]] * len(entered))
    years = [
        YearCounts(cells, np.array([[total, 0.0, 0.0] for total in totals]), GroupPositions(0, 1, 2))
        for cells, totals in ((before * growth, entered), (before, [entered_before] * len(entered)))
    ]
    return estimate_changes(years[0], years[1], load_year(2022).thresholds, (2021, 2022))


def test_the_usual_change_of_the_rate_is_that_of_entries_by_staff() -> None:
    """Everywhere 10% more staff and 55 entries after 100: half the rate, and no more swing than is assumed."""
    usual = usual_changes([55] * 30, 100, growth=1.1)
    assert usual.rate_median == pytest.approx(np.log(0.5))
    assert usual.staff_median == pytest.approx(np.log(1.1))
    assert usual.rate_swing == load_year(2022).thresholds["assumed_rate_swing"]
    assert "30 organisations from 2021 to 2022" in usual.source


def test_swings_beyond_chance_are_the_median_swing() -> None:
    """Counts so large that chance is nothing: entries times or by 1.5, so 0.6 or 0.4 of both years' where 0.5 is usual.

    A tenth is 1 / 1.4826 of the standard deviation 0.5 x 0.5 x swing.
    """
    usual = usual_changes([15_000_000, 6_666_667] * 20, 10_000_000, growth=1.0)
    assert usual.rate_median == pytest.approx(0, abs=1e-6)
    assert usual.rate_swing == pytest.approx(0.1 * 1.4826 / 0.25, rel=1e-3)


def test_of_few_organisations_nothing_is_estimated() -> None:
    assert usual_changes([55] * 19, 100, growth=1.1) == assumed_changes(load_year(2022).thresholds)
