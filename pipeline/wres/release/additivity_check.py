"""R501: do the organisations add up to regions, types and the nation? Counted anew from the organisations' own rows.

An independent check: it knows nothing of sql/indicators, takes the tables as they would be published, and adds up
people and parts of people exactly. Where figures are to be protected, it looks at them before they are.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.collection.calendar import load_year
from pipeline.publication.check import ReleaseCheckError
from pipeline.publication.sums import (
    POOLED,
    Amounts,
    Row,
    Sums,
    Tables,
    added,
    differing,
    nation_of,
    place_of,
    pooled,
    strangers,
    taken,
)

if TYPE_CHECKING:
    import pyarrow as pa

_CHECKED = (
    *("national", "region", "organisation_type", "organisation", "goals", "coverage"),
    *("comparison", "organisation_change", "improvement"),
)
_GROUPS = ("white", "bme", "unknown")
_COUNTS = tuple(f"{group}_{what}" for what in ("headcount", "entered") for group in _GROUPS)
_BOTH_YEARS = (*_COUNTS, *(f"previous_{count}" for count in _COUNTS), "previous_organisations")
_RANGES = ("below", "within", "above", "not_calculable")
_COVERAGE = ("expected", "received", "accepted_with_queries", "rejected", "not_received", "late")


def require_adding_up(tables: Mapping[str, "pa.Table"]) -> None:
    """Stop a release whose tables contradict each other.

    Raises:
        ReleaseCheckError: R501, with every figure that is not the sum of its organisations.
    """
    if found := adding_up_breaches(tables):
        raise ReleaseCheckError("R501", found)


def adding_up_breaches(tables: Mapping[str, "pa.Table"]) -> list[str]:
    """Every pooled count that is not what the organisations add up to, one sentence each.

    Args:
        tables: the tables of a release before disclosure control, each with the columns of its specification.
    """
    rows = {name: tables[name].to_pylist() for name in _CHECKED}
    returned = pooled(rows, rows["organisation"], lambda row: {"organisations": 1, **taken(row, _COUNTS)})
    found: list[str] = []
    for level in POOLED:
        found += differing(level, rows[level], {place: returned[place] for place in returned if place[1] == level})
    found += _coverage(rows)
    found += _goals(rows)
    found += _comparison(rows, returned)
    found += _improvement(rows)
    return found


def _coverage(rows: Tables) -> Iterator[str]:
    """Who returned stands in `organisation`; of the others, regions and types must tell the same as the nation."""
    coverage = rows["coverage"]
    yield from differing("coverage", coverage, pooled(rows, rows["organisation"], lambda _: {"received": 1}))
    whole: Sums = {
        place_of(row): {"expected": row["received"] + row["rejected"] + row["not_received"]} for row in coverage
    }
    yield from differing("coverage", coverage, whole)
    nation = {"level": "national", "code": nation_of(rows)["code"]}
    for level in POOLED[:2]:
        sums = added(({**row, **nation}, taken(row, _COVERAGE)) for row in coverage if row["level"] == level)
        yield from differing("coverage", [row for row in coverage if row["level"] == "national"], sums)
    own = (({**row, "organisation_group": "all"}, row) for row in coverage if row["organisation_group"] != "all")
    sums = added((place, taken(row, _COVERAGE)) for place, row in own)
    yield from differing("coverage", [row for row in coverage if row["organisation_group"] == "all"], sums)


def _goals(rows: Tables) -> Iterator[str]:
    def by_range(row: Row) -> Amounts:
        few = load_year(row["collection_year"]).thresholds["small_numbers_entries"]
        is_small = row["white_entered"] + row["bme_entered"] < few
        return {name: int(row["range"] == name) for name in _RANGES} | {"small_organisations": int(is_small)}

    sums = {
        place: sum_ for place, sum_ in pooled(rows, rows["organisation"], by_range).items() if place[1] == "national"
    }
    for row in rows["coverage"]:
        if row["level"] == "national":
            sums.setdefault(place_of(row), {})["not_returned"] = row["expected"] - row["received"]
    yield from differing("goals", [{**nation_of(rows), **row} for row in rows["goals"]], sums)


def _comparison(rows: Tables, returned: Sums) -> Iterator[str]:
    def both_years(row: Row) -> Amounts:
        return {"matched_organisations": 1, **taken(row, _BOTH_YEARS), **_moved(row)}

    yield from strangers("organisation_change", rows, rows["organisation_change"])
    sums = pooled(rows, rows["organisation_change"], both_years)
    for place, amounts in sums.items():
        amounts["organisations"] = returned[place]["organisations"]
    yield from differing("comparison", rows["comparison"], sums)


def _improvement(rows: Tables) -> Iterator[str]:
    extra = ("years_between", "measure")
    members = [row for row in rows["improvement"] if row["level"] == "organisation"]
    yield from strangers("improvement", rows, members)
    sums = pooled(rows, members, lambda _: {"matched_organisations": 1}, extra)
    stated = [row for row in rows["improvement"] if row["level"] != "organisation"]
    yield from differing("improvement", stated, sums, extra)


def _moved(row: Row) -> Amounts:
    """Which way an organisation's likelihood and ratio went, by exact fractions: one of the counters is 1."""
    now, before = ({name: row[f"{side}{name}"] for name in _COUNTS} for side in ("", "previous_"))
    staff, staff_before = (sum(year[f"{group}_headcount"] for group in _GROUPS) for year in (now, before))
    entered, entered_before = (sum(year[f"{group}_entered"] for group in _GROUPS) for year in (now, before))
    rate = _way(entered * staff_before, entered_before * staff) if staff and staff_before else None
    ratio, needed = None, ("white_headcount", "bme_headcount", "white_entered")
    if all(year[name] for year in (now, before) for name in needed):
        ratio = _way(
            now["bme_entered"] * now["white_headcount"] * before["white_entered"] * before["bme_headcount"],
            before["bme_entered"] * before["white_headcount"] * now["white_entered"] * now["bme_headcount"],
        )
    ways = ("fell", "same", "rose")
    return {
        **{f"organisations_rate_{way}": int(rate == way) for way in ways},
        **{f"organisations_ratio_{way}": int(ratio == way) for way in ways},
        "organisations_ratio_not_calculable": int(ratio is None),
    }


def _way(now: Decimal, before: Decimal) -> str:
    return "fell" if now < before else "rose" if now > before else "same"
