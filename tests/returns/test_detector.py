"""A list of people is refused, and nothing of it is kept; one weak sign is asked about; counts are neither."""

import dataclasses
import io
import random
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from wres.personal_data.person_headings import PERSON, Heading, heading_of
from wres.personal_data.person_signs import (
    find_insurance_numbers,
    find_personal_emails,
    hide_signs,
    is_birth_date,
    is_known_name,
    is_name,
    is_nhs_number,
)
from wres.returns.parsed_return import ParsedReturn

ROWS = 30
NI = "AB123456C"  # of the form of a National Insurance number; AB is a prefix in use, the number is made up
HEAD = "collection_year,organisation_code,item,ethnic_group,value"
FORENAMES = ("Jane", "Priya", "Chidi", "Imran", "Fatima", "Paul", "Ruth", "Sian")
SURNAMES = ("Okafor", "Singh", "Hughes", "Khan", "Nowak", "Wright", "Begum", "Clarke")
NAMES = [f"{first} {last}" for first, last in zip(FORENAMES, SURNAMES, strict=True)]
INSURANCE = ["JH091910C", "CB607801B", "AE472400B", "HG778048A", "JJ510679B", "EA087115D", "BC428220B", "GE588112C"]


def nhs_number(nine: Any) -> Any:
    check = 11 - sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), nine, strict=True)) % 11
    return f"{nine[:3]} {nine[3:6]} {nine[6:]}{check % 11}" if check != 10 else None


NHS = [number for n in range(943476590, 943476596) if (number := nhs_number(str(n)))]


def csv_of(*lines: Any) -> bytes:
    return "\n".join(lines).encode()


def workbook_with(rows: Any, title: str = "Jane Doe") -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def born(number: Any) -> Any:
    return date(1960 + number, 3, 12 + number)


ALONE = {
    "names": csv_of("First Name,Surname,Band", *["Jane,Doe,5"] * 3),
    "payroll": csv_of("Employee Number;Ethnic Origin;Disciplinary", *["2041;A;Y"] * 3),
    "esr": csv_of("ESR number,Start date", "1,2020-01-01"),
    "insurance numbers": csv_of("a,b", f"1,{NI}"),
    "insurance numbers with spaces": csv_of("a,b", "1,ab 12 34 56 c"),
    "insurance numbers with dashes": csv_of("a,b", "1,AB-12-34-56-C"),
    "insurance numbers with long dashes": "a,b\n1,AB\u201012\u201334\u201456\u2010C\n".encode(),
    "insurance numbers in wide letters": "a,b\n1,\uff21\uff22\uff11\uff12\uff13\uff14\uff15\uff16\uff23\n".encode(),
    "insurance numbers with dots": csv_of("a,b", "1,AB.12.34.56.C"),
    "e-mail addresses": csv_of("a,b", *[f"{n},person{n}@example.nhs.uk" for n in range(5)]),
    "names with addresses": csv_of("a", *[f"{name} <{name.split()[0].lower()}@x.nhs.uk>" for name in NAMES[:3]]),
    "one column": csv_of("Surname", *["Doe"] * ROWS),
    "without names": csv_of("Job Title,Ethnicity,Gender", *["Nurse,A,F"] * ROWS),
    "below a title": csv_of("Export of today", "", "SURNAME,DoB", "Doe,1990-01-01"),
    "names and birth dates without header": csv_of(*[f"{name},{born(n):%d/%m/%Y}" for n, name in enumerate(NAMES)]),
    "unknown names and birth dates": csv_of("Zbgn Qrrk,12/03/1985", "Wlkj Ttr,1990-04-02"),
    "two columns of names": csv_of(*[f"{name.replace(' ', ',')},5" for name in NAMES]),
    "surname first": csv_of(*[f'"{name.split()[1]}, {name.split()[0]}",5' for name in NAMES]),
    "names and payroll numbers": csv_of(*[f"{name},{20410077 + n}" for n, name in enumerate(NAMES)]),
    "names and postcodes": csv_of(*[f"{name},ME{n} 9PH" for n, name in enumerate(NAMES)]),
    "nhs numbers": csv_of("n", *NHS),
    "abbreviations": csv_of("Employee No.,D.O.B.", "7,01/01/1970"),
    "person number": csv_of("Person Number,Band", "7,5"),
    "joined headings": csv_of('"Last Name, First Name",Band', '"Doe, Jane",5', '"Doe, John",6'),
    "camel case": csv_of("FirstName,LastName", "Jane,Doe", "John,Doe"),
    "hash": csv_of("Payroll #,Grade", "00712,5"),
    "a form": csv_of("Name,Jane Doe", "Date of birth,12/03/1985", "NI No.,unknown"),
    "a workbook": workbook_with([["Forename", "Surname", "Pay grade"], ["Jane", "Doe", "5"], ["John", "Doe", 5]]),
    "dates of a workbook": workbook_with([[name, born(n)] for n, name in enumerate(NAMES)]),
    "below row 1,000": workbook_with([["n"], *[[n] for n in range(1_200)], ["Surname", "NI number"], ["Doe", "x"]]),
    "no header below row 1,000": workbook_with(
        [*[[n] for n in range(1_200)], *[list(pair) for pair in zip(NAMES, INSURANCE, strict=True)]]
    ),
}  # fmt: skip
SECRETS = (
    "Jane",
    "Doe",
    NI,
    "12 34 56",
    "example.nhs.uk",
    "2041",
    "Nurse",
    "1990",
    "Okafor",
    "12/03/1985",
    "9PH",
    "JH09",
)


@pytest.mark.parametrize("kind", ALONE)
def test_a_staff_list_is_refused_and_nothing_of_it_is_kept(read: Callable[..., ParsedReturn], kind: Any) -> None:
    result = read(ALONE[kind], "Jane Doe.csv")
    assert [fault.code for fault in result.faults] == ["S113"]
    assert (result.cells, result.texts, result.repairs, result.asked) == ([], [], [], [])
    detail = str(dataclasses.asdict(result.faults[0]))
    assert [content for content in SECRETS if content in detail] == []


def cases(*rows: Any) -> list[Any]:
    return [["Name", "Ethnicity", "Job title", "Allegation", "Outcome"], *rows]


BESIDE = {
    "one with a staff number": [["Surname", "Employee number"], ["Doe", 2041]],
    "names and posts": [["Surname", "First name", "Band"], ["Doe", "Jane", 5], ["Doe", "John", 6]],
    "twelve cases": cases(*[[name, "Asian", "Nurse", "lateness", "warning"] for name in NAMES]),
    "three cases": cases(*[[name, "Asian", "Nurse", "lateness", "warning"] for name in NAMES[:3]]),
    "cases without names": [
        ["Case ref", "Ethnicity", "Band", "Allegation", "Sanction"],
        *[[f"ER/{n}", "BME", 5, "theft", "dismissed"] for n in range(12)],
    ],
    "names and birth dates": [[name, born(n)] for n, name in enumerate(NAMES)],
    "names and times of birth": [[name, datetime(1970 + n, 1, 2, 0, 0)] for n, name in enumerate(NAMES)],  # noqa: DTZ001
    "a name and an insurance number": [["Jane Okafor", NI]],
    "insurance numbers alone": [[number] for number in INSURANCE],
    "names alone": [[name] for name in NAMES],
    "cards": [[f"{name} <{name.replace(' ', '.').lower()}@trust.nhs.uk>"] for name in NAMES[:3]],
    "addresses": [[n, f"{name.replace(' ', '.').lower()}@nhs.net"] for n, name in enumerate(NAMES)],
    "nhs numbers": [[int(number.replace(" ", ""))] for number in NHS],
    "a form": [["Name", "Jane Doe"], ["D.O.B.", date(1985, 3, 12)], ["Payroll No.", 20417]],
    "an export": [
        ["Employee Number", "Gender", "Ethnic Origin", "Headcount"],
        *[[20410 + n, "F", "A", 1] for n in range(ROWS)],
    ],
    "no names but traits": [["Age", "Gender", "Ethnicity", "Grade"], *[[40, "F", "A", "Band 5"]] * ROWS],
}


def beside(rows: Any, state: Any = "visible", first: Any = 0) -> Callable[..., Any]:
    def change(workbook: Any) -> None:
        sheet = workbook.create_sheet("working")
        for number, row in enumerate(rows, start=first + 1):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)
        sheet.sheet_state = state

    return change


@pytest.mark.parametrize(("state", "first"), [("visible", 0), ("hidden", 0), ("veryHidden", 1_500)])
@pytest.mark.parametrize("kind", BESIDE)
def test_a_list_on_any_sheet_of_a_return_is_seen(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn], kind: Any, state: Any, first: Any
) -> None:
    result = read(edited(beside(BESIDE[kind], state, first)))
    assert [fault.code for fault in result.faults] == ["S113"]
    assert (result.cells, result.texts) == ([], [])
    detail = result.faults[0].detail
    assert "sheet 5" in detail or "National Insurance" in detail or "e-mail" in detail
    assert result.faults[0].place.sheet is None


GOOD = {
    "a summary": [
        ["Staff group", "Grade", "Ethnicity", "Headcount"],
        *[["Nursing", f"Band {n % 9}", "White", n] for n in range(ROWS)],
    ],
    "counts by grade and staff group": [
        ["Grade", "Staff group", "Ethnicity", "2021", "2022"],
        *[[f"Band {n}", group, "White", n, n + 1] for n in range(9) for group in ("Nursing", "Medical", "Admin")],
    ],
    "counts with another heading": [
        ["Gender", "Grade", "Staff group", "Number of staff"],
        *[["F", f"Band {n}", group, n] for n in range(9) for group in ("Nursing", "Medical", "Admin")],
    ],
    "counts without a heading": [
        ["Ethnicity", "Grade", "Staff group", "Total at March"],
        *[["White", f"Band {n}", group, 7] for n in range(9) for group in ("Nursing", "Medical", "Admin")],
    ],
    "staff number by month": [["Month", "Staff number"], *[[f"{n}/2022", 4_000 + n] for n in range(1, 13)]],
    "staff number by band": [["Band", "Staff number"], *[[f"Band {n}", 4_000 + n] for n in range(1, 10)]],
    "counts under staff number": [
        ["Band", "Staff number", "White", "BME"],
        *[[f"Band {n}", 9, 5, 4] for n in range(9)],
    ],
    "cases counted": [
        ["Ethnicity", "Allegation", "Outcome", "Number of cases"],
        *[["BME", kind, "warning", 2] for kind in ("theft", "lateness", "conduct")],
    ],
    "posts looked up": [["Job title", "Staff group", "Grade"], *[[f"Nurse {n}", "Nursing", 5] for n in range(ROWS)]],
    "sites": [["Site", "Address", "Postcode"], *[["Main Hospital", "High Street", f"ME{n} 9PH"] for n in range(ROWS)]],
    "team mailboxes": [
        [f"{box}@trust.nhs.uk"]
        for box in ("wres", "workforce.team", "hr-info", "esr.data", "equality", "employee.relations", "rxy.returns")
    ],
    "wards": [[ward, 20] for ward in ("Rose", "Ivy", "Poppy", "Grace", "Daisy", "Hazel", "Jasmine")],
    "papers": [["Paper"], ["BG123456A"], ["NK202203B"], ["ZZ202203C"], ["DR202203A"], ["FO202203A"], ["QA202203A"]],
    "long numbers": [[1234567890], [20220331], [2022033112], [9999999999]],
    "dates": [["Snapshot", date(2022, 3, 31)], ["Agreed", date(2022, 5, 1)]],
    "sign-off across": [["Name", "Role", "Date"], ["Jane Doe", "Director of people", date(2022, 8, 15)]],
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_sheet_that_is_about_nobody_is_no_staff_list(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn], kind: Any
) -> None:
    result = read(edited(beside(GOOD[kind])))
    assert (result.faults, result.asked) == ([], [])
    assert result.text("organisation_code").value == "RXY"


def test_a_return_with_a_contact_and_words_about_staff_is_no_staff_list(
    workbook_of: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    texts = {
        "signoff.role": "Director (jane.doe@example.nhs.uk)",
        "explanation.Q301": "Employee number of the case: not given. Ask team@example.nhs.uk about ethnicity, gender.",
    }
    result = read(workbook_of(texts=texts))
    assert (result.faults, result.asked) == ([], [])
    assert result.text("signoff.role").value == "Director ([address not kept])"
    assert "team@example.nhs.uk" in result.text("explanation.Q301").value


@pytest.mark.parametrize("number", [NI, "ER202203A", "HR 20 22 03 A", "ab-12-34-56-c"])
@pytest.mark.parametrize("as_csv", [False, True])
def test_one_number_in_a_text_is_asked_about_at_its_own_cell(
    workbook_of: Callable[..., bytes], csv_filled: bytes, read: Callable[..., ParsedReturn], number: Any, as_csv: Any
) -> None:
    text = f"See board paper {number} of March"
    if as_csv:
        content = csv_filled + f'2022,RXY,explanation.Q302,,"{text}"\n'.encode()
        place = (None, f"E{content.count(b'.') and len(content.splitlines())}")
    else:
        content, place = workbook_of(texts={"explanation.Q302": text}), ("Explanations", "C5")  # type: ignore[assignment]
    result = read(content)
    assert result.faults == []
    assert [(asked.code, asked.place.sheet) for asked in result.asked] == [("Q310", place[0])]
    assert as_csv or result.asked[0].place.cell == place[1]
    assert result.asked[0].place.cell[0] in "CE"  # type: ignore[index]
    assert result.text("explanation.Q302").value == "See board paper [number not kept] of March"
    assert number not in str(result.asked)


def test_a_number_that_was_never_issued_is_kept_and_not_asked_about(
    workbook_of: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    text = "Papers BG202203A, GB202203A, NK202203A, KN202203A, TN202203A, NT202203A, ZZ202203A, DO202203A, HO202203A"
    result = read(workbook_of(texts={"explanation.Q302": text}))
    assert (result.faults, result.asked) == ([], [])
    assert result.text("explanation.Q302").value == text


def test_many_unlike_numbers_in_a_text_are_no_papers(
    workbook_of: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    refused = read(workbook_of(texts={"explanation.Q302": f"These: {', '.join(INSURANCE)}"}))
    assert [fault.code for fault in refused.faults] == ["S113"]
    series = read(workbook_of(texts={"explanation.Q302": "Papers HR202201A, HR202202A, HR202203A, HR202204A"}))
    assert series.faults == []
    assert len(series.asked) == 1 or {asked.place.cell for asked in series.asked} == {"C6"}


def test_one_contact_beside_a_return_is_asked_about(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    result = read(edited(beside([["First name", "Surname", "Job title"], ["Jane", "Doe", "Analyst"]])))
    assert result.faults == []
    assert [(asked.place.sheet, asked.place.cell) for asked in result.asked] == [("working", "A1")]


def test_lists_made_by_chance_are_refused_and_counts_made_by_chance_are_not(
    edited: Callable[..., bytes], read: Callable[..., ParsedReturn]
) -> None:
    draw = random.Random(23)
    for _ in range(12):
        rows = [
            [f"{draw.choice(FORENAMES)} {draw.choice(SURNAMES)}", draw.choice(INSURANCE), born(draw.randrange(9))]
            for _ in range(draw.randrange(2, 40))
        ]
        columns = draw.sample(range(3), draw.choice((2, 3)))
        if set(columns) == {1, 2} or len(rows) < 3:
            columns = [0, 1, 2]
        assert read(edited(beside([[row[column] for column in columns] for row in rows]))).faults[0].code == "S113"
        counts = [[f"Band {n}", draw.choice(("Nursing", "Medical")), draw.randrange(90_000)] for n in range(ROWS)]
        result = read(edited(beside([["Grade", "Staff group", "Staff"], *counts])))
        assert (result.faults, result.asked) == ([], [])


@pytest.mark.parametrize(
    ("text", "shape", "known"),
    [
        ("Jane Doe", True, True),
        ("KHAN, Imran", True, True),
        ("Dr Patel", True, True),
        ("O'Neill Sean", True, True),
        ("Zbgn Qrrk", True, False),
        ("jane doe", True, True),
        ("Director of people", False, False),
        ("Staff Nurse", False, False),
        ("East Kent", False, False),
        ("Very senior managers", False, False),
        ("Band 5", False, False),
    ],
)
def test_names(text: str, shape: Any, known: Any) -> None:
    assert (is_name(text), is_known_name(text)) == (shape, known)


def test_addresses_of_teams_are_nobodys() -> None:
    teams = "wres@x.nhs.uk, kent.workforce@nhs.net, rxy-hr@nhs.net, od.team@x.uk, esrdata@x.uk, foi@x.uk"
    assert find_personal_emails(teams) == ()
    assert find_personal_emails(f"{teams}; jane.doe@nhs.net") == ("jane.doe@nhs.net",)
    assert hide_signs(f"wres@x.uk, jane.doe@x.uk, {NI}") == "wres@x.uk, [address not kept], [number not kept]"


def test_numbers_and_dates_that_belong_to_a_person() -> None:
    assert is_nhs_number("943 476 5919")
    assert not is_nhs_number("943 476 5918")
    assert not is_nhs_number(1111111111)
    assert find_insurance_numbers("xAB123456C AB123456CD AB1234567C") == ()
    assert [is_birth_date(text) for text in ("12/03/85", "1985-03-12T00:00:00", "2022-08-15", "12.5", "1985")] == [
        True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Employee No.",
            "D.O.B.",
            "Person Number",
            "Last Name, First Name",
            "N.I. No",
            "Emp. ID",
            "Payroll #",
            "FirstName",
        ),
        *(
            "ESR Employee Number",
            "Date of Birth (dd/mm/yyyy)",
            "date_of_birth",
            "Surname/Forename",
            "Employee's Surname",
        ),
    ],
)
def test_headings_of_lists_of_people(text: str) -> None:
    assert heading_of(text) & PERSON


@pytest.mark.parametrize("text", ["2021/22", "Number of staff", "Headcount", "No. of cases", "White", "% BME", "Total"])
def test_headings_of_counts(text: str) -> None:
    assert heading_of(text) is Heading.COUNT
