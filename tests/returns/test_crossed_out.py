"""A figure in a cell that is crossed out as a whole, by its style, counts only once its sender has said so."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl.styles import Font

from tests.returns.test_odd_workbooks import ods
from wres.reader.crossed_out import OpenDocumentStyles, excel_styles
from wres.returns.parsed_return import ParsedReturn

BAND_5 = ("workforce.clinical.band_5", "white")


def raw_of(result: ParsedReturn, key: tuple[str, str] = BAND_5) -> tuple[Decimal | None, str]:
    [cell] = [cell for cell in result.cells if (cell.item, cell.ethnic_group) == key]
    return cell.number, cell.raw


def place_of(read: Callable[..., ParsedReturn], content: bytes) -> str:
    [cell] = [cell for cell in read(content).cells if (cell.item, cell.ethnic_group) == BAND_5]
    return str(cell.place.cell)


@pytest.mark.parametrize("value", [123, "123", 0, 12.5, "1,234"])
def test_a_crossed_out_cell_of_excel_holds_no_figure(
    filled: bytes, edited: Callable[..., bytes], read: Callable[..., ParsedReturn], value: Any
) -> None:
    place = place_of(read, filled)

    def cross_out(workbook: Any) -> None:
        cell = workbook["Return"][place]
        cell.value, cell.font = value, Font(strike=True)

    result = read(edited(cross_out))
    assert raw_of(result) == (None, f"[struck out {value}]")
    others = {(cell.item, cell.ethnic_group): cell.number for cell in result.cells}
    expected = {(cell.item, cell.ethnic_group): cell.number for cell in read(edited(lambda _: None)).cells}
    assert others | {BAND_5: None} == expected | {BAND_5: None}


@pytest.mark.parametrize("font", [Font(strike=False), Font(bold=True), Font(vertAlign="superscript")])
def test_other_looks_of_a_cell_change_no_figure(
    filled: bytes, edited: Callable[..., bytes], read: Callable[..., ParsedReturn], font: Any
) -> None:
    place = place_of(read, filled)

    def change(workbook: Any) -> None:
        workbook["Return"][place].value, workbook["Return"][place].font = 123, font

    assert raw_of(read(edited(change))) == (123, "123")


def test_words_may_be_crossed_out(edited: Callable[..., bytes], read: Callable[..., ParsedReturn]) -> None:
    """A line through a label or a code hides no figure, and an empty cell holds none."""

    def change(workbook: Any) -> None:
        for row in workbook["Return"].iter_rows(min_col=1, max_col=2):
            for cell in row:
                cell.font = Font(strike=True)
        workbook["Return"]["C13"].value, workbook["Return"]["C13"].font = None, Font(strike=True)

    expected = [(cell.item, cell.ethnic_group, cell.number) for cell in read(edited(lambda _: None)).cells]
    result = read(edited(change))
    ours = [(cell.item, cell.ethnic_group, cell.number) for cell in result.cells]
    assert {row for row in expected if row[0] != "workforce.non_clinical.band_1"} <= set(ours)


def test_only_the_fonts_of_cells_cross_out_cells() -> None:
    """Not those of conditional formats, and not a line that is switched off."""
    styles = (
        '<styleSheet xmlns="x"><fonts><font><sz val="11"/></font><font><strike/></font><font><strike val="0"/></font>'
        '</fonts><cellStyleXfs><xf fontId="1"/></cellStyleXfs>'
        '<cellXfs><xf fontId="0"/><xf fontId="1"><alignment/></xf><xf fontId="2"/><xf/><xf fontId="1"/></cellXfs>'
        "<dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>"
    )
    assert excel_styles(styles.encode()) == {"1", "4"}
    assert excel_styles(styles.replace("<", "<s:").replace("<s:/", "</s:").replace("xmlns=", "xmlns:s=").encode())
    assert excel_styles(b"<sst/>") == frozenset()


def test_a_style_of_opendocument_builds_on_another() -> None:
    styles = OpenDocumentStyles()
    for name, parent, line in (("ce1", "", "solid"), ("ce2", "ce1", None), ("ce3", "ce1", "none"), ("ce4", "", None)):
        about = {"style:name": name, "style:family": "table-cell"} | (
            {"style:parent-style-name": parent} if parent else {}
        )
        styles.note("style", about)
        styles.note("text-properties", {"style:text-line-through-style": line} if line else {})
    styles.note("style", {"style:name": "T1", "style:family": "text"})
    styles.note("text-properties", {"style:text-line-through-style": "solid"})
    assert [styles.cross_out(name) for name in ("ce1", "ce2", "ce3", "ce4", "T1", None)] == [True, True, *[False] * 4]


CELL = '<table:table-cell{} office:value-type="float" office:value="123"><text:p>123</text:p></table:table-cell>'
PLACES: dict[str, tuple[str, Callable[[str], str]]] = {
    "cell": (CELL.format(' table:style-name="ce9"'), lambda xml: xml),
    "row": (
        CELL.format(""),
        lambda xml: xml.replace("<table:table-row>", '<table:table-row table:default-cell-style-name="ce9">'),
    ),
    "column": (
        CELL.format(""),
        lambda xml: xml.replace(
            "<table:table-row>",
            '<table:table-column table:number-columns-repeated="1"/>'
            '<table:table-column table:default-cell-style-name="ce9"/><table:table-row>',
            1,
        ),
    ),
}


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("part", ["content.xml", "styles.xml"])
def test_a_crossed_out_cell_of_opendocument_holds_no_figure(
    read: Callable[..., ParsedReturn], where: str, part: str
) -> None:
    style = (
        '<style:style style:name="ce9" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    )
    cell, change = PLACES[where]

    def with_styles(xml: str) -> str:
        declared = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text='
        own = (
            f"<office:automatic-styles>{style if part == 'content.xml' else ''}</office:automatic-styles><office:body>"
        )
        return change(xml.replace("<office:body>", own, 1).replace("xmlns:text=", declared, 1))

    content = ods(cell, wrap=with_styles)
    if part == "styles.xml":
        stream = io.BytesIO(content)
        with ZipFile(stream, "a") as archive:
            archive.writestr(
                "styles.xml", f'<s xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">{style}</s>'
            )
        content = stream.getvalue()
    result = read(content, "a.ods")
    assert (result.cells[0].number, result.cells[0].raw) == (None, "[struck out 123]")
