"""Rows that are no figures (notes, totals, ends of files) and rows whose values are shifted by an unquoted 1,234."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.support.figures import Figures
from wres.reader.shown_values import show_value
from wres.returns.parsed_return import ParsedReturn
from wres.returns.template_spec import newest_template

ETHNIC_GROUPS = newest_template().ethnic_groups

NOTE = "A row without item, ethnic group and value was read as a note"
TOTAL = "The row {!r} was left out; a total is read only from the item workforce.total"


@pytest.fixture(scope="module")
def lines(csv_filled: bytes) -> list[Any]:
    """The rows of a return as CSV, a list of values each, the header first."""
    return [line.split(",") for line in csv_filled.decode().splitlines()[:103]]


@pytest.fixture(scope="module")
def wide(figures_of: Callable[[str], Figures]) -> list[Any]:
    """The same return with a row for each item."""
    figures = figures_of("2.0")
    items = list(dict.fromkeys(item for item, _ in figures))
    rows = [[item, "A label", *(str(figures[item, group]) for group in ETHNIC_GROUPS)] for item in items]
    return [["Item", "Data item", "White", "BME", "Unknown"], *rows]


def text_of(rows: Any, mark: Any = ",") -> Any:
    return "\r\n".join(mark.join(row) for row in rows) + "\r\n"


def repairs_of(result: ParsedReturn) -> list[Any]:
    return [(repair.what, repair.place.cell) for repair in result.repairs]


@pytest.mark.parametrize(
    "end",
    ["\x1a", "\x1a\r\n", "\r\n\x1a", "\x1a" * 90, " \x1a\x1a\r\n"],
    ids=["one", "line", "own line", "many", "space"],
)
def test_the_mark_of_the_end_of_a_file(
    lines: Any,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    end: Any,
) -> None:
    result = read((text_of(lines) + end).encode(), "a.csv")
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))
    assert repairs_of(result) == [("The mark of the end of the file (Ctrl-Z) was left out", None)]


@pytest.mark.parametrize(
    "note",
    [
        "END OF FILE,,,,", "END OF FILE", '"Source: staff record, 31 March"', ",,Prepared by the workforce team,,",
        "Note: excludes bank staff, agency and locums, as last year", "(105 rows affected)", "*** end ***,,,,,,",
        "2022,RXY,,,", "----,----,----,----,----", "Checked by, finance, audit, board, nobody, else, at all",
    ],
)  # fmt: skip
def test_a_footer_is_a_note(
    lines: Any,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    note: Any,
) -> None:
    result = read((text_of(lines) + note + "\r\n").encode(), "a.csv")
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))
    assert [note for note, _ in repairs_of(result)] == [NOTE]
    assert [text.value for text in result.texts] == ["RXY", "2022"]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("Total,,,,14000", "Total"), ("TOTAL:,,,,14000", "TOTAL:"), ("Grand total,,,,14000", "Grand total"),
        ("2022,RXY,Total,,14000", "Total"), ("2022,RXY,Total staff,white,9000", "Total staff"),
        (",,,Total,14000", "Total"), (",,Sub-total,,3", "Sub-total"), ("Sum,,,,14000", "Sum"),
        (",,Clinical total,bme,12", "Clinical total"), ("Overall,,,,14000", "Overall"), (",,All staff,,7", "All staff"),
    ],
)  # fmt: skip
def test_a_total_row_is_left_out_and_named(
    lines: Any,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    row: Any,
    name: Any,
) -> None:
    result = read((text_of(lines) + row + "\r\n").encode(), "a.csv")
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))
    assert [note for note, _ in repairs_of(result)] == [TOTAL.format(name)]
    assert [text.value for text in result.texts] == ["RXY", "2022"]


@pytest.mark.parametrize(
    "row", ["2022,RXY,,white,5", "2022,RXY,disciplinary entered,white,5", "2022,RXY,,,5", "X,Y,z,,5"]
)
def test_a_row_with_a_figure_is_no_note(lines: Any, read: Callable[..., ParsedReturn], row: Any) -> None:
    result = read((text_of(lines) + row + "\r\n").encode(), "a.csv")
    assert len(result.cells) == 103
    assert (result.cells[-1].raw, result.repairs) == ("5", [])


@pytest.mark.parametrize("heading", [("",), ("", "", ""), ("note",), ("note", "checked"), (" ",)])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_number_that_falls_into_two_columns_is_no_number(
    lines: Any, read: Callable[..., ParsedReturn], heading: str, mark: Any
) -> None:
    """1,234 without quotation marks; a padded header or one with more columns makes no difference."""
    padded = [[*line, *("" for _ in heading)] for line in lines]
    padded[0] = [*lines[0], *heading]
    number = padded[7].index(lines[7][4], 4)
    padded[7] = [*lines[7][:number], "1", "234", *("" for _ in heading[1:])]
    result = read(text_of(padded, mark).encode(), "a.csv")
    assert result.faults == []
    wrong = [(cell.raw, cell.place.cell) for cell in result.cells if cell.number is None]
    assert wrong == [("1,234", "E8")]
    assert len(result.cells) == 102


@pytest.mark.parametrize("beyond", [["234"], ["", "", "9"], ["checked"], ["234", "567"]])
def test_anything_right_of_the_value_is_never_guessed_at(
    lines: Any, read: Callable[..., ParsedReturn], beyond: Any
) -> None:
    changed = [list(line) for line in lines]
    changed[7] = [*lines[7][:4], "1", *beyond]
    (wrong,) = [cell for cell in read(text_of(changed).encode(), "a.csv").cells if cell.number is None]
    assert (wrong.raw, wrong.place.cell) == (show_value(",".join(["1", *beyond])), "E8")


def test_blank_columns_at_the_right_do_no_harm(
    lines: Any,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    padded = [[*line, "", " "] for line in lines]
    result = read(text_of(padded).encode(), "a.csv")
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))


@pytest.mark.parametrize("heading", ["last year", "note"])
def test_a_further_column_with_a_heading_does_no_harm(
    lines: Any,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    heading: str,
) -> None:
    more = [[*line, "120" if heading == "last year" else "checked"] for line in lines]
    more[0] = [*lines[0], heading]
    result = read(text_of(more).encode(), "a.csv")
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))


@pytest.mark.parametrize("heading", [(), ("",), ("", ""), ("Note",), ("All groups", "Check")])
def test_a_shifted_row_of_a_wide_file_is_no_figures(wide: Any, read: Callable[..., ParsedReturn], heading: str) -> None:
    def more(row: Any) -> list[Any]:
        sums = [str(sum(int(value) for value in row[2:])), "OK"] if row[0] != "Item" else ["All groups", "Check"]
        return [
            *row,
            *(sums if heading == ("All groups", "Check") else heading if row[0] == "Item" else [""] * len(heading)),
        ]

    rows = [more(row) for row in wide]
    filled = ["1297", ""] if heading == ("All groups", "Check") else [""] * len(heading)
    rows[5] = [*wide[5][:2], "1", "234", "56", "7", *filled[: max(0, len(heading) - 1)]]
    result = read(text_of(rows).encode(), "a.csv")
    assert result.faults == []
    wrong = [(cell.item, cell.ethnic_group, cell.place.cell) for cell in result.cells if cell.number is None]
    assert wrong == [(wide[5][0], group, f"{column}6") for group, column in zip(ETHNIC_GROUPS, "CDE", strict=True)]
    values = ",".join(rows[5][2:]).rstrip(",")
    assert {cell.raw.rstrip(",") for cell in result.cells if cell.number is None} == {show_value(values)}
    assert len(result.cells) == 102


@pytest.mark.parametrize("row", ["Total,All,8000,5000,1000", "Grand total,,8000,5000,1000"])
def test_a_total_row_of_a_wide_file(
    wide: Any,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    row: Any,
) -> None:
    result = read((text_of(wide) + row + "\r\n").encode(), "a.csv")
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))
    assert [note for note, _ in repairs_of(result)] == [TOTAL.format(row.split(",")[0])]


@pytest.mark.parametrize("note", ["END OF FILE", "Note: figures are as of the snapshot,,,,", "Prepared by,HR,,,"])
def test_a_footer_of_a_wide_file(
    wide: Any,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
    note: Any,
) -> None:
    result = read((text_of(wide) + note + "\r\n").encode(), "a.csv")
    assert (result.faults, numbers(result)) == ([], figures_of("2.0"))
    assert repairs_of(result) == [(NOTE, "A36")]


def test_notes_and_a_total_below_the_figures_of_a_workbook(
    edited: Callable[..., bytes],
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["Return"]
        sheet["A60"], sheet["C60"], sheet["D60"] = "Total", 8000, 5000
        sheet["A61"] = "Note: agency staff are left out."
        sheet["G14"] = "checked"
        sheet["L14"] = "seen by the board"

    result = read(edited(change))
    assert numbers(result) == figures_of("2.0")
    assert repairs_of(result) == [(TOTAL.format("Total"), "A60"), (NOTE, "A61")]


def test_a_csv_file_that_was_opened_and_saved_as_a_workbook_is_shifted_too(
    workbook_of_rows: Callable[..., bytes], wide: Any, read: Callable[..., ParsedReturn]
) -> None:
    rows = [[int(value) if value.isdigit() else value for value in row] for row in wide]
    rows[5] = [*rows[5][:2], 1, 234, 56, 7]
    result = read(workbook_of_rows([["Organisation code", "RXY"], ["Collection year", 2022], *rows]))
    assert [cell.raw for cell in result.cells if cell.number is None] == ["1,234,56,7"] * 3


def test_figures_of_three_digits_are_not_taken_for_thousands(
    lines: Any,
    wide: Any,
    figures_of: Callable[[str], Figures],
    read: Callable[..., ParsedReturn],
    numbers: Callable[[ParsedReturn], Figures],
) -> None:
    changed = [list(row) for row in wide]
    changed[5][2:] = ["1", "234", "567"]
    result = read(text_of(changed).encode(), "a.csv")
    assert [cell.number for cell in result.cells if cell.item == wide[5][0]] == [Decimal(1), Decimal(234), Decimal(567)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("5\n123", "5[line break]123"),
        ("5\t123", "5[tab]123"),
        ("5_x000B_123", "5[line break]123"),
        ("5_x000D__x000A_123", "5[line break]123"),
        ("\u202e12", "[right-to-left override]12"),
    ],
)
def test_two_lines_in_a_cell_of_a_workbook_are_no_number(
    edited: Callable[..., bytes],
    libreoffice: Callable[..., list[bytes]],
    read: Callable[..., ParsedReturn],
    text: str,
    shown: Any,
) -> None:
    def change(workbook: Any) -> None:
        workbook["Return"]["C12"] = text

    content = edited(change)
    assert [(cell.raw, cell.number) for cell in read(content).cells[:1]] == [(shown, None)]
    if "_x000B_" not in text:  # LibreOffice drops that character, and says 5123 itself
        (opened,) = libreoffice("ods", content)
        assert read(opened, "a.ods").cells[0].raw == shown


@pytest.mark.parametrize(
    ("inside", "number"),
    [
        ("5<text:tab/>123", None),
        ("5<text:tab></text:tab>123", None),
        ('5<text:tab text:tab-ref="1"/>123', None),
        ("5<text:line-break/>123", None),
        ("5</text:p><text:p>123", None),
        ("5<text:s/>123", 5123),  # one space, as between thousands
        ("5<text:span>1</text:span>23", 5123),
    ],
)
def test_what_divides_a_cell_of_an_opendocument_spreadsheet(
    edited: Callable[..., bytes],
    libreoffice: Callable[..., list[bytes]],
    read: Callable[..., ParsedReturn],
    inside: Any,
    number: Any,
) -> None:
    def change(workbook: Any) -> None:
        workbook["Return"]["C12"] = "text to be replaced"

    (content,) = libreoffice("ods", edited(change))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {info: package.read(info) for info in package.infolist()}
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w") as package:
        for info, data in parts.items():
            package.writestr(info, data.replace(b"text to be replaced", inside.encode()))
    assert read(saved.getvalue(), "a.ods").cells[0].number == number
