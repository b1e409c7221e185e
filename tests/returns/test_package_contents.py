"""What stands in no cell: what is never needed is refused, the rest is searched."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.support.figures import Figures
from wres.returns.parsed_return import ParsedReturn

INSURANCE = ("JH091910C", "CB607801B", "AE472400B")
NAMES = ("Jane Okafor", "Priya Singh", "Imran Khan", "Ruth Hughes", "Sian Clarke", "Fatima Begum")
PEOPLE = "; ".join(f"{name}, {number}" for name, number in zip(NAMES, INSURANCE, strict=False))
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EMPTY_DRAWING = (
    b'<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
)
SHAREPOINT = (
    b'<?xml version="1.0"?><p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties">'
    b"<documentManagement><TaxCatchAll/></documentManagement></p:properties>"
)


def rezipped(content: Any, change: Any = None, extra: Any = None, related: Any = (), comment: Any = b"") -> bytes:
    """The package with parts changed ({name: function}), added, and named by the workbook's relationships."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/_rels/workbook.xml.rels":
                more = "".join(
                    f'<Relationship Id="x{number}" Type="{RELS}/x" Target="{target}"/>'
                    for number, target in enumerate(related)
                )
                data = data.replace(b"</Relationships>", more.encode() + b"</Relationships>")
            new.writestr(name, change[name](data) if change and name in change else data)
        for name, data in (extra or {}).items():
            new.writestr(name, data)
        new.comment = comment
    return packed.getvalue()


def codes(result: ParsedReturn) -> list[Any]:
    return [fault.code for fault in result.faults]


NEVER_NEEDED = {
    "pivot cache": "xl/pivotCache/pivotCacheRecords1.xml",
    "pivot table": "xl/pivotTables/pivotTable1.xml",
    "slicer": "xl/slicerCaches/slicerCache1.xml",
    "data model": "xl/model/item.data",
    "comments": "xl/comments1.xml",
    "comments elsewhere": "xl/comments/comment1.xml",
    "threaded comments": "xl/threadedComments/threadedComment1.xml",
    "picture": "xl/media/image1.png",
    "chart": "xl/charts/chart1.xml",
    "chart sheet": "xl/chartsheets/sheet1.xml",
    "diagram": "xl/diagrams/data1.xml",
    "connections": "xl/connections.xml",
    "query": "xl/queryTables/queryTable1.xml",
    "history": "xl/revisions/revisionLog1.xml",
    "users": "xl/revisions/userNames.xml",
    "control": "xl/ctrlProps/ctrlProp1.xml",
    "signature": "_xmlsignatures/sig1.xml",
    "unknown part": "xl/people.json",
    "a file beside": "Jane Okafor.txt",
    "a mac's shadow": "__MACOSX/._return.xlsx",
}


@pytest.mark.parametrize("kind", NEVER_NEEDED)
def test_what_a_return_never_needs_is_refused(filled: bytes, read: Callable[..., ParsedReturn], kind: Any) -> None:
    name = NEVER_NEEDED[kind]
    result = read(rezipped(filled, extra={name: f"<a>{PEOPLE}</a>".encode()}, related=[name.removeprefix("xl/")]))
    assert codes(result) == ["S102"]
    assert (result.cells, result.texts) == ([], [])
    assert "Okafor" not in result.faults[0].detail


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("xl/worksheets/sheet9.xml", b"<worksheet><sheetData/></worksheet>"),
        ("xl/sharedStrings9.xml", b"<sst><si><t>Jane Okafor</t></si></sst>"),
        ("xl/tables/table9.xml", b"<table/>"),
        ("customXml/item1.xml", b"<staff><person>Jane</person></staff>"),
        ("customXml/item1.xml", b'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAA</DataMashup>'),
        ("xl/persons/person.xml", b'<personList><person displayName="Jane Okafor" id="{1}"/></personList>'),
        ("xl/drawings/drawing1.xml", b"<xdr:wsDr><xdr:twoCellAnchor><xdr:sp/></xdr:twoCellAnchor></xdr:wsDr>"),
        ("xl/drawings/vmlDrawing1.vml", b"<xml><v:shape><v:textbox>Jane</v:textbox></v:shape></xml>"),
        ("docProps/thumbnail.jpeg", b"\xff\xd8" + b"x" * 300_000),
        ("[trash]/0000.dat", b"Jane Okafor"),
    ],
)
def test_parts_that_hold_what_no_sheet_shows_are_refused(
    filled: bytes, read: Callable[..., ParsedReturn], name: Any, data: Any
) -> None:
    related = [] if "9" in name else [f"/{name}"]
    assert codes(read(rezipped(filled, extra={name: data}, related=related))) == ["S102"]


def test_bytes_between_the_parts_are_refused(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    position = filled.index(b"PK\x01\x02")
    hidden = PEOPLE.encode() * 10
    end = bytearray(filled[position:])
    start = end.rindex(b"PK\x05\x06") + 16
    end[start : start + 4] = (position + len(hidden)).to_bytes(4, "little")
    assert codes(read(filled[:position] + hidden + bytes(end))) == ["S102"]
    assert codes(read(rezipped(filled, comment=PEOPLE.encode()))) == ["S102"]


def header(workbook: Any) -> None:
    workbook["Return"].oddFooter.center.text = PEOPLE


def validation(workbook: Any) -> None:
    rule = DataValidation(type="list", formula1=f'"{",".join(NAMES[:4])}"')
    workbook["Sign-off"].add_data_validation(rule)
    rule.add("B4")


def validation_message(workbook: Any) -> None:
    rule = DataValidation(type="whole", formula1="1", promptTitle="Cases", prompt=PEOPLE[:250])
    workbook["Sign-off"].add_data_validation(rule)
    rule.add("B5")


def defined_name(workbook: Any) -> None:
    workbook.defined_names["staff"] = DefinedName("staff", attr_text=f'"{PEOPLE}"')


def description(workbook: Any) -> None:
    workbook.properties.description = PEOPLE


def keywords(workbook: Any) -> None:
    workbook.properties.keywords = ", ".join(NAMES)


def formula(workbook: Any) -> None:
    workbook["Return"]["J30"] = f'=VLOOKUP(1,{{1,"{NAMES[0]} {INSURANCE[0]}"}},2)'


def sheet_names(workbook: Any) -> None:
    for name in NAMES:
        workbook.create_sheet(name)


def link(workbook: Any) -> None:
    cell = workbook["Return"]["J31"]
    cell.value = "see"
    cell.hyperlink = "mailto:" + ",".join(f"{name.replace(' ', '.').lower()}@nhs.net" for name in NAMES)


def a_filter(workbook: Any) -> None:
    sheet = workbook["Guidance"]
    sheet.auto_filter.ref = "A1:B5"
    sheet.auto_filter.add_filter_column(0, list(NAMES))


def scenario(workbook: Any) -> None:
    from openpyxl.worksheet.scenario import InputCells, Scenario, ScenarioList

    cells = [InputCells(r=f"J{row}", val=name) for row, name in enumerate(NAMES, start=40)]
    workbook["Guidance"].scenarios = ScenarioList(scenario=[Scenario(name="x", inputCells=cells)])


@pytest.mark.parametrize(
    "change",
    [
        *(header, validation, validation_message, defined_name, description, keywords, formula),
        *(sheet_names, link, a_filter, scenario),
    ],
)  # fmt: skip
def test_texts_of_parts_that_are_kept_are_searched(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn], change: Any
) -> None:
    result = read(edited(change))
    assert codes(result) == ["S113"]
    assert (result.cells, result.texts, result.repairs) == ([], [], [])
    assert not [name for name in (*NAMES, *INSURANCE) if name in result.faults[0].detail]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("wrap", ["<a>{}</a>", '<a b="{}"/>', "<a><!-- {} --></a>", "<a><![CDATA[{}]]></a>"])
def test_a_property_is_searched_however_it_is_written(
    filled: bytes, read: Callable[..., ParsedReturn], encoding: str, wrap: Any
) -> None:
    data = wrap.format(PEOPLE).encode(encoding)
    assert codes(read(rezipped(filled, extra={"docProps/custom.xml": data}))) == ["S113"]


def test_texts_that_no_cell_uses_are_searched(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    more = "".join(
        f"<si><t>{name} 0{n}/03/1985</t></si><si><t>{name}</t></si>" for n, name in enumerate(NAMES, start=1)
    )
    change = {"xl/sharedStrings.xml": lambda data: data.replace(b"</sst>", more.encode() + b"</sst>")}
    assert codes(read(rezipped(filled, change))) == ["S113"]
    split = "".join(f"<si><r><t>{n[:4]}</t></r><r><t>{n[4:]}</t></r></si>" for n in INSURANCE)
    change = {"xl/sharedStrings.xml": lambda data: data.replace(b"</sst>", split.encode() + b"</sst>")}
    assert codes(read(rezipped(filled, change))) == ["S113"]


def test_comments_and_charts_of_a_spreadsheet_program_are_refused(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def comment(workbook: Any) -> None:
        workbook["Return"]["C12"].comment = Comment("Jane Okafor counted twice", "Priya Singh")

    def chart(workbook: Any) -> None:
        sheet, drawn = workbook["Return"], BarChart()
        drawn.add_data(Reference(sheet, min_col=3, min_row=12, max_row=20))
        sheet.add_chart(drawn, "K5")

    assert codes(read(edited(comment))) == ["S102"]
    assert codes(read(edited(chart))) == ["S102"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<text:p>Sign-off</text:p>", b"<office:annotation></office:annotation><text:p>Sign-off</text:p>"),
        (b"</table:table>", b"<table:shapes><draw:frame><draw:text-box/></draw:frame></table:shapes></table:table>"),
        (b"</office:spreadsheet>", b"<table:data-pilot-table/></office:spreadsheet>"),
        (b"<office:spreadsheet>", b"<office:spreadsheet><table:tracked-changes/>"),
    ],
)  # fmt: skip
def test_annotations_and_objects_of_opendocument_are_refused(
    filled: bytes, read: Callable[..., ParsedReturn], libreoffice: Callable[..., list[bytes]], old: Any, new: Any
) -> None:
    [ods] = libreoffice("ods", filled)
    assert codes(read(ods, "a.ods")) == []
    with zipfile.ZipFile(io.BytesIO(ods)) as package:
        assert old in package.read("content.xml")
    assert codes(read(rezipped(ods, {"content.xml": lambda data: data.replace(old, new, 1)}), "a.ods")) == ["S102"]


@pytest.mark.parametrize("name", ["Pictures/1.png", "Object 1/content.xml", "ObjectReplacements/Object 1", "notes.txt"])
def test_other_files_in_opendocument_are_refused(
    filled: bytes, read: Callable[..., ParsedReturn], libreoffice: Callable[..., list[bytes]], name: Any
) -> None:
    [ods] = libreoffice("ods", filled)
    assert codes(read(rezipped(ods, extra={name: b"<a/>"}), "a.ods")) == ["S102"]


def test_headers_and_properties_of_opendocument_are_searched(
    filled: bytes, read: Callable[..., ParsedReturn], libreoffice: Callable[..., list[bytes]]
) -> None:
    [ods] = libreoffice("ods", filled)
    for part, end in (("styles.xml", b"</office:document-styles>"), ("meta.xml", b"</office:meta>")):
        change = {part: lambda data, end=end: data.replace(end, f"<a>{PEOPLE}</a>".encode() + end)}
        assert codes(read(rezipped(ods, change), "a.ods")) == ["S113"]


def test_what_office_programs_write_by_themselves_is_accepted(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    extra = {
        "xl/drawings/drawing1.xml": EMPTY_DRAWING,
        "xl/printerSettings/printerSettings1.bin": b"\\\\print\\HR-Jane Okafor\x00" * 20,
        "customXml/item1.xml": SHAREPOINT,
        "customXml/itemProps1.xml": b'<ds:datastoreItem xmlns:ds="x" ds:itemID="{0}"/>',
        "customXml/_rels/item1.xml.rels": b'<Relationships><Relationship Target="itemProps1.xml"/></Relationships>',
        "docMetadata/LabelInfo.xml": b'<c:labelList xmlns:c="x"><c:label id="{1}" method="Standard"/></c:labelList>',
        "docProps/thumbnail.jpeg": b"\xff\xd8\xff" + b"x" * 5_000,
        "xl/calcChain.xml": b'<calcChain><c r="C1"/></calcChain>',
        "xl/persons/person.xml": b"<personList/>",
        "xl/metadata.xml": b"<metadata/>",
    }
    result = read(rezipped(filled, extra=extra, related=["drawings/drawing1.xml", "persons/person.xml"]))
    assert (codes(result), result.asked) == ([], [])


def test_who_made_and_saved_the_file_is_no_reason_to_refuse_it(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        workbook.properties.creator = "Jane Okafor"
        workbook.properties.lastModifiedBy = "priya.singh@nhs.net"
        workbook.properties.title = "WRES return"

    content = rezipped(
        edited(change),
        {
            "docProps/app.xml": lambda data: data.replace(
                b"</Properties>", b"<Manager>Ruth Hughes</Manager></Properties>"
            )
        },
    )
    result = read(content)
    assert (codes(result), result.asked) == ([], [])
    assert "Okafor" not in str(result)


def test_one_weak_sign_outside_the_cells_is_asked_about(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        workbook.properties.description = "Board paper HR202203A"

    result = read(edited(change))
    assert codes(result) == []
    assert [(asked.code, asked.place.cell) for asked in result.asked] == [("Q310", None)]


@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_a_return_saved_by_libreoffice_or_openpyxl_is_accepted(
    filled: bytes,
    edited: Callable[..., bytes],
    read: Callable[..., ParsedReturn],
    libreoffice: Callable[..., list[bytes]],
    numbers: Callable[[ParsedReturn], Figures],
    to: Any,
) -> None:
    [saved] = libreoffice(to, edited(lambda workbook: None))
    for content in (saved, edited(lambda workbook: None)):
        result = read(content, f"a.{to}")
        assert (codes(result), result.asked) == ([], [])
    assert numbers(read(saved, f"a.{to}"))


def test_a_workbook_without_office_programs_is_accepted(read: Callable[..., ParsedReturn]) -> None:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("Return")
    sheet.append(["Organisation code", "RXY"])
    sheet.append(["Item", "Data item", "White", "BME", "Unknown"])
    sheet.append(["disciplinary.entered", "x", 1, 2, 3])
    saved = io.BytesIO()
    workbook.save(saved)
    assert codes(read(saved.getvalue())) == []
