"""Adding up the rows of a release: what organisations make together, and where a stated figure is not that sum."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pipeline.validation.catalogue import load_catalogue

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]
Amounts = Mapping[str, int | Decimal]
Place = tuple[Any, ...]  # year, level, code, organisation group, and what else tells the rows of a table apart
Sums = dict[Place, dict[str, int | Decimal]]

POOLED = ("region", "organisation_type", "national")
_UNKNOWN = "unknown"  # the region or type of organisations of which nobody knows it


def pooled(rows: Tables, members: Iterable[Row], brings: Callable[[Row], Amounts], extra: tuple[str, ...] = ()) -> Sums:
    """What organisations add up to: each once under its own group and once under `all`, in nation, region and type."""
    stands, nation = returned_of(rows), nation_of(rows)["code"]

    def places() -> Iterator[tuple[Row, Amounts]]:
        for member in members:
            if (own := stands.get((member["collection_year"], member["code"]))) is None:
                continue
            amounts = brings(member)
            codes = (own["region_code"] or _UNKNOWN, own["organisation_type"] or _UNKNOWN, nation)
            for group in (own["organisation_group"], "all"):
                for level, code in zip(POOLED, codes, strict=True):
                    yield {**member, "level": level, "code": code, "organisation_group": group}, amounts

    return added(places(), extra)


def added(placed: Iterable[tuple[Row, Amounts]], extra: tuple[str, ...] = ()) -> Sums:
    """The amounts of all rows that stand at the same place, added up by column."""
    sums: Sums = defaultdict(lambda: defaultdict(int))
    for row, amounts in placed:
        here = sums[place_of(row, extra)]
        for column, amount in amounts.items():
            here[column] += amount
    return sums


def differing(name: str, stated: Iterable[Row], sums: Sums, extra: tuple[str, ...] = ()) -> Iterator[str]:
    """A sentence for each figure that is not the sum, and for organisations whose row is missing."""
    columns = list(dict.fromkeys(column for amounts in sums.values() for column in amounts))
    left = dict(sums)
    for row in stated:
        computed = left.pop(place_of(row, extra), {})
        for column in columns:
            if row[column] != computed.get(column, 0):
                yield _said(name, column, place_of(row, extra), row["name"], row[column], computed.get(column, 0))
    for place, amounts in left.items():
        for column, amount in amounts.items():
            if amount:
                yield _said(name, column, place, place[2], "missing", amount)


def strangers(name: str, rows: Tables, members: Iterable[Row]) -> Iterator[str]:
    """Organisations with a row but without a return."""
    stands = returned_of(rows)
    for row in members:
        if (row["collection_year"], row["code"]) not in stands:
            yield _said(name, "organisations", place_of({"level": "organisation", **row}), row["name"], 1, 0)


def _said(name: str, column: str, place: Place, called: str, stated: object, computed: object) -> str:
    year, level, _, group, *extra = place
    who = ", ".join(map(str, (called, level.replace("_", " "), group, *extra)))
    facts = {"table": name, "measure": column, "year": year, "name": who, "stated": stated, "computed": computed}
    return load_catalogue()["R501"].say(**facts).rstrip(".")


def returned_of(rows: Tables) -> dict[tuple[int, str], Row]:
    """Each organisation's row in table `organisation`: where it stands in a year that it sent a return for."""
    return {(row["collection_year"], row["code"]): row for row in rows["organisation"]}


def nation_of(rows: Tables) -> Row:
    """What the nation is called, in the columns that say what a row is about."""
    return {column: rows["national"][0][column] for column in ("level", "code", "name")}


def place_of(row: Row, extra: tuple[str, ...] = ()) -> Place:
    """Where a row stands."""
    return tuple(row[name] for name in ("collection_year", "level", "code", "organisation_group", *extra))


def taken(row: Row, columns: Iterable[str]) -> Amounts:
    """These figures of a row."""
    return {column: row[column] for column in columns}
