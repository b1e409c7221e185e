"""What programs write into workbooks that the template's own does not: read right, or refused by its cell."""

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests.support.figures import Figures
from wres.returns.parsed_return import CellRef, ParsedReturn

SHEET = "xl/worksheets/sheet2.xml"
RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
NURSES = ("workforce.non_clinical.under_band_1", "white")  # C12 of the template


def codes(result: ParsedReturn) -> list[Any]:
    return [fault.code for fault in result.faults]


def changed(content: Any, part: str, change: Any, extra: Any = ()) -> bytes:
    """The package with one part put through a function."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed_file,
    ):
        for name in source.namelist():
            data = source.read(name)
            changed_file.writestr(name, change(data.decode()).encode() if name == part else data)
        for name, data in extra:
            changed_file.writestr(name, data)
    return target.getvalue()


def value(text: str, *, kind: Any = "") -> Callable[..., Any]:
    """Puts another value into C12."""

    def change(xml: str) -> Any:
        return re.sub(
            r'<c r="C12"( s="\d+")?( t="\w+")?>.*?</c>', lambda cell: f'<c r="C12"{kind}>{text}</c>', xml, count=1
        )

    return change


@pytest.fixture(scope="session")
def expected(
    filled: bytes,
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    figures_of: Callable[[str], Figures],
) -> Any:
    """Every figure of the filled workbook, with the totals that it has stored."""
    figures_read = numbers(read(filled))
    assert figures_read.items() >= figures_of("2.0").items()
    return figures_read


@pytest.fixture(scope="session")
def stated(figures_of: Callable[[str], Figures]) -> Any:
    """Without the totals, which openpyxl drops."""
    return figures_of("2.0")


# --- Values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<v>123</v>",
        "<v><![CDATA[123]]></v>",
        "<v>1<![CDATA[2]]>3</v>",
        "<v>&#49;23</v>",
        "<v>1&#x32;3</v>",
        "<v>12<!-- no more -->3</v>",
        "<v><!-- first -->123</v>",
        "<v>12<?note?>3</v>",
        "<v>\n  123\n</v>",
        "<v>123&#10;</v>",
        "<v xml:space='preserve'> 123 </v>",
        "<v>1.23E2</v>",
        "<v>123.0</v>",
        "<v>+123</v>",
        "<f>100+23</f><v>123</v>",
        "<f>100+<![CDATA[23]]></f><v>123</v>",
    ],
)
def test_a_number_however_it_is_written(
    filled: bytes,
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    expected: Any,
    text: str,
) -> None:
    result = read(changed(filled, SHEET, value(text)))
    assert codes(result) == []
    assert numbers(result) == expected | {NURSES: Decimal(123)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<v>1 2</v>", ""),
        ("<v>1\n2</v>", ""),
        ("<v>1&#9;2</v>", ""),
        ("<v>1,234</v>", ""),
        ("<v>twelve</v>", ""),
        ("<v>12 or 13</v>", ' t="n"'),
        ("<v>NaN</v>", ""),
        ("<v>inf</v>", ""),
        ("<v>0x1F</v>", ""),
        ("<v>\u0661\u0662</v>", ""),
    ],
)
def test_what_is_no_number_is_shown_at_its_cell_and_no_other_is_lost(
    filled: bytes, read: Callable[..., ParsedReturn], expected: Any, text: str, kind: Any
) -> None:
    result = read(changed(filled, SHEET, value(text, kind=kind)))
    assert codes(result) == []
    cells_read = {(cell.item, cell.ethnic_group): cell for cell in result.cells}
    assert cells_read[NURSES].number in (None, Decimal(1234), Decimal(12))
    if "1,234" not in text and "\u0661" not in text:
        assert cells_read[NURSES].number is None
        assert cells_read[NURSES].raw
    assert cells_read[NURSES].place == CellRef("Return", "C12")
    others = {key: cell.number for key, cell in cells_read.items() if key != NURSES}
    assert others == {key: number for key, number in expected.items() if key != NURSES}


def rich(look: str) -> str:
    return f"<is><r><t>12</t></r><r><rPr>{look}</rPr><t>3</t></r></is>"


@pytest.mark.parametrize(
    ("look", "shown"),
    [
        ('<vertAlign val="superscript"/>', "12[superscript 3]"),
        ('<b/><vertAlign val="subscript"/>', "12[subscript 3]"),
        ("<strike/>", "12[struck out 3]"),
        ('<strike val="1"/>', "12[struck out 3]"),
    ],
)
def test_a_raised_or_crossed_out_digit_makes_no_other_number(
    filled: bytes, read: Callable[..., ParsedReturn], look: str, shown: str
) -> None:
    result = read(changed(filled, SHEET, value(rich(look), kind=' t="inlineStr"')))
    [cell] = [cell for cell in result.cells if (cell.item, cell.ethnic_group) == NURSES]
    assert (cell.number, cell.raw) == (None, shown)


@pytest.mark.parametrize(
    "look", ["<b/>", '<strike val="0"/>', '<vertAlign val="baseline"/>', '<color rgb="FFFF0000"/>']
)
def test_other_looks_of_a_part_of_a_number_do_no_harm(
    filled: bytes, read: Callable[..., ParsedReturn], numbers: Callable[[ParsedReturn], Figures], look: str
) -> None:
    result = read(changed(filled, SHEET, value(rich(look), kind=' t="inlineStr"')))
    assert numbers(result)[NURSES] == 123


def test_a_heading_with_a_raised_note_mark_is_known(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn], stated: Any, numbers: Any
) -> None:
    def change(workbook: Any) -> None:
        mark = TextBlock(InlineFont(vertAlign="superscript"), "1")
        workbook["Return"]["D10"] = CellRichText("BME", mark)

    result = read(edited(change))
    assert codes(result) == []
    assert numbers(result) == stated


@pytest.mark.parametrize("text", ["<f>SUM(1,2)</f>", "<f>SUM(1,2)</f><v></v>", "<f>SUM(1,2)</f><v/>", "<f/>"])
def test_a_formula_without_a_result_says_so(filled: bytes, read: Callable[..., ParsedReturn], text: str) -> None:
    result = read(changed(filled, SHEET, value(text)))
    cells_read = {(cell.item, cell.ethnic_group): cell for cell in result.cells}
    assert cells_read[NURSES].number is None
    assert "formula without a result" in cells_read[NURSES].raw
    assert sum("formula" in cell.raw for cell in result.cells) == 1


def test_the_template_without_stored_results_is_no_error(
    edited: Callable[..., bytes],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    stated: Figures,
) -> None:
    """A total that nobody has worked out is unstated; openpyxl drops every stored result."""
    result = read(edited(lambda workbook: None))
    assert codes(result) == []
    assert numbers(result) == stated


def test_a_cell_that_is_twice_in_a_sheet_is_damage(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    twice = changed(
        filled, SHEET, lambda xml: re.sub(r'(<c r="C12".*?</c>)', r'\1<c r="C12"><v>9</v></c>', xml, count=1)
    )
    later = changed(
        filled, SHEET, lambda xml: xml.replace("</sheetData>", '<row r="12"><c r="C12"><v>9</v></c></row></sheetData>')
    )
    absolute = changed(
        filled, SHEET, lambda xml: re.sub(r'(<c r="C12".*?</c>)', r'\1<c r="$C$12"><v>9</v></c>', xml, count=1)
    )
    for content in (twice, later, absolute):
        result = read(content)
        assert codes(result) == ["S101"]
        assert result.faults[0].place == CellRef(None, "C12")
        assert "twice" in result.faults[0].detail


@pytest.mark.parametrize(
    ("merge", "hidden"), [("C12:E12", "D12"), ("C12:C14", "C13"), ("B12:C13", "C12"), ("$C$12:$E$12", "D12")]
)
def test_figures_under_a_merge_are_refused(
    filled: bytes, read: Callable[..., ParsedReturn], merge: Any, hidden: Any
) -> None:
    merged = f'<mergeCells count="1"><mergeCell ref="{merge}"/></mergeCells>'
    result = read(
        changed(
            filled, SHEET, lambda xml: re.sub(r"<mergeCells.*?</mergeCells>|(?<=</sheetData>)", merged, xml, count=1)
        )
    )
    assert codes(result) == ["S101"]
    assert result.faults[0].place == CellRef("Return", hidden)
    assert "merge" in result.faults[0].detail


def test_a_merge_that_hides_nothing_is_harmless(
    filled: bytes, read: Callable[..., ParsedReturn], numbers: Callable[[ParsedReturn], Figures], expected: Any
) -> None:
    merged = '<mergeCells count="2"><mergeCell ref="H12:J14"/><mergeCell ref="A80:XFD1048576"/></mergeCells>'
    result = read(changed(filled, SHEET, lambda xml: xml.replace("</sheetData>", f"</sheetData>{merged}")))
    assert (codes(result), numbers(result)) == ([], expected)


# --- Sheets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dimension",
    ["1:53", "$A$1:$G$53", "A:G", "", "A1:", ":", "nonsense", "A0:B0", "A1:XFD1048576", "G53:A1", "A1:ZZZZ9", "C12"],
)
def test_what_a_sheet_says_of_its_size_does_not_matter(
    filled: bytes,
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    expected: Any,
    dimension: Any,
) -> None:
    result = read(
        changed(filled, SHEET, lambda xml: re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{dimension}"', xml))
    )
    assert (codes(result), numbers(result)) == ([], expected)


@pytest.mark.parametrize(
    "target",
    [
        "./worksheets/sheet2.xml",
        "../xl/worksheets/sheet2.xml",
        "worksheets/../worksheets/./sheet2.xml",
        "/xl/worksheets/sheet2.xml",
        "xl/worksheets/sheet2.xml",
        "\\xl\\worksheets\\sheet2.xml",
        "worksheets\\sheet2.xml",
        ".\\worksheets\\sheet2.xml",
        "WorkSheets/Sheet2.XML",
        "worksheets/sheet2%2Exml",
        "worksheets//sheet2.xml",
        "worksheets/sheet&#50;.xml",
        "worksheets/sheet2.xml#A1",
    ],
)
def test_a_sheet_is_found_by_every_way_that_points_to_it(
    filled: bytes,
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    expected: Any,
    target: Any,
) -> None:
    change = re.compile(r'Target="/?(?:xl/)?worksheets/sheet2\.xml"')
    result = read(changed(filled, RELATIONSHIPS, lambda xml: change.sub(lambda _: f'Target="{target}"', xml)))
    assert (codes(result), numbers(result)) == ([], expected)


@pytest.mark.parametrize(
    "target", ["../../etc/passwd", "http://example.org/sheet.xml", "worksheets/sheet99.xml", "..", ""]
)
def test_a_sheet_that_is_nowhere_is_damage(filled: bytes, read: Callable[..., ParsedReturn], target: Any) -> None:
    change = re.compile(r'Target="/?(?:xl/)?worksheets/sheet2\.xml"')
    result = read(changed(filled, RELATIONSHIPS, lambda xml: change.sub(lambda _: f'Target="{target}"', xml)))
    assert codes(result) in (["S101"], ["S102"], ["S104"])


@pytest.mark.parametrize("blank", ["XFD1048576", "A1048576", "XFD2000", "C1048576"])
@pytest.mark.parametrize("text", [" ", "\t\n ", "\xa0", "\u200b", ""])
def test_a_blank_in_the_last_row_or_column_is_read_past(
    filled: bytes,
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    expected: Any,
    blank: Any,
    text: str,
) -> None:
    cell = f'<c r="{blank}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    cell = f'<row r="{blank.lstrip("XFDAC")}">{cell}</row>'
    result = read(changed(filled, SHEET, lambda xml: xml.replace("</sheetData>", cell + "</sheetData>")))
    assert (codes(result), numbers(result)) == ([], expected)


def test_a_shared_blank_in_the_last_row_is_read_past(
    edited: Callable[..., bytes],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    stated: Figures,
) -> None:
    def change(workbook: Any) -> None:
        workbook["Return"]["C1048576"] = "  "
        workbook["Guidance"]["XFD1048576"] = " "

    result = read(edited(change))
    assert (codes(result), numbers(result)) == ([], stated)


def test_a_text_far_away_is_named(edited: Callable[..., bytes], read: Callable[..., ParsedReturn]) -> None:
    def change(workbook: Any) -> None:
        workbook["Return"]["C1048576"] = "checked"

    result = read(edited(change))
    assert codes(result) == ["S112"]
    assert "C1048576" in result.faults[0].detail


def test_formats_to_the_end_of_the_sheet_are_named(
    filled: bytes, read: Callable[..., ParsedReturn], numbers: Callable[[ParsedReturn], Figures], expected: Any
) -> None:
    def rows(number: Any) -> Any:
        cells = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(1000, 1000 + number))
        return changed(filled, SHEET, lambda xml: xml.replace("</sheetData>", cells + "</sheetData>"))

    few = read(rows(20_000))
    assert (codes(few), numbers(few)) == ([], expected)
    many = read(rows(400_000))
    assert codes(many) == ["S112"]
    assert "A400999" in many.faults[0].detail
    assert "formats" in many.faults[0].detail


def copy_of_return(workbook: Any, title: str, *, first: Any = False) -> Any:
    copy = workbook.copy_worksheet(workbook["Return"])
    copy.title = title
    if first:
        workbook.move_sheet(copy, -4)
    return copy


@pytest.mark.parametrize("title", ["Return (2)", "Return (old)", "Return †", "Return v2", "A"])
@pytest.mark.parametrize("first", [True, False])
def test_the_sheet_of_that_very_name_counts(
    edited: Callable[..., bytes],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    stated: Figures,
    title: str,
    first: Any,
) -> None:
    result = read(edited(lambda workbook: copy_of_return(workbook, title, first=first)))
    assert (codes(result), numbers(result)) == ([], stated)
    assert {cell.place.sheet for cell in result.cells} == {"Return"}
    assert any("was not" in repair.what and repair.place.sheet == title for repair in result.repairs)


@pytest.mark.parametrize("first", [True, False])
def test_two_visible_tables_that_differ_are_given_twice(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn], stated: Figures, first: Any
) -> None:
    def change(workbook: Any) -> None:
        copy_of_return(workbook, "Return (2)", first=first)["C12"] = 7

    cells_read = [cell for cell in read(edited(change)).cells if (cell.item, cell.ethnic_group) == NURSES]
    assert [(cell.number, cell.place) for cell in cells_read] == [
        (stated[NURSES], CellRef("Return", "C12")),
        (Decimal(7), CellRef("Return (2)", "C12")),
    ]


def test_neither_of_two_other_names_counts_more(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        copy_of_return(workbook, "June")["C12"] = 7
        workbook["Return"].title = "May"

    assert len([cell for cell in read(edited(change)).cells if (cell.item, cell.ethnic_group) == NURSES]) == 2


def test_a_hidden_sheet_or_one_without_figures_is_no_second_return(
    edited: Callable[..., bytes],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    stated: Figures,
) -> None:
    def hidden(workbook: Any) -> None:
        copy = copy_of_return(workbook, "Return (2)", first=True)
        copy["C12"] = 7
        copy.sheet_state = "hidden"

    def blank(workbook: Any) -> None:
        copy = copy_of_return(workbook, "Blank", first=True)
        for row in copy["C11:E60"]:
            for cell in row:
                cell.value = None

    for change in (hidden, blank):
        result = read(edited(change))
        assert (codes(result), numbers(result)) == ([], stated)


def test_two_sheets_of_one_name_are_damage(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    result = read(changed(filled, "xl/workbook.xml", lambda xml: xml.replace('name="Guidance"', 'name="Return"')))
    assert codes(result) == ["S101"]


# --- OpenDocument ----------------------------------------------------------------------------------------------------

_ROW = (
    '<table:table-row><table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>{}'
    "</table:table-row>"
)
_NAMES = "".join(
    f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
    for name in ("White", "BME", "Unknown")
)
_NUMBER = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Return">'
)
_END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods(first: Any, more: Any = "", wrap: Any = lambda xml: xml) -> bytes:
    """A return of two items; `first` is the cell of white staff of the first item, `more` are rows below."""
    rows = _ROW.format("Item", _NAMES) + _ROW.format(
        "workforce.clinical.band_5", first + _NUMBER.format(2) + _NUMBER.format(3)
    )
    rows += _ROW.format("workforce.clinical.band_6", _NUMBER.format(4) + _NUMBER.format(5) + _NUMBER.format(6))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", wrap(_BEGIN + rows + more + _END))
    return packed.getvalue()


def text_cell(text: str, attributes: Any = "") -> str:
    return f'<table:table-cell office:value-type="string"{attributes}>{text}</table:table-cell>'


@pytest.mark.parametrize(
    "cell",
    [
        _NUMBER.format(123),
        '<table:table-cell office:value-type="float" office:value=" 123 "/>',
        '<table:table-cell office:value-type="float" office:value="12&#51;"/>',
        _NUMBER.format(123).replace("<text:p>123", "<!-- c --><text:p>1<![CDATA[23]]>"),
        text_cell("<text:p><![CDATA[123]]></text:p>"),
        text_cell("<text:p>1<![CDATA[2]]>3</text:p>"),
        text_cell("<text:p>12<!-- no more -->3</text:p>"),
        text_cell("<text:p>&#49;23</text:p>"),
        text_cell("<text:p><text:span>12</text:span><text:span>3</text:span></text:p>"),
    ],
)
def test_a_number_of_an_opendocument_spreadsheet(
    read: Callable[..., ParsedReturn], numbers: Callable[[ParsedReturn], Figures], cell: Any
) -> None:
    result = read(ods(cell), "a.ods")
    assert codes(result) == []
    assert list(numbers(result).values()) == [Decimal(number) for number in (123, 2, 3, 4, 5, 6)]


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ('style:text-position="super 58%"', "12[superscript 3]"),
        ('style:text-position="33% 58%"', "12[superscript 3]"),
        ('style:text-position="sub 58%"', "12[subscript 3]"),
        ('style:text-line-through-style="solid"', "12[struck out 3]"),
        ('style:text-position="0% 100%" style:text-line-through-style="none"', "123"),
    ],
)
def test_a_raised_or_crossed_out_digit_of_an_opendocument_spreadsheet(
    read: Callable[..., ParsedReturn], properties: str, shown: str
) -> None:
    styles = (
        '<office:automatic-styles><style:style style:name="T1" style:family="text">'
        f"<style:text-properties {properties}/></style:style></office:automatic-styles><office:body>"
    )

    def with_styles(xml: str) -> str:
        declared = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text='
        return xml.replace("<office:body>", styles, 1).replace("xmlns:text=", declared, 1)

    cell = text_cell('<text:p>12<text:span text:style-name="T1">3</text:span></text:p>')
    result = read(ods(cell, wrap=with_styles), "a.ods")
    assert codes(result) == []
    assert result.cells[0].raw == shown
    assert [cell.number for cell in result.cells[1:]] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "cell",
    [
        text_cell("<text:p>123</text:p><office:annotation><text:p>Was 99 before</text:p></office:annotation>"),
        text_cell("<office:annotation><text:p>Was 99 before</text:p></office:annotation><text:p>123</text:p>"),
        text_cell("<text:p>123<draw:frame><draw:text-box><text:p>456</text:p></draw:text-box></draw:frame></text:p>"),
    ],
)
@pytest.mark.parametrize("prefix", ["office", "o"])
def test_what_hangs_at_a_cell_is_refused_under_any_prefix(
    read: Callable[..., ParsedReturn], cell: Any, prefix: Any
) -> None:
    def renamed(xml: str) -> Any:
        names = r"(?<=[</ ])office:(?=[a-z])"
        return re.sub(names, f"{prefix}:", xml).replace("xmlns:office=", f"xmlns:{prefix}=")

    assert codes(read(ods(cell, wrap=renamed), "a.ods")) == ["S102"]


def test_other_prefixes_of_an_opendocument_spreadsheet(
    read: Callable[..., ParsedReturn], numbers: Callable[[ParsedReturn], Figures]
) -> None:
    def renamed(xml: str) -> Any:
        for usual, other in (("office", "ns0"), ("table", "ns1"), ("text", "ns2")):
            xml = re.sub(rf"(?<=[</ ]){usual}:(?=[a-z])", f"{other}:", xml).replace(
                f"xmlns:{usual}=", f"xmlns:{other}="
            )
        return xml

    result = read(ods(_NUMBER.format(123), wrap=renamed), "a.ods")
    assert codes(result) == []
    assert list(numbers(result).values()) == [Decimal(number) for number in (123, 2, 3, 4, 5, 6)]


@pytest.mark.parametrize("stored", ["1 2", "twelve", "", "1,5"])
def test_a_number_that_is_none_is_shown_at_its_cell(read: Callable[..., ParsedReturn], stored: Any) -> None:
    result = read(ods(f'<table:table-cell office:value-type="float" office:value="{stored}"/>'), "a.ods")
    assert codes(result) == []
    assert result.cells[0].number is None
    assert [cell.number for cell in result.cells[1:]] == [2, 3, 4, 5, 6]


def test_a_formula_of_an_opendocument_spreadsheet_without_a_result_says_so(read: Callable[..., ParsedReturn]) -> None:
    result = read(ods('<table:table-cell table:formula="of:=1+2"/>'), "a.ods")
    assert "formula without a result" in result.cells[0].raw


def test_a_figure_under_a_merge_of_an_opendocument_spreadsheet_is_refused(read: Callable[..., ParsedReturn]) -> None:
    span = '<table:table-cell table:number-columns-spanned="2" office:value-type="float" office:value="1"/>'
    covered = _NUMBER.format(99).replace("table-cell", "covered-table-cell")
    rows = _ROW.format("workforce.clinical.band_7", span + covered + _NUMBER.format(6))
    result = read(ods(_NUMBER.format(1), rows), "a.ods")
    assert codes(result) == ["S101"]
    assert result.faults[0].place == CellRef("Return", "C4")


@pytest.mark.parametrize(
    "text", ["<text:p> </text:p>", "<text:p/>", "<text:p><text:s text:c='9'/></text:p>", "<text:p>&#160;</text:p>"]
)
def test_a_blank_in_the_last_row_of_an_opendocument_spreadsheet_is_read_past(
    read: Callable[..., ParsedReturn], numbers: Callable[[ParsedReturn], Figures], text: str
) -> None:
    rows = (
        f'<table:table-row table:number-rows-repeated="1048500"/><table:table-row>{text_cell(text)}</table:table-row>'
    )
    result = read(ods(_NUMBER.format(123), rows), "a.ods")
    assert codes(result) == []
    assert list(numbers(result).values()) == [Decimal(number) for number in (123, 2, 3, 4, 5, 6)]


def test_every_odd_thing_at_once_reads_as_the_plain_return(
    filled: bytes, read: Callable[..., ParsedReturn], numbers: Callable[[ParsedReturn], Figures], expected: Any
) -> None:
    """What is written plainly is what was there: a sheet that is copied whole has the same figures and texts."""
    plain = read(filled)
    odd = read(changed(filled, SHEET, lambda xml: xml.replace("<sheetData>", "<!-- odd --><sheetData>")))
    assert (odd.cells, odd.texts, odd.repairs) == (plain.cells, plain.texts, plain.repairs)
    workbook = openpyxl.load_workbook(io.BytesIO(filled))
    assert numbers(odd) == expected
    assert workbook["Return"]["C12"].value == expected[NURSES]


def test_a_ratio_with_all_its_digits_is_read_as_it_stands(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    """As programs store what they have worked out; without them it would not agree with the figures."""
    stored = re.compile(r'(<c r="C52"[^>]*>(?:<f>.*?</f>)?)<v>.*?</v>')
    result = read(changed(filled, SHEET, lambda xml: stored.sub(r"\g<1><v>0.00178253119429590</v>", xml, count=1)))
    text = next(text for text in result.texts if text.place == CellRef("Return", "C52"))
    assert text.value.startswith("0.00178253119")


# --- Rows ------------------------------------------------------------------------------------------------------------


def test_the_name_of_another_item_beside_a_code_is_refused(
    edited: Callable[..., Any], read: Callable[..., ParsedReturn]
) -> None:
    """A sort of some columns, or a paste from another template, moves names and figures along the codes."""

    def paste(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["Return"]
        for column in "BCDE":
            sheet[f"{column}30"], sheet[f"{column}31"] = sheet[f"{column}31"].value, sheet[f"{column}30"].value

    faults = read(edited(paste)).faults
    assert [(fault.code, fault.place) for fault in faults] == [
        ("S114", CellRef("Return", "B30")),
        ("S114", CellRef("Return", "B31")),
    ]
    detail = "code workforce.clinical.band_3 has the name of another item beside it, Clinical staff, band 4"
    assert detail in faults[0].detail


def test_a_name_that_is_no_items_is_a_senders_own(
    edited: Callable[..., Any], read: Callable[..., ParsedReturn]
) -> None:
    def rename(workbook: openpyxl.Workbook) -> None:
        workbook["Return"]["B30"] = "Nurses and others, band 3"
        workbook["Return"]["B31"] = " clinical staff,  BAND 4 "

    assert not read(edited(rename)).faults


def test_headings_that_stand_twice_are_named_in_the_templates_order(
    edited: Callable[..., Any], read: Callable[..., ParsedReturn]
) -> None:
    def repeat(workbook: openpyxl.Workbook) -> None:
        for column, heading in zip("IJK", ("White", "BME", "Unknown"), strict=True):
            workbook["Return"][f"{column}10"] = heading

    (fault,) = read(edited(repeat)).faults
    assert fault.code == "S104"
    assert "more than one column White, BME and Unknown: rename or delete those" in fault.detail
