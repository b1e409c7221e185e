"""The tests of change from the method's text: exact fractions over all possible outcomes."""

import math
from fractions import Fraction

from tests.indicators.exact_funnel import so_few
from tests.indicators.exact_method import Counts
from tests.indicators.exact_pairs import Pair, direction


def twice_the_smaller(fewer: Fraction) -> Fraction:
    """Of the two mid-p tails, which are 1 together."""
    return min(Fraction(1), 2 * fewer, 2 * (1 - fewer))


def people(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def rate_p(pair: Pair) -> Fraction | None:
    x1, x0 = (people(sum(side.entered.values(), Fraction(0))) for side in (pair.now, pair.before))
    n1, n0 = (sum(side.staff.values()) for side in (pair.now, pair.before))
    entries = x1 + x0
    if not (n1 and n0 and entries):
        return None
    share = Fraction(n1, n1 + n0)
    return twice_the_smaller((so_few(x1 - 1, entries, share) + so_few(x1, entries, share)) / 2)


def ratio_p(pair: Pair) -> Fraction | None:
    (b1, w1), (b0, w0) = (
        [people(side.entered[group]) for group in ("bme", "white")] for side in (pair.now, pair.before)
    )
    staff = [side.staff[group] for side in (pair.now, pair.before) for group in ("bme", "white")]
    outcomes = range(max(0, b1 + b0 - b0 - w0), min(b1 + w1, b1 + b0) + 1)
    if not all(staff) or len(outcomes) < 2:
        return None
    odds = Fraction(staff[0] * staff[3], staff[1] * staff[2])
    top, bottom, most = odds.numerator, odds.denominator, outcomes[-1]
    weights = [
        math.comb(b1 + w1, k) * math.comb(b0 + w0, b1 + b0 - k) * top**k * bottom ** (most - k) for k in outcomes
    ]
    seen = b1 - outcomes[0]
    return twice_the_smaller(Fraction(2 * sum(weights[:seen]) + weights[seen], 2 * sum(weights)))


def q_of(p_values: list[Fraction | None]) -> list[Fraction | None]:
    """Benjamini and Hochberg: the smallest p x tests / rank among those from this one up."""
    tested = sorted(p for p in p_values if p is not None)

    def q(p: Fraction) -> Fraction:
        return min(p_value * len(tested) / rank for rank, p_value in enumerate(tested, start=1) if p_value >= p)

    return [None if p is None else q(p) for p in p_values]


def distance(counts: Counts) -> Fraction | float:
    """How many times over or under 1; no entries on one side are beyond all others."""
    up = counts.entered["bme"] * counts.staff["white"]
    down = counts.entered["white"] * counts.staff["bme"]
    return Fraction(max(up, down), min(up, down)) if min(up, down) else math.inf


def verdict(pair: Pair, measure: str, q: Fraction | None) -> str:
    if q is None:
        return "not_tested"
    if q > Fraction(1, 20):
        return "within_chance"
    if measure == "overall_likelihood_percent":
        return {"fell": "improved", "rose": "worsened"}[direction(pair, measure) or ""]
    now, before = distance(pair.now), distance(pair.before)
    return "as_far_from_equal" if now == before else "improved" if now < before else "worsened"
