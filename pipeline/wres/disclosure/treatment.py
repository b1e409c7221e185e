"""Suppress and round figures in the rows of a table, column by column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from wres.disclosure.primary_suppression import round_to_base
from wres.outputs.table_schema import SUPPRESSED

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Treatment:
    """The changes of a row: columns suppressed, columns rounded and to what, columns suppressed if they have a figure.

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
    suppressed = _rows_by_name([treatment.suppressed for treatment in treatments])
    without = _rows_by_name([treatment.without for treatment in treatments])
    rounded = _rows_by_name([frozenset(treatment.rounded) for treatment in treatments])
    further: dict[int, list[str]] = {}  # by row, what is suppressed there because it has a figure
    columns = {}
    for name in table.column_names[:-1]:
        column = table[name]
        if name in rounded:
            column = _with_rounded(column, {row: treatments[row].rounded[name] for row in rounded[name]})
        gone = suppressed.get(name, [])
        if name in without:
            is_there = column.is_valid().to_pylist()
            there = [row for row in without[name] if is_there[row]]
            for row in there:
                further.setdefault(row, []).append(name)
            gone = [*gone, *there]
        if gone:
            mask = np.zeros(table.num_rows, dtype=bool)
            mask[gone] = True
            column = pc.if_else(pa.array(mask), pa.scalar(None, column.type), column)
        columns[name] = column

    @cache
    def in_order(names: frozenset[str]) -> list[str]:
        return [name for name in columns if name in names]

    after = []
    for row, (treatment, known) in enumerate(zip(treatments, table[SUPPRESSED].to_pylist(), strict=True)):
        added = treatment.suppressed.union(further.get(row, ()))
        after.append(in_order(added.union(known)) if added else known)
    return pa.table([*columns.values(), pa.array(after, pa.list_(pa.string()))], schema=table.schema)


def _changes(treatment: Treatment) -> bool:
    return bool(treatment.suppressed or treatment.rounded or treatment.without)


def _rows_by_name(sets: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    """Turn the names of each row into the rows of each name. Thousands of rows have few different sets of names."""
    rows_of_set: dict[frozenset[str], list[int]] = {}
    for row, names in enumerate(sets):
        rows_of_set.setdefault(names, []).append(row)
    rows: dict[str, list[int]] = {}
    for names, alike in rows_of_set.items():
        for name in names:
            rows.setdefault(name, []).extend(alike)
    return rows


def _with_rounded(column: "pa.ChunkedArray", bases: Mapping[int, int]) -> "pa.ChunkedArray":
    """Round the counts in some rows to multiples of a base; where there is none, none comes."""
    import pyarrow as pa

    values: list[Any] = column.to_pylist()
    for row, base in bases.items():
        if values[row] is not None:
            values[row] = round_to_base(values[row], base)
    return pa.chunked_array([pa.array(values, column.type)])
