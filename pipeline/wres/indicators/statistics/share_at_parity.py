"""How many organisations would be within 0.8 to 1.25 if every true ratio were 1? Chance alone takes many outside.

Were BME and white staff of an organisation equally likely to enter, entries of each group would be Poisson counts with
the organisation's own rate, (E_bme + E_white) / (H_bme + H_white), over its staff. The chance that such entries have a
ratio within the range is summed exactly over all counts of white entries. The number of organisations within is then
a sum of independent yes-or-no events (Poisson binomial), whose distribution is convolved exactly.

The idea is that of Goldstein and Spiegelhalter (1996), "League tables and their limitations", Journal of the Royal
Statistical Society A 159, 385-443: what chance alone does is said beside what was counted.
"""

import numpy as np
import numpy.typing as npt

from wres.indicators.statistics.score_interval import Floats

_TAIL = 0.025
_SPANS = 9  # standard deviations of white entries beyond which nothing adds up to anything
_APPROXIMATE = 4000  # organisations from which the distribution of the number within is taken as normal


def chance_within_range(events: Floats, bme_staff: Floats, white_staff: Floats) -> Floats:
    """Give the chance that a ratio of entries by chance alone is from 0.8 to 1.25, given that there is a ratio.

    Args: arrays of one shape: BME and white events together, above 0; BME and white staff (person-years where events
    are of two years), above 0 and whole.

    Returns: for each organisation P(5 b H_w >= 4 w H_b and 4 b H_w <= 5 w H_b given w > 0), with b and w Poisson.
    """
    return np.array(
        [
            _chance(float(count), int(bme), int(white))
            for count, bme, white in zip(events, bme_staff, white_staff, strict=True)
        ],
        dtype=np.float64,
    )


def _chance(events: float, bme_staff: int, white_staff: int) -> float:
    from scipy.special import gammaln, pdtr

    white_mean, bme_mean = (events * staff / (bme_staff + white_staff) for staff in (white_staff, bme_staff))
    span = _SPANS * white_mean**0.5 + 40
    white = np.arange(max(1, int(white_mean - span)), int(white_mean + span) + 1, dtype=np.int64)
    most = 5 * white * bme_staff // (4 * white_staff)
    least = -(-4 * white * bme_staff // (5 * white_staff))
    chance_of_white = np.exp(white * np.log(white_mean) - white_mean - gammaln(white + 1))
    below = np.where(least > 0, pdtr(np.maximum(least - 1, 0), bme_mean), 0)
    inside = np.maximum(pdtr(most, bme_mean) - below, 0)
    return float((chance_of_white * inside).sum() / -np.expm1(-white_mean))


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
