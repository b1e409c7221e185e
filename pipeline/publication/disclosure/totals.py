"""Every total of people that the tables state, with the organisations that it adds up.

Two rows that add up the same organisations print the same figure, so a total is known by its year and its members.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.publication.disclosure.pools import Pools

Rows = Mapping[str, list[dict[str, Any]]]  # by table
Reach = Literal["nation", "part_of_nation", "below"]

# The tables that state totals: what is given up first when one has to go, and what last.
KINDS = ("comparison", "organisation_type", "region", "national")


@dataclass(frozen=True, slots=True)
class Members:
    """The organisations of one year that a total adds up.

    Its reach is the nation, or all of one organisation group of it; the part of these that two years have in common; or
    below it.
    """

    year: int
    codes: frozenset[str]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Place:
    """Where a total stands: a row of a table, by its number, and the prefix of the columns that hold its counts."""

    table: str
    row: int
    side: str  # "" or "previous_"


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a set of tables; a place whose members nobody here can tell is not among them."""

    places: Mapping[Place, Members]
    kinds: Mapping[Members, str]


def totals_of(rows: Rows, pools: Pools) -> Totals:
    """Where the tables state totals, and of whom.

    Args:
        rows: of the tables national, region, organisation_type, comparison, organisation and organisation_change.
        pools: as `pools_of` gives them.
    """
    places: dict[Place, Members] = {}
    kinds: dict[Members, str] = {}
    nations: set[tuple[int, frozenset[str]]] = set()
    for kind, place, year, codes in _stated(rows, pools):
        if kind == "national":
            nations.add((year, codes))
        level = rows[place.table][place.row]["level"]
        reach: Reach = "below" if level != "national" else "nation" if (year, codes) in nations else "part_of_nation"
        places[place] = members = Members(year, codes, reach)
        kinds[members] = max(kind, kinds.get(members, kind), key=KINDS.index)
    return Totals(places, kinds)


def _stated(rows: Rows, pools: Pools) -> Iterator[tuple[str, Place, int, frozenset[str]]]:
    returned = _members(rows["organisation"], {(row["collection_year"], row["code"]) for row in rows["organisation"]})
    for table in ("national", "region", "organisation_type"):
        for number, row in enumerate(rows[table]):
            yield table, Place(table, number, ""), row["collection_year"], returned[_key(row)]
    compared = {(row["collection_year"], row["code"]) for row in rows["organisation_change"]}
    matched = _members(rows["organisation"], compared)
    for number, row in enumerate(rows["comparison"]):
        year, codes = row["collection_year"], matched[_key(row)]
        yield "comparison", Place("comparison", number, ""), year, codes
        if all((year, code) in pools for code in codes):
            earlier = frozenset[str]().union(*(pools[year, code] for code in codes))
            yield "comparison", Place("comparison", number, "previous_"), year - 1, earlier


def _members(
    organisations: list[dict[str, Any]], counted: Collection[tuple[int, str]]
) -> Mapping[tuple[Any, ...], frozenset[str]]:
    """The codes behind each pooled row, by year, level, code and organisation group; only those counted."""
    sets: defaultdict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in organisations:
        year, code = row["collection_year"], row["code"]
        if (year, code) not in counted:
            continue
        for group in (row["organisation_group"], "all"):
            sets[year, "national", group].add(code)
            sets[year, "region", row["region_code"] or "unknown", group].add(code)
            sets[year, "organisation_type", row["organisation_type"] or "unknown", group].add(code)
    return defaultdict(frozenset, {key: frozenset(codes) for key, codes in sets.items()})


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    place = () if row["level"] == "national" else (row["code"],)
    return (row["collection_year"], row["level"], *place, row["organisation_group"])
