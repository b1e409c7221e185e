"""The return counted from extracts: who is counted, under what, and what stops the writing."""

import hashlib
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from wres.errors import WresError
from wres.prepare.prepare_return import MAP_NAME, Prepared, prepare_return
from wres.prepare.value_map import load_map
from wres.reader.return_reader import read_return
from wres.settings import load_settings

Write = Callable[..., Path]
STAFF = ("Employee Number", "Ethnic Origin", "Pay Scale", "Staff Group")
CASES = ("Employee Number", "Date formal investigation started", "Case Type")
NURSE = ("Nursing and Midwifery Registered", "Staff Nurse")


def figures_of(path: Path) -> dict[tuple[str, str], Decimal]:
    """The figures above 0 of a return, as the collection reads it."""
    read = read_return(path.read_bytes(), path.name, load_settings())
    assert not read.faults
    return {(cell.item, cell.ethnic_group): cell.number for cell in read.cells if cell.number}


def run(
    tmp_path: Path,
    extract: Write,
    staff: Sequence[Sequence[str]],
    cases: Sequence[Sequence[str]] = (),
    year: int = 2022,
) -> Prepared:
    return prepare_return(
        load_settings(), year, "RXY", extract("staff.csv", staff), extract("cases.csv", cases), tmp_path / "return.xlsx"
    )


def test_staff_are_counted_once_by_band_group_and_ethnicity(tmp_path: Path, extract: Write) -> None:
    staff = [
        ("1", "A White - British", "NHS|XR05|Review Body Band 5", *NURSE, "Permanent", "01/04/2010"),
        ("2", "GC", "Band 8 - Range A", "Administrative and Clerical", "Manager", "Permanent"),
        ("2", "GC", "Band 2", "Administrative and Clerical", "Officer", "Bank"),  # counted once, at band 8a
        ("3", "Z Not Stated", "Consultant", "Medical and Dental", "Consultant", "Fixed Term Temp"),
        ("4", "H", "Consultant", "Medical and Dental", "Medical Director", "Permanent"),
        ("5", "A", "Band 2", "Estates and Ancillary", "Porter", "Bank"),
        ("6", "A", "Band 2", "Estates and Ancillary", "Porter", "Permanent", "01/04/2022"),  # starts the day after
        ("7", "A", "Band 2", "Estates and Ancillary", "Porter", "Permanent", "01/04/2020", "30/03/2022"),
        ("8", "A", "Band 2", "Estates and Ancillary", "Porter", "Permanent", "31/03/2022", "31/03/2022"),
        ("9", "A", "Band 2", "Estates and Ancillary", "Porter", "Permanent", "31/03/2022", "31/12/4712"),
    ]
    result = run(tmp_path, extract, staff)
    assert result.questions == []
    assert figures_of(tmp_path / "return.xlsx") == {
        ("workforce.clinical.band_5", "white"): 1,
        ("workforce.non_clinical.band_8a", "bme"): 1,
        ("workforce.medical.consultants", "unknown"): 1,
        ("workforce.medical.consultants", "bme"): 1,
        ("workforce.medical.senior_medical_managers", "bme"): 1,
        ("workforce.non_clinical.band_2", "white"): 2,
        ("workforce.total", "white"): 3,
        ("workforce.total", "bme"): 2,
        ("workforce.total", "unknown"): 1,
    }


def test_the_sign_off_is_left_to_a_person(tmp_path: Path, extract: Write) -> None:
    run(tmp_path, extract, [("1", "A", "Band 5", *NURSE)])
    sheet = openpyxl.load_workbook(tmp_path / "return.xlsx")["Sign-off"]
    assert [sheet[f"B{row}"].value for row in (4, 5, 6)] == [None, None, None]


@pytest.mark.parametrize(
    ("year", "entered", "before"), [(2022, {"white": 1, "bme": 2}, {}), (2020, {"unknown": 1}, {"white": 1})]
)
def test_people_enter_once_in_a_window(
    tmp_path: Path, extract: Write, year: int, entered: dict[str, int], before: dict[str, int]
) -> None:
    staff = [("1", "A", "Band 5", *NURSE), ("2", "", "Band 5", *NURSE), ("0003", "N", "Band 5", *NURSE)]
    staff += [("4", "A", "Band 2", "Estates and Ancillary", "Porter", "Bank")]  # type: ignore[list-item]
    cases = [
        ("1", "01/04/2021", "Disciplinary"),
        ("1", "31/03/2022", "Disciplinary"),  # the same person again
        ("2", "2021-06-01", "Disciplinary", "Formal", "K"),  # the case says what the staff row does not
        ("3", "2021-06-01", "Disciplinary", "Formal", "Z"),  # and the other way round
        ("3", "01/04/2022", "Disciplinary"),  # after the window
        ("9", "31/03/2020", "Disciplinary"),  # nobody knows: the last day of the window of 2020
        ("1", "01/04/2018", "Disciplinary"),  # the first day of the window before it
        ("2", "01/05/2021", "Grievance"),
        ("1", "01/05/2019", "Disciplinary", "Informal"),
        ("4", "01/05/2021", "Disciplinary"),  # bank only
    ]
    run(tmp_path, extract, staff, cases, year)
    figures = figures_of(tmp_path / "return.xlsx")
    groups = ("white", "bme", "unknown")
    assert {g: figures[k] for g in groups if (k := ("disciplinary.entered", g)) in figures} == entered
    assert {g: figures[k] for g in groups if (k := ("disciplinary.entered_previous_year", g)) in figures} == before


def test_what_has_no_place_is_listed_and_answered_in_the_map(tmp_path: Path, extract: Write) -> None:
    staff = [(str(number), "A", "XX99", *NURSE) for number in range(12)] + [("90", "Martian", "Band 5", *NURSE)]
    result = run(tmp_path, extract, staff, [("1", "soon", "Disciplinary")])
    assert {question.text() for question in result.questions} == {
        "pay scale XX99: 12 people",
        "ethnic category Martian: 1 person",
        "date entered (not a date): 1 case",
    }
    assert not (tmp_path / "return.xlsx").exists()
    path = tmp_path / MAP_NAME
    text = path.read_text()
    assert '"XX99" = ""' in text
    text = text.replace('"XX99" = ""', '"XX99" = "band_5"').replace('"Martian" = ""', '"Martian" = "unknown"')
    path.write_text(text.replace('"(not a date)" = ""', '"(not a date)" = "out"'))
    assert run(tmp_path, extract, staff, [("1", "soon", "Disciplinary")]).questions == []
    assert figures_of(tmp_path / "return.xlsx")["workforce.clinical.band_5", "white"] == 12
    assert load_map(path).values["pay_scale"] == {"XX99": "band_5"}


def test_nothing_about_a_person_is_shown(tmp_path: Path, extract: Write) -> None:
    names = ["Sarah Johnson", "AB123456C", "sarah.johnson@example.org", "20012345", "15/08/1971"]
    staff = [(f"7700{number}", name, "Band 5", *NURSE) for number, name in enumerate(names)]
    staff.append(("77009", "A", "Band 5", *NURSE))
    result = run(tmp_path, extract, staff, [("77009", "14/02/2021x", "Disciplinary")])
    [hidden] = [question for question in result.questions if question.withheld]
    assert hidden.number == 5
    printed = repr(result) + (tmp_path / MAP_NAME).read_text()
    assert not [text for text in [*names, "7700", "14/02/2021x"] if text in printed]
    with pytest.raises(WresError) as caught:
        prepare_return(
            load_settings(),
            2022,
            "RXY",
            extract("staff2.csv", [], staff[0]),
            extract("cases2.csv", []),
            tmp_path / "return.xlsx",
        )
    assert not [text for text in [*names, "7700"] if text in str(caught.value)]


def test_no_number_of_a_person_is_written(tmp_path: Path, extract: Write) -> None:
    run(tmp_path, extract, [("77345678", "A", "Band 5", *NURSE)], [("77345678", "01/05/2021", "Disciplinary")])
    assert "77345678" not in (tmp_path / "return-reconciliation.html").read_text()
    for sheet in openpyxl.load_workbook(tmp_path / "return.xlsx"):
        assert not any("77345678" in str(value) for row in sheet.iter_rows(values_only=True) for value in row)


def test_the_extracts_are_not_touched_and_not_written_over(tmp_path: Path, extract: Write) -> None:
    staff, cases = extract("staff.csv", [("1", "A", "Band 5", *NURSE)]), extract("cases.csv", [])
    before = [(hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns) for path in (staff, cases)]
    prepare_return(load_settings(), 2022, "RXY", staff, cases, tmp_path / "return.xlsx")
    assert before == [(hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns) for path in (staff, cases)]
    link = tmp_path / "linked.xlsx"
    link.symlink_to(staff)
    with pytest.raises(WresError, match="not written over"):
        prepare_return(load_settings(), 2022, "RXY", staff, cases, link)
    with pytest.raises(WresError, match="not written over"):
        prepare_return(load_settings(), 2022, "RXY", staff, cases, tmp_path / "return.xlsx", map_file=staff)


def test_a_workbook_with_a_title_above_and_columns_in_another_order_is_read(tmp_path: Path, extract: Write) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["Staff in post"])
    sheet.append([])
    sheet.append(["STAFF_GROUP", "ETHNIC_ORIGIN", "PAYSCALE_CODE", "EMPLOYEE_NUMBER"])
    sheet.append(["Allied Health Professionals", "C", "NHSXN07", 1234])
    workbook.save(tmp_path / "staff.xlsx")
    cases = extract("cases.csv", [("0001234", "2021-04-01", "Disciplinary")])
    prepare_return(load_settings(), 2022, "RXY", tmp_path / "staff.xlsx", cases, tmp_path / "return.xlsx")
    figures = figures_of(tmp_path / "return.xlsx")
    assert figures["workforce.clinical.band_7", "white"] == figures["disciplinary.entered", "white"] == 1


def test_a_heading_is_asked_for_and_remembered(tmp_path: Path, extract: Write) -> None:
    staff = extract("staff.csv", [("1", "A", "Band 5", NURSE[0])], ("Nr", "Ethnic Origin", "Pay Scale", "Staff Group"))
    cases, output = extract("cases.csv", []), tmp_path / "return.xlsx"
    with pytest.raises(WresError, match=r"no column known as person.*columns\.staff"):
        prepare_return(load_settings(), 2022, "RXY", staff, cases, output)
    asked = []

    def ask(question: str, answers: Sequence[str]) -> str:
        asked.append(question)
        return answers[0]

    prepare_return(load_settings(), 2022, "RXY", staff, cases, output, ask=ask)
    assert len(asked) == 1
    assert prepare_return(load_settings(), 2022, "RXY", staff, cases, output).people == 1


def test_last_year_stands_beside(tmp_path: Path, extract: Write) -> None:
    from wres.reference.year_config import load_year
    from wres.returns.template.template_writer import write_template
    from wres.returns.template_spec import load_template

    calendar = load_year(2022)
    last_year = {("workforce.clinical.band_5", "white"): Decimal(4321)}
    write_template(
        tmp_path / "sent.xlsx",
        load_template(calendar.template_version),
        calendar,
        "RXY",
        "A trust",
        last_year=last_year,
    )
    prepare_return(
        load_settings(), 2022, "RXY", extract("staff.csv", [("1", "A", "Band 5", *NURSE)]), extract("cases.csv", []),
        tmp_path / "return.xlsx", template_file=tmp_path / "sent.xlsx",
    )  # fmt: skip
    read = read_return((tmp_path / "return.xlsx").read_bytes(), "return.xlsx", load_settings())
    assert read.last_year == last_year
    assert re.search(r"4,321", (tmp_path / "return-reconciliation.html").read_text())


def test_lines_below_the_table_are_left_out(tmp_path: Path, extract: Write) -> None:
    staff = [("1", "A", "Band 5", *NURSE), (), ("Total", "1"), ("Report run on 1 April 2022",)]
    assert run(tmp_path, extract, staff, [("Grand total: 0",)]).people == 1
    assert "of the staff extract, left out: 2" in (tmp_path / "return-reconciliation.html").read_text()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2,A,Band 5,Nursing and Midwifery Registered,Permanent", "more values than headings in row 2"),
        ('"2,A,Band 5,Nursing and Midwifery Registered\n3,A,Band 5,Nursing', "quotation mark"),
        ("", "no row of staff"),
    ],
)
def test_rows_that_moved_or_ran_together_are_refused(tmp_path: Path, extract: Write, line: str, words: str) -> None:
    staff = tmp_path / "staff.csv"
    staff.write_text(f"Employee Number,Ethnic Origin,Pay Scale,Staff Group\n{line}\n")
    with pytest.raises(WresError, match=words):
        prepare_return(load_settings(), 2022, "RXY", staff, extract("cases.csv", []), tmp_path / "return.xlsx")


def write_workbook(path: Path, sheets: dict[str, Sequence[Sequence[str]]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook["Sheet"])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def test_rows_on_several_sheets_are_refused(tmp_path: Path, extract: Write) -> None:
    """One of the sheets would be counted, and the people of the others left out."""
    staff, cases = [("1", "A", "Band 5", NURSE[0])], [("1", "2021-05-01", "Disciplinary")]
    two_of_staff = write_workbook(
        tmp_path / "two-staff.xlsx", {"Nurses": [STAFF, *staff], "Others": [STAFF, ("2", "D", "Band 6", NURSE[0])]}
    )
    two_of_cases = write_workbook(
        tmp_path / "two-cases.xlsx", {"April": [CASES, *cases], "October": [CASES, ("2", "2021-10-01", "Disciplinary")]}
    )
    one_of_each = write_workbook(
        tmp_path / "one.xlsx",
        {"Staff": [STAFF, *staff], "Cases": [CASES, *cases], "Empty": [STAFF], "Notes": [("Run on", "1 April 2022")]},
    )
    output = tmp_path / "return.xlsx"
    with pytest.raises(WresError, match=r"two-staff\.xlsx has several sheets with rows of staff: Nurses and Others"):
        prepare_return(load_settings(), 2022, "RXY", two_of_staff, one_of_each, output)
    with pytest.raises(WresError, match=r"two-cases\.xlsx has several sheets with rows of cases: April and October"):
        prepare_return(load_settings(), 2022, "RXY", one_of_each, two_of_cases, output)
    assert not output.exists()
    prepare_return(load_settings(), 2022, "RXY", one_of_each, one_of_each, output)
    assert figures_of(output)["disciplinary.entered", "white"] == 1


def test_commas_in_values_do_not_hide_what_divides_the_columns(tmp_path: Path, extract: Write) -> None:
    staff = tmp_path / "staff.csv"
    ward = "Ward 1, Site A, Kent, Trust, RXY, NHS"
    staff.write_text(
        f"Employee Number;Ethnic Origin;Pay Scale;Staff Group;Ward\n1;A;Band 5;{NURSE[0]};{ward}\n", encoding="utf-8"
    )
    cases = extract("cases.csv", [])
    assert prepare_return(load_settings(), 2022, "RXY", staff, cases, tmp_path / "return.xlsx").people == 1


@pytest.mark.parametrize(
    ("dates", "is_refused"),
    [
        (("04/05/2021", "12/25/2021"), True),
        (("2021-05-04 00:00:00", "12/25/2021 09:30"), True),  # the former was swapped by a spreadsheet
        (("04/05/2021", "25/12/2021"), False),
        (("04/05/2021", "05/04/2021"), False),
    ],
)
@pytest.mark.parametrize("kind", ["staff", "cases"])
def test_dates_with_the_month_first_are_refused(
    tmp_path: Path, extract: Write, dates: tuple[str, str], is_refused: bool, kind: str
) -> None:
    """Half of them would be read as other days, and the others be asked about as no dates."""
    of_staff, of_cases = (dates, ("", "")) if kind == "staff" else (("", ""), dates)
    staff = [(str(n), "A", "Band 5", *NURSE, "", day) for n, day in enumerate(of_staff)]
    cases = [(str(n), day, "Disciplinary") for n, day in enumerate(of_cases) if day]
    if is_refused:
        with pytest.raises(WresError, match=f"dates of the {kind} extract under .* have the month first"):
            run(tmp_path, extract, staff, cases)
    else:
        assert run(tmp_path, extract, staff, cases).people == 2


def test_people_with_a_case_whom_the_staff_extract_lacks_are_told_of(tmp_path: Path, extract: Write) -> None:
    """Numbers that are written in two ways would put everybody under Unknown, and nobody would see why."""
    staff = [("1", "A", "Band 5", NURSE[0]), ("1,002", "D", "Band 5", NURSE[0])]
    cases = [
        ("1", "2021-05-01", "Disciplinary"),
        ("1002", "2021-05-01", "Disciplinary"),
        ("E1", "2021-05-01", "Disciplinary"),
        ("E2", "2021-05-01", "Disciplinary", "", "A"),
    ]
    prepared = run(tmp_path, extract, staff, cases)
    sentence = "whose number is not in the staff extract, counted under Unknown: 1 of 4."
    assert sentence in (prepared.unmatched or "")
    assert sentence in (tmp_path / "return-reconciliation.html").read_text()
    figures = figures_of(tmp_path / "return.xlsx")
    assert [figures["disciplinary.entered", group] for group in ("white", "bme", "unknown")] == [2, 1, 1]
    assert run(tmp_path, extract, staff, cases[:2]).unmatched is None


def test_a_start_date_beside_a_date_of_the_investigation_is_asked_about(tmp_path: Path, extract: Write) -> None:
    """It may be when somebody joined, and whoever joined in the year would be counted."""
    staff = extract("staff.csv", [("1", "A", "Band 5", NURSE[0])], STAFF)
    header = ("Employee Number", "Start Date", "Disciplinary process commenced on", "Case Type")
    cases = extract("cases.csv", [("1", "2021-05-01", "2020-01-10", "Disciplinary")], header)
    output = tmp_path / "return.xlsx"
    with pytest.raises(WresError, match=r"no column known as date entered.*Disciplinary process commenced on"):
        prepare_return(load_settings(), 2022, "RXY", staff, cases, output)
    (tmp_path / MAP_NAME).write_text('[columns.cases]\ndate_entered = "Start Date"\n')
    prepare_return(load_settings(), 2022, "RXY", staff, cases, output)
    assert figures_of(output)["disciplinary.entered", "white"] == 1
    (tmp_path / MAP_NAME).unlink()
    alone = extract(
        "cases.csv", [("1", "2021-05-01", "Somebody", "Disciplinary")], (*header[:2], "Investigator", "Type")
    )
    prepare_return(load_settings(), 2022, "RXY", staff, alone, output)
    assert figures_of(output)["disciplinary.entered", "white"] == 1
