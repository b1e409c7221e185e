"""How much other organisations changed from one year to the next: what a change of one return is held against.

Estimated from last year's accepted returns and those of the year before it, so that the findings of a return depend
neither on its batch nor on who sent before. Where there are too few, the year's file gives assumed values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wres.array_types import Floats
from wres.returns.template_spec import Template

_FEWEST = 20  # organisations with both years; of fewer nothing is estimated
_FEWEST_ENTRIES = 20  # of both years, of an organisation whose rate says something about swings
_MAD_TO_DEVIATION = 1.4826  # of a normal distribution
_LARGEST_SWING = 2.0


class GroupPositions(NamedTuple):
    """Say where the last axis of counts has both groups that the relative likelihood compares, and the unknown one."""

    comparator: int
    compared: int
    unknown: int


def group_positions(template: Template) -> GroupPositions:
    """Find the groups with a part of their own in the measure: the comparator is white staff, the group BME staff."""
    compared, index = template.comparison(), template.ethnic_groups.index
    return GroupPositions(index(compared.comparator), index(compared.ethnic_group), index(template.unknown_group))


@dataclass(frozen=True, slots=True)
class YearCounts:
    """Counts of many returns of one year: staff by cell and group, and entries of twelve months by group (float).

    `cells` has the shape (returns, workforce cells that add up to the staff, ethnic groups), `entered` (returns, ethnic
    groups); NaN where a figure is not known. `positions` says which groups are the ones of the measure.
    """

    cells: Floats
    entered: Floats
    positions: GroupPositions

    @property
    def staff(self) -> Floats:
        """Return staff of each return by ethnic group."""
        total: Floats = self.cells.sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class UsualChanges:
    """Medians and robust standard deviations of the changes of organisations from one year to the next.

    Of staff and overall rate on the log scale, of shares on that of log odds, for a share of 45% moves further than one
    of 5%; `share_least` is the least standard deviation of a share, in percentage points. `rate_swing` is the standard
    deviation of the log rate within organisations, without what chance does to counts. `source` says what they rest on.
    """

    staff_median: float
    staff_deviation: float
    unknown_median: float
    unknown_deviation: float
    compared_median: float
    compared_deviation: float
    rate_median: float
    rate_swing: float
    share_least: float
    source: str


def assumed_changes(thresholds: Mapping[str, float]) -> UsualChanges:
    """Return the changes that the year's file assumes where no earlier ones are known."""
    staff, share = thresholds["assumed_staff_deviation_percent"] / 100, thresholds["assumed_share_deviation_points"]
    source = "the usual changes that the year's file assumes, for no earlier ones are known here"
    return UsualChanges(0.0, staff, 0.0, 0.0, 0.0, 0.0, 0.0, thresholds["assumed_rate_swing"], share, source)


def estimate_changes(
    now: YearCounts, before: YearCounts, thresholds: Mapping[str, float], years: tuple[int, int]
) -> UsualChanges:
    """Estimate the usual changes from pairs of accepted returns of two years, organisation by organisation.

    Args:
        now: the later year's counts.
        before: the earlier year's counts of the same organisations, pooled through mergers.
        thresholds: of the year's file, for what cannot be estimated.
        years: the earlier and the later year, for the words.
    """
    assumed = assumed_changes(thresholds)
    staff, staff_before = now.staff.sum(axis=1), before.staff.sum(axis=1)
    both = (staff > 0) & (staff_before > 0)
    if both.sum() < _FEWEST:
        return assumed
    growth = np.log(staff[both] / staff_before[both])
    unknown, compared = (
        _robust(_log_odds_changes(now.staff[both, group] / staff[both], before.staff[both, group] / staff_before[both]))
        for group in (now.positions.unknown, now.positions.compared)
    )
    rate_median, rate_swing = _rate_changes(
        now.entered.sum(axis=1)[both], before.entered.sum(axis=1)[both], staff[both] / staff_before[both], assumed
    )
    source = f"the changes of {int(both.sum())} organisations from {years[0]} to {years[1]}"
    least = thresholds["share_deviation_least_points"]
    return UsualChanges(*_robust(growth), *unknown, *compared, rate_median, rate_swing, least, source)


def _log_odds_changes(share: Floats, share_before: Floats) -> Floats:
    """Return the changes of the log odds of shares; not finite where a share of either year is 0 or 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        changes: Floats = np.log(share / (1 - share)) - np.log(share_before / (1 - share_before))
    return changes


def _robust(values: Floats) -> tuple[float, float]:
    """Return the median and the deviation (by the median absolute deviation) of finite values; 0 without any."""
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 0.0
    median = float(np.median(values))
    return median, _MAD_TO_DEVIATION * float(np.median(np.abs(values - median)))


def _rate_changes(entered: Floats, before: Floats, growth: Floats, assumed: UsualChanges) -> tuple[float, float]:
    """Estimate the median change of the log rate, and the swing at which half of the standardised changes are usual.

    A change is standardised by the beta-binomial variance n p q (1 + (n - 1) p q swing^2), given the entries n of both
    years; the swing is the one at which the median of the absolute values is that of a normal distribution. Some two
    hundred pairs tell it only roughly, so it is never taken below the assumed one.
    """
    entries = entered + before
    enough = (entries >= _FEWEST_ENTRIES) & (entered > 0) & (before > 0)  # nan is not enough
    if enough.sum() < _FEWEST:
        return assumed.rate_median, assumed.rate_swing
    seen, of, odds = entered[enough], entries[enough], growth[enough]
    median = float(np.median(np.log(seen / before[enough] / odds)))
    share = odds * np.exp(median) / (1 + odds * np.exp(median))
    spread = share * (1 - share)

    def typical(swing: float) -> float:
        """Measure how far the standardised changes are from usual ones at a swing."""
        deviation = np.sqrt(of * spread * (1 + (of - 1) * spread * swing**2))
        return _MAD_TO_DEVIATION * float(np.median(np.abs(seen - of * share) / deviation))

    low, high = 0.0, _LARGEST_SWING
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if typical(middle) > 1 else (low, middle)
    return median, max(high, assumed.rate_swing)


UNKNOWN_REGION = (np.nan, np.nan, np.nan)  # a row of `RegionEntries` for a return whose region is not known


@dataclass(frozen=True, slots=True)
class RegionEntries:
    """Last year's entries in the region of each of many returns (float arrays, NaN where it is not known)."""

    comparator_entered: Floats
    compared_entered: Floats
    entered: Floats  # of all groups

    @staticmethod
    def of_rows(rows: npt.ArrayLike) -> "RegionEntries":
        """Read an array of three columns, a row a return."""
        return RegionEntries(*np.asarray(rows, dtype=float).reshape(-1, 3).T)


@dataclass(frozen=True, slots=True)
class OtherReturns:
    """Hold the usual changes of other organisations, and the entries in the region of each by its code."""

    usual: UsualChanges
    regions: Mapping[str, tuple[float, ...]]
