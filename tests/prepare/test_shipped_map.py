"""What the shipped map says of values as systems write them; what it does not know it asks about."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from wres.errors import WresError
from wres.prepare.count_staff import place_assignment
from wres.prepare.value_map import SenderMap, answers_to, load_map, save_map, shipped
from wres.returns.template_spec import load_template, template_versions

ETHNIC_CATEGORIES = {
    "white": [
        "A", " a ", "B", "C", "CL", "CM", "CN", "C2", "CP", "A White - British", "A - White British",
        "C: Any other", "White - Irish", "British", "Irish", "Gypsy or Irish Traveller", "Roma",
        "Any other White background",
    ],
    "bme": [
        "D", "S", "GC", "P1", "h", "D Mixed - White & Black Caribbean", "White and Asian", "White & Black African",
        "Mixed - White and Asian", "Indian", "Asian or Asian British - Indian", "Black British", "Chinese",
        "Any other ethnic group", "R Chinese", "S Any Other Ethnic Group", "N Black or Black British - African",
    ],
    "unknown": [
        "", "  ", "Z", "99", "Z Not Stated", "99 - Not known", "Not stated", "Unknown",
        "Prefer not to say",
    ],
    None: ["Martian", "I", "O", "Q", "X", "7", "T9"],
}  # fmt: skip
CASES = {
    "pay_scale": {
        "band_1": ["Band 1", "XN01"],
        "band_2": ["Band 2", "AfC Band 2", "2", "XR02", "NHS|XN02|Non Review Body Band 2", "NHSXR02", "band 02"],
        "band_5": ["NHS|XR05|Review Body Band 5", "Review Body Band 5", "Band 5", "B5", "05"],
        "band_8a": ["Band 8a", "8A", "Band 8 - Range A", "NHS|XR08|Review Body Band 8 - Range A", "Band 8A"],
        "band_8b": ["XN09", "8 b"],
        "band_8d": ["Band 8 Range D", "XR11"],
        "band_9": ["Band 9", "XN12"],
        "vsm": ["VSM", "Very Senior Manager", "Chief Executive"],
        "under_band_1": ["Apprentice", "Under Band 1"],
        "out": ["Non-Executive Director"],
        None: ["XX99", "", "Band 8", "Band 5/6", "Band 10", "Band 55", "XR55", "Local"],
    },
    "job_role": {
        "consultants": ["Consultant", "Locum Consultant"],
        "senior_medical_managers": ["Medical Director", "Clinical Director - Medical"],
        "non_consultant_career_grade": ["Specialty Doctor", "Associate Specialist", "Staff Grade", "Specialist Grade"],
        "trainee_grades": ["Specialty Registrar", "Foundation Year 1", "Core Training", "FY2"],
        "other": ["Trust Grade Doctor - Specialist Registrar level", "Salaried General Practitioner", "Dental Officer"],
        None: ["", "Staff Nurse"],
    },
    "staff_group": {
        "medical": ["Medical and Dental", "011"],
        "clinical": ["Add Prof Scientific and Technic", "Nursing and Midwifery Registered", "N6H"],
        "non_clinical": ["Administrative and Clerical", "Estates and Ancillary", "G2A", "Non-clinical"],
        None: ["", "Students", "H2R"],
    },
    "assignment_status": {
        "in": ["", "Active Assignment", "Acting Up", "Internal Secondment", "Maternity & Adoption", "Suspend No Pay"],
        "out": ["Terminate Assignment", "Inactive Not Worked", "Offer Accepted"],
        None: ["Mystery"],
    },
    "assignment_category": {
        "in": ["Permanent", "Fixed Term Temp", "Locum"],
        "out": ["Bank", "Bank - Fixed Term", "Honorary", "Non-Exec Director/Chair"],
    },
    "case_type": {"in": ["Disciplinary", "Gross misconduct"], "out": ["Grievance", "Sickness absence"], None: ["MHPS"]},
    "case_stage": {"in": ["Formal", "Formal investigation", "Yes"], "out": ["Informal", "Fact-finding", "No"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "answer", "value"),
    [(name, answer, value) for name, by in CASES.items() for answer, values in by.items() for value in values],  # type: ignore[attr-defined]
)
def test_values_as_systems_write_them(name: str, answer: str | None, value: str) -> None:
    assert SenderMap().place(name, value) == answer


@pytest.mark.parametrize("version", template_versions())
@pytest.mark.parametrize(
    ("group", "value"), [(group, value) for group, values in ETHNIC_CATEGORIES.items() for value in values]
)
def test_ethnic_categories_as_systems_write_them(version: str, group: str | None, value: str) -> None:
    assert SenderMap().place_ethnic_category(value, load_template(version)) == group


def test_a_senders_answer_counts_while_the_template_has_the_group() -> None:
    template = load_template("2.0")
    answered = SenderMap(values={"ethnic_category": {"Martian": "bme"}})
    assert answered.place_ethnic_category(" martian", template) == "bme"
    others = replace(template, ethnic_groups=("white", "black", "unknown"))
    assert answered.place_ethnic_category("Martian", others) is None


@pytest.mark.parametrize(
    ("group", "scale", "role", "item"),
    [
        ("clinical", "Band 8a", "Nurse Consultant", "workforce.clinical.band_8a"),
        ("medical", "Consultant", "", "workforce.medical.consultants"),
        ("medical", "XX99", "Consultant", "workforce.medical.consultants"),
        ("medical", "VSM", "Medical Director", "workforce.medical.senior_medical_managers"),
        ("medical", "Band 7", "Staff Nurse", None),
        ("clinical", "Consultant", "", None),
        ("out", "Band 5", "", "out"),
    ],
)
def test_an_assignment_is_placed(group: str, scale: str, role: str, item: str | None) -> None:
    assert place_assignment(group, scale, role, SenderMap()) == item


def test_every_rule_gives_an_answer_that_the_map_may_give() -> None:
    for name, entry in shipped()["values"].items():
        assert {answer for _, answer in entry["patterns"]} - {""} <= set(answers_to(name)), name


def test_a_sender_is_asked_first() -> None:
    assert SenderMap(values={"pay_scale": {" BAND  5": "band_6"}}).place("pay_scale", "Band 5") == "band_6"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[colums.staff]\n", "has the unknown table 'colums'; use columns.staff, columns.cases and values.FIELD"),
        ('[columns.people]\nperson = "ID"\n', "has the unknown table columns.people"),
        ('[columns.staff]\nname = "ID"\n', "has the unknown field 'name' in columns.staff; use person"),
        ('[values.colour]\n"X" = "in"\n', "has the unknown table values.colour; use"),
        ('[values.pay_scale]\n"XX99" = "band_12"\n', "has the answer 'band_12' in values.pay_scale; use "),
        ('[values.ethnic_category]\n"X" = "band_5"\n', "has the answer 'band_5' in values.ethnic_category; use white"),
        ('[values.pay_scale]\n"XX99" = 5\n', 'must have lines such as "XX99" = "band_5" in tables values.FIELD'),
        ('values = "band_5"\n', 'must have lines such as "XX99" = "band_5" in tables values.FIELD'),
        ("[values", "cannot be read"),
    ],
)
def test_a_faulty_map_is_refused_with_what_to_correct(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(WresError, match=re.escape(problem)):
        load_map(path)


def test_a_map_is_read_again_as_it_was_saved(tmp_path: Path) -> None:
    answers = SenderMap(columns={"staff": {"person": 'Staff "no"'}}, values={"pay_scale": {"XX\x7f": "band_5"}})
    save_map(tmp_path / "map.toml", answers)
    assert load_map(tmp_path / "map.toml") == answers
    assert load_map(tmp_path / "none.toml") == SenderMap()
