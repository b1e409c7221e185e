"""Write content.xml of an .ods file again where the fast reader would misread it."""

from wres.reader.ods_limits import OdsScan, repeats
from wres.reader.plain_xml import NUMBER, PlainXml, local_name, start_tag
from wres.reader.xml_limits import MOST_COLUMNS, MOST_ROWS
from wres.returns.invisible import mark_text

_VALUES = ("value", "value-type", "string-value", "date-value", "time-value", "boolean-value")


class PlainContent(PlainXml):
    """Cells under the usual prefixes, without tables in them, and none that hold spaces far out.

    A part of a text that stands raised, lowered or crossed out beside the others is put into brackets.
    """

    def __init__(self, scan: OdsScan) -> None:
        super().__init__()
        self._scan = scan
        self._sheet = -1
        self._row = self._next_row = self._column = self._next_column = 0
        self._cell: tuple[int, str, dict[str, str]] | None = None  # its first piece, and its start
        self._looks: list[str | None] = []  # of the parts of a text that are being read, the innermost last

    def skip(self, name: str) -> bool:
        """Leave out a table that stands in a cell."""
        return self._cell is not None and name == "table"

    def start(self, tag: str, name: str, attributes: dict[str, str]) -> None:
        """Follow rows and cells; a number that is none becomes text."""
        tag = self._usual(tag)
        attributes = {self._usual(key): value for key, value in attributes.items()}
        if name == "table":
            self._sheet += 1
            self._next_row = 0
        elif name == "table-row":
            self._row = self._next_row
            self._next_row += repeats(attributes, "number-rows-repeated", MOST_ROWS)
            self._next_column = 0
        elif name in ("table-cell", "covered-table-cell"):
            self._column = self._next_column
            self._next_column += repeats(attributes, "number-columns-repeated", MOST_COLUMNS)
            self._cell = len(self.pieces), tag, attributes
            stored = attributes.get("office:value", "").strip()
            if attributes.get("office:value-type") in ("float", "percentage", "currency"):
                if NUMBER.fullmatch(stored):
                    attributes = attributes | {"office:value": stored}
                else:
                    attributes = _without_value(attributes) | {"office:value-type": "string"}
                    attributes |= {"office:string-value": stored} if stored else {}
        elif name == "span":
            self._looks.append(self._scan.looks.get(attributes.get("text:style-name", "")))
        self.pieces.append(start_tag(tag, attributes))

    def text(self, text: str) -> None:
        """Write characters; those with another look than the rest in brackets."""
        look = next((look for look in reversed(self._looks) if look), None)
        super().text(mark_text(look, text) if look else text)

    def end(self, tag: str, name: str) -> None:
        """Empty a cell that holds nothing but spaces, where it lies far out."""
        if name == "span":
            self._looks.pop()
        if name in ("table-cell", "covered-table-cell") and self._cell:
            first, cell_tag, attributes = self._cell
            self._cell = None
            is_far = 0 <= self._sheet < len(self._scan.far) and self._scan.far[self._sheet]
            if is_far and not self._scan.rectangles[self._sheet].holds(self._row, self._column):
                del self.pieces[first:]
                self.pieces.append(start_tag(cell_tag, _without_value(attributes)))
        super().end(self._usual(tag), name)

    def _usual(self, tag: str) -> str:
        """Return a name with its usual prefix."""
        prefix, colon, name = tag.partition(":")
        if not colon:
            return tag
        if prefix == "xmlns":
            return f"xmlns:{self._scan.prefixes.get(name, name)}"
        return f"{self._scan.prefixes.get(prefix, prefix)}:{name}"


def _without_value(attributes: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in attributes.items() if local_name(key) not in _VALUES}
