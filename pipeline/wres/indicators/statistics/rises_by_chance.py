"""How many organisations would rise if nothing had changed? About half of them, less those whose figure stays the same.

Given an organisation's entries of two years, chance shares them out between the years as in `significance`. The chance
that its later likelihood, or its later ratio, is the higher is summed exactly over all outcomes; over organisations
these chances add up to the number of risers that chance expects.
"""

import numpy as np

from wres.array_types import Floats, Integers


def chance_of_higher_rate(entries: Integers, staff: Integers, staff_before: Integers) -> Floats:
    """Give the chance that the later likelihood is the higher, given the entries of both years together.

    The later year's entries x are binomial with the share H1 / (H1 + H0); its likelihood is higher where
    x (H1 + H0) > entries H1.

    Args: arrays of one shape, whole counts. Returns: nan where a year has no staff.
    """
    from scipy.special import betainc

    testable = (staff > 0) & (staff_before > 0)
    both = np.where(testable, staff + staff_before, 1)
    equal = entries * np.where(testable, staff, 0) // both  # the greatest whole number that is no rise
    share = np.where(testable, staff, 0) / both
    possible = testable & (equal < entries)
    others = np.where(possible, entries - equal, 1)
    higher = np.where(possible, betainc(equal + 1, others, share), 0)
    return np.where(testable, higher, np.nan)


def chance_of_higher_ratio(now: tuple[Integers, ...], before: tuple[Integers, ...]) -> Floats:
    """Give the chance that the later ratio is the higher, given the entries of each year and of each group.

    Outcomes without a ratio in one of the years are no rise.

    Args: for each year BME entries, BME staff, white entries and white staff: arrays of one shape, whole counts.
    Returns: nan where a group has no staff.
    """
    return np.array(
        [
            _higher_ratio(*(int(value) for value in counts))
            for counts in zip(*now, *before, strict=True)
        ],
        dtype=np.float64,
    )  # fmt: skip


def _higher_ratio(
    group: int,
    group_staff: int,
    comparator: int,
    comparator_staff: int,
    group_0: int,
    group_staff_0: int,
    comparator_0: int,
    comparator_staff_0: int,
) -> float:
    """Return the chance that the ratio rises between two years in which each group keeps its likelihood.

    The margins are those that came: who entered in each year, and in each group over both years.
    """
    from scipy.special import gammaln

    if min(group_staff, comparator_staff, group_staff_0, comparator_staff_0) < 1:
        return float("nan")
    year, both, before = group + comparator, group + group_0, group_0 + comparator_0
    outcome = np.arange(max(0, both - before), min(year, both) + 1)
    comparator_now, group_then, comparator_then = year - outcome, both - outcome, before - both + outcome
    log_odds = np.log(group_staff) - np.log(comparator_staff) - np.log(group_staff_0) + np.log(comparator_staff_0)
    log_weight = outcome * log_odds - sum(
        gammaln(cell + 1.0) for cell in (outcome, comparator_now, group_then, comparator_then)
    )
    weight = np.exp(log_weight - log_weight.max())
    # products of four counts can pass 64 bits
    later = [int(x) * comparator_staff * int(y) * group_staff_0 for x, y in zip(outcome, comparator_then, strict=True)]
    earlier = [
        int(x) * comparator_staff_0 * int(y) * group_staff for x, y in zip(group_then, comparator_now, strict=True)
    ]
    rises = np.array([above > below for above, below in zip(later, earlier, strict=True)])
    rises &= (comparator_now > 0) & (comparator_then > 0)
    return float(weight[rises].sum() / weight.sum())
