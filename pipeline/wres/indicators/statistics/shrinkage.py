"""What is each organisation's true ratio likely to be, given its own counts and those of all the others?

Empirical Bayes. The log ratios of organisations are taken as normal around a mean mu with a spread tau; given an
organisation's ratio R and its BME and white events together, its BME events are binomial with the share R H_group /
(R H_group + H_comparator). mu and tau are those that make the counts of all organisations likeliest. What few people
say about an organisation is so shrunk towards the others, by as much as chance could have moved it.

Spiegelhalter (2005), "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14, 347;
Goldstein and Spiegelhalter (1996), Journal of the Royal Statistical Society A 159, 385.
"""

from dataclasses import dataclass

import numpy as np

from wres.array_types import Floats
from wres.returns.indicator_math import FOUR_FIFTHS

LEAST = 10  # organisations; fewer say too little of a spread (own choice)
LOG_RANGE = tuple(float(np.log(float(end))) for end in FOUR_FIFTHS)

_NARROWEST, _WIDEST = 0.001, 3.0  # standard deviations of the log ratio that are tried
_REACH = 6.0  # standard deviations of the prior that the grid spans


@dataclass(frozen=True, slots=True)
class TrueRatios:
    """The distribution of true ratios over organisations, and the likely true ratio of each.

    `mean` and `spread` are of the log ratio; `log_ratios` its posterior mean for each organisation, and `within` the
    posterior chance that its ratio is from 0.8 to 1.25.
    """

    mean: float
    spread: float
    log_ratios: Floats
    within: Floats


def true_ratios(group: Floats, comparator: Floats, group_staff: Floats, comparator_staff: Floats) -> TrueRatios | None:
    """Estimate the true ratios of organisations.

    Args: arrays of one shape: BME and white events, at least one of them above 0; BME and white staff, above 0.

    Returns: None for fewer than `LEAST` organisations.
    """
    from scipy.optimize import minimize

    if group.size < LEAST:
        return None
    offset = np.log(group_staff) - np.log(comparator_staff)
    pooled = (
        np.log(group.sum() + 0.5) - np.log(comparator.sum() + 0.5) - np.log(group_staff.sum() / comparator_staff.sum())
    )
    nodes = _nodes(121)

    def unlikelihood(parameters: Floats) -> float:
        log_chances = _log_chances(group, comparator, offset, parameters[0] + np.exp(parameters[1]) * nodes)
        return -float(_log_sum(log_chances - nodes**2 / 2).sum())

    optimum = minimize(
        unlikelihood,
        np.array([pooled, np.log(0.3)]),
        method="Nelder-Mead",
        bounds=[(pooled - 3, pooled + 3), (np.log(_NARROWEST), np.log(_WIDEST))],
        options={"xatol": 1e-5, "fatol": 1e-8, "maxiter": 2000},
    )
    mean, spread = float(optimum.x[0]), float(np.exp(optimum.x[1]))
    return _posterior(group, comparator, offset, mean, spread)


def _posterior(group: Floats, comparator: Floats, offset: Floats, mean: float, spread: float) -> TrueRatios:
    """Compute the posterior on a fine grid; the chance of the range is interpolated in its cumulative distribution."""
    nodes = _nodes(1201)
    log_ratio = mean + spread * nodes
    log_chances = _log_chances(group, comparator, offset, log_ratio) - nodes**2 / 2
    density = np.exp(log_chances - _log_sum(log_chances)[:, np.newaxis])
    cumulative = np.cumsum(density, axis=1) - density / 2
    within = np.array([np.subtract(*np.interp(LOG_RANGE[::-1], log_ratio, row, 0, 1)) for row in cumulative])
    return TrueRatios(mean, spread, density @ log_ratio, within)


def _nodes(number: int) -> Floats:
    return np.linspace(-_REACH, _REACH, number)


def _log_chances(group: Floats, comparator: Floats, offset: Floats, log_ratio: Floats) -> Floats:
    """Return the log likelihood of each organisation's counts (rows) at each log ratio (columns), up to a constant."""
    log_odds = offset[:, np.newaxis] + log_ratio
    chances: Floats = group[:, np.newaxis] * log_odds - (group + comparator)[:, np.newaxis] * np.logaddexp(0, log_odds)
    return chances


def _log_sum(rows: Floats) -> Floats:
    """Return the log of the sum of exponentials along each row."""
    greatest = rows.max(axis=1)
    total: Floats = greatest + np.log(np.exp(rows - greatest[:, np.newaxis]).sum(axis=1))
    return total
