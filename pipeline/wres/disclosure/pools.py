"""Which organisations of the year before make up each organisation's last year, found in the exact tables themselves.

Readers know the mergers from public registers, so they know which counts a pooled count of last year adds up.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from wres.disclosure.primary_suppression import COUNTS

Row = Mapping[str, Any]
Pools = dict[tuple[int, str], frozenset[str]]

_LARGEST = 4  # organisations in one merger


def pools_of(organisation: list[dict[str, Any]], change: list[dict[str, Any]]) -> Pools:
    """The members of each compared organisation's last year, by collection year and code.

    Args: exact rows of the tables `organisation` and `organisation_change`.

    Returns: no entry where the counts of the year before do not tell who the members were.
    """
    counts = {(row["collection_year"], row["code"]): _counts(row, "") for row in organisation}
    vanished: dict[int, list[str]] = {}
    for year, code in counts:
        if (year + 1, code) not in counts:
            vanished.setdefault(year + 1, []).append(code)
    pools: Pools = {}
    for row in change:
        year, code = row["collection_year"], row["code"]
        wanted = _counts(row, "previous_")
        if row["previous_organisations"] == 1 and counts.get((year - 1, code)) == wanted:
            pools[year, code] = frozenset([code])
        elif members := _found(wanted, code, counts, year - 1, vanished.get(year, []), row["previous_organisations"]):
            pools[year, code] = members
    return pools


def _counts(row: Row, side: str) -> tuple[Any, ...]:
    return tuple(row[side + column] for column in COUNTS)


def _found(
    wanted: tuple[Any, ...],
    code: str,
    counts: Mapping[tuple[int, str], tuple[Any, ...]],
    year: int,
    vanished: list[str],
    size: int,
) -> frozenset[str] | None:
    """The only set of so many organisations, this one and those that are gone, whose counts add up to these."""
    if size > _LARGEST:
        return None
    own = [code] if (year, code) in counts and code not in vanished else []
    fits = [
        frozenset(members)
        for members in combinations(sorted([*own, *vanished]), size)
        if tuple(map(sum, zip(*(counts[year, member] for member in members), strict=True))) == wanted
    ]
    return fits[0] if len(fits) == 1 else None
