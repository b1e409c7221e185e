"""Which symbol stands in place of a figure that is not there: held back, not applicable, not available."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from pipeline.publication.specification import SUPPRESSED, SUPPRESSED_SYMBOL, Column, TableSpec

if TYPE_CHECKING:
    import pyarrow as pa


def held_back(table: "pa.Table") -> dict[str, set[int]]:
    """The rows, by number from 0, in which each column's figure is held back; only an official table has any."""
    found: dict[str, set[int]] = {}
    if SUPPRESSED in table.column_names:
        for row, names in enumerate(table[SUPPRESSED].to_pylist()):
            for name in names:
                found.setdefault(name, set()).add(row)
    return found


def row_symbols(column: Column, rows: int, held_back_in: Collection[int]) -> list[str]:
    """For each of so many rows the symbol that stands in a column without a value; "" where none can be missing.

    Args:
        held_back_in: the rows in which the figure is held back, of `held_back`.
    """
    symbols = [column.null or ""] * rows
    for row in held_back_in:
        symbols[row] = SUPPRESSED_SYMBOL
    return symbols


def symbols_in(table: "pa.Table", spec: TableSpec) -> list[str]:
    """The symbols that a table may show, in their order."""
    own = {column.null for column in spec.columns if column.null}
    return sorted(own | ({SUPPRESSED_SYMBOL} if held_back(table) else set()))
