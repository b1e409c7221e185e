"""A published table as CSV text, a pure table: what it is and who it is for stands in the metadata beside it.

UTF-8 without a byte order mark and lines that end in CR LF, as RFC 4180 defines CSV: the UK government's tabular data
standard names that definition for published tables.
"""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wres.outputs.column_values import map_distinct
from wres.outputs.table_schema import Column, TableSpec, held_back, missing_symbol
from wres.safe_text import escape_formula

if TYPE_CHECKING:
    import pyarrow as pa


def csv_bytes(table: "pa.Table", spec: TableSpec) -> bytes:
    """Return the CSV file of a table.

    Args:
        table: in the declared types and order, as `checked_tables` gives it; of an official release, with the column
            that says what is suppressed, which is not printed.
        spec: its specification.

    Returns: a header of column names and a line a row, quoted only where needed. Counts are printed as 17 or 16.5,
    decimals with all their places, booleans as true and false, a missing figure as its column's symbol.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    columns = print_columns(table, spec)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def print_columns(table: "pa.Table", spec: TableSpec) -> dict[str, list[str]]:
    """Return every value of a table as its CSV file prints it: by column, in the order of the rows.

    Args:
        table: as for `csv_bytes`.
        spec: its specification.
    """
    hidden = held_back(table)
    return {
        column.name: map_distinct(
            table[column.name],
            _printer(column),
            missing_symbol(column),
            hidden.get(column.name, ()),
            missing_symbol(column, is_held_back=True),
        )
        for column in spec.columns
    }


def printed_value(column: Column, value: Any, *, is_held_back: bool = False) -> str:
    """Return one value as the CSV file of its table prints it."""
    if value is None:
        return missing_symbol(column, is_held_back=is_held_back)
    return _printer(column)(value)


def _printer(column: Column) -> Callable[[Any], str]:
    if column.datatype == "count":
        return count_text
    if column.datatype == "boolean":
        return lambda value: "true" if value else "false"
    return escape_formula if column.is_text else str


def count_text(value: Decimal) -> str:
    """Return a count as people write it: 17, or 16.5."""
    return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
