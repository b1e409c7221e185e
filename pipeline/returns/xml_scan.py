"""Looks through the XML of a workbook before the fast reader sees it: no DTD, and no table of absurd size.

The fast reader lays a sheet out as one rectangle in memory, so a single cell at XFD1048576 would take all of it.
"""

import re
from typing import Any
from xml.parsers import expat

from pipeline.returns.faults import UnreadableError
from pipeline.settings import Settings

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[^\x00]")
TOO_LONG = "The workbook says that it has more rows or columns than a sheet can hold."
DAMAGED = "The file is damaged: its XML cannot be read. Open it in a spreadsheet program and save it again."


def check_xml(data: bytes) -> None:
    """One part: it must be well-formed UTF-8 and have no document type definition, in which entity bombs live.

    Raises:
        UnreadableError: S101.
    """
    parse(new_parser(), data)


class Scan:
    """What both kinds of workbook have: a rectangle that grows, counts, and the longest text."""

    def __init__(self, settings: Settings) -> None:
        self._cells_left = settings.max_cells
        self._tags_left = 10 * settings.max_cells
        self._most_cells = settings.max_cells
        self._most_characters = settings.max_expanded_bytes
        self._repeatable = 0  # cells that may share one text
        self._length = self._longest = 0

    def _new_part(self, data: bytes) -> None:
        self._tags_left -= data.count(b"<")  # before the parser meets them, and all at once
        if self._tags_left < 0:
            raise UnreadableError("S112", "The workbook has far more in it than a return.")
        self._new_sheet()

    def _new_sheet(self) -> None:
        self._top = self._left = MOST_ROWS
        self._bottom = self._right = -1

    def _take(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Count cells with content, and let the rectangle around them grow."""
        self._cells_left -= rows * columns
        if self._cells_left < 0:
            raise UnreadableError("S112", f"The workbook has more than {self._most_cells:,} cells.")
        self._top, self._left = min(self._top, row), min(self._left, column)
        self._bottom, self._right = max(self._bottom, row + rows - 1), max(self._right, column + columns - 1)
        if (self._bottom - self._top + 1) * (self._right - self._left + 1) > self._most_cells:
            raise UnreadableError(
                "S112", "A cell lies far away from the others. Delete the rows and columns that are not in use."
            )

    def _text(self, text: str) -> None:
        self._length += len(text)
        self._longest = max(self._longest, self._length)

    def check_texts(self) -> None:
        """A long text that many cells share would be copied for each of them."""
        if self._repeatable * self._longest > self._most_characters:
            raise UnreadableError("S112", "The workbook repeats a long text in too many cells.")


def whole(text: str, most: int) -> int:
    """A number of an attribute, up to a limit; S101 when it is none, S112 beyond the limit."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise UnreadableError("S101", DAMAGED)
    if int(text) > most:
        raise UnreadableError("S112", TOO_LONG)
    return int(text)


def new_parser() -> Any:
    """A parser that refuses document types."""
    # Forced to UTF-8 whatever the part declares: the fast reader reads it so, and both must see the same.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
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
