"""Returns that try the edits of the structure stage."""

from datetime import timedelta
from typing import Any

from tests.validation.edit_cases.cases import NO_TOTAL, NURSES, OTHER, Row, at, case
from wres.returns.parsed_return import Cell, CellRef, CellTable, FileError, ParsedReturn, Text
from wres.validation.batch import Submission


def fault(code: str, place: CellRef = CellRef(), value: str = "") -> ParsedReturn:  # noqa: B008
    return ParsedReturn(faults=[FileError(code, "The file is not right.", place, value)])


@case("S101")
def unreadable(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(fault("S101")), [("S101", None, None, None, None)]


@case("S102")
def macros(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(fault("S102", value="xlsm")), [("S102", None, None, None, "xlsm")]


@case("S112")
def too_large(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(fault("S112")), [("S112", None, None, None, None)]


@case("S113")
def people(desk: Any) -> tuple[Submission, list[Row]]:
    read = fault("S113", CellRef("Staff", "A1"), value="Jo Bloggs")
    return desk.submission(read), [("S113", "Staff!A1", None, None, None)]


@case("S114")
def two_items_in_a_row(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    fault = FileError("S114", "The code has the name of another item", CellRef("Return", "B31"), "Consultants")
    read.faults.append(fault)
    return desk.submission(read), [("S114", "Return!B31", None, None, "Consultants")]


@case("S104")
def no_header(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(fault("S104", CellRef("Return"))), [("S104", None, None, None, None)]


@case("S104")
def no_column_of_a_group(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({key: None for key in desk.template.cells() if key[1] == "unknown"})
    read.faults.append(FileError("S104", "The header row has no column Unknown.", CellRef("Return", "A9")))
    return desk.submission(read), [("S104", "Return!A9", None, None, None)]


@case("S104")
def no_column_of_groups(desk: Any) -> tuple[Submission, list[Row]]:
    read = fault("S104")
    read.cells = CellTable(Cell(item, "", "1", None) for item, _ in desk.template.cells())
    return desk.submission(read), [("S104", None, None, None, None)]


@case("S103")
def another_major_template(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(template_version="9.0")), [("S103", "Return!B3", None, None, "9.0")]


@case("S103")
def another_minor_template(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(template_version=f"{desk.template.major}.7")), []


@case("S103")
def no_template_stated(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(template_version=None)), []


@case("S105")
def known_but_not_expected(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(sender="RZZ"), sender="RZZ"), [("S105", None, None, None, "RZZ")]


@case("S105")
def unknown_organisation(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(sender="QQQ"), sender="QQQ"), [("S105", None, None, None, "QQQ")]


@case("S105")
def checked_before_anybody_is_named(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(organisation_code=None), sender=""), [("S106", None, None, None, None)]


@case("S106")
def another_organisation(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(organisation_code="RYY")), [("S106", "Return!B1", None, None, "RYY")]


@case("S106")
def no_organisation(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(organisation_code="")), [("S106", None, None, None, None)]


@case("S106")
def organisation_in_lower_case(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(organisation_code=" rxx ")), []


@case("S106")
def two_organisations_in_one_file(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.texts += [Text("organisation_code", "RYY", CellRef(cell=cell)) for cell in ("B7", "B9")]
    return desk.submission(read), [("S106", "None!B7", None, None, "RYY")]


@case("S107")
def another_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(collection_year="2016")), [("S107", "Return!B2", None, None, "2016")]


@case("S107")
def year_in_words(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(collection_year="this one")), [("S107", "Return!B2", None, None, "this one")]


@case("S107")
def no_year(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(collection_year=None)), [("S107", None, None, None, None)]


@case("S107")
def year_as_a_spreadsheet_number(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(collection_year=f"{desk.year.year}.0")), []


@case("S108")
def given_three_times(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.cells += [
        desk.cell(NURSES, "bme", raw, CellRef("Return", cell)) for raw, cell in (("6", "D90"), ("-7", "D91"))
    ]
    return desk.submission(read), [
        ("S108", "Return!D90", NURSES, "bme", "6"),
        ("S108", "Return!D91", NURSES, "bme", "-7"),
        ("V203", "Return!D91", NURSES, "bme", "-7"),
    ]


@case("S109")
def unknown_item(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    groups = (("white", "C99"), ("bme", "D99"), ("unknown", "E99"))
    read.cells += [desk.cell("workforce.pilots", group, "-1", CellRef("Return", cell)) for group, cell in groups]
    return desk.submission(read), [("S109", "Return!A99", "workforce.pilots", None, "workforce.pilots")]


@case("S109")
def unknown_item_and_a_negative(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({(NURSES, "white"): "-3"})
    read.cells.append(desk.cell("workforce.pilots", "bme", "1"))
    return desk.submission(read), [
        ("S109", "Return!A100", "workforce.pilots", "bme", "workforce.pilots"),
        at(desk, "V203", NURSES, "white", "-3"),
    ]


@case("S109")
def unknown_group(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.cells.append(desk.cell(NURSES, "asian", "4", CellRef("Return", "F29")))
    return desk.submission(read), [("S109", "Return!F29", NURSES, "asian", "asian")]


@case("S109")
def unknown_items_and_groups_of_a_csv_file(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.headings = {"item": CellRef(cell="C1"), "ethnic group": CellRef(cell="D1"), "value": CellRef(cell="E1")}
    wrong = [(NURSES, "asian"), ("workforce.pilots", "white"), ("workforce.pilots", "bme"), ("", "white"), (NURSES, "")]
    read.cells += [Cell(*names, "4", None, CellRef(cell=f"E{row}")) for row, names in enumerate(wrong, start=7)]
    return desk.submission(read), [
        ("S109", "None!D7", NURSES, "asian", "asian"),
        ("S109", "None!C8", "workforce.pilots", "white", "workforce.pilots"),
        ("S109", "None!C9", "workforce.pilots", "bme", "workforce.pilots"),
        ("S109", "None!C10", None, "white", None),
        ("S109", "None!D11", NURSES, None, None),
    ]


@case("S109")
def neither_item_nor_group_where_no_heading_is_known(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read()
    read.headings = {}
    read.cells += [Cell("", "white", "4", None, CellRef(cell="E7")), Cell(NURSES, "", "4", None, CellRef(cell="E8"))]
    return desk.submission(read), [
        ("S109", "None!E7", None, "white", None),
        ("S109", "None!E8", NURSES, None, None),
    ]


@case("S110")
def missing_item(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({(OTHER, group): None for group in ("white", "bme", "unknown")})
    return desk.submission(read), [("S110", None, OTHER, None, None)]


@case("S110")
def missing_for_two_groups(desk: Any) -> tuple[Submission, list[Row]]:
    read = desk.read({(OTHER, "white"): None, (OTHER, "unknown"): None})
    return desk.submission(read), [("S110", None, OTHER, "white", None), ("S110", None, OTHER, "unknown", None)]


@case("S110")
def total_not_given(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(NO_TOTAL)), []


@case("S111")
def after_the_hard_close(desk: Any) -> tuple[Submission, list[Row]]:
    late = desk.year.hard_close + timedelta(seconds=1)
    return desk.submission(desk.read(), received_at=late), [("S111", None, None, None, None)]


@case("S111")
def at_the_hard_close(desk: Any) -> tuple[Submission, list[Row]]:
    return desk.submission(desk.read(), received_at=desk.year.hard_close), []
