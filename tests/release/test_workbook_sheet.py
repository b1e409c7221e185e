"""The sheets of tables are what gptables makes of them cell by cell: every value, look, width and printing."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import cycle, islice
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.outputs.workbook_layout import lay_out_table
from wres.outputs.workbook_sheet import TableSheet, column_look, write_sheet
from wres.outputs.xlsx_writer import open_workbook, table_sheets

Tables = dict[str, pa.Table]
ODD_TEXTS = ["=1+1", "+44 20", "@SUM(A1)", "https://trust.example", "mailto:a@b.example", "nan", "[c]", "   ", "1,234",
             "two\nlines", " St Mary's & <NHS> ", "{=A1}", "internal:'Cover'!A1", "x" * 300]  # fmt: skip
ODD_NUMBERS = [0, -3, 2**53, 0.5, 1e-7, 123456789.25, "[z]", "[c]"]
LOOKS = ("font", "alignment", "number_format", "border", "fill", "protection")


@pytest.fixture(scope="module", params=["official", "hostile"])
def sheets(
    request: pytest.FixtureRequest, official_three_years: Tables, about: ReleaseMetadata
) -> tuple[list[TableSheet], list[str]]:
    facts = replace(about, audience="official", collection_year=2022)
    sheets_made, notes = table_sheets(checked_tables(official_three_years, 2022), facts)
    return ([hostile(sheet) for sheet in sheets_made] if request.param == "hostile" else sheets_made), notes


def hostile(sheet: TableSheet) -> TableSheet:
    """The sheet with other values: texts that a program could read as something else, and odd numbers."""
    others = [odd(column.is_text, sheet.table.num_rows) for column in sheet.spec.columns[1:]]
    return replace(sheet, shown=[sheet.shown[0], *others])


def odd(is_text: bool, rows: int) -> list[Any]:
    return list(islice(cycle(ODD_TEXTS if is_text else ODD_NUMBERS), rows))


def by_column(sheets: Sequence[TableSheet]) -> bytes:
    file = io.BytesIO()
    book = open_workbook(file)
    for sheet in sheets:
        worksheet = book.add_worksheet(sheet.spec.sheet)
        write_sheet(book, worksheet, sheet)
        lay_out_table(worksheet, sheet)
    book.close()
    return file.getvalue()


def by_gptables(sheets: Sequence[TableSheet], notes: list[str]) -> bytes:
    """Write the same sheets with gptables alone, which gives every cell a look of its own."""
    import gptables

    file = io.BytesIO()
    book = open_workbook(file)
    for sheet in sheets:
        columns = sheet.spec.columns
        titles = [column.title for column in columns]
        table = gptables.GPTable(
            pd.DataFrame(
                {title: pd.Series(list(shown), dtype=object) for title, shown in zip(titles, sheet.shown, strict=True)}
            ),
            table_name=sheet.spec.name,
            title=sheet.title,
            subtitles=list(sheet.markings),
            instructions=sheet.instructions,
            legend=[sheet.said_above] if sheet.said_above else [],
            table_notes={number: f"$${column.note}$$" for number, column in enumerate(columns) if column.note},
            index_columns={},
            additional_formatting=formats_of(sheet),
        )
        worksheet = book.add_worksheet(sheet.spec.sheet)
        worksheet.write_gptable(table, False, notes)
        lay_out_table(worksheet, sheet)
    book.close()
    return file.getvalue()


def formats_of(sheet: TableSheet) -> list[dict[str, Any]]:
    formats: list[dict[str, Any]] = []
    for number, column in enumerate(sheet.spec.columns):
        look: dict[str, Any] = {"align": "right" if column.is_number else "left", "indent": 1}
        if number == 0 and not column.is_number:
            look["indent"] = 0
        number_format = column_look(column, sheet.table[column.name], is_first=False).get("num_format")
        look |= {"num_format": number_format} if number_format else {}
        formats.append({"column": {"columns": [number], "format": look, "include_names": True}})
        if not column.is_text:
            formats.append({"column": {"columns": [number], "format": {"text_wrap": False}, "include_names": False}})
    return formats


@pytest.fixture(scope="module")
def both(sheets: tuple[list[TableSheet], list[str]]) -> tuple[bytes, bytes]:
    sheets_made, notes = sheets
    ours = by_column(sheets_made)
    with warnings.catch_warnings():  # gptables warns of empty cells, and uses what pandas 4 drops
        warnings.simplefilter("ignore")
        return ours, by_gptables(sheets_made, notes)


def test_every_cell_has_the_value_and_the_look_that_gptables_gives_it(both: tuple[bytes, bytes]) -> None:
    ours, theirs = (openpyxl.load_workbook(io.BytesIO(content)) for content in both)
    assert ours.sheetnames == theirs.sheetnames
    our_looks: dict[int, str] = {}
    their_looks: dict[int, str] = {}
    for sheet, expected in zip(ours, theirs, strict=True):
        assert sheet.dimensions == expected.dimensions
        for row, expected_row in zip(sheet.iter_rows(), expected.iter_rows(), strict=True):
            for cell, same in zip(row, expected_row, strict=True):
                place = f"{sheet.title} {cell.coordinate}"
                assert (cell.value, cell.data_type) == (same.value, same.data_type), place
                assert look_of(cell, our_looks) == look_of(same, their_looks), place
                assert cell.hyperlink is same.hyperlink is None


def look_of(cell: Any, known: dict[int, str]) -> str:
    """The look of a cell, in words that are made once for each style of its workbook."""
    if cell.style_id not in known:
        known[cell.style_id] = repr([getattr(cell, look) for look in LOOKS])
    return known[cell.style_id]


def test_tables_widths_heights_and_printing_are_the_same(both: tuple[bytes, bytes]) -> None:
    ours, theirs = (openpyxl.load_workbook(io.BytesIO(content)) for content in both)
    for sheet, expected in zip(ours, theirs, strict=True):
        assert layout(sheet) == layout(expected)


def layout(sheet: Any) -> list[Any]:
    [marked] = sheet.tables.values()
    return [
        (marked.displayName, marked.ref, [column.name for column in marked.tableColumns], marked.autoFilter),
        (marked.tableStyleInfo and marked.tableStyleInfo.name, marked.headerRowCount, marked.totalsRowShown),
        {name: (width.min, width.max, width.width) for name, width in sheet.column_dimensions.items()},
        {number: row.height for number, row in sheet.row_dimensions.items()},
        (sheet.print_title_rows, sheet.print_title_cols, sheet.page_setup.orientation, sheet.page_setup.paperSize),
        (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.sheet_view.showGridLines),
        (sheet.freeze_panes, sheet.sheet_format.defaultRowHeight),
    ]


def test_another_reader_finds_the_same_values(both: tuple[bytes, bytes]) -> None:
    ours, theirs = (CalamineWorkbook.from_filelike(io.BytesIO(content)) for content in both)
    for name in theirs.sheet_names:
        rows = ours.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert rows == theirs.get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_a_cell_of_signs_alone_is_written_as_it_is(sheets: tuple[list[TableSheet], list[str]]) -> None:
    """gptables refuses such a cell with an error; a note of a revision may be one."""
    [sheet, *_others] = sheets[0]
    number = next(number for number, column in enumerate(sheet.spec.columns) if column.is_text)
    shown = [*sheet.shown]
    shown[number] = ["--"] * sheet.table.num_rows
    book = openpyxl.load_workbook(io.BytesIO(by_column([replace(sheet, shown=shown)])))
    assert book[sheet.spec.sheet].cell(sheet.header + 2, number + 1).value == "--"


def test_a_fraction_is_its_number(sheets: tuple[list[TableSheet], list[str]]) -> None:
    [sheet, *_others] = sheets[0]
    number = next(number for number, column in enumerate(sheet.spec.columns) if column.datatype == "count")
    shown = [*sheet.shown]
    shown[number] = [Fraction(81, 2)] * sheet.table.num_rows
    book = openpyxl.load_workbook(io.BytesIO(by_column([replace(sheet, shown=shown)])))
    assert book[sheet.spec.sheet].cell(sheet.header + 2, number + 1).value == 40.5
