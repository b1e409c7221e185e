"""Pooled rows and goals beside chance, from the method's text: fractions, plain sums over outcomes, scipy's t."""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
from scipy import stats

from tests.indicators.exact_chance import q_of
from tests.indicators.exact_method import CHI_SQUARED_95, GROUPS, Counts, Row, bounds, rounded, standing
from tests.indicators.exact_populations import share_truly_within


def unknown_bounds(counts: Counts) -> Row:
    """The ratio, were staff and entries of unknown ethnicity known to be of one of the groups."""
    moved = {}
    mixes = {
        "white": ("white", "white"),
        "bme": ("bme", "bme"),
        "lowest": ("bme", "white"),
        "highest": ("white", "bme"),
    }
    for name, (staff_to, entries_to) in mixes.items():
        staff, entered = dict(counts.staff), dict(counts.entered)
        staff[staff_to] += staff["unknown"]
        entered[entries_to] += entered["unknown"]
        moved[f"relative_likelihood_unknown_{name}"] = rounded(Counts(staff, entered).ratio, 2)
    return moved


def place_beyond_chance(counts: Counts) -> str | None:
    """Where the whole interval lies against the range."""
    if counts.ratio is None:
        return None
    lower, upper = bounds(counts)
    if lower is None or upper is None:
        return "cannot_tell"
    if lower > 1.25:
        return "above"
    if upper < 0.8:
        return "below"
    return "within" if lower >= 0.8 and upper <= 1.25 else "cannot_tell"


def equality_q_values(parts: Sequence[Counts]) -> list[Decimal | None]:
    """Pearson's chi-squared test of each organisation, and the q values over all of them."""
    return [None if q is None else rounded(q, 4) for q in q_of([_equality_p(counts) for counts in parts])]


def _equality_p(counts: Counts) -> Fraction | None:
    if bounds(counts)[0] is None:
        return None
    events, staff = counts.events, counts.person_years
    a, n1, c, n0 = events["bme"], staff["bme"], events["white"], staff["white"]
    b, d = n1 - a, n0 - c
    if b + d == 0:
        return Fraction(1)
    squared = (n1 + n0) * (a * d - b * c) ** 2 / (n1 * n0 * (a + c) * (b + d))
    return Fraction(float(stats.chi2.sf(float(squared), 1)))


def between_and_within(parts: Sequence[Counts]) -> Row:
    """The ratio within organisations, and both further intervals."""
    strata = [(p.events["bme"], p.person_years["bme"], p.events["white"], p.person_years["white"]) for p in parts]
    both = [(x, n, y, m) for x, n, y, m in strata if n + m]
    above = sum((x * m / Fraction(n + m) for x, n, y, m in both), Fraction(0))
    below = sum((y * n / Fraction(n + m) for x, n, y, m in both), Fraction(0))
    ratio = above / below if below else None
    spread = sum(((n * m * (x + y) - x * y * (n + m)) / Fraction((n + m) ** 2) for x, n, y, m in both), Fraction(0))
    within = _log_bounds(ratio, float(spread / (above * below)) if ratio else None, math.sqrt(CHI_SQUARED_95))
    pooled = Counts.pooled(list(parts))
    between = _log_bounds(pooled.ratio, _between_variance(strata), stats.t.ppf(0.975, max(len(parts) - 1, 1)))
    composition = pooled.ratio / ratio if ratio and pooled.ratio is not None else None
    return {
        "relative_likelihood_between_lower": between[0],
        "relative_likelihood_between_upper": between[1],
        "relative_likelihood_within": rounded(ratio, 2),
        "relative_likelihood_within_lower": within[0],
        "relative_likelihood_within_upper": within[1],
        "composition_factor": rounded(composition, 2),
    }


def _between_variance(strata: list[tuple[Fraction, int, Fraction, int]]) -> float | None:
    totals = [sum(column, Fraction(0)) for column in zip(*strata, strict=True)]
    if len(strata) < 2 or not all(totals):
        return None
    bme, bme_staff, white, white_staff = totals
    shares = [a / bme - Fraction(b) / bme_staff - c / white + Fraction(d) / white_staff for a, b, c, d in strata]
    return float(Fraction(len(strata), len(strata) - 1) * sum(share**2 for share in shares))


def _log_bounds(
    ratio: Fraction | None, variance: float | None, quantile: float
) -> tuple[Decimal | None, Decimal | None]:
    if not ratio or variance is None or variance < 0:
        return None, None
    if quantile * math.sqrt(variance) >= math.log(1000):  # ends so far off say nothing
        return None, None
    if not variance:  # both ends are the ratio itself, which may lie halfway between two printed figures
        return rounded(ratio, 2), rounded(ratio, 2)
    factor = math.exp(quantile * math.sqrt(variance))
    return rounded(Fraction(float(ratio) / factor), 2), rounded(Fraction(float(ratio) * factor), 2)


def twelve_months(parts: Sequence[tuple[Counts, bool]]) -> Row:
    """Pooled figures on the entries of the twelve months, of those whose sender has not averaged already."""
    whole = [counts for counts, has_half in parts if not has_half]
    pooled = Counts.pooled(whole) if whole else None
    rate = None if pooled is None else pooled.likelihood(*GROUPS)
    return {
        "twelve_months_organisations": len(whole) or None,
        "twelve_months_overall_likelihood_percent": None if rate is None else rounded(100 * rate, 2),
        "twelve_months_relative_likelihood": None if pooled is None else rounded(pooled.ratio, 2),
    }


def goals_beside_chance(parts: Sequence[Counts], latest: Sequence[tuple[Counts, bool]]) -> Row:
    """The share that chance alone gives, the classes by interval, and the share of the twelve months."""
    places = [place_beyond_chance(counts) for counts in parts]
    ranges = [standing(counts.ratio) for counts, has_half in latest if not has_half]
    ranges = [place for place in ranges if place != "not_calculable"]
    expected, lower, upper = expected_share([counts for counts in parts if counts.ratio is not None])
    return {
        "expected_share_within_percent": expected,
        "expected_share_within_lower_percent": lower,
        "expected_share_within_upper_percent": upper,
        **{f"{place}_beyond_chance": places.count(place) for place in ("above", "below", "within")},
        "cannot_tell": places.count("cannot_tell"),
        "share_truly_within_percent": rounded(share_truly_within(parts), 1),
        "twelve_months_share_within_percent": (
            rounded(Fraction(100 * ranges.count("within"), len(ranges)), 1) if ranges else None
        ),
    }


def expected_share(parts: list[Counts]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The share within the range that chance alone gives, with the ends of what chance does."""
    if not parts:
        return None, None, None
    chances = [_within_at_parity(counts) for counts in parts]
    # the chance of each number within, by the discrete Fourier transform of the distribution
    number = len(chances)
    angles = np.exp(2j * np.pi * np.arange(number + 1) / (number + 1))
    transform = np.prod([1 - chance + chance * angles for chance in chances], axis=0)
    up_to = np.cumsum(np.real(np.fft.fft(transform)) / (number + 1))
    ends = [int(np.argmax(up_to >= tail - 1e-12)) for tail in (0.025, 0.975)]
    expected, lower, upper = (
        rounded(Fraction(100 * share), 1) for share in (float(np.mean(chances)), *(end / number for end in ends))
    )
    return expected, lower, upper


def _within_at_parity(counts: Counts) -> float:
    """All pairs of counts that are not too unlikely to matter."""
    events = counts.events["bme"] + counts.events["white"]
    staff = counts.staff["bme"] + counts.staff["white"]
    means = {group: float(events * counts.staff[group] / staff) for group in ("bme", "white")}
    outcomes = {group: np.arange(int(mean + 12 * math.sqrt(mean)) + 40) for group, mean in means.items()}
    bme, white = np.meshgrid(outcomes["bme"], outcomes["white"], indexing="ij")
    chance = np.outer(*(stats.poisson.pmf(outcomes[group], means[group]) for group in ("bme", "white")))
    up, down = bme * counts.staff["white"], white * counts.staff["bme"]
    inside = (white > 0) & (5 * up >= 4 * down) & (4 * up <= 5 * down)
    return float(chance[inside].sum() / chance[white > 0].sum())
