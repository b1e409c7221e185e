"""A template with other ethnic groups is data: its file, the columns of tables.toml and the year that uses it.

A copy of the program with these files, and no other code, writes the workbook, reads it, validates, prepares a return
from extracts, simulates a collection and publishes it.
"""

import csv
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.support.copied_package import CopiedPackage, copy_package

YEAR = 2025
GROUPS = {"white": "White", "bme": "BME", "roma": "Roma or Traveller", "unknown": "Not known"}
STAFF = {"white": 160, "bme": 80, "roma": 40, "unknown": 5}  # of each item, about
# Of a year whose template does not have the group there is no figure.
ENTRY = """
[columns.{side}roma_{measure}]
title = "Roma or Traveller staff, {side}{measure}"
description = "The {side}{measure} of Roma or Traveller staff."
datatype = "{datatype}"
null = "x"
ethnic_group = "roma"
measure = "{side}{measure}"

"""


def change_data(copied: CopiedPackage) -> None:
    """Add template 3.0, with a fourth group and another label, publish the group's counts; use it in the last year."""
    versions = copied.package / "returns" / "template" / "versions"
    text = (versions / "2.toml").read_text(encoding="utf-8")
    for old, new in (
        ('version = "2.0"', 'version = "3.0"'),
        ('["white", "bme", "unknown"]', '["white", "bme", "roma", "unknown"]'),
        ('unknown = "Unknown"', 'roma = "Roma or Traveller", unknown = "Not known"'),
        ("ethnic_categories = [", 'ethnic_categories = [\n  ["^h[a-z0-9]?\\\\b|\\\\broma\\\\b", "roma"],'),
    ):
        assert old in text
        text = text.replace(old, new)
    (versions / "3.toml").write_text(text, encoding="utf-8")
    file = copied.package / "outputs" / "tables.toml"
    columns, tables = file.read_text(encoding="utf-8").split("[tables.national]", maxsplit=1)
    for side in ("", "previous_"):
        for measure, datatype in (("headcount", "integer"), ("entered", "count")):
            columns += ENTRY.format(side=side, measure=measure, datatype=datatype)
            name = f'"{side}unknown_{measure}",'
            assert name in tables
            tables = tables.replace(name, f'{name} "{side}roma_{measure}",')
    file.write_text(f"{columns}[tables.national]{tables}", encoding="utf-8")
    year = (copied.package / "reference" / "years" / f"{YEAR}.toml").read_text(encoding="utf-8")
    assert 'template_version = "2.0"' in year
    changed = year.replace('template_version = "2.0"', 'template_version = "3.0"')
    (copied.folder / "years" / f"{YEAR}.toml").write_text(changed, encoding="utf-8")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> CopiedPackage:
    """The program with the other data files."""
    copied = copy_package(tmp_path_factory.mktemp("copy"))
    change_data(copied)
    return copied


def fill_in(workbook: Path, filled: Path) -> dict[tuple[str, str], int]:
    """Fill in a workbook as a person would, by its headings, and return the figures."""
    book = openpyxl.load_workbook(workbook)
    sheet = book["Return"]
    rows = [[str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    header = next(number for number, row in enumerate(rows, start=1) if row[0] == "Item")
    columns = {label: rows[header - 1].index(label) + 1 for label in GROUPS.values()}
    assert sorted(columns.values()) == list(columns.values()) == [3, 4, 5, 6]
    figures = {}
    for place, (code, *_) in enumerate(rows[header:], start=header + 1):
        if code.startswith(("workforce.", "disciplinary.")) and code != "workforce.total":
            for number, (group, label) in enumerate(GROUPS.items()):
                few = code.endswith(("entered", "senior_medical_managers"))
                figures[code, group] = 4 - number if few else STAFF[group] + place % 7
                sheet.cell(place, columns[label], figures[code, group])
    book["Sign-off"]["B4"], book["Sign-off"]["B5"] = "Director of Workforce", f"{YEAR}-07-01"
    book.save(filled)
    return figures


def as_csv(figures: dict[tuple[str, str], int], file: Path) -> None:
    """Write a return as CSV, with the labels of the ethnic groups as a person would write them."""
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["Collection year", "Organisation code", "Item", "Ethnic group", "Value"])
        writer.writerows([YEAR, "RXY", item, GROUPS[group], value] for (item, group), value in figures.items())
        writer.writerow([YEAR, "RXY", "signoff.role", "", "Director of Workforce"])
        writer.writerow([YEAR, "RXY", "signoff.date", "", f"{YEAR}-07-01"])


@pytest.mark.slow
def test_the_workbook_is_filled_in_read_back_and_accepted(copied: CopiedPackage, tmp_path: Path) -> None:
    blank, filled = tmp_path / "blank.xlsx", tmp_path / "filled.xlsx"
    copied.wres("template", str(YEAR), "RXY", "--output", blank)
    figures = fill_in(blank, filled)
    as_csv(figures, tmp_path / "filled.csv")
    for file in (filled, tmp_path / "filled.csv"):
        report = tmp_path / file.suffix[1:]
        copied.wres("check", file, "--year", str(YEAR), "--report", report)
        document = json.loads((report / "report.json").read_text(encoding="utf-8"))
        assert (document["status"], document["template_version"]) == ("accepted", "3.0")
        counted = {(item, group): value for item, row in document["figures"].items() for group, value in row.items()}
        assert figures.items() <= counted.items()


@pytest.mark.slow
def test_more_entries_than_staff_are_found_in_the_fourth_group(copied: CopiedPackage, tmp_path: Path) -> None:
    copied.wres("template", str(YEAR), "RXY", "--output", tmp_path / "blank.xlsx")
    figures = fill_in(tmp_path / "blank.xlsx", tmp_path / "filled.xlsx")
    figures["disciplinary.entered", "roma"] = 9_000
    as_csv(figures, tmp_path / "wrong.csv")
    findings = copied.json("check", tmp_path / "wrong.csv", status=1)
    assert ("V205", "roma") in {(finding["code"], finding["ethnic_group"]) for finding in findings}


@pytest.mark.slow
def test_a_return_is_prepared_from_extracts(copied: CopiedPackage, tmp_path: Path) -> None:
    extracts, output = tmp_path / "extracts", tmp_path / "return.xlsx"
    copied.wres("prepare", str(YEAR), "--example", extracts)
    files = ("--staff", extracts / "example-staff.csv", "--cases", extracts / "example-cases.csv")
    copied.wres("prepare", str(YEAR), "RXY", *files, "--output", output)
    rows = list(openpyxl.load_workbook(output)["Return"].iter_rows(values_only=True))
    column = next(row for row in rows if row[0] == "Item").index("Roma or Traveller")
    staff = [row[column] for row in rows if str(row[0]).startswith("workforce.clinical.")]
    assert sum(number for number in staff if isinstance(number, int)) > 0
    page = output.with_name("return-reconciliation.html").read_text(encoding="utf-8")
    assert '<th scope="col" class="number">Roma or Traveller</th>' in page


SIMULATE = f"""
from wres.settings import load_settings
from wres.simulation.demo_collection import run_demo
for row in run_demo(load_settings(), [{YEAR - 1}, {YEAR}], returns=12, seed=3, progress=lambda *_: None):
    assert row["accepted"] == 12, row
"""


@pytest.mark.slow
def test_a_simulated_collection_is_published_beside_a_year_of_three_groups(copied: CopiedPackage) -> None:
    copied.python(SIMULATE)
    for audience in ("management", "official"):
        folder = copied.home / "published" / str(YEAR) / "1.0" / audience / "csv"
        with (folder / "national.csv").open(newline="", encoding="utf-8") as source:
            rows = {row["collection_year"]: row for row in csv.DictReader(source) if row["organisation_group"] == "all"}
        before, now = rows[str(YEAR - 1)], rows[str(YEAR)]
        assert (before["roma_headcount"], before["roma_entered"]) == ("x", "x")
        groups = ("white", "bme", "roma", "unknown")
        staff, entered = (
            sum(Decimal(now[f"{group}_{count}"]) for group in groups) for count in ("headcount", "entered")
        )
        assert Decimal(now["roma_headcount"]) > 0
        with (folder / "organisation_change.csv").open(newline="", encoding="utf-8") as source:
            changes = [row for row in csv.DictReader(source) if row["collection_year"] == str(YEAR)]
        assert {(row["previous_roma_headcount"], row["previous_roma_entered"]) for row in changes} == {("x", "x")}
        assert Decimal(now["overall_likelihood_percent"]) == (100 * entered / staff).quantize(Decimal("0.01"))
