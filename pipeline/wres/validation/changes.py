"""What changed in each return since last year, as columns that the quality edits test: suspicion times influence.

An edit asks where a change is beyond chance and matters to a published figure (selective editing: Granquist and Kovar
1997; Lawrence and McKenzie 2000, Journal of Official Statistics 16, 243). So most measures have a limit beside them
that is missing where the change would not matter. All functions work on arrays of many returns; NaN is "not known".
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wres.array_types import Bools, Floats
from wres.exact_tests import ratio_p_values, swing_p_values
from wres.validation.usual_changes import RegionEntries, UsualChanges, YearCounts

Columns = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class ComparisonBasis:
    """Hold what many returns are compared with: last year's counts, others' changes, their regions, the year's limits.

    `pooled_staff` and `pooled_entered` (returns, ethnic groups) add up to three years before, as far as they are known;
    `national_rate` is last year's entries over staff in the nation, NaN where it is not known.
    """

    before: YearCounts
    pooled_staff: Floats
    pooled_entered: Floats
    usual: UsualChanges
    regions: RegionEntries
    national_rate: float
    limits: Mapping[str, float]


def measure_changes(now: YearCounts, compared: ComparisonBasis) -> Columns:
    """Return the columns of the frame of measures by name, with one value for each return."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            **_compare_staff(now, compared),
            **_measure_shares(now, compared),
            **_test_entries(now, compared),
            **_test_ratio(now, compared),
            **_count_copied(now, compared),
            **_measure_profile(now, compared),
        }


def _compare_staff(now: YearCounts, compared: ComparisonBasis) -> Columns:
    """Compare the staff of all groups with last year's: moved further than others', or nearly every cell fell."""
    limits, usual = compared.limits, compared.usual
    staff, before = now.staff.sum(axis=1), compared.before.staff.sum(axis=1)
    expected = before * np.exp(usual.staff_median)
    width = limits["robust_deviations"] * max(
        usual.staff_deviation, np.log1p(limits["staff_deviation_least_percent"] / 100)
    )
    off = np.abs(staff - expected)
    cells, cells_before = now.cells.reshape(len(staff), -1), compared.before.cells.reshape(len(staff), -1)
    large = cells_before >= limits["shrunk_cell_staff"]
    fell = 100 * (large & (cells < cells_before)).sum(axis=1) / large.sum(axis=1)
    fall = 100 * (before - staff) / before
    return {
        "staff": staff,
        "staff_before": before,
        "staff_move": np.abs(np.log(staff / expected)),
        "staff_move_limit": np.where(off >= limits["staff_people"], width, np.nan),
        "staff_off": staff - expected,
        "staff_least": expected * np.exp(-width),
        "staff_most": expected * np.exp(width),
        "cells_fell_percent": np.where(large.sum(axis=1) >= limits["shrunk_cells_least"], fell, np.nan),
        "cells_fell_limit": np.where(fall > limits["shrunk_percent"], limits["shrunk_cells_percent"], np.nan),
        "staff_fall_percent": fall,
    }


def _measure_shares(now: YearCounts, compared: ComparisonBasis) -> Columns:
    """Measure the shares of unknown ethnicity and of the compared group against last year's and others' changes."""
    limits, usual = compared.limits, compared.usual
    columns: Columns = {}
    staff, before = now.staff.sum(axis=1), compared.before.staff.sum(axis=1)
    for name, group, median, deviation in (
        ("unknown", now.positions.unknown, usual.unknown_median, usual.unknown_deviation),
        ("compared", now.positions.compared, usual.compared_median, usual.compared_deviation),
    ):
        share, share_before = 100 * now.staff[:, group] / staff, 100 * compared.before.staff[:, group] / before
        points = share_before * (100 - share_before) / 100  # of a small change of the log odds
        expected = share_before + points * median
        usual_variance = np.maximum(points * deviation, usual.share_least) ** 2
        by_chance = 100 * points / staff * 2 * limits["turnover_percent"] / 100  # some leave, as many come
        width = limits["robust_deviations"] * np.sqrt(usual_variance + by_chance)
        off = share - expected
        columns |= {
            f"{name}_percent": share,
            f"{name}_percent_before": share_before,
            f"{name}_move": np.abs(off),
            f"{name}_move_limit": np.where(np.abs(off) * staff / 100 >= limits["share_people"], width, np.nan),
            f"{name}_off": off,
            f"{name}_people": off * staff / 100,
            f"{name}_least": np.maximum(expected - width, 0),
            f"{name}_most": np.minimum(expected + width, 100),
        }
    level = limits["unknown_ethnicity_percent"]
    columns["unknown_percent_limit"] = np.where(columns["unknown_percent_before"] > level, np.nan, level)
    columns["unknown_above"] = columns["unknown_percent"] - level
    return columns


def _test_entries(now: YearCounts, compared: ComparisonBasis) -> Columns:
    """Test entries of all groups against last year's rate, by chance and by the swings that rates make."""
    limits, usual = compared.limits, compared.usual
    entered, before = now.entered.sum(axis=1), compared.before.entered.sum(axis=1)
    staff, staff_before = now.staff.sum(axis=1), compared.before.staff.sum(axis=1)
    odds = staff / staff_before * np.exp(usual.rate_median)
    expected = before * odds
    off = np.abs(entered - expected)
    testable = np.isfinite(expected) & (entered > 0)  # none entered is an edit of its limit
    chance = np.full(len(entered), np.nan)
    whole, whole_before = entered[testable].astype(np.int64), before[testable].astype(np.int64)
    chance[testable] = swing_p_values(whole, whole_before, odds[testable], usual.rate_swing)
    of_region = 100 * off / compared.regions.entered
    from_nation = staff * compared.national_rate
    of_nation = np.isnan(expected) & (from_nation >= limits["none_entered_expected_of_nation"])
    at_rate = np.where(np.isnan(expected), np.where(of_nation, from_nation, np.nan), expected)
    return {
        "entered": entered,
        "entered_before": before,
        "rate_chance": chance,
        "rate_chance_limit": _chance_limit(
            off >= limits["rate_people"], of_region > limits["region_move_percent"], limits
        ),
        "entered_expected": expected,
        "entered_off": entered - expected,
        "entered_at_rate": at_rate,
        "entered_where_expected": np.where(at_rate >= limits["none_entered_expected"], entered, np.nan),
    }


def _chance_limit(matters: Bools, moves_region: Bools, limits: Mapping[str, float]) -> Floats:
    """Return how rare a change must be to be asked about; missing where it would not matter."""
    limit = np.where(matters, limits["chance"], np.nan)
    return np.where(moves_region, limits["chance_of_region"], limit)


def _test_ratio(now: YearCounts, compared: ComparisonBasis) -> Columns:
    """Test the relative likelihood against the years before: the compared group's part of both groups' entries."""
    limits, regions, (comparator_at, group_at, _) = compared.limits, compared.regions, now.positions
    counts, earlier, last_year = (
        np.stack([entered[:, group_at], staff[:, group_at], entered[:, comparator_at], staff[:, comparator_at]])
        for entered, staff in (
            (now.entered, now.staff),
            (compared.pooled_entered, compared.pooled_staff),
            (compared.before.entered, compared.before.staff),
        )
    )
    known: Bools = np.isfinite(counts.sum(axis=0) + earlier.sum(axis=0))
    chance = np.full(len(known), np.nan)
    chance[known] = ratio_p_values(*(tuple(year[:, known].astype(np.int64)) for year in (counts, earlier)))
    group, group_staff, comparator, comparator_staff = counts
    group_earlier, group_staff_earlier, comparator_earlier, comparator_staff_earlier = earlier
    group_at_rate = group_earlier / group_staff_earlier * group_staff
    comparator_at_rate = comparator_earlier / comparator_staff_earlier * comparator_staff
    expected = (group + comparator) * group_at_rate / (group_at_rate + comparator_at_rate)
    other_group, other_comparator = regions.compared_entered - last_year[0], regions.comparator_entered - last_year[2]
    moved = (
        (other_group + group)
        / (other_comparator + comparator)
        * (other_comparator + comparator + group - expected)
        / (other_group + expected)
    )
    off = np.abs(group - expected)
    return {
        "ratio": group / group_staff / (comparator / comparator_staff),
        "ratio_earlier": group_earlier / group_staff_earlier / (comparator_earlier / comparator_staff_earlier),
        "ratio_chance": chance,
        "ratio_chance_limit": _chance_limit(
            off >= limits["ratio_people"], 100 * np.abs(moved - 1) > limits["region_move_percent"], limits
        ),
        "compared_entered": group,
        "comparator_entered": comparator,
        "compared_entered_expected": expected,
        "compared_entered_off": group - expected,
    }


def _count_copied(now: YearCounts, compared: ComparisonBasis) -> Columns:
    """Count the workforce figures that differ from last year's; and say how rare entries are that are all alike."""
    from scipy.special import gammaln, xlogy

    returns = len(now.cells)
    cells, before = now.cells.reshape(returns, -1), compared.before.cells.reshape(returns, -1)
    differ = (cells != before).sum(axis=1).astype(float)
    differ[np.isnan(cells).any(axis=1) | np.isnan(before).any(axis=1)] = np.nan
    entered, last_year = now.entered, compared.before.entered
    growth = now.staff / compared.before.staff
    growth = np.where((now.staff == 0) & (compared.before.staff == 0), 1, growth)
    alike = (entered == last_year).all(axis=1)
    # The predictive distribution of a count, one count of the same rate known: negative binomial, by Jeffreys' prior.
    shape = last_year + 0.5
    log_chance = gammaln(entered + shape) - gammaln(shape) - gammaln(entered + 1)
    log_chance += xlogy(entered, growth / (1 + growth)) - shape * np.log1p(growth)
    log_chance = log_chance.sum(axis=1)
    return {
        "cells_that_differ": differ,
        "entries_alike_chance": np.where(alike, np.exp(log_chance), np.nan),
        "entries_alike_limit": np.full(returns, compared.limits["copied_entries_chance"]),
    }


def _measure_profile(now: YearCounts, compared: ComparisonBasis) -> Columns:
    """Measure the dissimilarity of a group's staff by band and grade with last year's, of the group furthest off."""
    limits = compared.limits
    staff, before = now.staff, compared.before.staff
    shift = 0.5 * np.abs(now.cells / staff[:, None, :] - compared.before.cells / before[:, None, :]).sum(axis=1)
    limit = limits["profile_shift"] + limits["profile_shift_by_root"] / np.sqrt(np.minimum(staff, before))
    excess = np.where(np.isfinite(shift) & np.isfinite(limit), shift - limit, -np.inf)
    worst = excess.argmax(axis=1)
    rows = np.arange(len(worst))
    return {
        "profile_shift": shift[rows, worst],
        "profile_limit": limit[rows, worst],
        "profile_group": worst.astype(float),
        "profile_percent": 100 * shift[rows, worst],
        "profile_percent_limit": 100 * limit[rows, worst],
        "profile_over": 100 * (shift - limit)[rows, worst],
    }
