"""Estimate the ratio of several organisations together: within organisations, and as it varies between them.

The pooled ratio sums counts. Where organisations differ in how often anybody enters and in how many of their staff are
BME, it holds two things: how BME and white staff of one organisation compare, and where BME staff work. The
Mantel-Haenszel ratio compares staff of the same organisation only. With N = H_group + H_comparator of each of them:

    R_MH = sum(E_group H_comparator / N) / sum(E_comparator H_group / N)
    var(ln R_MH) = sum((H_group H_comparator (E_group + E_comparator) - E_group E_comparator N) / N^2)
                   / (sum(E_group H_comparator / N) sum(E_comparator H_group / N))

Greenland and Robins (1985), "Estimation of a common effect parameter from sparse follow-up data", Biometrics 41, 55-68.

The interval of the pooled ratio that conditions on these organisations says how far chance moves their entries. How far
the ratio would move with other organisations of the kind is said by its linearisation: with

    u_i = E_group,i / E_group - H_group,i / H_group - E_comparator,i / E_comparator + H_comparator,i / H_comparator
    var(ln R) = n / (n - 1) sum u_i^2

Rao and Scott (1992), "A simple method for the analysis of clustered binary data", Biometrics 48, 577-585. The quantile
is that of Student's t with n - 1 degrees of freedom (own choice; few organisations know little of their spread).
"""

from dataclasses import dataclass

import numpy as np

from wres.array_types import Floats, Integers
from wres.indicators.statistics.array_math import divide_or_nan
from wres.indicators.statistics.score_interval import CONFIDENCE

_FARTHEST = 1000  # times over or under the ratio: ends further off say nothing, and are not given (own choice)


@dataclass(frozen=True, slots=True)
class Strata:
    """Events and staff of organisations, and the number of the pooled row that each counts in.

    Arrays of one shape; staff are person-years where events are of two years. `rows` is how many pooled rows there are.
    """

    group: Floats
    group_staff: Floats
    comparator: Floats
    comparator_staff: Floats
    row: Integers
    rows: int

    def total(self, values: Floats) -> Floats:
        """Return the sum over the organisations of each pooled row."""
        sums: Floats = np.bincount(self.row, values, self.rows).astype(np.float64)
        return sums


@dataclass(frozen=True, slots=True)
class Ratios:
    """A ratio of each pooled row with its 95% interval; nan where there is none."""

    ratio: Floats
    lower: Floats
    upper: Floats


def within_organisations(strata: Strata) -> Ratios:
    """Return the Mantel-Haenszel ratio of each pooled row, organisations as strata, with its interval.

    Returns: nan where the divisor is zero; the interval also where no BME staff entered.
    """
    group, group_staff, comparator, comparator_staff = (
        strata.group,
        strata.group_staff,
        strata.comparator,
        strata.comparator_staff,
    )
    # without staff an organisation is no stratum: infinitely many would leave its terms zero
    staff = np.where(group_staff + comparator_staff > 0, group_staff + comparator_staff, np.inf)
    above, below = strata.total(group * comparator_staff / staff), strata.total(comparator * group_staff / staff)
    spread = strata.total(group_staff * comparator_staff * (group + comparator) / staff**2 - group * comparator / staff)
    ratio = divide_or_nan(above, below)
    return _log_interval(ratio, divide_or_nan(spread, above * below), _normal_quantile())


def between_organisations(strata: Strata) -> Ratios:
    """Return the pooled ratio of each row with the interval that takes its organisations as a sample of their kind.

    Returns: nan where there is no ratio; the interval also where no BME staff entered, or with one organisation.
    """
    change = linearised(strata)
    number = strata.total(np.ones(strata.row.shape))
    ratio = divide_or_nan(
        strata.total(strata.group) * strata.total(strata.comparator_staff),
        strata.total(strata.comparator) * strata.total(strata.group_staff),
    )
    return _log_interval(ratio, linearised_variance(change, strata.row, strata.rows), t_quantile(number))


def linearised(strata: Strata) -> Floats:
    """Return each organisation's part in the log of its row's pooled ratio; nan where the row has no log ratio."""
    parts = ((strata.group, 1), (strata.group_staff, -1), (strata.comparator, -1), (strata.comparator_staff, 1))
    share: Floats = np.zeros(strata.row.shape)
    for counts, sign in parts:
        share = share + sign * divide_or_nan(counts, strata.total(counts)[strata.row])
    return share


def linearised_variance(shares: Floats, row: Integers, rows: int) -> Floats:
    """Return the variance of a sum of independent shares that are zero on average: n / (n - 1) times their squares."""
    number = np.bincount(row, minlength=rows).astype(np.float64)
    variance: Floats = divide_or_nan(number, number - 1) * np.bincount(row, shares**2, rows)
    return variance


def t_quantile(number: Floats) -> Floats:
    """Return Student's t quantile of the interval's ends, with one degree of freedom less than organisations."""
    from scipy.special import stdtrit

    enough = number > 1
    quantile: Floats = np.where(enough, stdtrit(np.where(enough, number - 1, 1), (1 + CONFIDENCE) / 2), np.nan)
    return quantile


def _normal_quantile() -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + CONFIDENCE) / 2))


def _log_interval(ratio: Floats, variance: Floats, quantile: Floats | float) -> Ratios:
    # more entries than staff, as a mean with the year before can give, may make a variance below zero
    spread = quantile * np.sqrt(np.where(variance >= 0, variance, np.nan))
    has_interval = (ratio > 0) & (spread < np.log(_FARTHEST))  # not where spread is nan
    factor = np.exp(np.where(has_interval, spread, 0))
    lower, upper = (np.where(has_interval, bound, np.nan) for bound in (ratio / factor, ratio * factor))
    return Ratios(ratio, lower, upper)
