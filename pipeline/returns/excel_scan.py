"""Looks through the parts of an .xlsx file: how large its sheets are, by the cells that they really have."""

import re
from functools import lru_cache

from pipeline.returns.faults import UnreadableError
from pipeline.returns.xml_scan import DAMAGED, MOST_COLUMNS, MOST_ROWS, Scan, new_parser, parse, whole

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")


class ExcelScan(Scan):
    """Call `part` with each XML part, then `check_texts`."""

    def part(self, data: bytes) -> None:
        """Scan one part, whichever it is: a sheet may hide under any name."""
        self._new_part(data)
        self._row, self._column = -1, -1
        self._pending = False
        parser = new_parser()
        parser.StartElementHandler = self._start
        if b"sst" in data:  # the texts that cells share
            parser.CharacterDataHandler = self._text
        parse(parser, data)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
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
            self._row, self._column = _row_and_column(reference)
        if self._row >= MOST_ROWS or self._column >= MOST_COLUMNS:
            raise UnreadableError("S101", DAMAGED)
        self._row = max(self._row, 0)
        self._pending = True
        self._repeatable += attributes.get("t") == "s"


@lru_cache(maxsize=10_000)  # the returns of a round have the same addresses
def _row_and_column(reference: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise UnreadableError("S101", DAMAGED)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1
