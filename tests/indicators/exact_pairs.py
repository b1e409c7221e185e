"""Two years side by side, from the method's text: who is compared with whom, and which way a figure moved."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from tests.indicators.exact_method import GROUPS, Counts, Row

Key = tuple[int, str]
MEASURES = ("overall_likelihood_percent", "relative_likelihood")


@dataclass(frozen=True)
class Pair:
    """Counts of the same organisations in the later and in the earlier year."""

    now: Counts
    before: Counts
    parts: int = 1  # returns that the earlier year is made of


def pooled_pair(pairs: list[Pair]) -> Pair:
    return Pair(
        Counts.pooled([pair.now for pair in pairs]),
        Counts.pooled([pair.before for pair in pairs]),
        sum(p.parts for p in pairs),
    )


def pool(organisations: dict[Key, Row], year: int, code: str, back: int) -> list[str] | None:
    """The codes that an organisation was `back` years before; None where the way leads to nobody."""
    if back == 0:
        return [code]
    codes = organisations[year, code]["last_year_codes"].split() if (year, code) in organisations else []
    parts = [pool(organisations, year - 1, code, back - 1) for code in codes]
    return None if not parts or None in parts else [code for part in parts for code in part or []]


def matched(organisations: dict[Key, Row], returned: dict[Key, Counts], year: int, back: int) -> dict[str, Pair]:
    """Organisations with a return in both years, every part of their earlier self having sent one of its own."""
    pools = {code: pool(organisations, year, code, back) for org_year, code in organisations if org_year == year}
    # A pool that breaks off somewhere still claims what it does reach.
    claims = Counter(code for pool in pools for code in reached(organisations, year, pool, back))
    pairs = {}
    for code, codes in pools.items():
        parts = [returned.get((year - back, code)) for code in codes or []]
        if (year, code) in returned and parts and None not in parts and all(claims[code] == 1 for code in codes or []):
            pairs[code] = Pair(returned[year, code], Counts.pooled([part for part in parts if part]), len(parts))
    return pairs


def reached(organisations: dict[Key, Row], year: int, code: str, back: int) -> list[str]:
    if back == 0:
        return [code]
    codes = organisations[year, code]["last_year_codes"].split() if (year, code) in organisations else []
    return [end for code in codes for end in reached(organisations, year - 1, code, back - 1)]


def sign(value: Fraction) -> str:
    return "fell" if value < 0 else "rose" if value > 0 else "same"


def percent(counts: Counts, *groups: str) -> Fraction | None:
    likelihood = counts.likelihood(*groups)
    return None if likelihood is None else 100 * likelihood


def direction(pair: Pair, measure: str) -> str | None:
    if measure == "overall_likelihood_percent":
        now, before = pair.now.likelihood(*GROUPS), pair.before.likelihood(*GROUPS)
        return None if now is None or before is None else sign(now - before)
    places = []
    for side in (pair.now, pair.before):
        bme, white = side.entered["bme"], side.entered["white"]
        if not (side.staff["white"] and side.staff["bme"] and bme + white):
            return None
        places.append((bme / side.staff["bme"]) / (white / side.staff["white"]) if white else Fraction(10**30))
    return sign(places[0] - places[1])
