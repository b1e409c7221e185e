"""Funnel limits that allow for organisations differing by more than chance: additive random effects.

Rates of organisations of one kind differ by more than chance for reasons that no return states. Limits of chance alone
then lie inside the usual spread, and call outside what is usual. The widened limits take the true values as spread
around the national one, on the log scale, with a variance tau^2 that is estimated from the organisations themselves:

    z_i    the distance of organisation i from the national value in units of chance, winsorised at 10% on each side
    phi    their mean square
    tau^2  max(0, (n phi - (n - 1)) / (sum w - sum w^2 / sum w)),  w = 1 / s_i^2
    limits the national value times or over exp(z sqrt(s_i^2 + tau^2))

Spiegelhalter (2005), "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14,
347-351. z_i is the normal score of the exact mid-p value, so that zeros and small counts have one (own choice).
"""

import numpy as np

from wres.array_types import Bools, Floats
from wres.indicators.statistics.array_math import binomial_cdf

WINSORISED = 0.1
_LEAST_CHANCE = 1e-300


def chance_p_values(entered: Floats, size: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Give two-sided mid-p values of counts that are binomial by chance, and their normal scores.

    Args: arrays of one shape, as in `funnel_limits.is_outside`.

    Returns: p values from 0 to 1; scores, negative where fewer entered than expected.
    """
    from scipy.special import ndtri

    so_few, so_many = binomial_cdf(entered, size, share), binomial_cdf(size - entered, size, 1 - share)
    fewer, more = (
        (tail + binomial_cdf(count - 1, size, chance)) / 2
        for tail, count, chance in ((so_few, entered, share), (so_many, size - entered, 1 - share))
    )
    smaller = np.maximum(np.minimum(fewer, more), _LEAST_CHANCE)
    scores: Floats = np.where(fewer < more, 1, -1) * ndtri(np.minimum(smaller, 0.5))
    return np.minimum(1, 2 * smaller), scores


def log_variance(size: Floats, share: Floats, is_ratio: Bools) -> Floats:
    """Return the variance by chance of the log of a likelihood, (1 - p) / (n p), or of a ratio, 1 / (n p (1 - p))."""
    variance: Floats = np.where(is_ratio, 1 / (size * share * (1 - share)), (1 - share) / (size * share))
    return variance


def between_variance(scores: Floats, variances: Floats) -> float:
    """Estimate tau^2 of one family of organisations; 0 for fewer than two.

    Args: the normal score of each organisation, and its variance by chance on the log scale.
    """
    number = scores.size
    if number < 2:
        return 0.0
    clipped = int(WINSORISED * number)
    ordered = np.sort(scores)
    phi = float(np.mean(np.clip(scores, ordered[clipped], ordered[number - 1 - clipped]) ** 2))
    weights = 1 / variances
    spare = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (number * phi - (number - 1)) / spare) if spare > 0 else 0.0


def widening(variances: Floats, tau_squared: Floats, tail: float) -> Floats:
    """Return the factor that takes the national value to its upper widened limit, and its inverse to the lower one."""
    from scipy.special import ndtri

    factor: Floats = np.exp(-float(ndtri(tail)) * np.sqrt(variances + tau_squared))
    return factor
