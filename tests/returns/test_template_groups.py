"""The workbook and its reader take the ethnic groups from the template, whichever they are."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from wres.reader.return_reader import read_return
from wres.reference.year_config import load_year
from wres.returns import template_spec
from wres.returns.template import formulas
from wres.returns.template.sheet_layout import SheetLayout, TemplateValues
from wres.returns.template.template_writer import return_csv, write_template
from wres.returns.template_spec import Comparison, Template, all_templates, load_template
from wres.settings import Settings

SHIPPED = template_spec.TEMPLATES_FOLDER
YEAR = load_year(2022)
FIVE = ("white", "asian", "black", "other_group", "not_known")


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates in place of the shipped ones, with a third version that has five groups."""
    folder = tmp_path / "versions"
    folder.mkdir()
    for file in SHIPPED.glob("*.toml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    text = (folder / "2.toml").read_text(encoding="utf-8")
    start, end = text.index("ethnic_groups = "), text.index("\n[[comparisons]]")
    groups = """
ethnic_groups = ["white", "asian", "black", "other_group", "not_known"]
groups_together = { overall = ["white", "asian", "black", "other_group", "not_known"], bme = ["asian", "black"] }
group_labels = { asian = "Asian or Asian British", not_known = "Unknown" }
group_guidance = "As each person says."
unknown_group = "not_known"
ethnic_categories = []
"""
    (folder / "3.toml").write_text(
        (text[:start] + groups + text[end:]).replace('version = "2.0"', 'version = "3.0"'), encoding="utf-8"
    )
    monkeypatch.setattr(template_spec, "TEMPLATES_FOLDER", folder)
    return folder


def figures_of(template: Template) -> dict[tuple[str, str], Decimal]:
    """A figure for every cell but the totals, each another one where it can be."""
    cells = [cell for cell in template.cells() if cell[0] != "workforce.total"]
    return {
        cell: Decimal(1 + number % 3 if cell[0].endswith(("entered", "managers")) else 20 + number)
        for number, cell in enumerate(cells)
    }


def test_a_group_without_a_label_is_called_by_its_code(templates: Path) -> None:
    assert load_template("3.0").group_labels["other_group"] == "Other group"


@pytest.mark.parametrize("version", ["2.0", "3.0"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_is_written_is_read_back(templates: Path, version: str, form: str, tmp_path: Path) -> None:
    template = load_template(version)
    figures, path = figures_of(template), tmp_path / f"return.{form}"
    if form == "csv":
        path.write_bytes(return_csv(YEAR, "RXY", figures, {}))
    else:
        write_template(path, template, YEAR, "RXY", "A trust", {}, figures)
    read = read_return(path.read_bytes(), path.name, Settings())
    assert read.faults == []
    numbers = {(cell.item, cell.ethnic_group): cell.number for cell in read.cells}
    totals = {group: numbers.pop(("workforce.total", group), None) for group in template.ethnic_groups}
    assert numbers == figures
    if form == "xlsx":  # the formulas were written with their results
        summands = [item.code for item in template.items if item.in_total]
        assert totals == {group: sum(figures[code, group] for code in summands) for group in template.ethnic_groups}


def test_last_years_figures_stand_beside_and_are_read_back(templates: Path, tmp_path: Path) -> None:
    template, path = load_template("3.0"), tmp_path / "return.xlsx"
    last_year = {cell: number + 1 for cell, number in figures_of(template).items()}
    write_template(path, template, YEAR, "RXY", "A trust", last_year, {})
    assert read_return(path.read_bytes(), path.name, Settings()).last_year == last_year
    header = [cell.value for cell in openpyxl.load_workbook(path)["Return"][10]]
    labels = ["White", "Asian or Asian British", "Black", "Other group", "Unknown"]
    assert header == ["Item", "Data item", *labels, "All groups", *(f"{label} last year" for label in labels), "Check"]


def test_a_label_in_a_csv_file_is_repaired_to_the_code(templates: Path, tmp_path: Path) -> None:
    rows = ["Collection year,Organisation code,Item,Ethnic group,Value"]
    rows += ["2022,RXY,workforce.clinical.band_5,Asian or Asian British,7", "2022,RXY,disciplinary.entered,White,1"]
    path = tmp_path / "return.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    read = read_return(path.read_bytes(), path.name, Settings())
    assert [(cell.ethnic_group, cell.number) for cell in read.cells] == [("asian", 7), ("white", 1)]
    assert "'Asian or Asian British' was read as 'asian'" in [repair.what for repair in read.repairs]


def test_groups_that_are_compared_together_are_added_up(templates: Path) -> None:
    template = load_template("3.0")
    figures = figures_of(template)
    layout = SheetLayout.of(TemplateValues(template, YEAR, "RXY", "A trust", {}, figures, {}))
    place, formula = formulas.relative_likelihood(template, layout)
    total, entered = layout.rows["workforce.total"], layout.rows["disciplinary.entered"]
    assert place == f"D{layout.rows['calculated.relative_likelihood']}"
    assert f"(SUM(D{entered}:E{entered})/SUM(D{total}:E{total}))/(SUM(C{entered})/SUM(C{total}))" in formula
    likelihoods = formulas.likelihoods(figures, template)

    def staff(group: str) -> Decimal:
        return sum((figures[item.code, group] for item in template.items if item.in_total), Decimal(0))

    entries = figures["disciplinary.entered", "asian"] + figures["disciplinary.entered", "black"]
    assert likelihoods["bme"] == Fraction(entries) / Fraction(staff("asian") + staff("black"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"white", "asian"', '"white", "white"', "must name each of its ethnic_groups once"),
        ('["white", "asian"', '["White", "asian"', "has the ethnic group"),
        ('bme = ["asian", "black"]', 'bme = ["asian", "chinese"]', "names in groups_together a group"),
        ('unknown_group = "not_known"', 'unknown_group = "unknown"', "names in unknown_group a group"),
        ("ethnic_categories = []", 'ethnic_categories = [["^a", "irish"]]', "names in ethnic_categories a group"),
        ('ethnic_group = "bme"', 'ethnic_group = "asian_and_black"', "compares a group that it does not have"),
        ('not_known = "Unknown"', 'not_known = "White"', "must give each of its ethnic_groups a label of its own"),
    ],
)
def test_what_is_wrong_with_the_groups_of_a_template_is_said(
    templates: Path, old: str, new: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "wrong"
    folder.mkdir()
    text = (templates / "3.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "3.toml").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(template_spec, "TEMPLATES_FOLDER", folder)
    with pytest.raises(ValueError, match=rf"The template 3\.toml {problem}"):
        all_templates()


def test_the_compared_groups_of_the_shipped_templates() -> None:
    for template in all_templates():
        comparison = template.comparison()
        assert replace(comparison, label="", guidance="") == Comparison("relative_likelihood", "bme", "white", "", "")
