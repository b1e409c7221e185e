"""Look through content.xml of an .ods file, where one cell may say that it is repeated a million times."""

from wres.reader.crossed_out import OpenDocumentStyles
from wres.reader.plain_xml import NUMBER, ODD, local_name
from wres.reader.xml_limits import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SHEETS,
    TOO_LONG,
    Rectangle,
    Scan,
    SheetNotes,
    bounded_int,
    hardened_parser,
    parse,
)
from wres.returns.invisible import is_unseen
from wres.returns.parsed_return import UnreadableError
from wres.settings import Settings

_MOST_SPACES = 32_767  # characters that a cell can hold
_NUMERIC = ("float", "percentage", "currency")
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")
_NEVER_NEEDED = frozenset(
    {"annotation", "frame", "custom-shape", "control", "object", "text-box", "data-pilot-table", "tracked-changes"}
)
_UNWANTED = (
    "The file is a workbook with comments, drawings or pivot tables, which is not taken. Delete them and save it again."
)
_PREFIXES = {
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}


class OdsScan(Scan):
    """Call `part` with content.xml. Cells and rows may say that they are repeated; the repetitions are counted.

    After it, `is_odd` says whether the fast reader would misread the part, `prefixes` which ones to use instead, and
    `looks` which styles raise, lower or cross out a part of a text.
    """

    is_odd = False

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.cell_styles = OpenDocumentStyles()

    def check_part(self, data: bytes) -> list[SheetNotes]:
        """Scan the sheets of the workbook; returns what is known of each."""
        self._new_part(data)
        self.prefixes: dict[str, str] = {}
        self.looks: dict[str, str] = {}
        self._style = ""
        self._sheets: list[SheetNotes] = []
        self._row = self._next_row = self._next_column = 0
        self._rows = 1
        self._row_style: str | None = None
        self._in_cell = self._seen = False
        self._left_out = self._length = self._paragraphs = 0
        self.far: list[bool] = []  # for each sheet, whether blank cells make it too large
        self.rectangles: list[Rectangle] = []
        self.is_odd = ODD.search(data, 1) is not None
        parser = hardened_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parse(parser, data)
        return self._sheets

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        """Look at the beginning of an element."""
        name = tag.rpartition(":")[2]
        if name in _NEVER_NEEDED:  # under a prefix that the look at the package did not know
            raise UnreadableError("S102", _UNWANTED)
        if self._left_out or (self._in_cell and name == "table"):
            self._left_out += 1
            self.is_odd = True
            return
        self._note_prefixes(attributes)
        if name == "table":
            self._begin_sheet()
        elif name == "table-row":
            self._begin_row(attributes)
        elif name == "table-column":
            columns = repeats(attributes, "number-columns-repeated", MOST_COLUMNS)
            self._next_column += columns
            self._column_styles.append((self._next_column, _default_style(attributes)))
        elif name in ("table-cell", "covered-table-cell"):
            self._begin_cell(name, attributes)
        elif name in ("p", "h", "tab", "line-break"):
            self._paragraphs += 1
            self._length += 1
        elif name == "s":
            self._length += repeats(attributes, "c", _MOST_SPACES)
        elif name in ("style", "text-properties"):
            self._note_style(name, attributes)

    def _text(self, text: str) -> None:
        if self._in_cell and not self._left_out:
            self._length += len(text)
            self._seen = self._seen or not is_unseen(text)

    def _end(self, tag: str) -> None:
        """Leave an element: at the end of a cell or sheet it is counted."""
        name = tag.rpartition(":")[2]
        if self._left_out:
            self._left_out -= 1
        elif name in ("table-cell", "covered-table-cell") and self._in_cell:
            self._end_cell()
        elif name == "table" and self._sheets:
            self.far[-1] = self._has_far_blanks()
            self.is_odd |= self.far[-1]

    def _begin_sheet(self) -> None:
        """Begin a sheet; refuse one too many."""
        self._new_sheet()
        self._sheets.append(SheetNotes())
        self.far.append(False)
        self.rectangles.append(self._filled)
        if len(self._sheets) > MOST_SHEETS:
            raise UnreadableError("S112", f"The workbook has more than {MOST_SHEETS} sheets; a return has 4.")
        self._next_row = self._next_column = 0
        self._column_styles: list[tuple[int, str | None]] = []  # the column after the last of each style

    def _note_prefixes(self, attributes: dict[str, str]) -> None:
        """Note where a name space has another prefix than the fast reader knows."""
        for key, value in attributes.items():
            prefix = key.removeprefix("xmlns:")
            if prefix != key and _PREFIXES.get(value, prefix) != prefix:
                self.prefixes[prefix] = _PREFIXES[value]
                self.is_odd = True

    def _note_style(self, name: str, attributes: dict[str, str]) -> None:
        """Note the name of a style of cells or of text, or how what has it looks."""
        self.cell_styles.note(name, attributes)
        if name == "style":
            known = {local_name(key): value for key, value in attributes.items()}
            self._style = known.get("name", "") if known.get("family") == "text" else ""
        elif self._style:
            self._note_look(attributes)

    def _note_look(self, attributes: dict[str, str]) -> None:
        """Note a style that raises, lowers or crosses out a part of a text."""
        known = {local_name(key): value for key, value in attributes.items()}
        position = known.get("text-position", "0%").split()[0]
        crossed_out = known.get("text-line-through-style", known.get("text-line-through-type", "none"))
        if crossed_out != "none":
            self.looks[self._style] = "struck out"
        elif position not in ("0%", "0"):
            self.looks[self._style] = "subscript" if position.startswith(("sub", "-")) else "superscript"
        self.is_odd |= self._style in self.looks

    def _begin_row(self, attributes: dict[str, str]) -> None:
        """Count a row, as often as it is repeated."""
        self._row, self._rows = self._next_row, repeats(attributes, "number-rows-repeated", MOST_ROWS)
        self._next_row += self._rows
        self._next_column = 0
        self._row_style = _default_style(attributes)
        if self._next_row > 2 * MOST_ROWS:
            raise UnreadableError("S112", TOO_LONG)

    def _begin_cell(self, name: str, attributes: dict[str, str]) -> None:
        """Count a cell, as often as it is repeated."""
        self._columns = repeats(attributes, "number-columns-repeated", MOST_COLUMNS)
        self._column = self._next_column
        self._next_column += self._columns
        self._covered = name == "covered-table-cell"
        known = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        self._style_of_cell = known.get("style-name") or self._row_style
        self._type, self._formula = known.get("value-type"), known.get("formula")
        self._stored = next((known[key] for key in _VALUES if key in known), None)
        self._length = sum(len(value) for value in attributes.values())
        self._paragraphs = 0
        self._seen = self._stored is not None and not is_unseen(self._stored)
        self._in_cell = True
        if self._type in _NUMERIC and (self._stored is None or not NUMBER.fullmatch(self._stored)):
            self.is_odd = True

    def _end_cell(self) -> None:
        """Count what the cell holds and says, as often as it is repeated."""
        self._in_cell = False
        if self._type is None and self._formula is None and not self._paragraphs:
            return
        place = (self._row, self._column, self._rows, self._columns)
        self._count_characters(self._length * self._rows * self._columns)
        if not self._seen and self._formula is None:
            self._take_blank(*place)
            return
        self._take(*place)
        if not self._sheets:
            return
        if self._covered:
            self._sheets[-1].hidden.update(self._cells())
        if self._formula is not None and not self._seen:
            self._sheets[-1].uncalculated.update(self._cells())
        style = self._style_of_cell or next((style for end, style in self._column_styles if self._column < end), None)
        if self.cell_styles.cross_out(style):
            self._sheets[-1].crossed_out.update(self._cells())

    def _cells(self) -> list[tuple[int, int]]:
        rows, columns = range(self._row, self._row + self._rows), range(self._column, self._column + self._columns)
        return [(row, column) for row in rows for column in columns]


def _default_style(attributes: dict[str, str]) -> str | None:
    """Return the style that a row or column gives to cells without one."""
    return next((value for key, value in attributes.items() if local_name(key) == "default-cell-style-name"), None)


def repeats(attributes: dict[str, str], wanted: str, most: int) -> int:
    """Return how often a row, a cell or a space is repeated."""
    for key, value in attributes.items():
        if local_name(key) == wanted:
            return bounded_int(value, most)
    return 1
