"""The copy of the sender's sheet in report.xlsx: every cell where the sender wrote it, each finding marked in words."""

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.sheet_looks import hidden_texts, printed_points
from wres.feedback.presubmission import check_file
from wres.feedback.report import write_reports
from wres.feedback.report_files import xlsx_bytes
from wres.feedback.return_copy import copy_sheet
from wres.reader.return_reader import read_return
from wres.reference.year_config import load_year
from wres.returns.parsed_return import CellRef, FileError, ParsedReturn, Text
from wres.returns.template.template_writer import return_csv, write_template
from wres.settings import Settings, load_settings

NURSES = "workforce.clinical.band_5"
SIGNED = {"signoff.name": "Jane Secret", "signoff.role": "=Director", "signoff.date": "soon"}
Document = dict[str, Any]


@pytest.fixture
def clean_figures(single: Any) -> dict[tuple[str, str], Decimal]:
    return {key: Decimal(value) for key, value in single.figures().items() if key[0] != "workforce.total"}


@pytest.fixture
def workbook(tmp_path: Path, single: Any, clean_figures: Any) -> Callable[..., Path]:
    """A filled workbook with these cells of the sheet Return written over."""

    def make(texts: dict[str, str] = SIGNED, **changes: Any) -> Path:
        path = tmp_path / "return.xlsx"
        write_template(path, single.template, load_year(2022), "RXY", "Trust", figures=clean_figures, texts=texts)
        book = openpyxl.load_workbook(path)
        for cell, value in changes.items():
            book["Return"][cell] = value
        book.save(path)
        return path

    return make


@pytest.fixture
def csv_lines(tmp_path: Path, clean_figures: Any) -> Callable[..., Path]:
    """A CSV return with these lines (as a spreadsheet numbers them) replaced."""

    def make(**changes: str) -> Path:
        path = tmp_path / "return.csv"
        path.write_bytes(return_csv(load_year(2022), "RXY", clean_figures, SIGNED))
        lines = path.read_text("utf-8").splitlines()
        for line, text in changes.items():
            lines[int(line[1:]) - 1] = text
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return make


def checked(path: Path) -> Document:
    """The document as a store of JSON gives it back."""
    return json.loads(json.dumps(check_file(load_settings(), path, 2022, None)))  # type: ignore[no-any-return]


def sheet_of(document: Document) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document)))["Your return"]


def marked(sheet: Any) -> dict[str, str]:
    """The cells with a comment, and its text; the same cells are coloured, and no others."""
    cells = [cell for row in sheet.iter_rows() for cell in row]
    comments = {cell.coordinate: cell.comment.text for cell in cells if cell.comment}
    assert {cell.coordinate for cell in cells if cell.fill.fill_type} == set(comments)
    return comments


def at_cells(document: Document) -> set[str]:
    sheet = document["page"]["copy"]["sheet"]
    return {finding["cell"] for finding in document["findings"] if finding["cell"] and finding["sheet"] == sheet}


def without_comments(content: bytes) -> bytes:
    """The workbook without the comments that mark its cells, for a return has none."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book["Your return"].iter_rows():
        for cell in row:
            cell.comment = None
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_a_workbook_is_laid_out_at_its_own_addresses(workbook: Callable[..., Path]) -> None:
    """Read again, the copy is the return: each figure as it was read, where it was written."""
    path = workbook(C17="about forty", D18=-3, E19="1,234", C20=7.5, A22="workforce.made_up", C24="=1+1", E50="012")
    document = checked(path)
    sheet = sheet_of(document)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    header = ["Item", "Data item", "White", "BME", "Unknown", "Findings"]
    assert [cell.value for cell in sheet[10]] == header
    assert [sheet[cell].value for cell in ("A6", "B6", "A7", "B17", "B22")] == [
        *("Collection year", "2022", "Template version", "Non-clinical staff, band 5", None)
    ]
    copy = read_return(without_comments(xlsx_bytes(document)), "report.xlsx", Settings())
    given = read_return(path.read_bytes(), "return.xlsx", Settings())
    assert [(cell.item, cell.ethnic_group, cell.raw, cell.place.cell) for cell in copy.cells] == [
        (cell.item, cell.ethnic_group, cell.raw.replace(",", ""), cell.place.cell) for cell in given.cells
    ]
    assert sheet["E19"].value == 1234  # a number, to calculate with
    assert [(text.key, text.value, text.place.cell) for text in copy.texts] == [
        (text.key, text.value, text.place.cell) for text in given.texts if text.place.sheet == "Return"
    ]


def test_a_row_of_two_items_shows_the_name_that_was_sent(workbook: Callable[..., Path]) -> None:
    """With the template's name in its place the copy would look right, and be right if it were sent."""
    sheet = sheet_of(checked(workbook(B17="Non-clinical staff, band 6")))
    assert (sheet["A17"].value, sheet["B17"].value) == ("workforce.non_clinical.band_5", "Non-clinical staff, band 6")
    assert list(marked(sheet)) == ["B17"]
    assert sheet["B18"].value == "Non-clinical staff, band 6"


def test_a_missing_column_is_marked_at_the_headings(workbook: Callable[..., Path]) -> None:
    sheet = sheet_of(checked(workbook(D10="Minority")))
    assert list(marked(sheet)) == ["A10"]
    assert (sheet["A10"].value, sheet["D10"].value) == ("Item", None)
    assert "A10: S104 Sheet, header or column missing" in [cell.value for cell in sheet[10]]


def test_each_finding_has_the_remedy_of_its_own_cell(workbook: Callable[..., Path]) -> None:
    document = checked(workbook(C17="<5", D17="[struck out 7]", C24="=1+1", B4=None, B6=None))
    remedies = {(finding["code"], finding["cell"]): finding["how_to_fix"] for finding in document["findings"]}
    assert "small numbers too" in remedies["V202", "C17"]
    assert "take the line through it away" in remedies["V202", "D17"]
    assert remedies["V202", "C24"].startswith("Open the file in a spreadsheet program")
    assert {("S106", "B4"), ("S107", "B6")} <= remedies.keys()  # what stands further right is the template's
    assert "…" not in str(document["findings"])


def test_each_cell_with_a_finding_is_marked_by_colour_comment_and_code(workbook: Callable[..., Path]) -> None:
    document = checked(workbook(C17="about forty", D17=-3, E20=None, A22="workforce.made_up", B6="2021"))
    sheet = sheet_of(document)
    comments = marked(sheet)
    assert set(comments) == {"B6", "C17", "D17", "E20", "A22"} == at_cells(document)
    assert comments["C17"].startswith(
        "V202: Non-clinical staff, band 5, White (sheet Return, cell C17) is not a number"
    )
    assert "What to do: Give the exact number in digits" in comments["C17"]
    codes = {row: sheet.cell(row, 6).value for row in range(1, 60) if sheet.cell(row, 6).value}
    assert codes == {
        6: "B6: S107 Another collection year",
        10: "Findings",
        17: "C17: V202 Not a number; D17: V203 Negative",
        20: "E20: V201 No value",
        22: "A22: S109 Item that the template does not have",
        52: "Not at a cell of this sheet (the sheet Findings has them all):",
        53: "S110 Item missing",
        54: "Q309 Sign-off incomplete",
    }


def test_a_csv_file_is_laid_out_line_by_line(csv_lines: Callable[..., Path]) -> None:
    path = csv_lines(
        L6="2022,RXY,workforce.non_clinical.band_1,bme,-5", L8="2022,RXY,workforce.made_up,bme,6",
        L11=f"2022,RXY,{NURSES},asian,20", L12="2022,RXY,,white,20",
    )  # fmt: skip
    document = checked(path)
    sheet = sheet_of(document)
    given = list(csv.reader(path.read_text("utf-8").splitlines()))
    given[-3][4] = "(not repeated here)"
    shown = [["" if cell.value is None else str(cell.value) for cell in row[:5]] for row in sheet.iter_rows()]
    assert shown[: len(given)] == given
    assert set(marked(sheet)) == {"E6", "C8", "D11", "C12", f"E{len(given)}"} == at_cells(document)
    assert sheet["F1"].value == "Findings"
    assert sheet["F6"].value == "E6: V203 Negative"
    assert sheet["F11"].value == "D11: S109 Item that the template does not have"


def test_of_several_organisations_only_what_is_known_is_shown(csv_lines: Callable[..., Path]) -> None:
    sheet = sheet_of(checked(csv_lines(L4="2022,RXX,workforce.non_clinical.under_band_1,unknown,1")))
    assert [sheet[f"B{row}"].value for row in range(1, 7)] == ["organisation_code", "RXY", None, "RXX", None, None]
    assert [sheet[f"A{row}"].value for row in range(2, 7)] == ["2022"] * 5


def test_the_name_of_who_signed_is_not_kept(csv_lines: Callable[..., Path], workbook: Callable[..., Path]) -> None:
    for path in (csv_lines(), workbook()):
        document = checked(path)
        assert document["page"]["copy"]["cells"]
        assert "Secret" not in json.dumps(document)


def test_the_document_stays_small(csv_lines: Callable[..., Path], workbook: Callable[..., Path]) -> None:
    assert len(json.dumps(checked(csv_lines(L6="2022,RXY,workforce.non_clinical.band_1,bme,-5")))) < 30_000
    assert len(json.dumps(checked(workbook(C17="x")))) < 30_000


def test_there_is_no_copy_without_findings(workbook: Callable[..., Path], tmp_path: Path) -> None:
    document = checked(workbook({**SIGNED, "signoff.date": "2022-06-30"}))
    assert document["findings"] == []
    assert document["page"]["copy"] == {}
    write_reports(tmp_path / "a", document)
    assert not (tmp_path / "a" / "report.xlsx").exists()


def test_there_is_no_copy_where_no_cell_would_be_marked(tmp_path: Path, clean_figures: Any) -> None:
    # Q326 is about the return as a whole.
    clean_figures["workforce.clinical.band_5", "unknown"] += 1000
    for group in ("white", "bme", "unknown"):
        clean_figures.pop(("workforce.total", group), None)
    path = tmp_path / "return.csv"
    path.write_bytes(return_csv(load_year(2022), "RXY", clean_figures, {**SIGNED, "signoff.date": "2022-06-30"}))
    document = checked(path)
    assert [(finding["code"], finding["cell"]) for finding in document["findings"]] == [("Q326", None)]
    assert document["page"]["copy"] == {}
    assert openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document))).sheetnames == ["Summary", "By code", "Findings"]


@pytest.mark.parametrize("code", ["S101", "S102", "S112", "S113"])
def test_what_cannot_be_read_has_no_copy(code: str, single: Any) -> None:
    read = single.read()
    assert copy_sheet(read)
    read.faults.append(FileError(code, "Not right."))
    assert copy_sheet(read) == copy_sheet(ParsedReturn()) == {}


def test_a_document_without_a_copy_has_a_workbook_all_the_same(workbook: Callable[..., Path]) -> None:
    document = checked(workbook(C17="x"))
    assert xlsx_bytes(document) == xlsx_bytes(document)
    del document["page"]["copy"]
    assert openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document))).sheetnames == ["Summary", "By code", "Findings"]


def test_no_row_of_the_lists_is_too_low_for_its_text(workbook: Callable[..., Path]) -> None:
    places = list(hidden_texts(xlsx_bytes(checked(workbook(C17="x", D18="-1")))))
    assert [place for place in places if place[0] != "Your return"] == []


def test_every_sheet_can_be_read_on_paper(workbook: Callable[..., Path]) -> None:
    points = printed_points(xlsx_bytes(checked(workbook(C17="x", D18="-1"))))
    assert {"Summary", "By code", "Findings"} <= points.keys()
    assert {name: size for name, size in points.items() if size < 9} == {}


def test_texts_stay_texts_and_have_bounds(workbook: Callable[..., Path]) -> None:
    document = checked(workbook(C17="x" * 5_000, D17=" =six", A22="y" * 5_000))
    assert document["page"]["copy"]["cells"]["C17"] == "a text of 200 characters"  # no name could be in it
    sheet = sheet_of(document)
    assert sheet["D17"].value == " =six"
    assert sheet["D17"].data_type == "s"
    assert all(len(comment) <= 1_000 for comment in marked(sheet).values())


def test_a_copy_without_end_is_cut_and_says_so(single: Any) -> None:
    read = single.read()
    read.cells += [
        single.cell(f"workforce.made_up_{n}", "bme", "1", CellRef("Return", f"D{n}")) for n in range(99, 5099)
    ]
    copy = copy_sheet(read)
    assert len(copy["cells"]) == 1_500
    assert copy["left_out"] > 8_000


@pytest.mark.parametrize("cell", ["XFE1", "ZZZ9", "C1048577", "C0", "", "part 3"])
def test_an_address_that_no_sheet_has_does_no_harm(cell: str, workbook: Callable[..., Path]) -> None:
    document = checked(workbook(C17="x"))
    document["page"]["copy"]["cells"][cell] = "far away"
    document["findings"].append({**document["findings"][0], "cell": cell})
    sheet = sheet_of(document)
    assert set(marked(sheet)) == {"C17"}
    assert "far away" not in {cell.value for row in sheet.iter_rows() for cell in row}


def test_the_last_column_leaves_no_room_for_codes_and_keeps_the_comment(workbook: Callable[..., Path]) -> None:
    document = checked(workbook(C17="x"))
    document["findings"].append({**document["findings"][0], "cell": "XFD20"})
    assert set(marked(sheet_of(document))) == {"C17", "XFD20"}


def test_texts_of_other_sheets_are_not_mixed_in(single: Any) -> None:
    read = single.read()
    read.texts.append(Text("explanation.Q301", "because", CellRef("Explanations", "C17")))
    assert "because" not in copy_sheet(read)["cells"].values()
