"""What readers meet when they open the workbook: the figures in sight, the newest first, nothing twice."""

import io
import re
from dataclasses import replace
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.ods_writer import ods_bytes
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import Column, load_specification
from wres.outputs.workbook_sheet import column_look
from wres.outputs.workbook_view import arrange_for_sheet
from wres.outputs.xlsx_writer import workbook_bytes

Tables = dict[str, pa.Table]
SPECS = load_specification().tables
SCREEN = 1366 / 7.4  # characters across a small laptop's screen: a character of the default font takes about 7 pixels
FRONT = {"Cover", "Contents", "Notes"}


@pytest.fixture(scope="module")
def facts(about: ReleaseMetadata) -> ReleaseMetadata:
    policy = "Disclosure policy of 2020 to 2022: ratios. The relative likelihood of every organisation is shown."
    return replace(about, audience="official", collection_year=2022, disclosure_notes=(policy,))


@pytest.fixture(scope="module")
def content(official_three_years: Tables, facts: ReleaseMetadata) -> bytes:
    return workbook_bytes(checked_tables(official_three_years, 2022), facts)


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def body(sheet: Worksheet) -> tuple[list[str], list[list[Any]]]:
    """The headings without their notes, and the rows."""
    [marked] = sheet.tables.values()
    header, *rows = [[cell.value for cell in row] for row in sheet[marked.ref]]
    return [str(text).split("\n")[0] for text in header], rows


def tables_of(book: Workbook) -> list[Worksheet]:
    return [sheet for sheet in book if sheet.title not in FRONT]


def test_the_figures_are_in_sight_when_a_sheet_opens(book: Workbook) -> None:
    sheet = book["Organisation"]
    headings, _rows = body(sheet)
    first = ["Code", "Name", "Collection year", "Relative likelihood", "Relative likelihood, lower bound"]
    assert headings[:7] == [*first, "Relative likelihood, upper bound", "Range"]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFG"]
    assert sum(widths) < SCREEN
    for other in tables_of(book):
        [marked] = other.tables.values()
        top = int(re.sub(r"\D", "", marked.ref.split(":")[0]))
        heights = [other.row_dimensions[row].height or 16 for row in range(1, top + 1)]
        assert sum(heights) < 300, other.title  # points, of some 500 that a small screen shows


def test_the_newest_year_comes_first(book: Workbook) -> None:
    seen = 0
    for sheet in tables_of(book):
        headings, rows = body(sheet)
        if "Collection year" in headings:
            years = [row[headings.index("Collection year")] for row in rows]
            assert years == sorted(years, reverse=True), sheet.title
            seen += len(set(years)) > 1
    assert seen > 5


def test_no_column_is_the_same_in_every_row_and_what_is_stands_above(book: Workbook) -> None:
    for sheet in tables_of(book):
        headings, rows = body(sheet)
        if len(rows) > 1:
            same = [title for title, *values in zip(headings, *rows, strict=True) if len(set(values)) == 1]
            assert same == [], sheet.title
    above = " ".join(str(book["Organisation"].cell(row, 1).value) for row in range(1, 6))
    assert "In every row: Level: Organisation; " in above
    assert "Organisations: 1" in above


def row_of(group: str, year: int = 2022, headcount: int = 10) -> dict[str, Any]:
    return {"collection_year": year, "organisation_group": group, "code": "ENG", "white_headcount": headcount}


def test_all_is_left_out_where_one_group_is_all_there_is_and_kept_where_there_are_more() -> None:
    rows = [row_of("all", 2021), row_of("trust", 2021), row_of("alb", headcount=1), row_of("all", headcount=11)]
    rows.append(row_of("trust"))
    columns = tuple(column for column in SPECS["national"].columns if column.name in rows[0])
    spec = replace(SPECS["national"], columns=columns)
    view = arrange_for_sheet(pa.Table.from_pylist(rows), spec)
    shown = [(row["collection_year"], row["organisation_group"]) for row in view.table.to_pylist()]
    assert shown == [(2022, "alb"), (2022, "all"), (2022, "trust"), (2021, "trust")]
    assert view.left_out_totals
    alone = arrange_for_sheet(pa.Table.from_pylist([row_of("all"), row_of("all", 2021)]), spec)
    assert alone.table.num_rows == 2
    assert not alone.left_out_totals


def test_numbers_stand_under_each_other_and_never_wrap(book: Workbook) -> None:
    figures = 0
    for sheet in tables_of(book):
        [marked] = sheet.tables.values()
        header, *rows = sheet[marked.ref]
        assert all(cell.alignment.wrap_text for cell in header)
        for cell in (cell for row in rows for cell in row if isinstance(cell.value, int | float)):
            assert not cell.alignment.wrap_text, (sheet.title, cell.coordinate)
            figures += 1
        columns = {column.title: column for column in SPECS[spec_name(sheet)].columns}
        for number, title in enumerate(body(sheet)[0]):
            if columns[title].is_number:
                assert {row[number].alignment.horizontal for row in rows} == {"right"}
                assert len({row[number].number_format for row in rows}) == 1
    assert figures > 200


def spec_name(sheet: Worksheet) -> str:
    return next(name for name, spec in SPECS.items() if spec.sheet == sheet.title)


def test_no_footer_and_nothing_frozen(book: Workbook) -> None:
    for sheet in book:
        parts = [part for foot in (sheet.oddFooter, sheet.oddHeader) for part in (foot.left, foot.center, foot.right)]
        assert not any(part.text for part in parts)
        assert sheet.freeze_panes is None


def test_a_chance_that_prints_as_nought_is_less_than_the_last_place() -> None:
    column = next(column for column in SPECS["improvement"].columns if column.name == "p_value")
    chances = pa.chunked_array([[0, 1]], column.arrow_type())
    assert column_look(column, chances, is_first=False)["num_format"] == '[<0.000050]"<0.0001";#,##0.0000'
    plain = Column("figure", "Figure", "A figure.", "decimal", 4)
    assert column_look(plain, chances, is_first=False)["num_format"] == "#,##0.0000"


def test_the_cover_says_when_whom_to_ask_and_by_which_policy(book: Workbook) -> None:
    cover = book["Cover"]
    texts = [str(row[0].value) for row in cover.iter_rows()]
    assert "Published: 7 April 2022, 9:30am" in texts
    assert "Next figures: 22 February 2023" in texts
    assert "Status: Final." in texts
    assert "The team" in texts
    assert [text for text in texts if text.startswith("Disclosure policy of 2020 to 2022: ratios.")]
    links = {cell.value: cell.hyperlink.target for row in cover.iter_rows() for cell in row if cell.hyperlink}
    assert links == {
        "Write to team@example.nhs.uk": "mailto:team@example.nhs.uk",
        "The figures may be used under the Open Government Licence v3.0": load_specification().licence["url"],
    }


def test_low_reliability_is_marked_beside_the_words(official_three_years: Tables, facts: ReleaseMetadata) -> None:
    ready = checked_tables(official_three_years, 2022)
    levels = ["low", *["reliable"] * (ready["organisation"].num_rows - 1)]
    place = ready["organisation"].column_names.index("reliability")
    ready["organisation"] = ready["organisation"].set_column(place, "reliability", pa.array(levels))
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_bytes(ready, facts)))["Organisation"]
    headings, rows = body(sheet)
    assert {row[headings.index("Reliability")] for row in rows} == {"Low reliability [u]", "Reliable"}
    above = " ".join(str(sheet.cell(row, 1).value) for row in range(1, 6))
    assert "[u] marks a ratio of low reliability" in above


def test_the_opendocument_file_is_the_same_with_its_links(content: bytes, facts: ReleaseMetadata) -> None:
    content_ods = ods_bytes(content, facts)
    books = [CalamineWorkbook.from_filelike(io.BytesIO(file)) for file in (content, content_ods)]
    cells = [
        {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
        for book in books
    ]
    assert cells[0] == cells[1]
