"""Looks through the XML of a workbook before the fast reader sees it: no DTD, and no table of absurd size.

The fast reader lays a sheet out as one rectangle in memory, so a single cell at XFD1048576 would take all of it.
"""

import re
from functools import cache
from typing import Any
from xml.parsers import expat

from pipeline.returns.faults import UnreadableError
from pipeline.settings import Settings

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_SPACES = 32_767  # characters that a cell can hold
_TOO_LONG = "The workbook says that it has more rows or columns than a sheet can hold."
_DAMAGED = "The file is damaged: its XML cannot be read. Open it in a spreadsheet program and save it again."


def check_xml(data: bytes) -> None:
    """One part: it must be well-formed UTF-8 and have no document type definition, in which entity bombs live.

    Raises:
        UnreadableError: S101.
    """
    _parse(_parser(), data)


class _Scan:
    """What both kinds of workbook have: a rectangle that grows, counts, and the longest text."""

    def __init__(self, settings: Settings) -> None:
        self._cells_left = settings.max_cells
        self._elements_left = 10 * settings.max_cells
        self._most_cells = settings.max_cells
        self._most_characters = settings.max_expanded_bytes
        self._repeatable = 0  # cells that may share one text
        self._length = self._longest = 0

    def _new_sheet(self) -> None:
        self._top = self._left = _MOST_ROWS
        self._bottom = self._right = -1

    def _count_element(self) -> None:
        self._elements_left -= 1
        if self._elements_left < 0:
            raise UnreadableError("S112", "The workbook has far more in it than a return.")

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


class ExcelScan(_Scan):
    """Call `part` with each XML part, then `check_texts`."""

    def part(self, data: bytes) -> None:
        """Scan one part, whichever it is: a sheet may hide under any name."""
        self._new_sheet()
        self._row, self._column = -1, -1
        self._pending = False
        parser = _parser()
        parser.StartElementHandler = self._start
        if b"<sst" in data[:4096] or b":sst" in data[:4096]:
            parser.CharacterDataHandler = self._text
        _parse(parser, data)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count_element()
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            self._cell(attributes)
        elif name in ("v", "is", "f"):
            if self._pending:
                self._take(self._row, self._column)
                self._pending = False
        elif name == "row":
            number = attributes.get("r")
            self._row = _whole(number, _MOST_ROWS) - 1 if number else self._row + 1
            self._column = -1
        elif name == "si":
            self._length = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise UnreadableError("S101", _DAMAGED)
            self._row, self._column = int(match[2]) - 1, _column_index(match[1])
        if self._row >= _MOST_ROWS or self._column >= _MOST_COLUMNS:
            raise UnreadableError("S101", _DAMAGED)
        self._row = max(self._row, 0)
        self._pending = True
        self._repeatable += attributes.get("t") == "s"


class OpenDocumentScan(_Scan):
    """Call `part` with content.xml, then `check_texts`. Cells and rows may say that they are repeated."""

    def part(self, data: bytes) -> None:
        """Scan the sheets of the workbook."""
        self._new_sheet()
        self._row = self._next_row = 0
        self._next_column = 0
        self._cell: tuple[int, int] | None = None
        parser = _parser()
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._text
        _parse(parser, data)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count_element()
        name = tag.rpartition(":")[2]
        if name == "table":
            self._new_sheet()
            self._next_row = 0
        elif name == "table-row":
            self._row, self._rows = self._next_row, _repeats(attributes, "number-rows-repeated", _MOST_ROWS)
            self._next_row += self._rows
            self._next_column = 0
            if self._next_row > 2 * _MOST_ROWS:
                raise UnreadableError("S112", _TOO_LONG)
        elif name in ("table-cell", "covered-table-cell"):
            columns = _repeats(attributes, "number-columns-repeated", _MOST_COLUMNS)
            self._cell = (self._next_column, columns)
            self._next_column += columns
            self._length = max((len(value) for value in attributes.values()), default=0)
            if any(key.endswith((":value-type", ":formula")) for key in attributes):
                self._content()
        elif name == "p":
            self._content()
        elif name == "s":
            self._length += _repeats(attributes, "c", _MOST_SPACES)

    def _content(self) -> None:
        if self._cell is not None:
            column, columns = self._cell
            self._cell = None
            self._take(self._row, column, self._rows, columns)
            self._repeatable += self._rows * columns


def _repeats(attributes: dict[str, str], wanted: str, most: int) -> int:
    for key, value in attributes.items():
        if key.rpartition(":")[2] == wanted:
            return _whole(value, most)
    return 1


def _whole(text: str, most: int) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise UnreadableError("S101", _DAMAGED)
    if int(text) > most:
        raise UnreadableError("S112", _TOO_LONG)
    return int(text)


@cache
def _column_index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _parser() -> Any:
    # Forced to UTF-8 whatever the part declares: the fast reader reads it so, and both must see the same.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: Any) -> None:
    raise UnreadableError("S101", "The file defines its own document type, as no spreadsheet program does.")


def _parse(parser: Any, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise UnreadableError("S101", _DAMAGED) from None
