"""How much of the exact tables survives in the official ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.publication.specification import load_specification

if TYPE_CHECKING:
    import pyarrow as pa


def utility(exact: Mapping[str, "pa.Table"], printed: Mapping[str, "pa.Table"]) -> dict[str, float]:
    """The share of figures that are printed, rounded or not, by table; 1 for one without any.

    A figure is a value that may be held back: a number or a yes or no, and the words of a range, a direction or a
    verdict; not what a row is about.
    """
    shares = {}
    for name, table in exact.items():
        columns = _figures(name)
        there = sum(table.num_rows - table[column].null_count for column in columns)
        kept = sum(
            there_here - printed[name].filter(table[column].is_valid())[column].null_count
            for column in columns
            if (there_here := table.num_rows - table[column].null_count)
        )
        shares[name] = kept / there if there else 1.0
    return shares


_WORDS = ("range", "reason_not_calculable", "direction", "verdict")


def _figures(name: str) -> list[str]:
    spec = load_specification().tables[name]
    return [
        column.name
        for column in spec.columns
        if column.name not in spec.key and (column.is_number or column.datatype == "boolean" or column.name in _WORDS)
    ]
