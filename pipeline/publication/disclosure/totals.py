"""Every total of people that the tables print, with the organisations that it adds up.

Two rows that add up the same organisations print the same figure, so a total is known by its year and its members.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.publication.disclosure.pools import Pools

Rows = Mapping[str, list[dict[str, Any]]]  # by table

# What is given up first when a total has to go, and what last.
KINDS = ("comparison", "organisation_type", "region", "national")


@dataclass(frozen=True, slots=True)
class Members:
    """The organisations of one year that a total adds up. The nation's counts are exact, others are rounded."""

    year: int
    codes: frozenset[str]
    national: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a total stands: a row of a table, by its number, and the prefix of the columns that hold its counts."""

    table: str
    row: int
    side: str  # "" or "previous_"


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a set of tables. `unknown` are the places whose members nobody here can tell."""

    places: Mapping[Place, Members]
    kinds: Mapping[Members, str]
    unknown: frozenset[Place]


def totals_of(rows: Rows, pools: Pools) -> Totals:
    """Where the tables state totals, and of whom.

    Args:
        rows: of the tables national, region, organisation_type, comparison, organisation and organisation_change.
        pools: as `pools_of` gives them.
    """
    places: dict[Place, Members] = {}
    kinds: dict[Members, str] = {}
    unknown: set[Place] = set()
    for kind, place, year, codes in _stated(rows, pools):
        row = rows[place.table][place.row]
        if codes is None:
            unknown.add(place)
            continue
        members = Members(year, codes, row["level"] == "national")
        places[place] = members
        kinds[members] = max(kind, kinds.get(members, kind), key=KINDS.index)
    return Totals(places, kinds, frozenset(unknown))


def _stated(rows: Rows, pools: Pools) -> Iterator[tuple[str, Place, int, frozenset[str] | None]]:
    returned = _members(rows["organisation"], [(row["collection_year"], row["code"]) for row in rows["organisation"]])
    for table in ("national", "region", "organisation_type"):
        for number, row in enumerate(rows[table]):
            yield table, Place(table, number, ""), row["collection_year"], returned[_key(row)]
    matched = _members(
        rows["organisation"], [(row["collection_year"], row["code"]) for row in rows["organisation_change"]]
    )
    for number, row in enumerate(rows["comparison"]):
        year, codes = row["collection_year"], matched[_key(row)]
        yield "comparison", Place("comparison", number, ""), year, codes
        earlier = [pools.get((year, code)) for code in codes]
        pooled = None if None in earlier else frozenset().union(*(each for each in earlier if each is not None))
        yield "comparison", Place("comparison", number, "previous_"), year - 1, pooled


def _members(
    organisations: list[dict[str, Any]], wanted: Iterable[tuple[int, str]]
) -> Mapping[tuple[Any, ...], frozenset[str]]:
    """The codes behind each pooled row, by year, level, code and organisation group; only those wanted count."""
    chosen = set(wanted)
    sets: defaultdict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in organisations:
        year, code = row["collection_year"], row["code"]
        if (year, code) not in chosen:
            continue
        for group in (row["organisation_group"], "all"):
            sets[year, "national", group].add(code)
            sets[year, "region", row["region_code"] or "unknown", group].add(code)
            sets[year, "organisation_type", row["organisation_type"] or "unknown", group].add(code)
    frozen = {key: frozenset(codes) for key, codes in sets.items()}
    return defaultdict(frozenset, frozen)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    place = () if row["level"] == "national" else (row["code"],)
    return (row["collection_year"], row["level"], *place, row["organisation_group"])
