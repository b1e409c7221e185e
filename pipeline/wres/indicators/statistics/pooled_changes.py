"""Did a pooled figure move by more than its organisations' own moves vary? Tests of trust-level pairs.

The exact tests of `significance` take all entries of a pooled row as Poisson counts. But each organisation has swings
of its own, and a few large ones can move a nation. So a change of a pooled row is also held against how much the
changes of its organisations differ. Linearised, the log of the later figure over the earlier is a sum over the pairs,
one for each matched organisation; for the likelihood, with E and H of the row in each year,

    u_i = E1_i / E1 - H1_i / H1 - E0_i / E0 + H0_i / H0,      var = n / (n - 1) sum u_i^2

and for the ratio the difference of the two years' u_i of `pooled_ratios`. The log change over its standard error is
held against Student's t with n - 1 degrees of freedom. Rao and Scott (1992), Biometrics 48, 577-585.
"""

import numpy as np

from wres.array_types import Floats, Integers
from wres.indicators.statistics.array_math import divide_or_nan
from wres.indicators.statistics.pooled_ratios import Strata, linearised, linearised_variance


def rate_change_p_values(now: tuple[Floats, Floats], before: tuple[Floats, Floats], row: Integers, rows: int) -> Floats:
    """Test whether the pooled likelihood is the same in both years, by how much its organisations' own changes differ.

    Args: for each year entries and staff of the matched organisations, arrays of one shape; the number of the pooled
        row that each counts in, and how many rows there are.

    Returns: two-sided p values of each row; nan with one organisation, or where a year has no entries.
    """
    log_change, shares = np.zeros(rows), np.zeros(row.shape)
    for (entered, staff), sign in ((now, 1), (before, -1)):
        for counts, part in ((entered, sign), (staff, -sign)):
            total: Floats = np.bincount(row, counts, rows).astype(np.float64)
            log_change = log_change + part * _log(total)
            shares = shares + part * divide_or_nan(counts, total[row])
    return _t_test(log_change, shares, row, rows)


def ratio_change_p_values(now: Strata, before: Strata) -> Floats:
    """Test whether the pooled ratio is the same in both years, by how much its organisations' own changes differ.

    Args: both years of the same organisations, in the same order.

    Returns: two-sided p values of each row; nan with one organisation, or where a year has no log ratio.
    """
    log_change = np.zeros(now.rows)
    for strata, sign in ((now, 1), (before, -1)):
        parts = ((strata.group, 1), (strata.group_staff, -1), (strata.comparator, -1), (strata.comparator_staff, 1))
        log_change = log_change + sign * sum(part * _log(strata.total(counts)) for counts, part in parts)
    return _t_test(log_change, linearised(now) - linearised(before), now.row, now.rows)


def _t_test(log_change: Floats, shares: Floats, row: Integers, rows: int) -> Floats:
    """Return two-sided p values; 1 where nothing moved at all."""
    from scipy.special import stdtr

    number = np.bincount(row, minlength=rows)
    error = np.sqrt(linearised_variance(shares, row, rows))
    testable = (number > 1) & np.isfinite(log_change) & np.isfinite(error)
    moved = testable & (error > 0)
    score = np.abs(np.where(moved, log_change, 0)) / np.where(moved, error, 1)
    p = 2 * stdtr(np.maximum(number - 1, 1), -score)
    return np.where(testable, p, np.nan)


def _log(values: Floats) -> Floats:
    logs: Floats = np.log(np.where(values > 0, values, 1))
    return np.where(values > 0, logs, np.nan)
