"""Look through the XML of a workbook before the fast reader sees it: no DTD, and no table of absurd size.

The fast reader lays a sheet out as one rectangle in memory, so a single cell at XFD1048576 would take all of it.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from wres.returns.grids import column_letters
from wres.returns.parsed_return import CellRef, UnreadableError
from wres.settings import Settings

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_SHEETS = 100
MOST_CHARACTERS = 5_000_000  # in all cells together; a return has about 20,000
_LAST_CELL = re.compile(rb'\br="([A-Z]{1,3}[1-9][0-9]{0,6})"')
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[^\x00]")
TOO_LONG = "The workbook says that it has more rows or columns than a sheet can hold."
DAMAGED = "The file is damaged: its XML cannot be read"


def check_xml(data: bytes) -> None:
    """Check one part: well-formed UTF-8, without a document type definition, in which entity bombs live.

    Raises:
        UnreadableError: S101.
    """
    parse(hardened_parser(), data)


class Scan:
    """Measure both kinds of workbook: a rectangle that grows around the cells, counts of cells and of characters.

    Cells that hold nothing but spaces count, but the rectangle leaves them out: they may lie in a sheet's last row.
    """

    def __init__(self, settings: Settings) -> None:
        self._cells_left = self._most_cells = settings.max_cells
        self._tags_left = 10 * settings.max_cells
        self._characters_left = MOST_CHARACTERS

    def _new_part(self, data: bytes) -> None:
        """Begin a part."""
        self._tags_left -= data.count(b"<")  # before the parser meets them, and all at once
        if self._tags_left < 0:
            end = data.rfind(b"sheetData>")
            last = _LAST_CELL.findall(data, max(0, end - 10_000), end) if end > 0 else []
            where = f" Its cells go on to {last[-1].decode()}." if last else ""
            raise UnreadableError(
                "S112",
                f"The workbook has far more in it than a return.{where} Rows and columns with formats, borders or "
                "colours and nothing in them count too: delete those that are not in use",
            )
        self._new_sheet()

    def _new_sheet(self) -> None:
        self._filled, self._blank = Rectangle(), Rectangle()

    def _take(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Count cells with content, and let the rectangle around them grow."""
        self._count(rows * columns)
        if rows == columns == 1 and self._filled.holds(row, column):
            return
        self._filled.grow(row, column, rows, columns)
        if self._filled.size > self._most_cells:
            cell = f"{column_letters(column)}{row + 1}"
            detail = "The cell {} lies far away from the others. Delete the rows and columns that are not in use"
            raise UnreadableError("S112", detail.format(cell), CellRef(None, cell))

    def _take_blank(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Count cells with nothing but spaces in them."""
        self._count(min(rows * columns, self._most_cells // 10))
        self._blank.grow(row, column, rows, columns)

    def _count(self, cells: int) -> None:
        self._cells_left -= cells
        if self._cells_left < 0:
            raise UnreadableError("S112", f"The workbook has more than {self._most_cells:,} cells.")

    def _count_characters(self, number: int) -> None:
        """Count what the cells will take when each of them has its own text."""
        self._characters_left -= number
        if self._characters_left < 0:
            raise UnreadableError(
                "S112", "The workbook has far more text in it than a return, or repeats one in many cells."
            )

    def _has_far_blanks(self) -> bool:
        """Return whether the sheet is only too large because of cells with nothing but spaces."""
        both = Rectangle(*self._filled.sides())
        both.grow_around(self._blank)
        return both.size > self._most_cells


class Rectangle:
    """The smallest rectangle around some cells."""

    def __init__(self, top: int = MOST_ROWS, left: int = MOST_ROWS, bottom: int = -1, right: int = -1) -> None:
        self._top, self._left, self._bottom, self._right = top, left, bottom, right

    def sides(self) -> tuple[int, int, int, int]:
        """Return top, left, bottom and right."""
        return self._top, self._left, self._bottom, self._right

    def grow(self, row: int, column: int, rows: int, columns: int) -> None:
        """Take in some cells."""
        self._top, self._left = min(self._top, row), min(self._left, column)
        self._bottom, self._right = max(self._bottom, row + rows - 1), max(self._right, column + columns - 1)

    def grow_around(self, other: "Rectangle") -> None:
        """Take in another rectangle."""
        if other.size:
            top, left, bottom, right = other.sides()
            self.grow(top, left, bottom - top + 1, right - left + 1)

    def holds(self, row: int, column: int) -> bool:
        """Return whether a cell lies in it."""
        return self._top <= row <= self._bottom and self._left <= column <= self._right

    @property
    def size(self) -> int:
        """Return how many cells it has."""
        return max(0, self._bottom - self._top + 1) * max(0, self._right - self._left + 1)


def bounded_int(text: str, most: int) -> int:
    """Return a number of an attribute, up to a limit; S101 when it is none, S112 beyond the limit."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise UnreadableError("S101", DAMAGED)
    if int(text) > most:
        raise UnreadableError("S112", TOO_LONG)
    return int(text)


def hardened_parser() -> Any:
    """Return a parser that refuses document types."""
    # Forced to UTF-8, no matter what the part declares: the fast reader reads it so, and both must see the same.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: Any) -> None:
    raise UnreadableError("S101", "The file defines its own document type, as no spreadsheet program does.")


def parse(parser: Any, data: bytes) -> None:
    """Run it over a whole part; S101 when that is not well-formed or begins as no XML in UTF-8 does."""
    if not _BEGINNING.match(data):
        raise UnreadableError("S101", DAMAGED)
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise UnreadableError("S101", DAMAGED) from None


Position = tuple[int, int]  # row and column of the sheet, from 0


@dataclass(slots=True)
class SheetNotes:
    """`hidden`: cells under a merge, which nobody sees; `uncalculated`: formulas without a stored result.

    `crossed_out`: cells whose style draws a line through all that they show.
    `hidden_texts` are what those hidden cells say, once they are read.
    """

    hidden: set[Position] = field(default_factory=set)
    uncalculated: set[Position] = field(default_factory=set)
    crossed_out: set[Position] = field(default_factory=set)
    hidden_texts: list[str] = field(default_factory=list)
