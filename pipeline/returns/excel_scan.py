"""Looks through the parts of an .xlsx file: how large its sheets are, by the cells that they really have."""

import re
from functools import cache

from pipeline.returns.faults import UnreadableError
from pipeline.returns.xml_scan import DAMAGED, MOST_COLUMNS, MOST_ROWS, Scan, new_parser, parse, whole

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")


class ExcelScan(Scan):
    """Call `part` with each XML part, then `check_texts`."""

    def part(self, data: bytes) -> None:
        """Scan one part, whichever it is: a sheet may hide under any name."""
        self._new_sheet()
        self._row, self._column = -1, -1
        self._pending = False
        parser = new_parser()
        parser.StartElementHandler = self._start
        if b"sst" in data:  # the texts that cells share
            parser.CharacterDataHandler = self._text
        parse(parser, data)

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
            self._row = whole(number, MOST_ROWS) - 1 if number else self._row + 1
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
                raise UnreadableError("S101", DAMAGED)
            self._row, self._column = int(match[2]) - 1, _column_index(match[1])
        if self._row >= MOST_ROWS or self._column >= MOST_COLUMNS:
            raise UnreadableError("S101", DAMAGED)
        self._row = max(self._row, 0)
        self._pending = True
        self._repeatable += attributes.get("t") == "s"


@cache
def _column_index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
