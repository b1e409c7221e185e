"""The table is found by its labels, however the workbook was rearranged, and the addresses are the sender's."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.figures import Figures
from wres.returns.parsed_return import CellRef, ParsedReturn


def insert_rows_and_columns(workbook: Any) -> None:
    sheet = workbook["Return"]
    sheet.insert_rows(1, 4)
    sheet.insert_cols(1, 2)
    sheet.insert_rows(30, 2)  # empty rows inside the table
    sheet["C2"] = "Prepared by the workforce team"


def rename_and_move(workbook: Any) -> None:
    sheet = workbook["Return"]
    sheet.title = "WRES 2022 final v3"
    workbook.move_sheet(sheet, 3)
    workbook.remove(workbook["Guidance"])


def spell_headings_differently(workbook: Any) -> None:
    sheet = workbook["Return"]
    for column, heading in enumerate((" ITEM ", "data  item", "white", "Bme (a)", "UNKNOWN*"), start=1):
        sheet.cell(10, column).value = heading
    sheet["A4"] = "organisation  CODE:"


def hide_rows_and_merge(workbook: Any) -> None:
    sheet = workbook["Return"]
    for row in range(12, 20):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["D"].hidden = True
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("B4:D4")


def add_notes_and_columns(workbook: Any) -> None:
    sheet = workbook["Return"]
    sheet["A60"] = "Note: figures are as of the snapshot."
    sheet["A61"] = "Prepared by"
    sheet["C61"] = "the workforce team"
    sheet["K10"] = "Our comment"
    sheet["K12"] = 99


def move_columns(workbook: Any) -> None:
    sheet = workbook["Return"]
    for row in range(10, 55):
        sheet.cell(row, 3).value, sheet.cell(row, 5).value = sheet.cell(row, 5).value, sheet.cell(row, 3).value


def add_an_older_hidden_copy(workbook: Any) -> None:
    copy = workbook.copy_worksheet(workbook["Return"])
    copy.title = "Old"
    copy.sheet_state = "hidden"
    copy["C12"] = 1
    workbook.move_sheet(copy, -4)


CHANGES = [
    insert_rows_and_columns,
    rename_and_move,
    spell_headings_differently,
    hide_rows_and_merge,
    add_notes_and_columns,
    move_columns,
    add_an_older_hidden_copy,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_rearranged_workbook_reads_the_same(
    change: Any,
    edited: Callable[..., bytes],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    result = read(edited(change))
    assert result.faults == []
    assert numbers(result) == figures_of("2.0")
    assert result.text("organisation_code").value == "RXY"
    assert result.text("template_version").value == "2.0"
    assert result.text("signoff.role").value == "Director of people"
    assert result.text("explanation.Q301").value.startswith("Many did not say.")


def test_and_so_do_all_of_them_as_opendocument_spreadsheets(
    edited: Callable[..., bytes],
    libreoffice: Callable[..., list[bytes]],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    for content in libreoffice("ods", *(edited(change) for change in CHANGES)):
        result = read(content, "return.ods")
        assert result.faults == []
        figures = {key: value for key, value in numbers(result).items() if key[0] != "workforce.total"}
        assert figures == figures_of("2.0")
        assert result.text("organisation_code").value == "RXY"


def test_addresses_are_those_of_the_shifted_sheet(
    edited: Callable[..., bytes], libreoffice: Callable[..., list[bytes]], read: Callable[..., ParsedReturn]
) -> None:
    content = edited(insert_rows_and_columns)
    for result in (read(content), read(*libreoffice("ods", content))):
        first, last = result.cells[0], result.cells[-1]
        assert (first.item, first.place) == ("workforce.non_clinical.under_band_1", CellRef("Return", "E16"))
        assert (last.item, last.place) == ("disciplinary.entered", CellRef("Return", "G56"))


def test_another_complete_table_is_said_to_be_left_out(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    result = read(edited(add_an_older_hidden_copy))
    assert [repair.place.sheet for repair in result.repairs] == ["Old"]


def test_a_row_given_twice_and_an_unknown_row_are_handed_on(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["Return"]
        sheet["A56"], sheet["C56"] = "disciplinary.entered", 5
        sheet["A57"], sheet["D57"] = "workforce.clinical.band_77", 6
        sheet["A58"], sheet["E58"] = "Bank staff", 7

    cells = read(edited(change)).cells
    twice = [(cell.raw, cell.place.cell) for cell in cells if cell.item == "disciplinary.entered"]
    assert [place for _, place in twice] == ["C50", "D50", "E50", "C56", "D56", "E56"]
    assert twice[3] == ("5", "C56")
    assert [(c.item, c.raw) for c in cells if c.place.cell in ("D57", "E58")] == [
        ("workforce.clinical.band_77", "6"),
        ("bank staff", "7"),
    ]


def test_figures_without_an_item_code_are_said_to_be_left_out(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        workbook["Return"]["A12"] = None

    result = read(edited(change))
    assert [(repair.what, repair.place.cell) for repair in result.repairs] == [
        ("A row with figures and no item code was left out", "A12")
    ]
    assert "workforce.non_clinical.under_band_1" not in {cell.item for cell in result.cells}


def test_error_values_and_dates_are_kept_as_text(
    edited: Callable[..., bytes], libreoffice: Callable[..., list[bytes]], read: Callable[..., ParsedReturn]
) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["Return"]
        sheet["C12"], sheet["D12"], sheet["E12"] = "=1/0", "=NOSUCH()", datetime.date(2022, 4, 3)

    (saved,) = libreoffice("xlsx", edited(change))
    for content in (saved, *libreoffice("ods", saved)):
        first = read(content).cells[:3]
        assert [cell.raw for cell in first] == ["#DIV/0!", "#NAME?", "a date"]
        assert [cell.number for cell in first] == [None, None, None]


def test_csv_with_other_columns_order_and_lines_in_front(
    csv_filled: bytes,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    lines = csv_filled.decode().splitlines()
    moved = []
    for line in lines[:103]:
        year, code, item, group, value = line.split(",")
        moved.append(f"{value},{group},x,{item},{code},{year}")
    moved[0] = "Value,Ethnic Group,Note,ITEM,organisation code,Collection_Year"
    content = "WRES return,,,,,\n\n" + "\n".join(moved) + "\n,,,,,\n\n"
    result = read(content.encode(), "a.csv")
    assert result.faults == []
    assert numbers(result) == figures_of("2.0")
    assert result.cells[0].place == CellRef(None, "A4")
    assert result.text("collection_year").place == CellRef(None, "F4")


def test_csv_lines_are_counted_as_a_spreadsheet_counts_them(read: Callable[..., ParsedReturn]) -> None:
    content = (
        "collection_year,organisation_code,item,ethnic_group,value\r\n"
        '2022,RXY,explanation.Q301,,"first line\r\nsecond, line"\r\n'
        "2022,RXY,disciplinary.entered,white,3\r\n"
    )
    result = read(content.encode(), "a.csv")
    assert result.text("explanation.Q301").value == "first line\r\nsecond, line"
    assert [cell.place.cell for cell in result.cells] == ["E3"]


def test_csv_states_each_distinct_organisation_and_year_once(read: Callable[..., ParsedReturn]) -> None:
    head = "collection_year,organisation_code,item,ethnic_group,value\n"
    rows = ["2022,RXY,a.b,white,1", "2022,RXY,a.b,bme,1", "2021,rxy,a.b,unknown,1", "2022,RJ1,a.c,white,1"]
    result = read((head + "\n".join(rows)).encode(), "a.csv")
    assert [(text.key, text.value, text.place.cell) for text in result.texts] == [
        ("organisation_code", "RXY", "B2"),
        ("collection_year", "2022", "A2"),
        ("collection_year", "2021", "A4"),
        ("organisation_code", "RJ1", "B5"),
    ]


def test_an_unquoted_thousands_comma_in_csv_is_not_cut_off(read: Callable[..., ParsedReturn]) -> None:
    """1,234 without quotation marks falls into two columns; reading it as 1 would be silent and wrong."""
    head = "collection_year,organisation_code,item,ethnic_group,value\n"
    (cell,) = read((head + "2022,RXY,workforce.clinical.band_5,white,1,234\n").encode(), "a.csv").cells
    assert (cell.raw, cell.number, cell.place.cell) == ("1,234", None, "E2")
