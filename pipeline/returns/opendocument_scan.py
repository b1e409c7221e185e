"""Looks through content.xml of an .ods file, where one cell may say that it is repeated a million times."""

from pipeline.returns.faults import UnreadableError
from pipeline.returns.xml_scan import MOST_COLUMNS, MOST_ROWS, TOO_LONG, Scan, new_parser, parse, whole

_MOST_SPACES = 32_767  # characters that a cell can hold


class OpenDocumentScan(Scan):
    """Call `part` with content.xml, then `check_texts`. Cells and rows may say that they are repeated."""

    def part(self, data: bytes) -> None:
        """Scan the sheets of the workbook."""
        self._new_part(data)
        self._row = self._next_row = 0
        self._rows = 1
        self._next_column = 0
        self._cell: tuple[int, int] | None = None
        parser = new_parser()
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._text
        parse(parser, data)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "table":
            self._new_sheet()
            self._next_row = 0
        elif name == "table-row":
            self._row, self._rows = self._next_row, _repeats(attributes, "number-rows-repeated", MOST_ROWS)
            self._next_row += self._rows
            self._next_column = 0
            if self._next_row > 2 * MOST_ROWS:
                raise UnreadableError("S112", TOO_LONG)
        elif name in ("table-cell", "covered-table-cell"):
            columns = _repeats(attributes, "number-columns-repeated", MOST_COLUMNS)
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
            return whole(value, most)
    return 1
