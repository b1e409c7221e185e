"""Columns of Arrow tables as arrays and back: counts in people, families of rows, hundredths rounded once."""

import numpy as np
import pyarrow as pa

from wres.array_types import Bools, Floats, Integers


def read_counts(rows: pa.Table, name: str) -> Floats:
    """Read a column of counts as floats, people where it is in hundredths of a person; nan where it is null."""
    counts: Floats = rows[name].cast(pa.float64()).to_numpy()
    return counts / 100 if name.endswith("_hundredths") else counts


def divide_or_zero(dividend: Floats, divisor: Floats) -> Floats:
    """Divide; 0 where the divisor is not above 0."""
    quotient: Floats = np.divide(dividend, divisor, out=np.zeros(dividend.shape), where=divisor > 0)
    return quotient


def number_families(rows: pa.Table, *names: str) -> Integers:
    """Number the rows, with the same number where the named columns are the same."""
    _, numbers = np.unique(
        list(zip(*(map(str, rows[name].to_pylist()) for name in names), strict=True)), axis=0, return_inverse=True
    )
    return numbers.reshape(-1)


def mean_by_family(family: Integers, values: Floats, counted: Bools) -> Floats:
    """Give each row the mean over its family's counted values; nan where there are none."""
    numbers = np.bincount(family, counted)
    sums = np.bincount(family, np.where(counted, values, 0))
    means: Floats = np.divide(sums, numbers, out=np.full(sums.shape, np.nan), where=numbers > 0)
    return means[family]


def whole_or_null(values: Floats, without: Bools) -> pa.Array:
    """Round half up to whole numbers, null where there is none.

    What comes after the sixth further place is noise of floating point and decides nothing.
    """
    whole = np.floor(np.round(np.where(without, 0, values), 6) + 0.5)
    return pa.array(whole.astype(np.int64), mask=without)


def with_columns(rows: pa.Table, **columns: pa.Array) -> pa.Table:
    """Append columns to a table."""
    for name, values in columns.items():
        rows = rows.append_column(name, values)
    return rows
