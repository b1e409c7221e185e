"""How far a return moves the ratio of its region, worked out by hand."""

import numpy as np
import pytest

from wres.reference.year_config import load_year
from wres.validation.changes import Comparison, measure_changes
from wres.validation.usual_changes import GroupPositions, RegionCounts, YearCounts, assumed_changes

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
    compared = Comparison(
        before=before,
        pooled_staff=before.staff,
        pooled_entered=before.entered,
        usual=assumed_changes(limits),
        regions=RegionCounts.of_rows([[9000, 3000, 90, 30, 120]]),
        national_rate=0.01,
        limits=limits,
    )
    return float(measure_changes(counts(28, 12), compared)["ratio_chance_limit"][0])


@pytest.mark.parametrize(("percent", "matters"), [(9.0, True), (9.09, True), (9.1, False), (20.0, False)])
def test_a_ratio_matters_where_it_moves_its_region(percent: float, matters: bool) -> None:
    limit = limit_of_ratio(percent)
    assert (limit == load_year(2022).thresholds["chance_of_region"]) if matters else np.isnan(limit)
