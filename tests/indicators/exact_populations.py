"""What ten or more organisations tell of each other, from the method's text: swings, and figures with chance taken out.

Sums over a fine grid of true values, scipy's beta-binomial, and scipy's search for what is likeliest.
"""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from scipy import optimize, special, stats

from tests.indicators.exact_method import GROUPS, Counts
from tests.indicators.exact_pairs import Pair

LEAST = 10  # organisations
GRID, FINE_GRID = (np.linspace(-8, 8, points) for points in (801, 16_001))  # true values, in standard deviations


def swing_of(pairs: Sequence[Pair]) -> float:
    """The standard deviation of the log change of likelihoods, beside chance; 0 of fewer than ten pairs."""
    counted = [counts for pair in pairs if (counts := _entries(pair))[1] and all(counts[2:])]
    if len(counted) < LEAST:
        return 0.0
    entered, entries, staff, staff_before = np.array(counted, float).T
    share = staff / (staff + staff_before)

    def unlikelihood(parameters: Sequence[float]) -> float:
        mean = special.expit(special.logit(share) + parameters[0])
        return -float(_beta_binomial(entries, mean, math.exp(parameters[1])).logpmf(entered).sum())

    swing = math.exp(_least(unlikelihood)[1])
    return swing if swing > 0.002 else 0.0


def swing_p_value(pair: Pair, swing: float) -> Fraction | None:
    """Twice the smaller mid-p tail of the later year's entries, which swing around the share of the staff."""
    entered, entries, staff, staff_before = _entries(pair)
    if not (entries and staff and staff_before):
        return None
    chance = _beta_binomial(np.array(entries), np.array(staff / (staff + staff_before)), swing)
    fewer, seen = float(chance.cdf(entered - 1)), float(chance.pmf(entered))
    return Fraction(min(1.0, 2 * (fewer + seen / 2), 2 * (1 - fewer - seen / 2)))


def _entries(pair: Pair) -> tuple[int, int, int, int]:
    """Entries of the later year and of both, and the staff of each year."""
    now, before = (int(sum(side.entered.values(), Fraction(0))) for side in (pair.now, pair.before))
    return now, now + before, sum(pair.now.staff.values()), sum(pair.before.staff.values())


def _beta_binomial(entries: np.ndarray, mean: np.ndarray, swing: float) -> "stats._distn_infrastructure.rv_frozen":
    precision = np.maximum(1 / (swing**2 * mean * (1 - mean)) - 1, 1e-3)
    return stats.betabinom(entries, mean * precision, (1 - mean) * precision)


def shrunken_ratios(sides: Sequence[Counts]) -> list[Fraction | None]:
    """The likely true ratio of each organisation; None without BME or white staff, or entries of either."""
    return _shrunken(
        [
            (side.entered["bme"], side.entered["white"], side.staff["bme"], side.staff["white"])
            if side.staff["bme"] and side.staff["white"] and side.entered["bme"] + side.entered["white"]
            else None
            for side in sides
        ],
        math.exp,
    )


def shrunken_likelihoods(sides: Sequence[Counts]) -> list[Fraction | None]:
    """The likely true likelihood of each organisation, in per cent: its odds are treated as a ratio is."""
    totals = [(sum(side.entered.values(), Fraction(0)), sum(side.staff[group] for group in GROUPS)) for side in sides]
    return _shrunken(
        [(entered, max(staff - entered, Fraction(0)), 1, 1) if staff else None for entered, staff in totals],
        lambda log_odds: 100 * float(special.expit(log_odds)),
    )


def share_truly_within(parts: Sequence[Counts]) -> Fraction | None:
    """The mean of the chances that the true ratio is within the range, of the organisations with a ratio."""
    known = [
        tuple(float(part[group]) for part in (counts.events, counts.staff) for group in ("bme", "white"))
        for counts in parts
        if counts.ratio is not None
    ]
    if len(known) < LEAST:
        return None
    log_ratios, chances = _posterior(np.array(known))
    inside = (log_ratios >= math.log(0.8)) & (log_ratios <= math.log(1.25))
    return Fraction(float(100 * chances[:, inside].sum(axis=1).mean()))


def _shrunken(
    counts: Sequence[tuple[Fraction | int, ...] | None], figure: Callable[[float], float]
) -> list[Fraction | None]:
    known = np.array([row for row in counts if row is not None], float)
    if len(known) < LEAST:
        return [None] * len(counts)
    log_ratios, chances = _posterior(known)
    means = iter((chances @ log_ratios).tolist())
    return [None if row is None else Fraction(figure(next(means))) for row in counts]


def _posterior(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The log ratios of a grid, and the chance of each for each organisation, with the likeliest mean and spread."""
    bme, white, bme_staff, white_staff = counts.T[:, :, np.newaxis]

    def log_chances(mean: float, spread: float, grid: np.ndarray = GRID) -> np.ndarray:
        odds = np.log(bme_staff / white_staff) + mean + spread * grid
        chances: np.ndarray = stats.norm.logpdf(grid) + bme * odds - (bme + white) * np.logaddexp(0, odds)
        return chances

    def unlikelihood(parameters: Sequence[float]) -> float:
        return -float(special.logsumexp(log_chances(parameters[0], math.exp(parameters[1])), axis=1).sum())

    start = float(np.log((bme.sum() + 0.5) / (white.sum() + 0.5) / (bme_staff.sum() / white_staff.sum())))
    mean, log_spread = _least(unlikelihood, start)
    chances = special.softmax(log_chances(mean, math.exp(log_spread), FINE_GRID), axis=1)
    return mean + math.exp(log_spread) * FINE_GRID, chances


def _least(unlikelihood: Callable[[Sequence[float]], float], start: float = 0.0) -> Sequence[float]:
    """A mean and the log of a spread, from 0.001 on, that make the counts likeliest."""
    bounds = [(start - 3, start + 3), (math.log(0.001), math.log(2))]
    found = optimize.minimize(unlikelihood, [start, math.log(0.3)], method="L-BFGS-B", bounds=bounds)
    polished = optimize.minimize(
        unlikelihood, found.x, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-6, "fatol": 1e-10}
    )
    likeliest: list[float] = polished.x.tolist()
    return likeliest
