"""A list of people is refused, and nothing of it is kept; a return of counts never looks like one."""

import dataclasses
import io

import openpyxl
import pytest

ROWS = 30
NI = "AB123456C"  # of the form of a National Insurance number; AB is a prefix in use, the number is made up


def csv_of(*lines):
    return "\n".join(lines).encode()


def workbook_with(rows, title="Jane Doe"):
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


LISTS = {
    "names": csv_of("First Name,Surname,Band", *["Jane,Doe,5"] * 3),
    "payroll": csv_of("Employee Number;Ethnic Origin;Disciplinary", *["2041;A;Y"] * 3),
    "esr": csv_of("ESR number,Start date", "1,2020-01-01"),
    "insurance numbers": csv_of("a,b", f"1,{NI}"),
    "insurance numbers with spaces": csv_of("a,b", "1,ab 12 34 56 c"),
    "in an explanation": csv_of(
        "collection_year,organisation_code,item,ethnic_group,value", f"2022,RXY,explanation.Q301,,see case {NI} please"
    ),
    "e-mail addresses": csv_of("a,b", *[f"{n},person{n}@example.nhs.uk" for n in range(5)]),
    "one column": csv_of("Surname", *["Doe"] * ROWS),
    "without names": csv_of("Job Title,Ethnicity,Gender", *["Nurse,A,F"] * ROWS),
    "below a title": csv_of("Export of today", "", "SURNAME,DoB", "Doe,1990-01-01"),
    "a workbook": workbook_with([["Forename", "Surname", "Pay grade"], ["Jane", "Doe", "5"]]),
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_staff_list_is_refused_and_nothing_of_it_is_kept(read, kind):
    result = read(LISTS[kind], "Jane Doe.csv")
    assert [fault.code for fault in result.faults] == ["S113"]
    assert (result.cells, result.texts, result.repairs) == ([], [], [])
    said = str(dataclasses.asdict(result.faults[0]))
    for content in ("Jane", "Doe", NI, "12 34 56", "example.nhs.uk", "2041", "Nurse", "1990"):
        assert content not in said


@pytest.mark.parametrize("hidden", [False, True])
def test_a_list_on_any_sheet_of_a_return_is_seen(edited, read, hidden):
    def change(workbook):
        sheet = workbook.create_sheet("working")
        sheet.append(["Surname", "Employee number"])
        sheet.append(["Doe", 2041])
        sheet.sheet_state = "hidden" if hidden else "visible"

    result = read(edited(change))
    assert [fault.code for fault in result.faults] == ["S113"]
    assert "sheet 5" in result.faults[0].detail
    assert result.faults[0].place.sheet is None


def test_a_return_with_a_contact_and_words_about_staff_is_no_staff_list(workbook_of, read):
    texts = {
        "signoff.name": "Jane Doe",
        "signoff.role": "Director (jane.doe@example.nhs.uk)",
        "explanation.Q301": "Employee number of the case: not given. Ask team@example.nhs.uk about ethnicity, gender.",
    }
    result = read(workbook_of(texts=texts))
    assert result.faults == []
    assert result.text("signoff.name").value == "Jane Doe"


def test_a_summary_of_staff_beside_a_return_is_no_staff_list(edited, read):
    def change(workbook):
        sheet = workbook.create_sheet("working")
        sheet.append(["Staff group", "Grade", "Ethnicity", "Headcount"])
        for number in range(ROWS):
            sheet.append(["Nursing", f"Band {number % 9}", "White", number])

    assert read(edited(change)).faults == []
