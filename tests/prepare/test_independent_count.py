"""Counts equal those of a second, plain count, for any order of rows and columns, duplicates, joiners and leavers."""

import csv
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wres.prepare.count_cases import count_cases
from wres.prepare.count_staff import count_staff, normalise_people
from wres.prepare.extract_reader import read_extract
from wres.prepare.value_map import SenderMap
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template

# As an extract writes them, and what a reader of the standard would say that they are.
GROUPS = {
    "Nursing and Midwifery Registered": "clinical",
    "ALLIED HEALTH PROFESSIONALS": "clinical",
    "Administrative and Clerical": "non_clinical",
    "Estates and Ancillary": "non_clinical",
}
SCALES = {
    "Band 1": "band_1",
    "NHS|XR05|Review Body Band 5": "band_5",
    "XN11": "band_8d",
    "Band 8 - Range C": "band_8c",
    "VSM": "vsm",
}
ETHNIC = dict.fromkeys(("A", "cp", "C White Polish"), "white")
ETHNIC |= dict.fromkeys(("D", "G1", "S"), "bme") | dict.fromkeys(("Z", "99", ""), "")
ROWS_OF_RETURN = [
    f"workforce.{group}.{band}"
    for group in ("non_clinical", "clinical")
    for band in (
        "under_band_1", *(f"band_{band}" for band in (1, 2, 3, 4, 5, 6, 7, "8a", "8b", "8c", "8d", 9)), "vsm",
    )
]  # fmt: skip
CASE_COLUMNS = ("Employee Number", "Case Type", "Formality", "Ethnic Origin", "Case Start Date")
near = st.integers(-800, 40) | st.sampled_from([-731, -730, -366, -365, -364, -1, 0, 1])
assignment = st.fixed_dictionaries(
    {
        "Employee Number": st.integers(1, 12).map(str),
        "Ethnic Origin": st.sampled_from(sorted(ETHNIC)),
        "Pay Scale": st.sampled_from(sorted(SCALES)),
        "Staff Group": st.sampled_from(sorted(GROUPS)),
        "Assignment Category": st.sampled_from(["Permanent", "Fixed Term Temp", "Bank"]),
        "Assignment Status": st.sampled_from(["Active Assignment", "Maternity & Adoption", "Inactive Not Worked"]),
        "Primary": st.sampled_from(["Y", "N"]),
        "FTE": st.sampled_from(["1", "0.5", ""]),
        "Start Date": near,
        "End Date": st.none() | near,
    }
)
case = st.fixed_dictionaries(
    {
        "Employee Number": st.integers(1, 15).map(str),
        "Case Type": st.sampled_from(["Disciplinary", "Grievance"]),
        "Formality": st.sampled_from(["Formal", "Informal"]),
        "Ethnic Origin": st.sampled_from(sorted(ETHNIC)),
        "Case Start Date": near,
    }
)


def one_group(values: list[str]) -> str:
    known = {ETHNIC[value] for value in values} - {""}
    return known.pop() if len(known) == 1 else "unknown"


def plain_count(staff: list[dict[str, Any]], cases: list[dict[str, Any]], days: int) -> Counter[tuple[str, str]]:
    """The figures above 0. A day is a number, from the snapshot; `days` is how many a window has."""
    figures: Counter[tuple[str, str]] = Counter()
    bank_only = set()
    for person in {row["Employee Number"] for row in staff}:
        rows = [row for row in staff if row["Employee Number"] == person]
        in_post = [r for r in rows if r["Start Date"] <= 0 and (r["End Date"] is None or r["End Date"] >= 0)]
        in_post = [r for r in in_post if r["Assignment Status"] != "Inactive Not Worked"]
        post = [r for r in in_post if r["Assignment Category"] != "Bank"]
        if in_post and not post:
            bank_only.add(person)
        if post:
            code = max(
                (r["Primary"] == "Y", float(r["FTE"] or 0), ROWS_OF_RETURN.index(item), item)
                for r in post
                for item in [f"workforce.{GROUPS[r['Staff Group']]}.{SCALES[r['Pay Scale']]}"]
            )[3]
            figures[code, one_group([r["Ethnic Origin"] for r in rows])] += 1
    for item, first, last in (
        ("disciplinary.entered", 1 - days, 0),
        ("disciplinary.entered_previous_year", 1 - days - 365, -days),
    ):
        entered: dict[str, list[str]] = {}
        for row in cases:
            formal = (row["Case Type"], row["Formality"]) == ("Disciplinary", "Formal")
            if formal and first <= row["Case Start Date"] <= last and row["Employee Number"] not in bank_only:
                entered.setdefault(row["Employee Number"], []).append(row["Ethnic Origin"])
        for person, stated in entered.items():
            of_staff = [row["Ethnic Origin"] for row in staff if row["Employee Number"] == person]
            figures[item, one_group(stated if any(ETHNIC[value] for value in stated) else of_staff)] += 1
    return figures


def write(path: Path, rows: list[dict[str, Any]], columns: list[str], snapshot: date, order: random.Random) -> None:
    order.shuffle(columns)
    rows = [*rows, *order.choices(rows, k=2)] if rows else []  # duplicates
    order.shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in rows:
            days = {key: row[key] for key in row if "Date" in key and row[key] is not None}
            writer.writerow({**row, **{key: f"{snapshot + timedelta(days=day):%d/%m/%Y}" for key, day in days.items()}})


@pytest.mark.parametrize(("year", "days"), [(2020, 366), (2022, 365)])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(staff=st.lists(assignment, min_size=1, max_size=25), cases=st.lists(case, max_size=15), order=st.randoms())
def test_counts_equal_a_plain_count(
    tmp_path: Path, year: int, days: int, staff: list[dict[str, Any]], cases: list[dict[str, Any]], order: random.Random
) -> None:
    calendar = load_year(year)
    template = load_template(calendar.template_version)
    expected = plain_count(staff, cases, days)
    codes = {item.code for item in template.items}
    extracts = {}
    for kind, rows, columns in (("staff", staff, list(staff[0])), ("cases", cases, list(CASE_COLUMNS))):
        write(tmp_path / f"{kind}.csv", rows, columns, calendar.snapshot, order)
        extracts[kind] = read_extract(tmp_path / f"{kind}.csv", kind, SenderMap(), lambda question, answers: None)
    people = normalise_people(extracts["cases"].rows["person"], "Employee Number")
    counted = count_staff(extracts["staff"], people, template, calendar, SenderMap())
    entered = count_cases(extracts["cases"], counted, template, calendar, SenderMap())
    assert counted.questions + entered.questions == []
    figures = {key: int(value) for key, value in {**counted.figures, **entered.figures}.items() if value}
    assert figures == {key: value for key, value in expected.items() if key[0] in codes}
    everybody = len({row["Employee Number"] for row in staff})
    assert counted.people + sum(counted.exclusions.values()) == everybody
