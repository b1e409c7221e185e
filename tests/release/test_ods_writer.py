"""The OpenDocument file holds what the workbook holds, cell for cell, in every program that opens it."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from wres.outputs import ods_writer
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.ods_writer import ods_bytes
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification
from wres.outputs.xlsx_writer import workbook_bytes

Tables = dict[str, pa.Table]
Cells = dict[str, list[list[object]]]
OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"


@pytest.fixture
def workbook(tables: Tables, about: ReleaseMetadata) -> bytes:
    return workbook_bytes(checked_tables(tables, 2021), about)


@pytest.fixture
def ods(workbook: bytes, about: ReleaseMetadata) -> bytes:
    return ods_bytes(workbook, about)


def cells(content: bytes) -> Cells:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}  # type: ignore[misc]


def part(content: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return ElementTree.fromstring(package.read(name))


def test_every_cell_is_the_workbooks(workbook: bytes, ods: bytes) -> None:
    assert cells(ods) == cells(workbook)


def test_a_document_that_may_grow_large_has_room_for_its_size(
    workbook: bytes, ods: bytes, about: ReleaseMetadata, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ods_writer, "_LARGE", 0)
    large = ods_bytes(workbook, about)
    assert large != ods
    assert cells(large) == cells(ods)


@pytest.mark.slow
def test_libreoffice_reads_the_same_cells(workbook: bytes, ods: bytes, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not on this machine")
    (tmp_path / "release.ods").write_bytes(ods)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "release.ods"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert cells((tmp_path / "release.xlsx").read_bytes()) == cells(workbook)


def test_each_table_is_marked_up_as_one_with_its_headings(workbook: bytes, ods: bytes) -> None:
    ranges = part(ods, "content.xml").iter(f"{OASIS}table:1.0}}database-range")
    marked = {
        area.get(f"{OASIS}table:1.0}}name"): area.get(f"{OASIS}table:1.0}}target-range-address") for area in ranges
    }
    specs = load_specification().tables
    assert set(marked) == {"contents_table", "notes_table", *specs}
    for name, spec in specs.items():
        rows = cells(workbook)[spec.sheet]
        header = next(number for number, row in enumerate(rows, start=1) if all(row))
        first, last = str(marked[name]).replace("$", "").split(":")
        assert first == f"'{spec.sheet}'.A{header}"
        assert last.rstrip("0123456789") == f"'{spec.sheet}'.{column_letters(len(rows[header - 1]))}"
        assert last.endswith(str(len(rows)))


def column_letters(number: int) -> str:
    import openpyxl.utils

    return openpyxl.utils.get_column_letter(number)


def test_numbers_keep_their_places_and_years_are_not_grouped(ods: bytes) -> None:
    content = part(ods, "content.xml")
    formats = {
        style.get(f"{OASIS}style:1.0}}name"): style[0].attrib
        for style in content.iter(f"{OASIS}datastyle:1.0}}number-style")
    }
    assert formats["f-n2"][f"{OASIS}datastyle:1.0}}decimal-places"] == "2"
    assert formats["f-year"][f"{OASIS}datastyle:1.0}}grouping"] == "false"
    tables = {table.get(f"{OASIS}table:1.0}}name"): table for table in content.iter(f"{OASIS}table:1.0}}table")}
    orchard = next(
        row
        for row in tables["Organisation"].iter(f"{OASIS}table:1.0}}table-row")
        if "RZ1" in ("".join(cell.itertext()) for cell in row)
    )
    styles = [cell.get(f"{OASIS}table:1.0}}style-name") for cell in orchard]
    names = {column.title: column.name for column in load_specification().tables["organisation"].columns}
    headings = next(row for row in cells(ods)["Organisation"] if all(row))
    shown = dict(zip((names[str(text).split("\n")[0]] for text in headings), styles, strict=True))
    assert (shown["collection_year"], shown["white_headcount"]) == ("year", "n0")
    assert (shown["white_entered"], shown["relative_likelihood"]) == ("n1", "n2")


def test_the_contents_lead_to_the_sheets(ods: bytes) -> None:
    links = part(ods, "content.xml").iter(f"{OASIS}text:1.0}}a")
    targets = [link.get("{http://www.w3.org/1999/xlink}href") for link in links]
    sheets = [f"#'{spec.sheet}'.A1" for spec in load_specification().tables.values()]
    assert targets == ["mailto:team@example.nhs.uk", *sheets]


def test_its_properties_and_its_bytes_are_the_releases_own(ods: bytes, workbook: bytes, about: ReleaseMetadata) -> None:
    properties = {element.tag.rsplit("}")[-1]: element.text for element in part(ods, "meta.xml")[0]}
    assert properties["language"] == "en-GB"
    assert properties["date"] == properties["creation-date"] == about.created_text
    assert str(about.collection_year) in str(properties["title"])
    assert ods_bytes(workbook, about) == ods
    with zipfile.ZipFile(io.BytesIO(ods)) as package:
        first = package.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
