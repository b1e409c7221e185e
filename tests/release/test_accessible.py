"""The workbook and the OpenDocument file of real releases: accessible to the letter, and the same, cell for cell."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.table import Table
from python_calamine import CalamineWorkbook

from tests.release.accessible import breaches
from wres.outputs.metadata import Publication, ReleaseMetadata
from wres.outputs.ods_writer import ods_bytes
from wres.outputs.revisions import MARK, PreviousEdition, no_revisions, print_tables, revisions_since
from wres.outputs.schema_check import checked_tables
from wres.outputs.xlsx_writer import workbook_bytes

Tables = dict[str, pa.Table]
Made = dict[str, tuple[bytes, ReleaseMetadata]]


@pytest.fixture(scope="module")
def workbooks(three_years: Tables, official_three_years: Tables) -> Made:
    """The workbooks of both audiences, the official one of an edition that revised a figure."""
    moment = datetime(2023, 2, 23, 9, 30, tzinfo=UTC)
    publication = Publication(moment, "The team", "team@example.nhs.uk", "Final.")
    about = ReleaseMetadata(2022, "1.1", "official", moment, True, {2022: "2022.1"}, "0.1.0", "b", publication)
    revised = with_a_revision(official_three_years)
    internal = replace(about, audience="management", edition="1.0")
    releases = {"official": (revised, about), "management": (three_years, internal)}
    return {
        name: (workbook_bytes(checked_tables(tables, 2022), metadata), metadata)
        for name, (tables, metadata) in releases.items()
    }


def with_a_revision(tables: Tables) -> Tables:
    ready = checked_tables(tables, 2022)
    before = print_tables(ready)
    before["national"]["bme_entered"][-1] = "1"
    since = PreviousEdition(2022, "2022-1.0", before, no_revisions())
    return {**ready, "revisions": revisions_since(since, ready, 2022, "2022-1.1", "A return came again.")}


@pytest.fixture
def opened(workbooks: Made) -> Callable[[str], Workbook]:
    return lambda audience: openpyxl.load_workbook(io.BytesIO(workbooks[audience][0]))


@pytest.mark.parametrize("audience", ["official", "management"])
def test_it_keeps_to_every_rule(opened: Callable[[str], Workbook], audience: str) -> None:
    assert breaches(opened(audience)) == []


def test_what_makes_it_hard_is_in_it(opened: Callable[[str], Workbook]) -> None:
    """Held back, not applicable, not known and revised figures, and the table of what was found."""
    book = opened("official")
    texts = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"[c]", "[z]", "[x]", MARK} <= texts
    quality = [[cell.value for cell in row] for row in book["Data quality"].iter_rows(min_row=5)]
    values = {row[2]: row[4:] for row in quality if row[:2] == [2022, "All organisations"]}
    assert values["Q309"] == [5, 5, 1, 1, "[z]", 0]
    assert values["Q303"] == [5, *["[c]"] * 5]


def paint(book: Workbook) -> None:
    book["Goals"]["C8"].fill = PatternFill("solid", fgColor="FFFFFF00")


SPOILED: list[tuple[str, Callable[[Workbook], object], str]] = [
    ("a merged title", lambda book: book["Goals"].merge_cells("A1:C1"), "Goals: merged cells"),
    ("a blank cell", lambda book: book["Goals"].__setitem__("C8", None), "a blank cell"),
    ("a number as text", lambda book: book["Goals"].__setitem__("C8", "12"), "a number that is text"),
    ("a remark beside the table", lambda book: book["Goals"].__setitem__("Z5", "see"), "not all that stands"),
    ("a blank row above", lambda book: book["Goals"].__setitem__("A2", None), "a row above the table is blank"),
    ("a strange symbol", lambda book: book["Goals"].__setitem__("C8", "[u]"), "[u] is not explained on the cover"),
    (
        "a note too many",
        lambda book: book["Goals"].__setitem__("A1", "Goals [note 99]"),
        "note 99 is nowhere explained",
    ),
    ("a colour", paint, "Goals: a coloured cell"),
    (
        "red letters",
        lambda book: setattr(book["Goals"]["C8"], "font", Font(color="FFFF0000", size=12)),
        "coloured cell",
    ),
    ("small letters", lambda book: setattr(book["Goals"]["C8"], "font", Font(size=8)), "letters too small"),
    ("no table", lambda book: book["Goals"].tables.clear(), "Goals: 0 tables"),
    ("two tables", lambda book: book["Goals"].add_table(Table(displayName="t", ref="A1:B2")), "Goals: 2 tables"),
    ("a hidden sheet", lambda book: setattr(book["Goals"], "sheet_state", "hidden"), "Goals: something hidden"),
    ("another first sheet", lambda book: book.move_sheet("Goals", -6), "it begins with"),
    ("another place", lambda book: setattr(book["Goals"].sheet_view.selection[0], "activeCell", "D9"), "cursor"),
    ("no title", lambda book: setattr(book.properties, "title", None), "no document property title"),
    ("a formula", lambda book: book["Goals"].__setitem__("C8", "=1+1"), "Goals: a formula"),
    ("a sheet that nothing leads to", lambda book: setattr(book["Goals"], "title", "Aims"), "do not lead to Aims"),
]


@pytest.mark.parametrize(("spoil", "breach"), [case[1:] for case in SPOILED], ids=[case[0] for case in SPOILED])
def test_each_rule_finds_what_breaks_it(
    opened: Callable[[str], Workbook], spoil: Callable[[Workbook], object], breach: str
) -> None:
    book = opened("management")
    spoil(book)
    assert [sentence for sentence in breaches(book) if breach in sentence]


@pytest.mark.parametrize("audience", ["official", "management"])
def test_the_opendocument_file_has_every_cell_of_it(workbooks: Made, audience: str) -> None:
    content, about = workbooks[audience]
    books = [CalamineWorkbook.from_filelike(io.BytesIO(file)) for file in (content, ods_bytes(content, about))]
    cells = [
        {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
        for book in books
    ]
    assert cells[0] == cells[1]
    assert len(cells[0]["Data quality"]) > 5
