"""Three years pooled, from the method's text: what an organisation counts in three years, and in the three before."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tests.indicators.exact_method import Counts, Row, rounded, standing
from tests.indicators.exact_pairs import Key, Pair, matched, pool
from tests.indicators.exact_pooled import expected_share


def three_years(
    orgs: dict[Key, Row], latest: dict[Key, Counts], averaged: set[Key], year: int, code: str
) -> Counts | None:
    """Entries of twelve months of three years over the staff of their snapshots; None where one of them is missing."""
    keys, members = [(year, code)], [code]
    for back in (1, 2):
        whole = matched(orgs, latest, year - back + 1, 1)
        if any(member not in whole for member in members):
            return None
        members = [part for member in members for part in orgs[year - back + 1, member]["last_year_codes"].split()]
        keys += [(year - back, member) for member in members]
    return None if averaged.intersection(keys) else Counts.pooled([latest[key] for key in keys])


def three_years_apart(
    orgs: dict[Key, Row], latest: dict[Key, Counts], averaged: set[Key], year: int
) -> dict[str, Pair]:
    """Organisations with three years up to this one, made of such as had three years up to three years before."""
    goals = {}
    for code in matched(orgs, latest, year, 3):
        now = three_years(orgs, latest, averaged, year, code)
        before = [three_years(orgs, latest, averaged, year - 3, part) for part in pool(orgs, year, code, 3) or []]
        known = [counts for counts in before if counts is not None]
        if now is not None and len(known) == len(before):
            goals[code] = Pair(now, Counts.pooled(known))
    return goals


def three_year_goals(counts: Mapping[str, Counts | None]) -> dict[str, int | Decimal | None]:
    """How many organisations have a ratio of three years, the share of them within, and the share chance gives."""
    parts = [part for part in counts.values() if part is not None and part.ratio is not None]
    within = sum(standing(part.ratio) == "within" for part in parts)
    return {
        "three_years_calculable": len(parts) or None,
        "three_years_share_within_percent": rounded(Fraction(100 * within, len(parts)), 1) if parts else None,
        "three_years_expected_share_within_percent": expected_share(parts)[0],
    }
