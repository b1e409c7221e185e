"""The tests of change from the method's text: exact fractions over all possible outcomes."""

import math
from collections.abc import Sequence
from fractions import Fraction

from scipy.stats import t

from tests.indicators.exact_funnel import so_few
from tests.indicators.exact_method import Counts
from tests.indicators.exact_pairs import Pair, direction, pooled_pair
from tests.indicators.exact_populations import swing_p_value


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


def place_p_values(
    pairs: list[Pair], measure: str, level: str, swing: float = 0.0
) -> tuple[Fraction | None, Fraction | None]:
    """P values of no change, and of as far from 1 where a ratio changed sides; a pooled row takes the larger one."""
    if not pairs:
        return None, None
    pooled = pooled_pair(pairs)
    if measure == "overall_likelihood_percent" and swing:
        return swing_p_value(pooled, swing), None
    if measure == "overall_likelihood_percent":
        return larger(rate_p(pooled), rate_between_p(pairs) if level != "organisation" else None), None
    turned = [Pair(pair.now, exchanged(pair.before)) for pair in pairs]
    p, distance_p = (
        larger(ratio_p(pooled_pair(some)), ratio_between_p(some) if level != "organisation" else None)
        for some in (pairs, turned)
    )
    return p, distance_p if side_of_one(pooled.now) * side_of_one(pooled.before) < 0 else None


def larger(exact: Fraction | None, between: Fraction | None) -> Fraction | None:
    known = [p for p in (exact, between) if p is not None]
    return max(known) if known else None


def exchanged(counts: Counts) -> Counts:
    """White for BME and the other way round."""
    other = {"white": "bme", "bme": "white", "unknown": "unknown"}
    return Counts(
        {group: counts.staff[other[group]] for group in other}, {group: counts.entered[other[group]] for group in other}
    )


def side_of_one(counts: Counts) -> int:
    bme, white = (people(counts.entered[group]) for group in ("bme", "white"))
    gap = bme * counts.staff["white"] - white * counts.staff["bme"]
    return (gap > 0) - (gap < 0)


def rate_between_p(pairs: list[Pair]) -> Fraction | None:
    """By how much the organisations' own changes differ: linearised, and Student's t."""
    columns = [
        (
            people(sum(pair.now.entered.values(), Fraction(0))),
            sum(pair.now.staff.values()),
            people(sum(pair.before.entered.values(), Fraction(0))),
            sum(pair.before.staff.values()),
        )
        for pair in pairs
    ]
    return between_p(columns, (1, -1, -1, 1))


def ratio_between_p(pairs: list[Pair]) -> Fraction | None:
    columns = [
        tuple(
            count
            for side in (pair.now, pair.before)
            for group in ("bme", "white")
            for count in (people(side.entered[group]), side.staff[group])
        )
        for pair in pairs
    ]
    return between_p(columns, (1, -1, -1, 1, -1, 1, 1, -1))


def between_p(columns: Sequence[tuple[int, ...]], signs: tuple[int, ...]) -> Fraction | None:
    number, totals = len(columns), [sum(column) for column in zip(*columns, strict=True)]
    if number < 2 or not all(totals):
        return None
    change = sum(sign * math.log(total) for sign, total in zip(signs, totals, strict=True))
    shares = [
        sum(sign * Fraction(count, total) for sign, count, total in zip(signs, row, totals, strict=True))
        for row in columns
    ]
    error = math.sqrt(float(Fraction(number, number - 1) * sum(share**2 for share in shares)))
    return Fraction(float(2 * t.sf(abs(change) / error, number - 1))) if error else Fraction(1)


def verdict(pair: Pair, measure: str, q: Fraction | None, distance_q: Fraction | None) -> str:
    limit = Fraction(1, 20)
    if q is None:
        return "not_tested"
    if measure == "overall_likelihood_percent":
        return (
            {"fell": "improved", "rose": "worsened"}[direction(pair, measure) or ""] if q <= limit else "within_chance"
        )
    if (q if distance_q is None else distance_q) <= limit:
        now, before = distance(pair.now), distance(pair.before)
        return "changed_side" if now == before else "improved" if now < before else "worsened"
    return "changed_side" if q <= limit else "within_chance"
