"""Write a sheet of an .xlsx file again where the fast reader would misread it."""

from wres.reader.plain_xml import LOOKS, NUMBER, PlainXml, start_tag
from wres.reader.xlsx_limits import XlsxScan, row_and_column
from wres.returns.invisible import mark_text

_NOT_APPLIED = ("0", "false", "baseline")  # what says that a look is off


class PlainSheet(PlainXml):
    """Numbers without spaces around them, what is no number as text, and no cells that hold spaces far out.

    A part of a text that stands raised, lowered or crossed out beside the others is put into brackets.
    """

    def __init__(self, scan: XlsxScan) -> None:
        super().__init__()
        self._scan = scan
        self._row = self._column = -1
        self._cell: tuple[int, str, dict[str, str]] | None = None  # its first piece, and its start
        self._value: tuple[int, list[str]] | None = None
        self._look: str | None = None  # of the part of a text that is being read
        self._marked: list[str] | None = None  # its characters

    def skip(self, name: str) -> bool:
        """Leave out the sheet's size and merges, over whose addresses the fast reader may stumble."""
        return name in ("dimension", "mergeCells")

    def start(self, tag: str, name: str, attributes: dict[str, str]) -> None:
        """Keep in mind where a cell and its value begin."""
        if name == "row":
            self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1
        elif name == "c":
            reference = attributes.get("r")
            self._column += 1
            if reference is not None:
                self._row, self._column = row_and_column(reference)
            self._cell = len(self.pieces), tag, attributes
            self._texts: list[str] = []
            self._has_formula = False
        elif name == "f":
            self._has_formula = True
        elif name == "r":
            self._look = None
        elif name in LOOKS and attributes.get("val") not in _NOT_APPLIED:
            self._look = "subscript" if attributes.get("val") == "subscript" else LOOKS[name]
        super().start(tag, name, attributes)
        if name == "t" and self._look:
            self._marked = []
        if name in ("v", "t") and self._cell:
            self._value = len(self.pieces), []

    def text(self, text: str) -> None:
        """Collect the text of a value too, which may come in several pieces."""
        if self._value:
            self._value[1].append(text)
        if self._marked is None:
            super().text(text)
        else:
            self._marked.append(text)

    def end(self, tag: str, name: str) -> None:
        """Mend a value, or a cell, at its end."""
        if name == "t" and self._marked is not None and self._look:
            super().text(mark_text(self._look, "".join(self._marked)))
            self._marked = None
        elif name == "r":
            self._look = None
        if name in ("v", "t") and self._value and self._cell:
            first, texts = self._value
            self._value = None
            self._texts += texts
            if name == "v" and self._cell[2].get("t", "n") == "n":
                del self.pieces[first:]
                self._write_number("".join(texts))
        elif name == "c" and self._cell:
            first, cell_tag, attributes = self._cell
            blank = not self._has_formula and self._scan.is_blank(attributes.get("t"), "".join(self._texts))
            if blank and self._scan.is_dropped(max(self._row, 0), self._column):
                del self.pieces[first:]
                self.pieces.append(start_tag(cell_tag, {key: attributes[key] for key in attributes if key != "t"}))
            self._cell = None
        super().end(tag, name)

    def _write_number(self, text: str) -> None:
        """Write the value of a number cell; what is no number is written as text."""
        if self._cell and text.strip() and not NUMBER.fullmatch(text.strip()):
            first, tag, attributes = self._cell
            self.pieces[first] = start_tag(tag, attributes | {"t": "str"})
            super().text(text)
        else:
            super().text(text.strip())
