"""Which cell styles of a workbook cross out all that a cell shows, and the figures of such cells."""

from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from typing import Any

from wres.reader.plain_xml import local_name
from wres.reader.xml_limits import hardened_parser, parse
from wres.returns.grids import Value
from wres.returns.invisible import mark_text
from wres.returns.number_parsing import read_figure
from wres.returns.parsed_return import CellRef
from wres.returns.text import text_of

_OFF = ("0", "false")
_STRIKES = (b"strike", b"dstrike")
_LINES_THROUGH = ("text-line-through-style", "text-line-through-type")


def excel_styles(data: bytes) -> frozenset[str]:
    """Return the numbers of the cell formats in the styles of an .xlsx file whose font has a line through it."""
    if b"styleSheet" not in data or not any(strike in data for strike in _STRIKES):
        return frozenset()
    path: list[str] = []
    fonts: list[bool] = []
    formats: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if path[-1:] == ["fonts"]:
            fonts.append(False)
        elif path[-2:] == ["fonts", "font"] and name in ("strike", "dstrike"):
            fonts[-1] = attributes.get("val") not in _OFF
        elif path[-1:] == ["cellXfs"]:
            formats.append(attributes.get("fontId", "0"))
        path.append(name)

    parser: Any = hardened_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parse(parser, data)
    crossed_out = {str(number) for number, is_crossed_out in enumerate(fonts) if is_crossed_out}
    return frozenset(str(number) for number, font in enumerate(formats) if font in crossed_out)


class OpenDocumentStyles:
    """The cell styles of an .ods file, as its parts define them: by themselves or by the style that they build on."""

    def __init__(self) -> None:
        self._by_name: dict[str, bool] = {}
        self._style: str | None = None

    def read(self, data: bytes) -> None:
        """Take the styles of a part other than the sheets'."""
        if b"line-through" in data:
            parser: Any = hardened_parser()
            parser.StartElementHandler = lambda tag, attributes: self.note(local_name(tag), attributes)
            parse(parser, data)

    def note(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note an element, where it begins a cell style or says how the text of one looks."""
        if name == "style":
            known = {local_name(key): value for key, value in attributes.items()}
            self._style = known.get("name") if known.get("family") == "table-cell" else None
            if self._style is not None:
                self._by_name[self._style] = self._by_name.get(known.get("parent-style-name", ""), False)
        elif name == "text-properties" and self._style is not None:
            known = {local_name(key): value for key, value in attributes.items()}
            lines = [known[line] != "none" for line in _LINES_THROUGH if line in known]
            if lines:
                self._by_name[self._style] = all(lines)

    def cross_out(self, style: str | None) -> bool:
        """Return whether a cell of this style is crossed out."""
        return style is not None and self._by_name.get(style, False)


def mark_figures(
    rows: Sequence[MutableSequence[Value]], top: int, left: int, crossed_out: Iterable[tuple[int, int]]
) -> None:
    """Put the figures of crossed-out cells into brackets that say so: they are no numbers any more.

    Args:
        rows: the values of a sheet.
        top: the row of the sheet, from 0, that is the first of them.
        left: the same of the column.
        crossed_out: rows and columns of the sheet.
    """
    for row, column in crossed_out:
        if 0 <= row - top < len(rows) and 0 <= column - left < len(rows[row - top]):
            value = rows[row - top][column - left]
            if read_figure(value, CellRef(None, None), [], text_is_odd=True).number is not None:
                rows[row - top][column - left] = mark_text("struck out", text_of(value).strip())
