"""Validation and reports take the ethnic groups from the template: none of them knows that there are three."""

import re
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from wres.database.models import Receipt
from wres.feedback.receipt_facts import ReceiptFacts
from wres.feedback.report import with_report, write_reports
from wres.reader.return_reader import read_return
from wres.reference.year_config import load_year
from wres.returns import template_spec
from wres.returns.findings import ValidationResult
from wres.returns.template.template_writer import write_template
from wres.returns.template_spec import Template, load_template
from wres.settings import Settings
from wres.validation.batch import Batch, Submission
from wres.validation.validate import validate_returns

YEAR = load_year(2022)
STAFF = {"white": 200, "bme": 80, "roma": 40, "unknown": 10}
ENTERED = {"white": 20, "bme": 9, "roma": 4, "unknown": 1}
Figures = dict[tuple[str, str], Decimal]


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Template:
    """The year's template with a fourth group, which counts among all staff."""
    folder = shutil.copytree(template_spec.TEMPLATES_FOLDER, tmp_path / "versions")
    for file in folder.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace('"bme", "unknown"]', '"bme", "roma", "unknown"]'), encoding="utf-8")
    monkeypatch.setattr(template_spec, "TEMPLATES_FOLDER", folder)
    return load_template(YEAR.template_version)


def figures(template: Template, changes: Mapping[tuple[str, str], int] = {}) -> Figures:
    """The figures of a clean return, with changes."""
    values: dict[tuple[str, str], int] = {}
    for item, group in template.cells():
        values[item, group] = ENTERED[group] if item.startswith("disciplinary.") else STAFF[group]
    for group, staff in STAFF.items():
        values["workforce.medical.senior_medical_managers", group] = 1
        values["workforce.total", group] = staff * sum(item.in_total for item in template.items)
    return {cell: Decimal(value) for cell, value in (values | dict(changes)).items()}


def validated(
    template: Template, folder: Path, changes: Mapping[tuple[str, str], int], last_year: Figures | None = None
) -> ValidationResult:
    """The result of a workbook, with its reports in the folder `report`."""
    path = folder / "return.xlsx"
    texts = {"signoff.role": "Director of people", "signoff.date": "2022-06-30"}
    write_template(path, template, YEAR, "RXY", "Example Trust", figures=figures(template, changes), texts=texts)
    read = read_return(path.read_bytes(), path.name, Settings())
    submission = Submission("2022-RXY-001", "RXY", YEAR.deadline, read, last_year)
    [result] = validate_returns(Batch([submission], YEAR, template, {"RXY"}, {"RXY"}))
    receipt = Receipt(
        receipt=submission.receipt,
        collection_year=YEAR.year,
        organisation_code="RXY",
        received_at=YEAR.deadline,
        clock_source="machine",
        sha256="0" * 64,
        file_name=path.name,
        simulated=False,
        test=False,
    )
    result = with_report(result, ReceiptFacts(receipt, "Example Trust"), read, YEAR, template)
    write_reports(folder / "report", result.report)
    return result


def test_totals_and_entries_of_the_group_are_checked_and_shown(template: Template, tmp_path: Path) -> None:
    changes = {("workforce.total", "roma"): 5, ("disciplinary.entered", "roma"): 9_000}
    result = validated(template, tmp_path, changes)
    assert [(finding.code, finding.ethnic_group, finding.value) for finding in result.findings] == [
        ("V205", "roma", "9000"),
        ("V206", "roma", "5"),
    ]
    assert result.findings[1].message.startswith("Total workforce, Roma (sheet Return, cell E")
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    headings = re.findall(r'<th scope="col" class="figure">(\w+)</th>', page)
    assert headings[-4:] == ["White", "BME", "Roma", "Unknown"]
    assert '<th scope="row">Roma</th><td class="figure">1,280</td><td class="figure">9,000</td>' in page
    sheet = openpyxl.load_workbook(tmp_path / "report" / "report.xlsx")["Your return"]
    [heading] = [cell for row in sheet.iter_rows() for cell in row if cell.value == "Roma"]
    marked = [cell for row in sheet.iter_rows() for cell in row if cell.comment]
    assert {cell.column for cell in marked} == {heading.column}
    assert {cell.value for cell in marked} == {5, 9_000}


def test_its_staff_count_in_the_quality_edits(template: Template, tmp_path: Path) -> None:
    before = {
        (item, group): 4 * STAFF["roma"]
        for item, group in template.cells()
        if group == "roma" and item.startswith("workforce.clinical.") and not item.endswith("_5")
    }
    result = validated(template, tmp_path, {}, figures(template, before))
    messages = {finding.code: finding.message for finding in result.findings}
    staff = sum(STAFF.values()) * sum(item.in_total for item in template.items)
    assert f" to {staff:,} since last year" in messages["Q324"]
    assert "of the Roma staff would have to change band or grade" in messages["Q329"]
    assert {finding.ethnic_group for finding in result.findings if finding.code == "Q330"} <= {"roma"}
    assert set(result.report["figures"]["workforce.total"]) == set(STAFF)


def test_a_group_that_no_template_has_is_answered_with_those_that_there_are(template: Template, tmp_path: Path) -> None:
    lines = ["Collection year,Organisation code,Item,Ethnic group,Value", "2022,RXY,workforce.total,martian,5"]
    lines += [f"2022,RXY,{item},{group},{value}" for (item, group), value in figures(template).items()]
    read = read_return("\n".join(lines).encode(), "return.csv", Settings())
    submission = Submission("r", "RXY", YEAR.deadline, read, None)
    [result] = validate_returns(Batch([submission], YEAR, template, {"RXY"}, {"RXY"}))
    [message] = [finding.message for finding in result.findings if finding.code == "S109"]
    assert message.endswith("the groups are white, bme, roma and unknown.")
