"""Every fault of structure has its code, and each is known by the content."""

import bz2
import gzip
import io
import lzma
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from wres.reader.return_reader import read_return
from wres.returns.parsed_return import ParsedReturn
from wres.settings import Settings

HEAD = b"collection_year,organisation_code,item,ethnic_group,value\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet2.xml"


def codes(result: ParsedReturn) -> list[Any]:
    return [fault.code for fault in result.faults]


def rezipped(content: Any, change: Any = None, extra: Any = None, method: Any = zipfile.ZIP_DEFLATED) -> bytes:
    """The package with parts changed ({name: function}) and added ({name: bytes})."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", method) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change[name](data) if change and name in change else data)
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return packed.getvalue()


def in_package(kind: Any) -> Any:
    return {
        "macros": lambda content: rezipped(content, extra={"xl/vbaProject.bin": b"x"}),
        "macros by type": lambda content: rezipped(
            content,
            {"[Content_Types].xml": lambda xml: xml.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")},
        ),
        "macro sheet": lambda content: rezipped(content, extra={"xl/macrosheets/sheet1.xml": b"<a/>"}),
        "external link": lambda content: rezipped(content, extra={"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        "embedded object": lambda content: rezipped(content, extra={"xl/embeddings/oleObject1.bin": b"x"}),
        "active x": lambda content: rezipped(content, extra={"xl/activeX/activeX1.xml": b"<a/>"}),
        "binary workbook": lambda content: rezipped(content, extra={"xl/workbook.bin": b"x"}),
        "word": lambda content: rezipped(content, extra={"word/document.xml": b"<a/>"}),
    }[kind]


@pytest.mark.parametrize(
    "kind",
    [
        "macros",
        "macros by type",
        "macro sheet",
        "external link",
        "embedded object",
        "active x",
        "binary workbook",
        "word",
    ],
)
@pytest.mark.parametrize("name", ["return.xlsx", "return.csv"])
def test_packages_that_are_not_taken(filled: bytes, read: Callable[..., ParsedReturn], kind: Any, name: Any) -> None:
    result = read(in_package(kind)(filled), name)
    assert codes(result) == ["S102"]
    assert result.cells == []


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n...",
        b"{\\rtf1 hello}",
        b"\x89PNG\r\n\x1a\n....",
        b"\xff\xd8\xff\xe0....",
        b"GIF89a\x00\x01",
        b"BM\x00\x00\x00",
        gzip.compress(HEAD, mtime=0),
        bz2.compress(HEAD),
        lzma.compress(HEAD),
        b"7z\xbc\xaf\x27\x1c....",
        b"Rar!\x1a\x07\x00",
        b"x" * 257 + b"ustar\x0000",
        b"MZ\x90\x00\x03",
        b"PAR1\x00\x00",
        OLE + b"\x00" * 512 + "Workbook".encode("utf-16-le"),
        b"<html><table><tr><td>Item</td></tr></table></html>",
        b"\xef\xbb\xbf \r\n<!DOCTYPE html><html>",
        b'<?xml version="1.0"?><Workbook/>',
        b"PK\x05\x06" + b"\x00" * 18,
    ],
)
@pytest.mark.parametrize("name", ["return.xlsx", "return.csv", "RETURN"])
def test_kinds_that_are_not_taken(read: Callable[..., ParsedReturn], content: Any, name: Any) -> None:
    assert codes(read(content, name)) == ["S102"]


def test_a_zip_of_returns_is_an_archive(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("return.xlsx", filled)
    assert codes(read(packed.getvalue())) == ["S102"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \r\n\t\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x00" * 100,
        b"PK\x03\x04nothing more",
        bytes(range(256)) * 4,
    ],
)
@pytest.mark.parametrize("name", ["return.xlsx", "return.csv"])
def test_empty_and_corrupt_files(read: Callable[..., ParsedReturn], content: Any, name: Any) -> None:
    assert codes(read(content, name)) == ["S101"]


def test_password_protected_workbooks_are_named_as_such(read: Callable[..., ParsedReturn], filled: bytes) -> None:
    excel = read(OLE + b"\x00" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 100)
    flagged = bytearray(filled)
    start = flagged.index(b"PK\x01\x02")
    flagged[start + 8] |= 1
    manifest = b'<m:manifest xmlns:m="x"><m:encryption-data/></m:manifest>'
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", manifest)
    for result in (excel, read(bytes(flagged)), read(ods.getvalue())):
        assert codes(result) == ["S101"]
        assert "password" in result.faults[0].detail


def test_a_truncated_workbook_is_corrupt(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    for cut in (100, len(filled) // 2, len(filled) - 10):
        assert codes(read(filled[:cut])) == ["S101"]


def test_a_quotation_mark_that_never_closes_is_said_to(read: Callable[..., ParsedReturn]) -> None:
    result = read(HEAD + b'2022,RXY,explanation.Q301,,"and so on\n2022,RXY,disciplinary.entered,white,3\n', "a.csv")
    assert codes(result) == ["S101"]
    assert "quotation mark in row 2 " in result.faults[0].detail
    assert result.faults[0].place.cell == "A2"


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (b"collection_year,organisation_code,item,ethnic_group\n2022,RXY,a.b,white\n", "value"),
        (b"year,org,item,ethnic_group,value\n2022,RXY,a.b,white,1\n", "collection_year, organisation_code"),
        (b"Item,Data item,White,BME\na.b,x,1,2\n", "Unknown"),
    ],
)
def test_a_missing_column_is_named(read: Callable[..., ParsedReturn], content: Any, missing: Any) -> None:
    result = read(content, "a.csv")
    assert codes(result) == ["S104"]
    assert missing in result.faults[0].detail
    assert result.faults[0].place.cell[-1] == "1"  # type: ignore[index]


def test_a_workbook_without_the_header_and_a_missing_column(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    gone = read(edited(lambda workbook: workbook.remove(workbook["Return"])))
    assert codes(gone) == ["S104"]

    def rename(workbook: Any) -> None:
        workbook["Return"]["D10"] = "Black"

    renamed = read(edited(rename))
    assert codes(renamed) == ["S104"]
    assert "BME" in renamed.faults[0].detail
    assert (renamed.faults[0].place.sheet, renamed.faults[0].place.cell) == ("Return", "A10")
    assert {cell.ethnic_group for cell in renamed.cells} == {"white", "unknown"}
    assert renamed.text("organisation_code").value == "RXY"


def test_a_column_that_is_there_twice_is_not_guessed(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        workbook["Return"]["F10"] = "White"

    result = read(edited(change))
    assert codes(result) == ["S104"]
    assert result.cells == []


def test_text_that_is_no_return(read: Callable[..., ParsedReturn]) -> None:
    assert codes(read(b"Dear team,\nplease find our return attached.\n", "return.csv")) == ["S104"]


# --- Too large -----------------------------------------------------------------------------------------------------


def test_a_file_beyond_the_limit_is_not_opened(filled: bytes) -> None:
    assert codes(read_return(filled, "a.xlsx", Settings(max_file_bytes=len(filled) - 1))) == ["S112"]
    assert codes(read_return(filled, "a.xlsx", Settings(max_file_bytes=len(filled)))) == []


def test_a_zip_bomb(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    bomb = rezipped(filled, extra={"xl/media/image1.xml": b"\x00" * 60_000_000})
    assert len(bomb) < 200_000
    assert codes(read(bomb)) == ["S112"]


@pytest.mark.parametrize("stated_size", [10, 49_000_000])
def test_a_zip_bomb_that_lies_about_its_size(filled: bytes, settings: Settings, stated_size: Any) -> None:
    """Its header says little, its data holds much: what counts is what comes out."""
    data = b"<a>" + b" " * 60_000_000 + b"</a>"
    bomb = bytearray(rezipped(filled, extra={"xl/z.xml": data}))
    start = bomb.rindex(b"PK\x01\x02")
    bomb[start + 16 : start + 20] = struct.pack("<I", zlib.crc32(data[:stated_size]))
    bomb[start + 24 : start + 28] = struct.pack("<I", stated_size)
    assert codes(read_return(bytes(bomb), "a.xlsx", settings)) == ["S112"]


def test_a_part_that_holds_more_than_it_says_is_corrupt(filled: bytes, settings: Settings) -> None:
    data = b"<a>" + b" " * 1000 + b"</a>"
    lying = bytearray(rezipped(filled, extra={"xl/z.xml": data}))
    start = lying.rindex(b"PK\x01\x02")
    lying[start + 16 : start + 20] = struct.pack("<I", zlib.crc32(data[:10]))
    lying[start + 24 : start + 28] = struct.pack("<I", 10)
    assert codes(read_return(bytes(lying), "a.xlsx", settings)) == ["S101"]


def test_too_many_parts_and_the_same_part_twice(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    assert codes(read(rezipped(filled, extra={f"xl/x{n}.xml": b"<a/>" for n in range(600)}))) == ["S112"]
    assert codes(read(rezipped(filled, extra={"XL/Workbook.xml": b"<a/>"}))) == ["S101"]


def test_names_that_point_outside_do_no_harm(
    filled: bytes, read: Callable[..., ParsedReturn], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = read(rezipped(filled, extra={"../../../etc/passwd.xml": b"<a/>", "/abs.xml": b"<a/>"}))
    assert codes(result) == ["S102"]
    assert list(tmp_path.iterdir()) == []


def test_a_cell_far_away_does_not_take_the_memory(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        workbook["Return"]["XFD1048576"] = 1

    started = time.perf_counter()
    assert codes(read(edited(change))) == ["S112"]
    assert time.perf_counter() - started < 2


def test_a_cell_without_an_address_far_away(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    def change(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", b'<row r="1048576"><c t="n"><v>1</v></c></row></sheetData>')

    assert codes(read(rezipped(filled, {SHEET: change}))) == ["S112"]


def test_a_lying_dimension_is_harmless(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    def change(xml: bytes) -> bytes:
        start = xml.index(b'<dimension ref="') + 16
        return xml[:start] + b"A1:XFD1048576" + xml[xml.index(b'"', start) :]

    assert len(read(rezipped(filled, {SHEET: change})).cells) == 105


def test_more_cells_than_the_limit(filled: bytes, csv_filled: bytes) -> None:
    few = Settings(max_cells=300)
    assert codes(read_return(filled, "a.xlsx", few)) == ["S112"]
    assert codes(read_return(csv_filled, "a.csv", few)) == ["S112"]


def test_more_tags_than_a_return_could_have_even_if_no_cell_is_among_them(
    filled: bytes, read: Callable[..., ParsedReturn], settings: Settings
) -> None:
    def with_tags(number: Any) -> Any:
        return read(rezipped(filled, extra={"xl/metadata.xml": b"<a>" + b"<b/>" * number + b"</a>"}))

    assert codes(with_tags(5 * settings.max_cells)) == []
    too_many = with_tags(10 * settings.max_cells)
    assert codes(too_many) == ["S112"]
    assert "far more in it than a return" in too_many.faults[0].detail


def test_a_long_text_that_many_cells_share(read: Callable[..., ParsedReturn]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in range(1, 3001):
        sheet.cell(row, 1).value = "x" * 30_000
    saved = io.BytesIO()
    workbook.save(saved)
    assert codes(read(saved.getvalue())) == ["S112"]


def test_many_sheets_on_one_large_part(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    def sheets(xml: bytes) -> bytes:
        more = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n + 50) for n in range(90))
        return xml.replace(b"</sheets>", more + b"</sheets>")

    def large(xml: bytes) -> bytes:
        return xml.replace(b"</worksheet>", b"<!--" + b" " * 4_000_000 + b"--></worksheet>")

    assert codes(read(rezipped(filled, {"xl/workbook.xml": sheets, SHEET: large}))) == ["S112"]


@pytest.mark.parametrize(
    ("row", "count"),
    [
        (b"2022,RXY,a.b,white, 12.0\n", 39_000),  # far more figures than a return has
        (b"a" * 4000 + b"@" + b"b" * 900 + b"\n", 1000),  # searched for addresses of people
        (b"( " * 28 + b")\n", 60_000),  # compared with headings
        (b"AB 12 34 56 " * 400 + b"\n", 900),  # searched for National Insurance numbers
        (b",", 4_900_000),
        (b'"', 4_900_000),
    ],
)
def test_large_csv_files_are_answered_soon(read: Callable[..., ParsedReturn], row: Any, count: Any) -> None:
    started = time.process_time()
    result = read(HEAD + row * count, "a.csv")
    assert time.process_time() - started < 2
    assert set(codes(result)) <= {"S101", "S112"}


ODS = (
    '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:spreadsheet>'
    '<table:table table:name="S">{}</table:table></o:spreadsheet></o:body></o:document-content>'
)
TEXT_CELL = '<table:table-cell o:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def ods(rows: Any, document: Any = ODS) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", document.format(rows))
    return packed.getvalue()


@pytest.mark.parametrize(
    "rows",
    [
        "<table:table-row>"
        + TEXT_CELL.format(' table:number-columns-repeated="999999999"', "a")
        + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="1000000">' + TEXT_CELL.format("", "a") + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="1000000"/>' * 5,
        '<table:table-row table:number-rows-repeated="1000000"/><table:table-row>'
        '<table:table-cell table:number-columns-repeated="9000"/>'
        + TEXT_CELL.format("", "a")
        + "</table:table-row><table:table-row>"
        + TEXT_CELL.format("", "a")
        + "</table:table-row>",
        "<table:table-row>" + TEXT_CELL.format("", '<text:s text:c="900000000"/>') + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="9999">' + TEXT_CELL.format("", "x" * 9999) + "</table:table-row>",
    ],
)
def test_opendocument_repeats_are_bounded(read: Callable[..., ParsedReturn], rows: Any) -> None:
    started = time.perf_counter()
    result = read(ods(rows), "a.ods")
    assert codes(result)[0] in ("S112", "S104")
    assert time.perf_counter() - started < 2


def test_a_cell_outside_any_row_does_no_harm(read: Callable[..., ParsedReturn]) -> None:
    assert codes(read(ods(TEXT_CELL.format("", "a")), "a.ods")) in (["S104"], ["S101"])


# --- Hostile XML ---------------------------------------------------------------------------------------------------

BOMB = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", SHEET, "[Content_Types].xml"])
@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, b"<!DOCTYPE l>"])
def test_a_document_type_is_refused(filled: bytes, read: Callable[..., ParsedReturn], part: str, doctype: Any) -> None:
    content = rezipped(filled, {part: lambda xml: xml.replace(b"?>", b"?>" + doctype, 1)})
    result = read(content)
    assert codes(result) == ["S101"]
    assert "document type" in result.faults[0].detail


def test_a_document_type_in_an_opendocument_spreadsheet(read: Callable[..., ParsedReturn]) -> None:
    assert codes(read(ods("", BOMB.decode() + ODS), "a.ods")) == ["S101"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp037"])
def test_xml_in_another_encoding_cannot_hide_anything(
    filled: bytes, read: Callable[..., ParsedReturn], encoding: str
) -> None:
    def change(xml: bytes) -> bytes:
        return xml.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)

    assert codes(read(rezipped(filled, {SHEET: change}))) == ["S101"]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", SHEET, "[Content_Types].xml"])
def test_broken_xml_is_corrupt(filled: bytes, read: Callable[..., ParsedReturn], part: str) -> None:
    assert codes(read(rezipped(filled, {part: lambda xml: xml[: len(xml) // 2]})))[0] in ("S101", "S102")


def test_a_cell_with_an_impossible_address_is_corrupt(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    for address in (b"C0", b"ZZZZ1", b"C99999999999999999999", b"1C", b"", b"XFE1"):
        content = rezipped(filled, {SHEET: lambda xml, a=address: xml.replace(b'r="C12"', b'r="' + a + b'"')})
        assert codes(read(content)) == ["S101"]
