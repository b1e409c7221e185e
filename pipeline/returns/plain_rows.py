"""The quick way through a CSV file: a row just as the national form has it needs no second look.

Nearly every row of nearly every file is one. Whatever differs in anything goes the long way (`tables`), which gives the
same cell for a plain row; a test holds the two against each other.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from pipeline.returns.cells import Cell, Place
from pipeline.returns.grids import Grid, Value, column_letters
from pipeline.returns.numbers import COUNT

TIDY_CODE = re.compile(r"[a-z0-9_.]{0,200}")
NOT_FIGURES = ("signoff.", "explanation.", "calculated.")
LONG = ("collection year", "organisation code", "item", "ethnic group", "value")  # a row a cell, as in CSV


def plain_rows(grid: Grid, header: int, columns: dict[str, int]) -> Callable[[int], Cell | None]:
    """What reads one row (by its number in the grid) below the header: its cell, or None where it is not plain.

    Plain is: as many columns as the header, the year and organisation of the row above, codes in lower case, and a
    whole number without a sign.
    """
    year, organisation, item_at, group_at, value_at = (columns[name] for name in LONG)
    rows, width, sheet = grid.rows, len(grid.rows[header]), grid.sheet
    letters, first = column_letters(grid.left + value_at), grid.top + 1

    def read(row: int) -> Cell | None:
        cells: Sequence[Value] = rows[row]
        above = rows[row - 1]
        if row - 1 == header or len(cells) != width or len(above) != width:
            return None
        if cells[year] != above[year] or cells[organisation] != above[organisation]:
            return None
        item, group, value = cells[item_at], cells[group_at], cells[value_at]
        if not (isinstance(item, str) and isinstance(group, str) and isinstance(value, str)):
            return None
        number = _count(value)
        if number is None or not (_is_tidy(item) and _is_tidy(group)):
            return None
        return Cell(item, group, value, number, _place(sheet, letters, first + row))

    return read


# The returns of a round have the same codes and addresses, and mostly small numbers.
@lru_cache(maxsize=2_000)
def _is_tidy(code: str) -> bool:
    return TIDY_CODE.fullmatch(code) is not None and not code.startswith(NOT_FIGURES)


@lru_cache(maxsize=10_000)
def _count(value: str) -> Decimal | None:
    return Decimal(value) if COUNT.fullmatch(value) else None


@lru_cache(maxsize=10_000)
def _place(sheet: str | None, letters: str, row: int) -> Place:
    return Place(sheet, f"{letters}{row}")
