"""How sure can one be of a relative likelihood? The 95% Koopman score interval, for many ratios at once.

Koopman, P. A. R. (1984), "Confidence intervals for the ratio of two binomial proportions", Biometrics 40, 513-517.
No continuity correction, and zeros need none. A mean of two years is given as the events of both over person-years.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from wres.array_types import Floats

CONFIDENCE = 0.95
_TINY = 1e-300  # keeps 0 / 0, where both groups are exactly as expected, from being undefined


def koopman_interval(
    group_entered: npt.ArrayLike,
    group_headcount: npt.ArrayLike,
    comparator_entered: npt.ArrayLike,
    comparator_headcount: npt.ArrayLike,
) -> tuple[Floats, Floats]:
    """Return the bounds of (group_entered / group_headcount) / (comparator_entered / comparator_headcount).

    Args: four arrays of one shape, counts of people, or of events and person-years; not negative, not always whole.

    Returns: two float arrays of that shape. The lower bound is 0 where no BME staff entered; the upper bound is
    infinite where no white staff entered. Both are nan where no interval exists, because a group has no staff or more
    entries than staff (which a mean with the year before can give to a shrinking organisation).

    Raises:
        ValueError: a count is negative or not finite.
    """
    counts = (group_entered, group_headcount, comparator_entered, comparator_headcount)
    group, group_staff, comparator, comparator_staff = np.broadcast_arrays(
        *(np.asarray(part, dtype=np.float64) for part in counts)
    )
    if not all(
        np.isfinite(part).all() and (part >= 0).all() for part in (group, group_staff, comparator, comparator_staff)
    ):
        raise ValueError("An interval needs counts that are finite and not negative.")
    proportions = (group_staff > 0) & (comparator_staff > 0) & (group <= group_staff) & (comparator <= comparator_staff)
    upper = _upper_bound(proportions, group, group_staff, comparator, comparator_staff)
    # Turned upside down, the ratio's upper bound is this one's lower; 1 / inf is the 0 that no BME entries ask for.
    return 1 / _upper_bound(proportions, comparator, comparator_staff, group, group_staff), upper


def equality_p_values(group: Floats, group_staff: Floats, comparator: Floats, comparator_staff: Floats) -> Floats:
    """Give two-sided p values of equal likelihoods: below 0.05 just where the interval leaves out 1.

    Args: as in `koopman_interval`, staff above 0 and entries up to staff; at least one entry.
    """
    from scipy.special import ndtr

    p: Floats = 2 * ndtr(-np.abs(_score(np.zeros(group.shape), group, group_staff, comparator, comparator_staff)))
    return p


def _upper_bound(proportions: npt.NDArray[np.bool_], x1: Floats, n1: Floats, x0: Floats, n0: Floats) -> Floats:
    """Return the upper bound of (x1 / n1) / (x0 / n0): nan where these are no proportions, inf where x0 is 0."""
    bounded = proportions & (x0 > 0)
    upper = np.where(proportions, np.inf, np.nan)
    if bounded.any():
        upper[bounded] = np.exp(_log_upper_bound(x1[bounded], n1[bounded], x0[bounded], n0[bounded]))
    return upper


def _log_upper_bound(x1: Floats, n1: Floats, x0: Floats, n0: Floats) -> Floats:
    """Return the log ratio at which the score, which only ever falls, has fallen to minus the normal quantile."""
    from scipy.optimize import elementwise

    quantile = _normal_quantile()
    counts = (x1, n1, x0, n0)

    def above(log_ratio: Floats, *counts: Floats) -> Floats:
        return _score(log_ratio, *counts) + quantile

    guess = np.log((x1 + 0.5) / (n1 + 0.5)) - np.log((x0 + 0.5) / (n0 + 0.5))
    spread = 0.5 + quantile * np.sqrt(1 / (x1 + 0.5) + 1 / (x0 + 0.5))
    low = _step_until(lambda at: above(at, *counts) > 0, guess, -spread)
    high = _step_until(lambda at: above(at, *counts) < 0, guess, spread)
    exact_enough = {"xatol": 1e-12, "xrtol": 1e-12, "fatol": 0, "frtol": 0}
    solution = elementwise.find_root(above, (low, high), args=counts, tolerances=exact_enough)
    if not solution.success.all():
        raise ArithmeticError("The score interval did not converge, which is a fault of the program.")
    root: Floats = solution.x
    return root


def _step_until(crossed: Callable[[Floats], npt.NDArray[np.bool_]], start: Floats, step: Floats) -> Floats:
    """Go away from the start, each element doubling its own step, until every element has crossed."""
    while not (done := crossed(start + step)).all():
        step = np.where(done, step, 2 * step)
    return start + step


def _score(log_ratio: Floats, x1: Floats, n1: Floats, x0: Floats, n0: Floats) -> Floats:
    """Return the signed score: how many standard errors x1 / n1 lies above ratio * x0 / n0, were that ratio true.

    The proportions p1 = ratio * p0 that fit best under that ratio solve a quadratic. Its discriminant is written as a
    sum of two terms that cannot be negative, and its smaller root with the sum below the line, so nothing cancels.
    """
    ratio = np.exp(log_ratio)
    a = ratio * (n1 + x0)
    b = n0 + x1
    p0 = 2 * (x1 + x0) / (a + b + np.sqrt((a - b) ** 2 + 4 * ratio * (n1 - x1) * (n0 - x0)))
    p1 = ratio * p0
    variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
    score: Floats = (x1 / n1 - ratio * x0 / n0) / np.sqrt(np.maximum(variance, _TINY))
    return score


@cache
def _normal_quantile() -> float:
    from scipy.special import ndtri  # scipy.stats would give the same and takes a third of a second to import

    return float(ndtri((1 + CONFIDENCE) / 2))
