"""The workbook that senders get: what it holds, what it lets in, and that nothing in it can run."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.figures import Figures
from wres.reference.year_config import load_year
from wres.returns.parsed_return import ParsedReturn
from wres.returns.template.template_writer import write_template
from wres.returns.template_spec import load_template, newest_template

ETHNIC_GROUPS = newest_template().ethnic_groups


def opened(content: Any, **options: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def rows_by_code(sheet: Any) -> Any:
    return {row[0].value: row for row in sheet.iter_rows(min_row=11)}


def test_sheets_header_and_labels_are_those_of_the_contract(workbook_of: Callable[..., bytes]) -> None:
    workbook = opened(workbook_of(figures={}, texts={}))
    assert workbook.sheetnames == ["Guidance", "Return", "Explanations", "Sign-off"]
    sheet = workbook["Return"]
    assert {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(4, 8)} == {
        "Organisation code": "RXY",
        "Organisation name": "=Kent & Medway",
        "Collection year": "2022",
        "Template version": "2.0",
    }
    assert [sheet.cell(10, column).value for column in range(1, 6)] == ["Item", "Data item", "White", "BME", "Unknown"]
    codes = [item.code for item in load_template("2.0").items]
    assert [code for code in rows_by_code(sheet) if code in codes] == codes


def test_only_the_inputs_are_unlocked(workbook_of: Callable[..., bytes]) -> None:
    template = load_template("1.0")
    workbook = opened(workbook_of(2019, figures={}, texts={}))
    assert all(sheet.protection.sheet for sheet in workbook)
    sheet = workbook["Return"]
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    rows = rows_by_code(sheet)
    inputs = {rows[item][2 + ETHNIC_GROUPS.index(g)].coordinate for item, g in template.cells() if item[-5:] != "total"}
    assert unlocked == inputs
    assert len(inputs) == 105


@pytest.mark.parametrize(("year", "halves"), [(2019, 2), (2022, 0)])
def test_every_input_row_has_a_rule_that_says_what_to_write(
    workbook_of: Callable[..., bytes], year: int, halves: Any
) -> None:
    workbook = opened(workbook_of(year, figures={}, texts={}))
    rules = workbook["Return"].data_validations.dataValidation
    template = load_template(load_year(year).template_version)
    assert len(rules) == len(template.items) - 1
    assert [rule.type for rule in rules] == ["whole"] * (len(rules) - 1 - (halves == 2)) + (
        ["custom"] * 2 if halves else ["whole"]
    )
    for rule in rules:
        assert rule.prompt
        assert rule.error
        assert rule.errorStyle in (None, "stop")
        assert rule.showErrorMessage


def test_formulas_carry_the_values_that_follow_from_the_figures(
    workbook_of: Callable[..., bytes], figures_of: Callable[[str], Figures]
) -> None:
    figures = figures_of("1.0")
    rows = rows_by_code(opened(workbook_of(2019), data_only=True)["Return"])
    template = load_template("1.0")
    staff, entered = {}, {}
    for column, group in enumerate(ETHNIC_GROUPS, start=2):
        staff[group] = sum(figures[item.code, group] for item in template.items if item.in_total)
        entered[group] = (
            figures["disciplinary.entered", group] + figures["disciplinary.entered_previous_year", group]
        ) / 2
        assert rows["workforce.total"][column].value == staff[group]
        assert rows["calculated.likelihood"][column].value == pytest.approx(float(entered[group] / staff[group]))
    ratio = (entered["bme"] / staff["bme"]) / (entered["white"] / staff["white"])
    assert rows["calculated.relative_likelihood"][3].value == pytest.approx(float(ratio))
    assert rows["workforce.total"][5].value == sum(staff.values())
    assert rows["disciplinary.entered"][6].value == "Complete"


def test_a_blank_workbook_shows_no_figures(workbook_of: Callable[..., bytes]) -> None:
    rows = rows_by_code(opened(workbook_of(figures={}, texts={}), data_only=True)["Return"])
    for code in [item.code for item in load_template("2.0").items] + ["calculated.likelihood"]:
        assert not any(cell.value for cell in rows[code][2:6])
    assert rows["disciplinary.entered"][6].value == "To fill in: 3"


def test_no_text_is_a_formula(workbook_of: Callable[..., bytes]) -> None:
    names = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")']
    texts = {f"explanation.Q30{number}": name for number, name in enumerate(names, start=1)}
    workbook = opened(workbook_of(texts={"signoff.role": "=1+1", **texts}))
    sheet = workbook["Explanations"]
    assert [sheet.cell(row, 3).value for row in range(5, 10)] == names
    for cell in [*(sheet.cell(row, 3) for row in range(5, 10)), workbook["Sign-off"]["B4"], workbook["Return"]["B5"]]:
        assert cell.data_type == "s"


def test_last_year_stands_beside_each_input(workbook_of: Callable[..., bytes]) -> None:
    last_year = {("disciplinary.entered", "bme"): Decimal("7.5"), ("workforce.clinical.band_5", "white"): Decimal(90)}
    content = workbook_of(figures={}, texts={}, last_year=last_year)
    sheet = opened(content)["Return"]
    rows = rows_by_code(sheet)
    assert [sheet.cell(10, column).value for column in range(7, 10)] == [
        "White last year",
        "BME last year",
        "Unknown last year",
    ]
    assert rows["disciplinary.entered"][7].value == 7.5
    assert rows["workforce.clinical.band_5"][6].value == 90


def test_a_stated_total_that_differs_is_written_as_stated(
    workbook_of: Callable[..., bytes],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    figures = {**figures_of("2.0"), ("workforce.total", "white"): Decimal(12)}
    figures_read = numbers(read(workbook_of(figures=figures)))
    assert figures_read["workforce.total", "white"] == 12
    assert figures_read["workforce.total", "bme"] == sum(
        figures[item.code, "bme"] for item in load_template("2.0").items if item.in_total
    )


def test_the_same_input_gives_the_same_bytes(workbook_of: Callable[..., bytes]) -> None:
    first, second = workbook_of(2019), workbook_of(2019)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert b"2019-01-01T00:00:00Z" in package.read("docProps/core.xml")


def test_it_prints_one_page_wide_with_its_header_on_every_page(workbook_of: Callable[..., bytes]) -> None:
    workbook = opened(workbook_of())
    for sheet in workbook:
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.right.text == "Page &P of &N"
    assert workbook["Return"].print_title_rows == "$10:$10"
    assert workbook["Return"].freeze_panes == "C11"


def test_libreoffice_works_the_formulas_out_to_the_same_values(
    workbook_of: Callable[..., bytes],
    edited: Callable[..., bytes],
    libreoffice: Callable[..., list[bytes]],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    """openpyxl drops what the formulas had stored; LibreOffice calculates them again, numbers held as text included."""

    def hold_one_as_text(workbook: Any) -> None:
        cell = workbook["Return"]["C12"]
        cell.value = str(cell.value)

    content = workbook_of(2019)
    expected = read(content)
    again = read(*libreoffice("xlsx", edited(hold_one_as_text, content)))
    assert numbers(again) == numbers(expected)
    assert {text.key: text.value[:12] for text in again.texts} == {text.key: text.value[:12] for text in expected.texts}


@pytest.mark.parametrize(
    ("year", "wanted", "check"), [(2021, 102, "To fill in: 3"), (2022, 90, "Optional: empty counts as 0")]
)
def test_a_row_that_the_year_makes_optional_may_stay_empty(tmp_path: Path, year: int, wanted: Any, check: Any) -> None:
    """Its check says so, and it is not among the cells to fill in; 2021 has no such row."""
    path = tmp_path / "return.xlsx"
    write_template(path, load_template("2.0"), load_year(year), "RXY", "A Trust")
    book = openpyxl.load_workbook(path, data_only=True)
    rows = {row[0].value: row for row in book["Return"].iter_rows()}
    assert rows["Cells filled in"][1].value == f"0 of {wanted}"
    assert rows["workforce.clinical.band_1"][6].value == check
    assert rows["workforce.clinical.band_2"][6].value == "To fill in: 3"
    assert ("Optional rows" in {row[0].value for row in book["Guidance"].iter_rows()}) == (year == 2022)


def test_it_says_by_when_whom_to_ask_and_whether_it_is_ready(
    workbook_of: Callable[..., bytes], figures_of: Callable[[str], Figures]
) -> None:
    def state(**values: Any) -> dict[str, Any]:
        sheet = opened(workbook_of(**values), data_only=True)["Return"]
        return {sheet.cell(row, 3).value: sheet.cell(row, 5).value for row in range(4, 8)}

    signed = {"signoff.role": "Director of Workforce", "signoff.date": "2022-08-01"}
    blank = state(figures={}, texts={})
    assert blank["Send by"] == "31 August 2022, 23:59"
    assert blank["Questions to"] == "Workforce Race Equality Standard team, NHS England: england.wres@nhs.net"
    assert blank["Ready to send"] == "No: fill in every cell"
    figures = figures_of("2.0")
    assert state(figures=figures, texts={})["Ready to send"] == "No: fill in the sheet Sign-off"
    assert state(figures=figures, texts=signed)["Ready to send"] == "Yes"
    wrong = {**figures, ("disciplinary.entered", "bme"): Decimal(99_999)}
    assert state(figures=wrong, texts=signed)["Ready to send"] == "No: see the column Check"


def test_it_hints_at_what_may_be_asked(workbook_of: Callable[..., bytes], figures_of: Callable[[str], Figures]) -> None:
    def hint(figures: Figures, **values: Any) -> str:
        sheet = opened(workbook_of(figures=figures, **values), data_only=True)["Return"]
        assert sheet["C7"].value == "May be asked about"
        return str(sheet["E7"].value or "")

    figures = figures_of("2.0")
    nobody = {**figures, **{("disciplinary.entered", group): Decimal(0) for group in ETHNIC_GROUPS}}
    assert "nobody entered the process" in hint(nobody)
    many = {**figures, ("workforce.clinical.band_5", "unknown"): Decimal(50_000)}
    assert "more than 10% of staff of unknown ethnicity" in hint(many)
    half = {cell: value * 2 for cell, value in figures.items()}
    assert "staff changed by more than 10% since last year" in hint(figures, last_year=half)
    assert "since last year" not in hint(figures, last_year=figures)


def test_last_year_is_in_the_words_beside_a_chosen_cell_and_no_title_is_cut(workbook_of: Callable[..., bytes]) -> None:
    last_year = {("workforce.clinical.band_5", "white"): Decimal(90), ("workforce.clinical.band_5", "bme"): Decimal(12)}
    workbook = opened(workbook_of(figures={}, texts={}, last_year=last_year))
    labels = {item.label for item in load_template("2.0").items}
    words = []
    for rule in workbook["Return"].data_validations.dataValidation:
        assert rule.promptTitle == "What to count" or rule.promptTitle in labels
        assert len(rule.prompt) <= 255
        words.append(rule.prompt)
    assert [text for text in words if text.endswith("Last year: White 90, BME 12.")]


def test_libreoffice_comes_to_the_same_state_and_hints(
    workbook_of: Callable[..., bytes], figures_of: Callable[[str], Figures], libreoffice: Callable[..., list[bytes]]
) -> None:
    signed = {"signoff.role": "Director of Workforce", "signoff.date": "2022-08-01"}
    figures = figures_of("2.0")
    nobody = {**figures, **{("disciplinary.entered", group): Decimal(0) for group in ETHNIC_GROUPS}}
    half = {cell: value * 2 for cell, value in figures.items()}
    for values in ({"figures": nobody, "texts": signed, "last_year": half}, {"figures": figures, "texts": {}}):
        content = workbook_of(**values)
        book = opened(content)
        stream = io.BytesIO()
        book.save(stream)  # drops what the formulas had stored
        [again] = libreoffice("xlsx", stream.getvalue())
        before, after = (opened(file, data_only=True)["Return"] for file in (content, again))
        for cell in ("B8", "E4", "E7"):
            assert (after[cell].value or "") == (before[cell].value or ""), cell


def test_a_template_that_is_not_signed_off_says_where_it_is_to_be_signed(
    workbook_of: Callable[..., bytes], figures_of: Callable[[str], Figures], read: Callable[..., ParsedReturn]
) -> None:
    nobody = read(workbook_of(figures=figures_of("2.0"), texts={}))
    assert {key: str(place.cell) for key, place in nobody.empty.items()} == {"signoff.role": "B4", "signoff.date": "B5"}
    assert {place.sheet for place in nobody.empty.values()} == {"Sign-off"}
    half = read(workbook_of(figures=figures_of("2.0"), texts={"signoff.role": "Director"}))
    assert set(half.empty) == {"signoff.date"}
