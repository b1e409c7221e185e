"""Finds the table of figures by its headings, wherever it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wres.reader.csv_fast_path import LONG
from wres.returns.grids import HEADER_ROWS, Grid
from wres.returns.parsed_return import ETHNIC_GROUPS, CellRef
from wres.returns.text import normalise_heading

WIDE = ("item", *ETHNIC_GROUPS)  # a row an item, as in the workbook


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A grid, the row of its header, and the column of each heading (the first, where one is there twice)."""

    grid: Grid
    row: int
    columns: dict[str, int]
    wanted: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def place(self) -> CellRef:
        """Where the header begins."""
        return self.grid.place(self.row, min(self.columns.values()))

    @property
    def missing(self) -> tuple[str, ...]:
        """The headings that are not there."""
        return tuple(name for name in self.wanted if name not in self.columns)


def find_tables(grids: Sequence[Grid]) -> list[FigureTable]:
    """The tables of figures, the one that counts first.

    That is the one of the most complete header; among equals a visible sheet's, then the one of the sheet Return, then
    the first.
    """
    tables = [table for grid in grids for table in _headers(grid) if len(table.columns) > 1]
    return sorted(tables, key=lambda it: (len(it.missing), not it.grid.visible, not _is_return(it.grid)))


def _is_return(grid: Grid) -> bool:
    """Whether a sheet has that very name: `Return (2)` is another one."""
    return (grid.sheet or "").strip().casefold() == "return"


def _headers(grid: Grid) -> Iterator[FigureTable]:
    """Rows in which headings stand; the search ends at the first complete header."""
    for row in range(min(len(grid.rows), HEADER_ROWS)):
        texts = [(column, value) for column, value in enumerate(grid.rows[row]) if isinstance(value, str)]
        names = [(column, normalise_heading(text)) for column, text in texts if text]
        for wanted in (WIDE, LONG):
            found = [(name, column) for column, name in names if name in wanted]
            columns = dict(reversed(found))
            twice = tuple(sorted({name for name, column in found if columns[name] != column}))
            if columns:
                yield FigureTable(grid, row, columns, wanted, twice)
            if len(columns) == len(wanted):
                return
