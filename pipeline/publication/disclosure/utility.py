"""How much of an official release is shown, counted from the release alone."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.publication.specification import SUPPRESSED, load_specification

if TYPE_CHECKING:
    import pyarrow as pa


def shares_shown(shown: Mapping[str, "pa.Table"]) -> dict[str, int]:
    """Count the share of figures that are not suppressed, by table, in whole per cent rounded down; 100 without any.

    A figure is a value that can be suppressed: a number, a yes or no, a category. Nothing but the printed tables is
    looked at, so that the shares say nothing that the tables do not.
    """
    return {name: _share(name, table) for name, table in shown.items()}


def _share(name: str, table: "pa.Table") -> int:
    suppressed = sum(len(names) for names in table[SUPPRESSED].to_pylist())
    there = sum(table.num_rows - table[column].null_count for column in _figures(name))
    return 100 * there // (there + suppressed) if suppressed else 100


def _figures(name: str) -> list[str]:
    spec = load_specification().tables[name]
    return [
        column.name
        for column in spec.columns
        if column.name not in spec.key and (column.is_number or column.datatype == "boolean" or column.values)
    ]
