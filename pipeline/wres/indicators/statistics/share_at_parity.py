"""How many organisations would be within 0.8 to 1.25 if every true ratio were 1? Chance alone takes many outside.

Were BME and white staff of an organisation equally likely to enter, entries of each group would be Poisson counts
with the organisation's own rate, (E_group + E_comparator) / (H_group + H_comparator), over its staff. The chance that
such entries have a ratio within the range is summed exactly over all counts of white entries. The number of
organisations within is then a sum of independent yes-or-no events (Poisson binomial), whose distribution is convolved
exactly.

The idea is that of Goldstein and Spiegelhalter (1996), "League tables and their limitations", Journal of the Royal
Statistical Society A 159, 385-443: what chance alone does is said beside what was counted.
"""

import numpy as np
import numpy.typing as npt

from wres.array_types import Floats
from wres.returns.indicator_math import FOUR_FIFTHS

_TAIL = 0.025
_SPANS = 9  # standard deviations of white entries beyond which nothing adds up to anything
_APPROXIMATE = 4000  # organisations from which the distribution of the number within is taken as normal


def chance_within_range(events: Floats, group_staff: Floats, comparator_staff: Floats) -> Floats:
    """Give the chance that a ratio of entries by chance alone is from 0.8 to 1.25, given that there is a ratio.

    Args: arrays of one shape: BME and white events together, above 0; BME and white staff (person-years where events
    are of two years), above 0 and whole.

    Returns: for each organisation P(5 b H_w >= 4 w H_b and 4 b H_w <= 5 w H_b given w > 0), with b and w Poisson.
    """
    return np.array(
        [
            _chance(float(count), int(group), int(comparator))
            for count, group, comparator in zip(events, group_staff, comparator_staff, strict=True)
        ],
        dtype=np.float64,
    )


def _chance(events: float, group_staff: int, comparator_staff: int) -> float:
    """Return the chance that a ratio is within the four-fifths range where both groups have the same likelihood."""
    from scipy.special import gammaln, pdtr

    comparator_mean, group_mean = (
        events * staff / (group_staff + comparator_staff) for staff in (comparator_staff, group_staff)
    )
    span = _SPANS * comparator_mean**0.5 + 40
    comparator = np.arange(max(1, int(comparator_mean - span)), int(comparator_mean + span) + 1, dtype=np.int64)
    lower, upper = FOUR_FIFTHS
    most = upper.numerator * comparator * group_staff // (upper.denominator * comparator_staff)
    least = -(-lower.numerator * comparator * group_staff // (lower.denominator * comparator_staff))
    chance_of_comparator = np.exp(comparator * np.log(comparator_mean) - comparator_mean - gammaln(comparator + 1))
    below = np.where(least > 0, pdtr(np.maximum(least - 1, 0), group_mean), 0)
    inside = np.maximum(pdtr(most, group_mean) - below, 0)
    return float((chance_of_comparator * inside).sum() / -np.expm1(-comparator_mean))


def expected_share(chances: Floats) -> tuple[float, float, float]:
    """Give the expected share within the range and its 95% range, as fractions, from each organisation's chance.

    The range holds the middle 95% of what chance does: at most 2.5% of it lies below, and at most 2.5% above.

    Raises:
        ValueError: there is no organisation.
    """
    if not chances.size:
        raise ValueError("A share needs at least one organisation.")
    number = chances.size
    lower, upper = _middle(chances) if number < _APPROXIMATE else _normal_middle(chances)
    return float(chances.mean()), lower / number, upper / number


def _middle(chances: Floats) -> tuple[int, int]:
    distribution = np.ones(1)
    for chance in chances:
        distribution = np.append(distribution * (1 - chance), 0.0) + np.append(0.0, distribution * chance)
    up_to: npt.NDArray[np.float64] = np.cumsum(distribution)
    return int(np.searchsorted(up_to, _TAIL)), int(np.searchsorted(up_to, 1 - _TAIL))


def _normal_middle(chances: Floats) -> tuple[int, int]:
    from scipy.special import ndtri

    spread = float(ndtri(1 - _TAIL)) * float((chances * (1 - chances)).sum()) ** 0.5
    return round(float(chances.sum()) - spread), round(float(chances.sum()) + spread)
