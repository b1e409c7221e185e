"""Check that published tables add up (R501), independently of the SQL that made them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wres.outputs.group_columns import compared_counts
from wres.outputs.table_schema import TableSpec, load_specification
from wres.reference.year_config import load_year
from wres.validation.edit_catalogue import load_catalogue

if TYPE_CHECKING:
    import pyarrow as pa


Row = dict[str, Any]
Tables = Mapping[str, list[Row]]
Amount = int | Decimal | None  # None: a count of an ethnic group that the year's template does not have
Amounts = Mapping[str, Amount]
Place = tuple[Any, ...]  # year, level, code, organisation group, and what else tells the rows of a table apart
Sums = dict[Place, dict[str, Amount]]

POOLED = ("region", "organisation_type", "national")
_UNKNOWN = "unknown"  # the code of organisations whose region or type nobody knows


def aggregate(
    rows: Tables, members: Iterable[Row], brings: Callable[[Row], Amounts], extra: tuple[str, ...] = ()
) -> Sums:
    """Add organisations up, each once under its own group and once under `all`, in nation, region and type."""
    returned, nation = returned_of(rows), nation_of(rows)["code"]
    # First those of one region, type and group together: there are far fewer of these than organisations.
    alike: Sums = defaultdict(dict)
    for member in members:
        if organisation := returned.get((member["collection_year"], member["code"])):
            region, kind = organisation["region_code"] or _UNKNOWN, organisation["organisation_type"] or _UNKNOWN
            codes = (member["collection_year"], region, kind, organisation["organisation_group"])
            _add_amounts(alike[*codes, *(member[name] for name in extra)], brings(member))
    sums: Sums = defaultdict(dict)
    for (year, region, kind, own_group, *further), amounts in alike.items():
        for group in (own_group, "all"):
            for level, code in zip(POOLED, (region, kind, nation), strict=True):
                _add_amounts(sums[year, level, code, group, *further], amounts)
    return sums


def add_up(placed: Iterable[tuple[Row, Amounts]]) -> Sums:
    """Add up the amounts of all rows of the same place, by column."""
    sums: Sums = defaultdict(dict)
    for row, amounts in placed:
        _add_amounts(sums[place_of(row)], amounts)
    return sums


def _add_amounts(total: dict[str, Amount], amounts: Amounts) -> None:
    """Add amounts to a total, by column; a column without any amount is None."""
    for column, amount in amounts.items():
        before = total.setdefault(column, None)
        if amount is not None:
            total[column] = (before or 0) + amount


def mismatches(name: str, stated: Iterable[Row], sums: Sums, extra: tuple[str, ...] = ()) -> Iterator[str]:
    """Give a sentence for each figure that is not the sum, and for organisations whose row is missing."""
    columns = list(dict.fromkeys(column for amounts in sums.values() for column in amounts))
    remaining = dict(sums)
    for row in stated:
        computed = remaining.pop(place_of(row, extra), {})
        for column in columns:
            if row[column] != computed.get(column, 0):
                yield _sentence(name, column, place_of(row, extra), row["name"], row[column], computed.get(column, 0))
    for place, amounts in remaining.items():
        for column, amount in amounts.items():
            if amount:
                yield _sentence(name, column, place, place[2], "missing", amount)


def orphans(name: str, rows: Tables, members: Iterable[Row]) -> Iterator[str]:
    """Give a sentence for each organisation with a row but without a return."""
    returned = returned_of(rows)
    for row in members:
        if (row["collection_year"], row["code"]) not in returned:
            yield _sentence(name, "organisations", place_of({"level": "organisation", **row}), row["name"], 1, 0)


def _sentence(name: str, column: str, place: Place, called: str, stated: object, computed: object) -> str:
    year, level, _, group, *extra = place
    who = ", ".join(map(str, (called, level.replace("_", " "), group, *extra)))
    facts = {"table": name, "measure": column, "year": year, "name": who, "stated": stated, "computed": computed}
    return load_catalogue()["R501"].message_for(**facts).rstrip(".")


def returned_of(rows: Tables) -> dict[tuple[int, str], Row]:
    """Return each organisation's row in table `organisation`, by the year of its return and its code."""
    return {(row["collection_year"], row["code"]): row for row in rows["organisation"]}


def nation_of(rows: Tables) -> Row:
    """Return the level, the code and the name of the nation, as its rows have them."""
    return {column: rows["national"][0][column] for column in ("level", "code", "name")}


def place_of(row: Row, extra: tuple[str, ...] = ()) -> Place:
    """Return the place of a row: the values of its key columns."""
    return tuple(row[name] for name in ("collection_year", "level", "code", "organisation_group", *extra))


def pick_counts(row: Row, columns: Iterable[str]) -> Amounts:
    """Return these figures of a row."""
    return {column: row[column] for column in columns}


_CHECKED = (
    *("national", "region", "organisation_type", "organisation", "goals", "coverage"),
    *("comparison", "organisation_change", "improvement"),
)
_COUNTS = load_specification().count_columns
_BOTH_YEARS = (*_COUNTS, *(f"previous_{count}" for count in _COUNTS), "previous_organisations")
_COMPARED = compared_counts()
_RANGES = ("below", "within", "above", "not_calculable")
# The values of range_beyond_chance, and the columns of `goals` that count them.
_BEYOND_CHANCE = {
    "above": "above_beyond_chance",
    "below": "below_beyond_chance",
    "within": "within_beyond_chance",
    "cannot_tell": "cannot_tell",
}
_COVERAGE = ("expected", "received", "accepted_with_queries", "rejected", "not_received", "late")


def adding_up_breaches(tables: Mapping[str, "pa.Table"], folder: Path | None = None) -> list[str]:
    """List every pooled count that is not what the organisations add up to, one sentence each.

    Args:
        tables: the tables of a release before disclosure control, each with the columns of its specification.
        folder: a folder of further years' files, as `load_year` takes it.
    """
    specs = load_specification().tables
    rows = {name: tables[name].select(_added_columns(specs[name])).to_pylist() for name in _CHECKED}
    returned = aggregate(rows, rows["organisation"], _returned)
    breaches: list[str] = []
    for level in POOLED:
        breaches += mismatches(level, rows[level], {place: returned[place] for place in returned if place[1] == level})
        breaches += _twelve_months(level, rows)
    breaches += _coverage(rows)
    breaches += _goals(rows, folder)
    breaches += _comparison(rows, returned)
    breaches += _improvement(rows)
    return breaches


def _added_columns(spec: TableSpec) -> list[str]:
    """List the columns of a table but its ratios and their limits, which add up to nothing."""
    return [column.name for column in spec.columns if column.datatype != "decimal"]


def _returned(row: Row) -> Amounts:
    """Return what one organisation adds to the pooled rows: its counts, and where its interval lies."""
    beyond = row["range_beyond_chance"]
    outside = {f"organisations_{side}_beyond_chance": int(beyond == side) for side in ("above", "below")}
    return {"organisations": 1, **outside, **pick_counts(row, _COUNTS)}


def _twelve_months(level: str, rows: Tables) -> Iterator[str]:
    """Compare the organisations counted over twelve months: regions and types with the nation, groups with all."""
    count = "twelve_months_organisations"  # None where the window is of twelve months anyway
    nation = {"level": "national", "code": nation_of(rows)["code"]}

    def stated(of_level: str) -> list[Row]:
        return [row for row in rows[of_level] if row[count] is not None]

    if level != "national":
        sums = add_up(({**row, **nation}, {count: row[count]}) for row in stated(level))
        yield from mismatches(level, stated("national"), sums)
    groups = [row for row in stated(level) if row["organisation_group"] != "all"]
    sums = add_up(({**row, "organisation_group": "all"}, {count: row[count]}) for row in groups)
    yield from mismatches(level, [row for row in stated(level) if row["organisation_group"] == "all"], sums)


def _coverage(rows: Tables) -> Iterator[str]:
    """Compare returns received with the table `organisation`, and all counts of regions and types with the nation."""
    coverage = rows["coverage"]
    yield from mismatches("coverage", coverage, aggregate(rows, rows["organisation"], lambda _: {"received": 1}))
    whole: Sums = {
        place_of(row): {"expected": row["received"] + row["rejected"] + row["not_received"]} for row in coverage
    }
    yield from mismatches("coverage", coverage, whole)
    nation = {"level": "national", "code": nation_of(rows)["code"]}
    for level in POOLED[:2]:
        sums = add_up(({**row, **nation}, pick_counts(row, _COVERAGE)) for row in coverage if row["level"] == level)
        yield from mismatches("coverage", [row for row in coverage if row["level"] == "national"], sums)
    by_group = (({**row, "organisation_group": "all"}, row) for row in coverage if row["organisation_group"] != "all")
    sums = add_up((place, pick_counts(row, _COVERAGE)) for place, row in by_group)
    yield from mismatches("coverage", [row for row in coverage if row["organisation_group"] == "all"], sums)


def _goals(rows: Tables, folder: Path | None) -> Iterator[str]:
    """Yield where the goals are not what the organisations' rows count to."""
    years = {row["collection_year"] for row in rows["organisation"]}
    small_numbers = {year: load_year(year, folder).thresholds.get("small_numbers_entries", 0) for year in years}

    def by_range(row: Row) -> Amounts:
        entries = row[_COMPARED.comparator_entered] + row[_COMPARED.group_entered]
        is_small = entries < small_numbers[row["collection_year"]]
        classes = {name: int(row["range_beyond_chance"] == value) for value, name in _BEYOND_CHANCE.items()}
        return {name: int(row["range"] == name) for name in _RANGES} | classes | {"small_organisations": int(is_small)}

    sums = {
        place: sum_ for place, sum_ in aggregate(rows, rows["organisation"], by_range).items() if place[1] == "national"
    }
    for row in rows["coverage"]:
        if row["level"] == "national":
            sums.setdefault(place_of(row), {})["not_returned"] = row["expected"] - row["received"]
    stated = [{**nation_of(rows), **row} for row in rows["goals"]]
    # A year that states no adjusted share counts no small organisations.
    yield from mismatches(
        "goals", [{**row, "small_organisations": row["small_organisations"] or 0} for row in stated], sums
    )
    three_years = "three_years_calculable"  # None where no organisation has a ratio of three years
    counted = [row for row in stated if row[three_years] is not None]
    groups = [({**row, "organisation_group": "all"}, row) for row in counted if row["organisation_group"] != "all"]
    sums = add_up((place, pick_counts(row, (three_years,))) for place, row in groups)
    yield from mismatches("goals", [row for row in counted if row["organisation_group"] == "all"], sums)


def _comparison(rows: Tables, returned: Sums) -> Iterator[str]:
    """Yield where the comparison of two years is not the sum of its organisations."""

    def both_years(row: Row) -> Amounts:
        return {"matched_organisations": 1, **pick_counts(row, _BOTH_YEARS), **_moved(row)}

    yield from orphans("organisation_change", rows, rows["organisation_change"])
    sums = aggregate(rows, rows["organisation_change"], both_years)
    for place, amounts in sums.items():
        amounts["organisations"] = returned[place]["organisations"]
    yield from mismatches("comparison", rows["comparison"], sums)


def _improvement(rows: Tables) -> Iterator[str]:
    """Yield where the numbers of organisations behind a change are not those of its rows."""
    extra = ("years_between", "measure")
    members = [row for row in rows["improvement"] if row["level"] == "organisation"]
    yield from orphans("improvement", rows, members)
    counted = ("matched_organisations", "tested_organisations")
    sums = aggregate(rows, members, lambda row: pick_counts(row, counted), extra)
    stated = [row for row in rows["improvement"] if row["level"] != "organisation"]
    yield from mismatches("improvement", stated, sums, extra)
    three_years = "three_years_organisations"  # None where nobody has six years
    sums = aggregate(
        rows, [row for row in members if row[three_years]], lambda row: pick_counts(row, (three_years,)), extra
    )
    yield from mismatches("improvement", [row for row in stated if row[three_years] is not None], sums, extra)


def _moved(row: Row) -> Amounts:
    """Count which way an organisation's likelihood and ratio went, by exact fractions: one counter of each is 1."""
    now, before = ({name: row[f"{side}{name}"] for name in _COUNTS} for side in ("", "previous_"))
    staff, staff_before, entered, entered_before = (
        sum(year[name] or 0 for name in _COUNTS if name.endswith(suffix))
        for suffix in ("_headcount", "_entered")
        for year in (now, before)
    )
    rate = _way(entered * staff_before, entered_before * staff) if staff and staff_before else None
    ratio, of = None, _COMPARED
    if all(year[name] for year in (now, before) for name in of[:3]):
        ratio = _way(
            now[of.group_entered]
            * now[of.comparator_headcount]
            * before[of.comparator_entered]
            * before[of.group_headcount],
            before[of.group_entered]
            * before[of.comparator_headcount]
            * now[of.comparator_entered]
            * now[of.group_headcount],
        )
    ways = ("fell", "same", "rose")
    return {
        **{f"organisations_rate_{way}": int(rate == way) for way in ways},
        **{f"organisations_ratio_{way}": int(ratio == way) for way in ways},
        "organisations_ratio_not_calculable": int(ratio is None),
    }


def _way(now: Decimal, before: Decimal) -> str:
    return "fell" if now < before else "rose" if now > before else "same"
