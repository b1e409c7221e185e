"""The quick way through a CSV file: a row just as the national form has it needs no second look.

Nearly every row of nearly every file is one. A row that differs in any way goes the long way (`tables`), which gives
the same cell for a plain row; a test compares the two.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import cast

from wres.returns.grids import Grid, column_letters
from wres.returns.number_parsing import COUNT
from wres.returns.parsed_return import Cell, CellRef

TIDY_CODE = re.compile(r"[a-z0-9_.]{0,200}")
NOT_FIGURES = ("signoff.", "explanation.", "calculated.")
LONG = ("collection year", "organisation code", "item", "ethnic group", "value")  # a row a cell, as in CSV


def plain_rows(grid: Grid, header: int, columns: dict[str, int]) -> list[Cell | None]:
    """Return the cell of each row below the header of a CSV file, or None where the row is not plain.

    Plain is: as many columns as the header and nothing right of the table's own, the year and organisation of the row
    above, codes in lower case, and a whole number without a sign.
    """
    year, organisation, item_at, group_at, value_at = (columns[name] for name in LONG)
    width, edge = len(grid.rows[header]), max(columns.values()) + 1
    below = cast("list[list[str]]", grid.rows[header + 1 :])
    places = _places(grid.sheet, column_letters(grid.left + value_at), grid.top + header + 2, _rounded_up(len(below)))
    cells: list[Cell | None] = [None] * len(below[:1])  # the first row has none above
    for above, row, place in zip(below, below[1:], places[1:], strict=False):
        if len(row) == width == len(above) and row[year] == above[year] and row[organisation] == above[organisation]:
            item, group, value = row[item_at], row[group_at], row[value_at]
            number = _count(value)
            if number is not None and _is_tidy(item) and _is_tidy(group) and not any(row[edge:]):
                cells.append(Cell(item, group, value, number, place))
                continue
        cells.append(None)
    return cells


# The returns of a round have the same codes and addresses, and mostly small numbers.
@lru_cache(maxsize=2_000)
def _is_tidy(code: str) -> bool:
    """Return whether a code is as the template writes it, and that of a figure."""
    return TIDY_CODE.fullmatch(code) is not None and not code.startswith(NOT_FIGURES)


@lru_cache(maxsize=10_000)
def _count(value: str) -> Decimal | None:
    """Read a whole number without a sign; None where it is anything else."""
    return Decimal(value) if COUNT.fullmatch(value) else None


@lru_cache(maxsize=100)
def _places(sheet: str | None, letters: str, first: int, many: int) -> tuple[CellRef, ...]:
    """Return the addresses of a column from a row on."""
    return tuple(CellRef(sheet, f"{letters}{row}") for row in range(first, first + many))


def _rounded_up(many: int) -> int:
    """Round up to hundreds, so that files of a few rows more or less have the same places."""
    return -(-many // 100) * 100
