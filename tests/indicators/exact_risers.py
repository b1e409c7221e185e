"""How many organisations chance expects to rise, and ratios within organisations, from the method's text."""

import math
from collections.abc import Sequence
from fractions import Fraction

from scipy.stats import binom

from tests.indicators.exact_method import Counts, Row, rounded
from tests.indicators.exact_pairs import Pair

RISERS = ("organisations_rate_rose_by_chance", "organisations_ratio_rose_by_chance")


def risers_by_chance(pairs: Sequence[Pair]) -> Row:
    """The sums over organisations of the chance that the later figure is the higher."""
    totals = (sum(rate_rises(pair) for pair in pairs), sum(ratio_rises(pair) for pair in pairs))
    return {name: rounded(Fraction(total), 1) for name, total in zip(RISERS, totals, strict=True)}


def rate_rises(pair: Pair) -> float:
    (x1, n1), (x0, n0) = (
        (int(sum(side.entered.values(), Fraction(0))), sum(side.staff.values())) for side in (pair.now, pair.before)
    )
    if not n1 or not n0:
        return 0.0
    chance = binom(x1 + x0, n1 / (n1 + n0))
    return float(sum(chance.pmf(k) for k in range(x1 + x0 + 1) if k * n0 > (x1 + x0 - k) * n1))


def ratio_rises(pair: Pair) -> float:
    """All outcomes with the entries of each year and of each group as they were."""
    staff = [side.staff[group] for side in (pair.now, pair.before) for group in ("bme", "white")]
    (b1, w1), (b0, w0) = ([int(side.entered[group]) for group in ("bme", "white")] for side in (pair.now, pair.before))
    if not all(staff):
        return 0.0
    odds = Fraction(staff[0] * staff[3], staff[1] * staff[2])
    weights = {
        k: math.comb(b1 + w1, k) * math.comb(b0 + w0, b1 + b0 - k) * odds**k
        for k in range(max(0, b1 - w0), min(b1 + w1, b1 + b0) + 1)
    }

    def rises(k: int) -> bool:
        white, bme_before, white_before = b1 + w1 - k, b1 + b0 - k, w0 - b1 + k
        if not white or not white_before:
            return False
        return Fraction(k * staff[1], white * staff[0]) > Fraction(bme_before * staff[3], white_before * staff[2])

    return float(sum(weight for k, weight in weights.items() if rises(k)) / sum(weights.values()))


def ratio_within(parts: Sequence[Counts]) -> Fraction | None:
    """Mantel-Haenszel, organisations as strata."""
    above = below = Fraction(0)
    for part in parts:
        both = part.staff["bme"] + part.staff["white"]
        if both:
            above += part.entered["bme"] * part.staff["white"] / both
            below += part.entered["white"] * part.staff["bme"] / both
    return above / below if below else None
