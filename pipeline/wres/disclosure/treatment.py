"""Suppress and round figures in the rows of a table, column by column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wres.disclosure.primary_suppression import round_to_base
from wres.outputs.table_schema import SUPPRESSED

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of a row: columns suppressed, columns rounded and to what, columns suppressed if they have a figure.

    A column that is suppressed is not rounded.
    """

    suppressed: frozenset[str] = frozenset()
    rounded: Mapping[str, int] = field(default_factory=dict)
    without: frozenset[str] = frozenset()


AS_IT_IS = Treatment()


def treat_rows(table: "pa.Table", treatments: Sequence[Treatment]) -> "pa.Table":
    """Return a table with every row treated.

    Args:
        table: with the last column `suppressed`, the names of the columns that are suppressed already, row by row.
        treatments: one for each of its rows.

    Raises:
        ValueError: there are more or fewer treatments than rows.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(treatments) != table.num_rows:
        raise ValueError(f"{len(treatments)} treatments do not fit {table.num_rows} rows")
    if not any(_changes(treatment) for treatment in treatments):
        return table
    suppressed = _rows_by_name((row, treatment.suppressed) for row, treatment in enumerate(treatments))
    without = _rows_by_name((row, treatment.without) for row, treatment in enumerate(treatments))
    rounded = _rows_by_name((row, treatment.rounded) for row, treatment in enumerate(treatments))
    names: dict[int, set[str]] = {}
    columns = {}
    for name in table.column_names[:-1]:
        column = table[name]
        if name in rounded:
            column = _with_rounded(column, {row: treatments[row].rounded[name] for row in rounded[name]})
        gone = suppressed.get(name, [])
        if name in without:
            is_there = column.is_valid().to_pylist()
            gone = [*gone, *(row for row in without[name] if is_there[row])]
        if gone:
            mask = np.zeros(table.num_rows, dtype=bool)
            mask[gone] = True
            column = pc.if_else(pa.array(mask), pa.scalar(None, column.type), column)
            for row in gone:
                names.setdefault(row, set()).add(name)
        columns[name] = column
    before = table[SUPPRESSED].to_pylist()
    after = [
        [name for name in columns if name in names[row] or name in known] if row in names else known
        for row, known in enumerate(before)
    ]
    return pa.table([*columns.values(), pa.array(after, pa.list_(pa.string()))], schema=table.schema)


def _changes(treatment: Treatment) -> bool:
    return bool(treatment.suppressed or treatment.rounded or treatment.without)


def _rows_by_name(names: Iterable[tuple[int, Iterable[str]]]) -> dict[str, list[int]]:
    """Turn the names of each row into the rows of each name."""
    rows: dict[str, list[int]] = {}
    for row, row_names in names:
        for name in row_names:
            rows.setdefault(name, []).append(row)
    return rows


def _with_rounded(column: "pa.ChunkedArray", bases: Mapping[int, int]) -> "pa.ChunkedArray":
    """Round the counts in some rows to multiples of a base; where there is none, none comes."""
    import pyarrow as pa

    values: list[Any] = column.to_pylist()
    for row, base in bases.items():
        if values[row] is not None:
            values[row] = round_to_base(values[row], base)
    return pa.chunked_array([pa.array(values, column.type)])
