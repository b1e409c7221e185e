"""Compute the same measures from pooled counts, such as counts that were rounded for publication."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from wres.indicators.duckdb_engine import open_duckdb
from wres.indicators.sql_views import all_rows, compute_views
from wres.indicators.statistics.change_table import SCHEMA as SIGNIFICANCE
from wres.indicators.view_inputs import template_inputs
from wres.outputs.table_schema import Column, load_specification

Row = Mapping[str, Any]

_AREA = [("collection_year", pa.int32()), *((name, pa.string()) for name in ("level", "code", "organisation_group"))]
_YEARS = [*_AREA, ("years_between", pa.int32())]
_BASIS = ("basis", pa.string())
_LONG = [("ethnic_group", pa.string()), ("measure", pa.string()), ("value", pa.decimal128(38, 0))]

# The views that the published rows stand in for.
_AREAS = pa.schema([*_AREA, ("name", pa.string()), ("organisations", pa.int64())])
_POOLED_COUNTS = pa.schema([_BASIS, *_AREA, *_LONG])
_YEAR_ON_YEAR = pa.schema(
    [
        *_YEARS,
        ("name", pa.string()),
        ("previous_window", pa.string()),
        ("break_in_series", pa.bool_()),
        ("matched_organisations", pa.int64()),
        ("previous_organisations", pa.int64()),
    ]
)
_YEAR_ON_YEAR_COUNTS = pa.schema([_BASIS, *_YEARS, ("side", pa.string()), *_LONG])
# Of single organisations, which nobody can tell from pooled counts.
_MOVED = pa.schema(
    [
        *_YEARS,
        *(
            (f"organisations_{measure}_{way}", pa.int64())
            for measure in ("rate", "ratio")
            for way in ("fell", "same", "rose")
        ),
    ]
)


def measures_of_levels(rows: Sequence[Row], collections: pa.Table) -> dict[str, pa.Table]:
    """Compute the views `indicators` and `funnel` over published rows with the counts as they are printed.

    Args:
        rows: published rows with their counts of people, among them the nation's row of every organisation's group; a
            count that is missing is taken as zero.
        collections: one row per collection year as for `compute_tables`.
    """
    held = {
        "areas": pa.Table.from_pylist(list(rows), schema=_AREAS),
        "pooled_counts": pa.Table.from_pylist(list(_long_counts(rows, "")), schema=_POOLED_COUNTS),
    }
    return _computed(("indicators", "funnel"), held, collections)


def measures_of_changes(rows: Sequence[Row], collections: pa.Table) -> dict[str, pa.Table]:
    """Compute the views `changes` and `improvement` over published rows with the counts of two years as printed.

    Args:
        rows: published rows of two years with their counts of people; a count that is missing is taken as zero.
            Entries are taken for those of the twelve months too: `improvement` is right for single-year windows only.
        collections: one row per collection year as for `compute_tables`.
    """
    counts = [
        {**count, "side": side}
        for side, prefix in (("now", ""), ("before", "previous_"))
        for count in _long_counts(rows, prefix)
    ]
    counts += [{**count, "basis": "twelve_months"} for count in counts]
    held = {
        "year_on_year": pa.Table.from_pylist(list(rows), schema=_YEAR_ON_YEAR),
        "year_on_year_counts": pa.Table.from_pylist(counts, schema=_YEAR_ON_YEAR_COUNTS),
        "organisations_moved": _MOVED.empty_table(),
        "significance": SIGNIFICANCE.empty_table(),
    }
    compared = _computed(("compared_counts",), held, collections)["compared_counts"]
    tested = compared.filter(pc.equal(compared["basis"], "twelve_months"))
    held["tested_organisations"] = tested.append_column("organisations", pa.nulls(tested.num_rows, pa.int64()))
    return _computed(("changes", "improvement"), held, collections)


def _long_counts(rows: Iterable[Row], prefix: str) -> Iterator[dict[str, Any]]:
    """Give each count of published rows as a row of its own, by ethnic group and measure; entries in hundredths.

    The basis is the window of the year.
    """
    columns = _count_columns()
    for row in rows:
        for column in columns:
            count = Decimal(row[prefix + column.name] or 0)
            is_entered = column.measure == "entered"
            yield {
                **row,
                "basis": "window",
                "ethnic_group": column.ethnic_group,
                "measure": "entered_hundredths" if is_entered else column.measure,
                "value": 100 * count if is_entered else count,
            }


def _count_columns() -> list[Column]:
    specification = load_specification()
    return [
        column for column in specification.tables["organisation"].columns if column.name in specification.count_columns
    ]


def _computed(wanted: tuple[str, ...], held: Mapping[str, pa.Table], collections: pa.Table) -> dict[str, pa.Table]:
    """Return the rows of views, counted from those that stand in for the returns."""
    inputs = {"collections": collections, **template_inputs(collections), **held}
    with open_duckdb() as engine:
        for name, rows in inputs.items():
            engine.register(name, rows)
        compute_views(engine, wanted, inputs)
        return {name: all_rows(engine, name) for name in wanted}
