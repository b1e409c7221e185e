"""The workbook, opened as people's tools open it: every cell, its words and its layout."""

import io
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.sheet_looks import printed_points
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import Column, load_specification
from wres.outputs.xlsx_writer import workbook_bytes

Tables = dict[str, pa.Table]
SPECIFICATION = load_specification()
SPECS = SPECIFICATION.tables
MARKING = "Management information: not for publication"
SIMULATED = "Simulated data: the figures are invented and say nothing about any real organisation"


@pytest.fixture(scope="module")
def book(small_tables: Tables, about: ReleaseMetadata) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(checked_tables(small_tables, 2021), about)))


def table_cells(sheet: Worksheet) -> list[list[Any]]:
    """The cells of the sheet's one marked-up table, its header first."""
    (marked,) = sheet.tables.values()
    return [[cell.value for cell in row] for row in sheet[marked.ref]]


def as_people_read(column: Column, value: Any) -> Any:
    if value is None:
        return f"[{column.null}]"
    if column.datatype == "boolean":
        return "Yes" if value else "No"
    if column.values is not None:
        return column.values[value]
    if column.coded:
        return {"acute": "Acute", "mental_health": "Mental health", "ccg": "Ccg"}[value]
    return float(value) if column.is_number else value


def test_every_cell_is_the_tables_own_or_said_once_above_it(book: Workbook, tables: Tables) -> None:
    for name, table in checked_tables(tables, 2021).items():
        columns = {column.title: column for column in SPECS[name].columns}
        sheet = book[SPECS[name].sheet]
        header, *rows = table_cells(sheet)
        shown = [columns[text.split("\n")[0]] for text in header]
        newest_first = sorted(table.to_pylist(), key=lambda row: -row["collection_year"])
        marks = {"Low reliability": "Low reliability [u]"}
        expected = [[as_people_read(column, row[column.name]) for column in shown] for row in newest_first]
        assert rows == [[marks.get(value, value) for value in row] for row in expected]
        above = str(sheet.cell(5, 1).value)
        for column in columns.values():
            if column not in shown:
                [value] = {as_people_read(column, row[column.name]) for row in newest_first}
                text = f"{value:g}" if isinstance(value, float) else value
                assert f"{column.title}: {text}" in above


def test_numbers_are_numbers_with_their_places(book: Workbook) -> None:
    sheet = book["Organisation"]
    names = {column.title: column.name for column in SPECS["organisation"].columns}
    headings = [names[text.split("\n")[0]] for text in table_cells(sheet)[0]]
    orchard = next(row for row in sheet.iter_rows() if row[0].value == "RZ1" and row[2].value == 2020)
    shown = {
        name: (cell.value, cell.data_type, cell.number_format) for name, cell in zip(headings, orchard, strict=True)
    }
    assert shown["collection_year"] == (2020, "n", "0")
    assert shown["white_headcount"] == (3460, "n", "#,##0")
    assert shown["white_entered"] == (40.5, "n", "#,##0.0")
    assert shown["bme_entered"] == (24, "n", "#,##0")
    assert shown["relative_likelihood"] == (1.64, "n", "#,##0.00")
    assert shown["name"] == ("St Mary's, Orchard & Vale NHS Trust", "s", "General")


def test_every_sheet_says_for_whom_it_is_and_that_it_is_simulated(book: Workbook) -> None:
    assert book.sheetnames == ["Cover", "Contents", "Notes", *(spec.sheet for spec in SPECS.values())]
    for sheet in book:
        top = " ".join(str(sheet.cell(row, 1).value) for row in range(1, 5))
        assert MARKING in top, sheet.title
        assert SIMULATED in top, sheet.title


def test_real_figures_are_not_called_simulated(tables: Tables, about: ReleaseMetadata) -> None:
    content = workbook_bytes(checked_tables(tables, 2021), replace(about, simulated=False))
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row]
        assert not [text for text in texts if "imulated" in text]
        assert [text for text in texts if MARKING in text]


def test_layout_is_accessible(book: Workbook) -> None:
    for spec in SPECS.values():
        sheet = book[spec.sheet]
        (marked,) = sheet.tables.values()
        first, last = marked.ref.split(":")
        assert marked.displayName == spec.name
        assert sheet["A1"].value.startswith(f"Table {spec.number}: {spec.title}")
        assert first.startswith("A")
        assert sheet[last].row == sheet.max_row
        assert sheet[last].column == sheet.max_column
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert all(cell.alignment.wrap_text for cell in sheet[sheet[first].row])
        assert all(sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)), "a blank row"
        assert all(cell.value is not None for row in sheet[marked.ref] for cell in row), "a blank cell"
        assert sheet.sheet_view.selection[-1].activeCell in {None, "A1"}
    assert book.active is book["Cover"]


def test_every_sheet_can_be_read_on_paper(three_years: Tables, about: ReleaseMetadata) -> None:
    content = workbook_bytes(checked_tables(three_years, 2022), replace(about, collection_year=2022))
    points = printed_points(content, letters=12)
    assert len(points) > len(SPECS)
    assert {name: size for name, size in points.items() if size < 7.9} == {}  # 8, but for rounding


def test_notes_are_numbered_in_the_order_of_their_meeting_and_each_is_explained(book: Workbook) -> None:
    numbered = dict(table_cells(book["Notes"])[1:])
    met: list[int] = []
    for spec in SPECS.values():
        above = " ".join(str(book[spec.sheet].cell(row, 1).value) for row in range(1, 6))
        met += map(int, re.findall(r"\[note (\d+)\]", above))
        columns = {column.title: column for column in spec.columns}
        for column, text in ((columns[text.split("\n")[0]], text) for text in table_cells(book[spec.sheet])[0]):
            title, *reference = text.split("\n")
            if column.note is None:
                assert reference == []
                continue
            number = int(reference[0].removeprefix("[note ").removesuffix("]"))
            met.append(number)
            assert numbered[number] == SPECIFICATION.notes[column.note], title
    assert list(dict.fromkeys(met)) == list(numbered) == list(range(1, len(SPECIFICATION.notes) + 1))


def test_symbols_are_explained_where_they_stand(book: Workbook) -> None:
    cover = [str(row[0].value) for row in book["Cover"].iter_rows()]
    for symbol, meaning in SPECIFICATION.symbols.items():
        assert (f"[{symbol}] means {meaning}." in cover) == (symbol != "c")  # nothing is held back from management
    instructions = str(book["Goals"]["A4"].value)
    assert instructions.startswith("This worksheet contains one table. [z] means not applicable")


def test_contents_lead_to_every_table(book: Workbook) -> None:
    sheet = book["Contents"]
    links = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {spec.sheet: f"'{spec.sheet}'!A1" for spec in SPECS.values()}


def test_document_properties_name_title_organisation_and_the_releases_own_time(book: Workbook) -> None:
    properties = book.properties
    assert properties.title == f"{SPECIFICATION.subject}, 2021"
    assert properties.creator == "NHS England, Workforce Race Equality Standard"
    assert properties.subject == SPECIFICATION.subject
    assert properties.created == properties.modified == datetime(2022, 2, 24, 9, 30, 15)  # noqa: DTZ001
    assert MARKING in str(properties.description)


def test_the_note_of_a_revision_is_on_the_cover(tables: Tables, about: ReleaseMetadata) -> None:
    content = workbook_bytes(checked_tables(tables, 2021), replace(about, edition="1.1", note="RZ1 sent again."))
    cover = openpyxl.load_workbook(io.BytesIO(content))["Cover"]
    assert "About this edition: RZ1 sent again." in [row[0].value for row in cover.iter_rows()]


def test_a_name_that_could_be_a_formula_or_a_link_is_text(tables: Tables, about: ReleaseMetadata) -> None:
    names = ["=1+1 Trust", "https://trust.example", "St Mary's, Orchard & Vale <NHS> Trust", "@SUM(A1)"]
    organisation = tables["organisation"]
    tables["organisation"] = organisation.set_column(3, "name", pa.array(names))
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(checked_tables(tables, 2021), about)))
    [marked] = book["Organisation"].tables.values()
    _header, *rows = book["Organisation"][marked.ref]
    cells = {row[1].value: row[1] for row in rows}
    assert set(cells) == set(names)
    assert {cell.data_type for cell in cells.values()} == {"s"}
    assert not any(cell.hyperlink for cell in cells.values())


def test_a_national_workbook_of_eight_years_is_quick(
    tables: Tables, about: ReleaseMetadata, large_organisation: Callable[[pa.Table], pa.Table]
) -> None:
    tables["organisation"] = large_organisation(tables["organisation"])
    ready = checked_tables(tables, 2021)
    assert ready["organisation"].num_rows == 1760
    started = time.process_time()
    workbook_bytes(ready, about)
    assert time.process_time() - started < 10  # about 1.5 s
