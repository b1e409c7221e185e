"""What was written is what is read, whichever program saved the file in between."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.figures import Figures
from wres.returns.parsed_return import CellRef, ParsedReturn
from wres.returns.template_spec import load_template, newest_template

ETHNIC_GROUPS = newest_template().ethnic_groups

EXPECTED_TEXTS = {
    "organisation_code": "RXY",
    "signoff.role": "Director of people",
    "signoff.date": "2022-08-15",
    "explanation.Q301": "Many did not say.\nWe asked again.",
    "explanation.Q304": "=cmd|' /c calc'!A1",
}


def with_totals(figures: Any, version: str) -> Any:
    items = [item.code for item in load_template(version).items if item.in_total]
    totals = {("workforce.total", group): sum(figures[item, group] for item in items) for group in ETHNIC_GROUPS}
    return {**figures, **totals}


def texts_of(result: ParsedReturn) -> Any:
    return {text.key: text.value for text in result.texts if not text.key.startswith("calculated.")}


@pytest.mark.parametrize(("year", "version"), [(2019, "1.0"), (2022, "2.0")])
def test_a_workbook(
    workbook_of: Callable[..., bytes],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    year: int,
    version: str,
) -> None:
    result = read(workbook_of(year))
    assert (result.faults, result.repairs) == ([], [])
    assert numbers(result) == with_totals(figures_of(version), version)
    assert texts_of(result) == {**EXPECTED_TEXTS, "collection_year": str(year), "template_version": version}


def test_a_csv_file(
    csv_filled: bytes,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    result = read(csv_filled, "return.csv")
    assert (result.faults, result.repairs) == ([], [])
    assert numbers(result) == figures_of("2.0")
    inert = {"explanation.Q304": f"'{EXPECTED_TEXTS['explanation.Q304']}"}  # a spreadsheet would take it for a formula
    assert texts_of(result) == {**EXPECTED_TEXTS, "collection_year": "2022", **inert}


def test_cells_come_in_the_order_of_the_file_with_the_addresses_of_the_sheet(
    filled: bytes, csv_filled: bytes, read: Callable[..., ParsedReturn]
) -> None:
    template = load_template("2.0")
    in_workbook = read(filled)
    assert [(cell.item, cell.ethnic_group) for cell in in_workbook.cells] == template.cells()
    last = {cell.item: cell.place for cell in in_workbook.cells if cell.ethnic_group == "unknown"}
    assert last["workforce.non_clinical.under_band_1"] == CellRef("Return", "E12")
    assert last["disciplinary.entered"] == CellRef("Return", "E50")
    assert in_workbook.text("signoff.role").place == CellRef("Sign-off", "B4")
    assert in_workbook.text("explanation.Q301").place == CellRef("Explanations", "C5")
    in_csv = read(csv_filled, "a.csv")
    assert [cell.place for cell in in_csv.cells] == [CellRef(None, f"E{row}") for row in range(2, 104)]
    assert in_csv.text("organisation_code").place == CellRef(None, "B2")
    assert in_csv.text("signoff.role").place == CellRef(None, "E104")


def test_the_headings_say_where_the_item_code_of_a_figure_stands(
    filled: bytes, csv_filled: bytes, edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    in_workbook, in_csv = read(filled), read(csv_filled, "a.csv")
    assert sorted((place.cell, name) for name, place in in_workbook.headings.items()) == [
        *(("A10", "item"), ("B10", "data item"), ("C10", "white"), ("D10", "bme"), ("E10", "unknown")),
    ]
    assert sorted((place.cell, name) for name, place in in_csv.headings.items()) == [
        *(("A1", "collection year"), ("B1", "organisation code"), ("C1", "item"), ("D1", "ethnic group")),
        ("E1", "value"),
    ]
    for item, cell in [("workforce.clinical.band_5", "A32"), ("disciplinary.entered", "A50")]:
        figure = next(cell for cell in in_workbook.cells if cell.item == item)
        assert in_workbook.cell_in_column(figure.place, "item") == CellRef("Return", cell)
    assert in_csv.cell_in_column(in_csv.cells[3].place, "item") == CellRef(None, "C5")
    assert in_csv.cell_in_column(in_csv.cells[3].place, "ethnic group") == CellRef(None, "D5")
    moved = read(edited(lambda workbook: workbook["Return"].move_range("A1:G60", rows=90, cols=30)))
    assert moved.cell_in_column(moved.cells[0].place, "item") == CellRef("Return", "AE102")


def test_a_place_beside_a_heading_that_is_not_there_is_the_place_itself(read: Callable[..., ParsedReturn]) -> None:
    result = read(b"item,white,bme,unknown\nworkforce.clinical.band_5,1,2,3\n", "a.csv")
    assert result.cell_in_column(result.cells[1].place, "ethnic group") == result.cells[1].place
    assert result.cell_in_column(CellRef(), "item") == CellRef()


def test_a_blank_workbook_has_blank_cells_and_no_stated_total(
    workbook_of: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    result = read(workbook_of(figures={}, texts={}))
    template = load_template("2.0")
    assert [(c.item, c.ethnic_group) for c in result.cells] == [
        cell for cell in template.cells() if cell[0] != "workforce.total"
    ]
    assert {(cell.raw, cell.number) for cell in result.cells} == {("", None)}
    assert set(texts_of(result)) == {"organisation_code", "collection_year", "template_version"}


def test_filled_in_by_a_tool_that_stores_no_formula_values(
    edited: Callable[..., bytes],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    result = read(edited(lambda workbook: None))
    assert result.faults == []
    assert numbers(result) == figures_of("2.0")
    assert not any(text.key.startswith("calculated.") for text in result.texts)


def test_the_stated_likelihoods_are_handed_on(filled: bytes, read: Callable[..., ParsedReturn]) -> None:
    stated = {text.key: text.value for text in read(filled).texts if text.key.startswith("calculated.")}
    assert set(stated) == {
        *(f"calculated.likelihood.{group}" for group in ETHNIC_GROUPS),
        "calculated.relative_likelihood.bme",
    }
    assert 0 < float(stated["calculated.likelihood.bme"]) < 1


@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_saved_by_libreoffice(
    workbook_of: Callable[..., bytes],
    libreoffice: Callable[..., list[bytes]],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    to: Any,
) -> None:
    (saved,) = libreoffice(to, workbook_of(2019))
    result = read(saved, f"RETURN.{to.upper()}")
    assert (result.faults, result.repairs) == ([], [])
    assert numbers(result) == with_totals(figures_of("1.0"), "1.0")
    assert texts_of(result) == {**EXPECTED_TEXTS, "collection_year": "2019", "template_version": "1.0"}
    places = {cell.place.cell for cell in result.cells}
    assert {"C12", "E51"} <= places


def test_the_return_sheet_saved_as_csv(
    filled: bytes,
    edited: Callable[..., bytes],
    libreoffice: Callable[..., list[bytes]],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    """The wide table without its workbook is found by the same headings; only the sign-off is lost."""

    def leave_the_return_alone(workbook: Any) -> None:  # LibreOffice saves the first sheet, a person the one in sight
        for name in ("Guidance", "Explanations", "Sign-off"):
            del workbook[name]

    (saved,) = libreoffice("csv", edited(leave_the_return_alone, filled))
    result = read(saved, "return.csv")
    assert result.faults == []
    assert numbers(result) == with_totals(figures_of("2.0"), "2.0")
    assert result.cells[0].place == CellRef(None, "C12")
    assert result.text("organisation_code").value == "RXY"


def test_a_csv_return_opened_in_a_spreadsheet_and_saved_as_a_workbook(
    csv_filled: bytes,
    libreoffice: Callable[..., list[bytes]],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    (saved,) = libreoffice("xlsx", csv_filled, ending="csv")
    result = read(saved)
    assert result.faults == []
    assert numbers(result) == figures_of("2.0")
    assert result.text("collection_year").value == "2022"
    assert result.text("signoff.role").value == "Director of people"
