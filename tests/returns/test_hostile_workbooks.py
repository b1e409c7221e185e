"""Workbooks that expand, repeat, overlap or nest: each is answered within the memory of a return."""

import io
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ATTRIBUTES = " ".join(f"a{number}=''" for number in range(200_000))
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet2.xml"
_READ = """
import sys
from pathlib import Path
from wres.reader.guarded_reader import GuardedReader
from wres.settings import Settings
reader = GuardedReader(Settings(max_reader_seconds=30))  # not 2: a slow machine takes longer
reader.read(b"", "a.csv")
for name in sys.argv[1:]:
    try:
        faults = reader.read(Path(name).read_bytes(), name).faults
        code, by = (faults[0].code if faults else "read"), "scan"
    except Exception as error:
        code, by = error.fault.code, "limit"
    peak = 0
    if reader._process is not None:
        status = Path(f"/proc/{reader._process.pid}/status").read_text()
        peak = int(status.partition("VmHWM:")[2].split()[0])
        reader.close()
    reader.read(b"", "a.csv")
    print(code, by, peak, Path(name).name, flush=True)
reader.close()
"""


def replaced(content: bytes, parts: dict[str, bytes], more: dict[str, bytes] | None = None) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed_file,
    ):
        for name in source.namelist():
            changed_file.writestr(name, parts.get(name, source.read(name)))
        for name, data in (more or {}).items():
            changed_file.writestr(name, data)
    return target.getvalue()


def sheet(rows: str, after: str = "") -> bytes:
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData>{after}</worksheet>".encode()


def ods(rows: str, before: str = "") -> bytes:
    names = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{before}"
            f'<table:table table:name="Return">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return packed.getvalue()


def row(cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def cell(
    inside: str = "", repeated: int = 1, more: str = 'office:value-type="string"', name: str = "table-cell"
) -> str:
    return f'<table:{name} table:number-columns-repeated="{repeated}" {more}>{inside}</table:{name}>'


SPACES = '<text:p><text:s text:c="32767"/></text:p>'
OPENDOCUMENT = {
    "spaces": ods(row(cell("<text:p>x</text:p>" + SPACES * 20, 100), 400)),
    "spaces in one cell": ods(row(cell(SPACES * 9_000))),
    "spaces in a span": ods(row(cell(f"<text:p>x<text:span>{SPACES * 5}</text:span></text:p>", 200), 200)),
    "spaces by rows": ods(row(cell("<text:p>x</text:p>" + SPACES)) * 3_000),
    "long text": ods(row(cell(f"<text:p>{'x' * 30_000}</text:p>", 100), 400)),
    "long string value": ods(
        row(cell("", 100, f'office:value-type="string" office:string-value="{"x" * 90_000}"'), 400)
    ),
    "long formula": ods(row(cell("<text:p>1</text:p>", 100, f'table:formula="of:={"1+" * 40_000}1"'), 400)),
    "long formula of numbers": ods(
        row(cell("", 100, f'office:value-type="float" office:value="1" table:formula="of:={"1+" * 40_000}1"'), 400)
    ),
    "empty paragraphs": ods(row(cell("<text:p/>" * 20_000, 100), 400)),
    "line breaks": ods(row(cell(f"<text:p>x{'<text:line-break/>' * 20_000}</text:p>", 100), 400)),
    "rows by columns": ods(row(cell("<text:p>x</text:p>", 16_384), 1_048_576)),
    "empty cells": ods(row(cell("", 16_384, ""), 1_048_576) + row(cell("<text:p>x</text:p>"))),
    "blank cells": ods(row(cell("<text:p> </text:p>", 16_384), 1_048_576)),
    "covered cells": ods(row(cell("<text:p>x</text:p>", 16_384, name="covered-table-cell"), 1_048_576)),
    "nested spans": ods(row(cell("<text:p>" + "<text:span>" * 200_000 + "x" + "</text:span>" * 200_000 + "</text:p>"))),
    "nested tables": ods("<table:table-row><table:table-cell><table:table>" * 20_000),
    "nested rows": ods(row(row(row(cell("<text:p>x</text:p>", 9_000), 9_000), 9_000), 9_000)),
    "row groups": ods("<table:table-row-group>" * 100_000 + row(cell()) + "</table:table-row-group>" * 100_000),
    "many tables": ods("", '<table:table table:name="a"/>' * 150_000),
    "annotations": ods(row(cell("<office:annotation><text:p>x</text:p></office:annotation>", 16_384), 1_000_000)),
    "huge number": ods(row(cell("<text:p>x</text:p>", int("9" * 9)))),
    "endless number": ods(row(cell("<text:p>x</text:p>")).replace('repeated="1"', f'repeated="{"9" * 100_000}"')),
    "many styles": ods("", "<style:style/>" * 400_000),
    "many attributes": ods(row(f"<table:table-cell {ATTRIBUTES}/>")),
}


def rows(number: int, columns: str, inside: str, kind: str = "") -> str:
    """So many rows, with the same in each of those columns."""
    cells = (
        "".join(f'<c r="{column}{row}"{kind}>{inside}</c>' for column in columns.split()) for row in range(1, number)
    )
    return "".join(f"<row>{line}</row>" for line in cells)


def excel(filled: bytes) -> dict[str, bytes]:
    first_row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    shared, full = rows(4_000, "A B C D E F G H", "<v>0</v>", ' t="s"'), rows(4_900, "A B C D E F G H I J", "<v>1</v>")
    merges = "".join(f'<mergeCell ref="A{row}:XFD{row}"/>' for row in range(1, 100_000))
    over = '<mergeCell ref="A1:XFD1048576"/>' * 4_000
    rule = '<cfRule type="expression" priority="1"><formula>1</formula></cfRule>'
    formats = f'<conditionalFormatting sqref="A1:XFD1048576">{rule}</conditionalFormatting>' * 50_000
    shared_formula = '<f t="shared" si="4000000000" ref="A1:XFD1048576">1</f><v>'
    workbook = zipfile.ZipFile(io.BytesIO(filled)).read("xl/workbook.xml")
    names = "".join(f'<sheet name="s{number}" sheetId="{number}" r:id="rId1"/>' for number in range(50, 140)).encode()
    relationships = b"<Relationships>" + b'<Relationship Id="a" Target="../../x"/>' * 200_000 + b"</Relationships>"
    strings, styles = "xl/sharedStrings.xml", "xl/styles.xml"

    def texts(items: str) -> bytes:
        return f"<sst {MAIN}>{items}</sst>".encode()

    sheets = {
        "inline texts": sheet(rows(1_500, "A", f"<is><t>{'x' * 32_000}</t></is>", ' t="inlineStr"')),
        "deep": b"<a>" * 400_000,
        "deep and closed": sheet("<a>" * 100_000 + "</a>" * 100_000),
        "many merges": sheet(full, f"<mergeCells>{merges}</mergeCells>"),
        "overlapping merges": sheet(full, f"<mergeCells>{over}</mergeCells>"),
        "many formats": sheet(first_row, formats),
        "comments": sheet(first_row + "<!-- -->" * 400_000),
        "character references": sheet(first_row.replace("<v>1", "<v>" + "&#49;" * 2_000_000)),
        "long number": sheet(first_row.replace("<v>1", "<v>" + "1" * 20_000_000)),
        "long formula": sheet(first_row.replace("<v>", f"<f>{'1+' * 10_000_000}1</f><v>")),
        "shared formulas": sheet(first_row.replace("<v>", shared_formula)),
        "entities": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + sheet("&b;" * 100),
        "white space": sheet(first_row + " " * 45_000_000),
        "full and odd": sheet(full + "<!-- -->"),
        "many attributes": sheet(f"<row><c {ATTRIBUTES}/></row>"),
    }
    workbooks = {name: replaced(filled, {SHEET: data}) for name, data in sheets.items()}
    return workbooks | {
        "shared bomb": replaced(filled, {strings: texts(f"<si><t>{'x' * 32_000}</t></si>"), SHEET: sheet(shared)}),
        "shared runs": replaced(
            filled, {strings: texts(f"<si>{'<r><t>x</t></r>' * 100_000}</si>"), SHEET: sheet(shared)}
        ),
        "many shared texts": replaced(filled, {strings: texts("<si><t>x</t></si>" * 200_000)}),
        "many sheets": replaced(
            filled,
            {
                "xl/workbook.xml": workbook.replace(b"</sheets>", names + b"</sheets>"),
                SHEET: sheet(rows(500, "A B C D E F G H I J", "<v>1</v>")),
            },
        ),
        "many styles": replaced(filled, {styles: f"<styleSheet {MAIN}>{'<xf/>' * 450_000}</styleSheet>".encode()}),
        "relationships": replaced(filled, {"xl/_rels/workbook.xml.rels": relationships}),
    }


def end_record(content: bytes) -> int:
    return content.rindex(b"PK\x05\x06")


def overlapping(filled: bytes) -> bytes:
    """Every entry of the central directory points to the first part's bytes."""
    changed = bytearray(filled)
    start = place = struct.unpack("<I", filled[end_record(filled) + 16 :][:4])[0]
    while changed[place : place + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack("<HHH", changed[place + 28 : place + 34])
        changed[place + 42 : place + 46] = struct.pack("<I", 0)
        place += 46 + name + extra + comment
    assert place > start
    return bytes(changed)


def twice_in_directory(filled: bytes) -> bytes:
    """The first entry of the central directory once more, at its end."""
    end = end_record(filled)
    size, start = struct.unpack("<II", filled[end + 12 : end + 20])
    first = struct.unpack("<HHH", filled[start + 28 : start + 34])
    entry = filled[start : start + 46 + sum(first)]
    count = struct.unpack("<H", filled[end + 10 : end + 12])[0] + 1
    record = filled[end : end + 8] + struct.pack("<HHII", count, count, size + len(entry), start) + filled[end + 20 :]
    return filled[:end] + entry + record


def with_size(filled: bytes, size: int) -> bytes:
    """The first entry of the central directory says that its part has another size."""
    start = struct.unpack("<I", filled[end_record(filled) + 16 :][:4])[0]
    return filled[: start + 24] + struct.pack("<I", size) + filled[start + 28 :]


def zip64(filled: bytes) -> bytes:
    """As a program writes it that always leaves room for sizes of eight bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(filled)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed_file,
    ):
        for name in source.namelist():
            with changed_file.open(name, "w", force_zip64=True) as part:
                part.write(source.read(name))
    return target.getvalue()


@pytest.mark.parametrize(
    "damage",
    [
        overlapping,
        twice_in_directory,
        lambda filled: with_size(filled, 1),
        lambda filled: with_size(filled, 2**32 - 2),
        lambda filled: filled[: len(filled) // 2],
        lambda filled: filled[:200] + b"\x00" * 100 + filled[300:],
    ],
)
def test_a_package_that_contradicts_itself_is_damage(
    filled: bytes, read: Callable[..., Any], damage: Callable[[bytes], bytes]
) -> None:
    assert [fault.code for fault in read(damage(filled)).faults] in (["S101"], ["S112"])


def test_a_package_of_another_zip_version_is_read(
    filled: bytes, read: Callable[..., Any], numbers: Callable[..., Any]
) -> None:
    assert numbers(read(zip64(filled))) == numbers(read(filled))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what a process took is read from /proc")
def test_no_hostile_workbook_takes_more_than_a_return_may(filled: bytes, tmp_path: Path) -> None:
    """Each is refused by a scan, not by the limits of its process, or read where it only has more than it needs."""
    files = {f"{name}.ods": content for name, content in OPENDOCUMENT.items()}
    files |= {f"{name}.xlsx": content for name, content in excel(filled).items()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-c", _READ, *(str(tmp_path / name) for name in files)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert len(lines) == len(files)
    for line in lines:
        code, by, peak, name = line.split(" ", 3)
        assert code in ("S101", "S102", "S104", "S112", "read"), line
        assert by == "scan", line
        assert int(peak) < 300_000, (name, line)
