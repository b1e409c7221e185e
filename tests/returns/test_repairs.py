"""Harmless things are put right, each is listed with its place, and what is read is the same as without them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.figures import Figures
from wres.returns.parsed_return import CellRef, ParsedReturn


def listed(result: ParsedReturn) -> list[Any]:
    return [(repair.what, repair.place.cell) for repair in result.repairs]


@pytest.mark.parametrize(
    ("spoil", "note"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), "The byte order mark was left out"),
        (lambda text: text.encode("utf-16"), "The text is in UTF-16 instead of UTF-8"),
        (lambda text: b"\xfe\xff" + text.encode("utf-16-be"), "The text is in UTF-16 instead of UTF-8"),
        (lambda text: text.encode("utf-16-le"), "The text is in UTF-16 instead of UTF-8"),
        (lambda text: text.encode("utf-32"), "The text is in UTF-32 instead of UTF-8"),
        (lambda text: text.replace("Director", "Diréctor").encode("cp1252"), "The text is in Windows-1252"),
        (lambda text: text.replace(",", ";").encode(), "The columns are divided by semicolons instead of commas"),
        (lambda text: text.replace(",", "\t").encode(), "The columns are divided by tabs instead of commas"),
        (lambda text: b"sep=;\r\n" + text.replace(",", ";").encode(), "The columns are divided by semicolons"),
    ],
)
def test_csv_as_other_programs_write_it(
    csv_filled: bytes,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    spoil: Any,
    note: Any,
) -> None:
    result = read(spoil(csv_filled.decode()), "return.csv")
    assert result.faults == []
    assert numbers(result) == figures_of("2.0")
    assert result.cells[0].place == CellRef(None, "E2")
    assert any(repair.what.startswith(note) for repair in result.repairs)
    assert result.text("signoff.role").value[3:] == "ector of people"[0:] or "Dir" in result.text("signoff.role").value


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_systems(
    csv_filled: bytes,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    ending: str,
) -> None:
    result = read(csv_filled.replace(b"\n", ending.encode()), "return.csv")
    assert (result.faults, result.repairs) == ([], [])
    assert numbers(result) == figures_of("2.0")


def test_quotation_marks_around_everything(
    csv_filled: bytes,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    lines = [line.split(",") for line in csv_filled.decode().splitlines()[:103]]
    content = "\n".join(",".join(f'"{value}"' for value in line) for line in lines)
    result = read(content.encode(), "return.csv")
    assert (result.faults, result.repairs) == ([], [])
    assert numbers(result) == figures_of("2.0")


def test_codes_in_other_letters_or_with_spaces(read: Callable[..., ParsedReturn]) -> None:
    content = (
        "collection_year,organisation_code,item,ethnic_group,value\n"
        "2022 ,rxy, Disciplinary.Entered,White,3\n"
        "2022,RXY,disciplinary.entered,BME,4\n"
        "2022,RXY,Explanation.q301,,Because\x07 of this\n"
    )
    result = read(content.encode(), "a.csv")
    assert [(cell.item, cell.ethnic_group, cell.number) for cell in result.cells] == [
        ("disciplinary.entered", "white", 3),
        ("disciplinary.entered", "bme", 4),
    ]
    assert [text.value for text in result.texts] == ["RXY", "2022", "Because of this"]
    assert result.text("explanation.Q301") is not None
    assert {cell for _, cell in listed(result)} == {"A2", "B2", "C2", "C4", "E4"}


def test_a_workbook_with_figures_held_as_text(
    edited: Callable[..., bytes],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["Return"]
        for row in range(12, 26):
            sheet.cell(row, 3).value = f" {sheet.cell(row, 3).value:,}\xa0"
        sheet["B4"] = " rxy "
        sheet["B6"] = 2022
        sheet["B7"] = 2.0

    result = read(edited(change))
    assert result.faults == []
    assert numbers(result) == figures_of("2.0")
    assert {f"C{row}" for row in range(12, 26)} <= {cell for _, cell in listed(result)}
    assert ("The organisation code 'rxy' was read as 'RXY'", "B4") in listed(result)
    assert [result.text(key).value for key in ("organisation_code", "collection_year", "template_version")] == [
        "RXY",
        "2022",
        "2",
    ]


def test_a_text_is_cut_where_it_grows_too_long(
    workbook_of: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    result = read(workbook_of(texts={"explanation.Q301": "x" * 5000, "signoff.role": "n" * 300}))
    assert len(result.text("explanation.Q301").value) == 4000
    assert len(result.text("signoff.role").value) == 200
    assert [cell for _, cell in listed(result)] == ["C5", "B4"]


def test_an_explanation_without_a_code_is_said_to_be_left_out(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["Explanations"]
        sheet["A20"], sheet["C20"] = "Q3O1", "typed with the letter O"
        sheet["A21"], sheet["C21"] = " q305 ", "none this year"

    result = read(edited(change))
    assert result.text("explanation.Q305").value == "none this year"
    assert listed(result) == [("An explanation without a query code (such as Q321) was left out", "C20")]


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        ("xlsx", "return.csv", "an Excel workbook"),
        ("xlsx", "return", "an Excel workbook"),
        ("xlsx", "return.xlsm", "an Excel workbook"),
        ("csv", "return.XLSX", "CSV"),
        ("csv", "return.pdf", "CSV"),
    ],
)
def test_a_name_of_another_kind_is_not_trusted(
    filled: bytes, csv_filled: bytes, read: Callable[..., ParsedReturn], kind: Any, name: Any, says: str
) -> None:
    result = read(filled if kind == "xlsx" else csv_filled, name)
    assert result.faults == []
    assert result.cells
    assert [repair.what for repair in result.repairs] == [
        f"The file is {says}, though its name does not say so; it was read as one"
    ]


@pytest.mark.parametrize("name", ["RETURN.XLSX", "a.b.xlsx", "C:\\docs\\return.Xlsx", "päth/ü.xlsx"])
def test_any_spelling_of_the_ending_will_do(filled: bytes, read: Callable[..., ParsedReturn], name: Any) -> None:
    assert read(filled, name).repairs == []
