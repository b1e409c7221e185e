"""Turn a column of a table into texts or numbers, each distinct value once: a code stands in thousands of rows."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def map_distinct(
    values: "pa.ChunkedArray",
    function: Callable[[Any], Any],
    missing: Any,
    held_back_in: Collection[int] = (),
    held_back: Any = None,
) -> list[Any]:
    """Return what a function makes of each value, in the order of the rows.

    Args:
        values: a column of a table.
        function: is called once for each distinct value; never for a missing one.
        missing: stands in the rows without a value.
        held_back_in: the rows, counted from 0, in which the figure is suppressed.
        held_back: stands in those of them without a value.
    """
    import numpy as np

    encoded = values.combine_chunks().dictionary_encode()
    values_by_code = np.empty(len(encoded.dictionary) + 1, dtype=object)
    for number, value in enumerate(encoded.dictionary.to_pylist()):
        values_by_code[number] = function(value)
    values_by_code[-1] = missing
    places = encoded.indices.fill_null(len(values_by_code) - 1).to_numpy(zero_copy_only=False)
    mapped: list[Any] = values_by_code[places].tolist()
    for row in held_back_in:
        if places[row] == len(values_by_code) - 1:
            mapped[row] = held_back
    return mapped
