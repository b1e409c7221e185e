"""Arrange a published table for people who open it as a sheet: what they look for first, and nothing said twice.

The CSV and Parquet files keep the columns and rows of `tables.toml`; a sheet has the newest year first, begins with the
figures that readers come for, and says above the table what is the same in every row.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wres.outputs.table_schema import Column, TableSpec, held_back, missing_symbol

if TYPE_CHECKING:
    import pyarrow as pa

_FILE = Path(__file__).with_suffix(".toml")
_GROUP, _ALL = "organisation_group", "all"
_FEWEST_COLUMNS = 2  # of a table that is worth a sheet


@dataclass(frozen=True, slots=True)
class ViewRules:
    """The content of `workbook_view.toml`."""

    first: Sequence[str]
    above_zero: Sequence[str]
    marks: Mapping[str, Mapping[str, str]]  # by column and value: the symbol beside the words
    mark_meanings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetView:
    """A table as its sheet shows it."""

    table: "pa.Table"
    spec: TableSpec  # with the columns that the sheet shows, in its order
    same: tuple[tuple[Column, Any], ...]  # columns that the sheet leaves out, with the value of every row
    left_out_totals: bool  # whether rows of all organisations are left out, for one group is all there is


@cache
def view_rules() -> ViewRules:
    """Read how the workbook shows the tables."""
    with _FILE.open("rb") as file:
        return ViewRules(**tomllib.load(file))


def arrange_for_sheet(table: "pa.Table", spec: TableSpec) -> SheetView:
    """Arrange a table with at least one row for its sheet.

    Args:
        table: in the declared types; of an official release with the column that says what is suppressed.
        spec: its specification.

    Returns: the newest year first, otherwise in the table's order; without rows of all organisations that repeat those
    of the only group that there is; without columns that have one value in all of several rows.
    """
    totals = _repeated_totals(table, spec)
    years = table["collection_year"].to_pylist()
    rows = sorted((row for row in range(table.num_rows) if row not in totals), key=lambda row: -years[row])
    table = table.take(rows)
    same = _same_in_every_row(table, spec) if table.num_rows > 1 else {}
    if len(spec.columns) - len(same) < _FEWEST_COLUMNS:
        same = {}
    order = {name: place for place, name in enumerate(view_rules().first)}
    kept = (column for column in spec.columns if column.name not in same)
    columns = sorted(kept, key=lambda column: order.get(column.name, len(order)))
    left_out = tuple((column, same[column.name]) for column in spec.columns if column.name in same)
    return SheetView(table, replace(spec, columns=tuple(columns)), left_out, bool(totals))


def _repeated_totals(table: "pa.Table", spec: TableSpec) -> set[int]:
    """Find the rows of all organisations beside which one other group stands, which is then the same organisations."""
    if _GROUP not in spec.key:
        return set()
    groups = table[_GROUP].to_pylist()
    others = zip(*(table[name].to_pylist() for name in spec.key if name != _GROUP), strict=True)
    together: dict[tuple[Any, ...], list[int]] = {}
    for row, key in enumerate(others):
        together.setdefault(key, []).append(row)
    return {row for rows in together.values() if len(rows) == 2 for row in rows if groups[row] == _ALL}


def _same_in_every_row(table: "pa.Table", spec: TableSpec) -> dict[str, Any]:
    """Find the columns with one value, or one symbol in its place, in all rows; by name, the value or the symbol."""
    hidden = held_back(table)
    same = {}
    for column in spec.columns:
        distinct = table[column.name].unique()
        if len(distinct) > 1:
            continue
        value = distinct[0].as_py()
        if value is not None:
            same[column.name] = value
        elif len(held_back_rows := hidden.get(column.name, ())) in {0, table.num_rows}:
            same[column.name] = f"[{missing_symbol(column, is_held_back=bool(held_back_rows))}]"
    return same
