"""The funnel's widened limits from the method's text, by plain formulas and scipy."""

import math
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scipy.special import betainc
from scipy.stats import norm

from tests.indicators.exact_chance import q_of
from tests.indicators.exact_funnel import limit_counts
from tests.indicators.exact_method import GROUPS, Counts, Row, rounded
from tests.indicators.exact_pairs import MEASURES, Key


@dataclass(frozen=True)
class Case:
    """A count out of a size, the share expected of it, and what turns its odds into the measure."""

    entered: float
    size: float
    share: float
    to_ratio: float | None  # white to BME staff; None of the likelihood

    @classmethod
    def of(cls, counts: Counts, nation: Counts, measure: str) -> "Case | None":
        if measure == "overall_likelihood_percent":
            size, entered = Fraction(sum(counts.person_years.values())), sum(counts.events.values(), Fraction(0))
            share, to_ratio = nation.likelihood(*GROUPS), None
        else:
            size, entered, r = counts.events["white"] + counts.events["bme"], counts.events["bme"], nation.ratio
            if r is None or not counts.staff["white"] or not counts.staff["bme"]:
                return None
            share = r * counts.staff["bme"] / (r * counts.staff["bme"] + counts.staff["white"])
            to_ratio = counts.staff["white"] / counts.staff["bme"]
        if share is None or not 0 < share < 1 or not 0 <= entered <= size or not size:
            return None
        return cls(float(entered), float(size), float(share), to_ratio)

    def figure(self, count: float) -> float:
        if self.to_ratio is None:
            return 100 * count / self.size
        return math.inf if count >= self.size else count / (self.size - count) * self.to_ratio

    @property
    def variance(self) -> float:
        other_share = 1 - self.share
        return (
            other_share / (self.size * self.share)
            if self.to_ratio is None
            else 1 / (self.size * self.share * other_share)
        )

    def at_most(self, count: float, share: float) -> float:
        if count < 0:
            return 0.0
        return 1.0 if count >= self.size else float(betainc(self.size - count, count + 1, 1 - share))

    @property
    def tails(self) -> tuple[float, float]:
        """Mid-p tails below and above."""
        not_entered = self.size - self.entered
        fewer = (self.at_most(self.entered, self.share) + self.at_most(self.entered - 1, self.share)) / 2
        return fewer, (self.at_most(not_entered, 1 - self.share) + self.at_most(not_entered - 1, 1 - self.share)) / 2

    def is_outside(self, tail: float) -> bool:
        """Whether so few, or so many, have a chance below the tail."""
        not_entered = self.size - self.entered
        return min(self.at_most(self.entered, self.share), self.at_most(not_entered, 1 - self.share)) < tail

    @property
    def score(self) -> float:
        fewer, more = self.tails
        smaller = min(max(min(fewer, more), 1e-300), 0.5)
        return float(norm.ppf(smaller)) if fewer < more else -float(norm.ppf(smaller))


def widened_rows(counts_by_code: dict[str, Counts], nation: Counts, measure: str) -> dict[str, Row]:
    """The widened limits, what lies outside of them, and the q values, of one year, group and measure."""
    cases = {code: Case.of(counts, nation, measure) for code, counts in counts_by_code.items()}
    known = {code: case for code, case in cases.items() if case is not None}
    spread = _spread([case.score for case in known.values()], [case.variance for case in known.values()])
    p = [None if case is None else Fraction(min(1.0, 2 * max(min(case.tails), 1e-300))) for case in cases.values()]
    rows = {}
    for (code, case), q in zip(cases.items(), q_of(p), strict=True):
        row: Row = {"outside_q_value": None if q is None else rounded(q, 4)}
        for name, tail in (("95", 0.025), ("99_8", 0.001)):
            names = (f"widened_lower_{name}", f"widened_upper_{name}", f"outside_widened_{name}")
            row |= dict(zip(names, _widened(case, spread, tail) if case else (None, None, None), strict=True))
        rows[code] = row
    return rows


def _spread(scores: list[float], variances: list[float]) -> float:
    number = len(scores)
    if number < 2:
        return 0.0
    low, high = sorted(scores)[number // 10], sorted(scores)[number - 1 - number // 10]
    phi = sum(min(max(score, low), high) ** 2 for score in scores) / number
    weights = [1 / variance for variance in variances]
    spare = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return max(0.0, (number * phi - (number - 1)) / spare) if spare > 0 else 0.0


def _widened(case: Case, spread: float, tail: float) -> tuple[Decimal | None, Decimal | None, bool]:
    lower, upper = limit_counts(case.size, case.share, tail)
    factor = math.exp(-float(norm.ppf(tail)) * math.sqrt(case.variance + spread))
    expected = case.figure(case.size * case.share)
    low = min(case.figure(lower or 0.0), expected / factor)
    high = math.inf if upper is None or factor >= 1000 else max(case.figure(upper), expected * factor)
    figure = case.figure(case.entered)
    return (
        rounded(Fraction(low), 2),
        None if math.isinf(high) else rounded(Fraction(high), 2),
        case.is_outside(tail) and (figure < low or figure > high),
    )


def widen(rows: list[Row], returned: dict[Key, Counts], organisations: dict[Key, Row]) -> list[Row]:
    """Rows of the funnel with the widened limits, what lies outside of them, and q values."""
    groups: dict[tuple[int, str], dict[str, Counts]] = defaultdict(dict)
    for (year, code), counts in returned.items():
        groups[year, organisations[year, code]["organisation_group"]][code] = counts
    widened = {
        (year, code, measure): row
        for (year, _), group_counts in groups.items()
        for measure in MEASURES
        for code, row in widened_rows(group_counts, Counts.pooled(list(group_counts.values())), measure).items()
    }
    return [row | widened[row["collection_year"], row["code"], row["measure"]] for row in rows]
