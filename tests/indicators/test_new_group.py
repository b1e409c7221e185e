"""A further ethnic group is data: a line of the template and its columns in tables.toml; no SQL, no code."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.indicators.made_returns import collection, computed, figures, organisation, plain_return, required_cells
from tests.support.temporary_schema import forget_schema, use_schema
from wres.outputs import table_schema
from wres.outputs.table_schema import read_specification
from wres.returns import template_spec
from wres.returns.template_spec import load_template

ENTRY = """
[columns.{side}roma_{measure}]
title = "Roma staff, {side}{measure}"
description = "Roma staff."
datatype = "{datatype}"
ethnic_group = "roma"
measure = "{side}{measure}"

"""
COUNTS = {"headcount": "integer", "entered": "count"}
SIDES = ("", "previous_")


def schema_with_roma(folder: Path, published: str = "") -> Path:
    """Write tables.toml with the counts of a fourth group beside those of unknown ethnicity, in the tables named."""
    text = Path(table_schema.__file__).with_name("tables.toml").read_text(encoding="utf-8")
    columns, tables = text.split("[tables.national]", maxsplit=1)
    for side in SIDES:
        for measure, datatype in COUNTS.items():
            columns += ENTRY.format(side=side, measure=measure, datatype=datatype)
            name = f'"{side}unknown_{measure}",'
            tables = tables.replace(name, f'{name} "{side}roma_{measure}",', -1 if not published else 1)
    file = folder / "tables.toml"
    file.write_text(f"{columns}[tables.national]{tables}", encoding="utf-8")
    return file


def templates_with_roma(folder: Path) -> Path:
    """Write the templates with a fourth group, which counts among all staff."""
    versions = shutil.copytree(Path(template_spec.__file__).parent / "template" / "versions", folder / "versions")
    for file in versions.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        assert text.count('["white", "bme", "unknown"]') == 2
        file.write_text(text.replace('"bme", "unknown"]', '"bme", "roma", "unknown"]'), encoding="utf-8")
    return versions


@pytest.fixture
def fourth_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the templates state a fourth group and publish its counts."""
    use_schema(monkeypatch, schema_with_roma(tmp_path), templates_with_roma(tmp_path))
    required_cells.cache_clear()
    yield
    monkeypatch.undo()
    forget_schema()
    required_cells.cache_clear()


def test_it_is_counted_published_compared_and_among_all_staff(fourth_group: None) -> None:
    cells = []
    for year, entered in ((2021, 4), (2022, 2)):
        stated = plain_return(white=(100, 1), bme=(50, 1), unknown=(10, 0), roma=(40, entered))
        cells += figures(collection(year), "RAA", stated)
    years = [collection(2021), collection(2022)]
    tables = computed(cells, [organisation(2021, "RAA"), organisation(2022, "RAA")], years)
    for name in ("organisation", "national"):
        row = tables[name].to_pylist()[-1]
        assert (row["roma_headcount"], row["roma_entered"]) == (40, Decimal(2))
        assert row["overall_likelihood_percent"] == Decimal("2.00")  # 4 of 200
        assert row["relative_likelihood"] == Decimal("2.00")  # of BME and white staff, as ever
    [change] = tables["organisation_change"].to_pylist()
    assert (change["previous_roma_entered"], change["roma_entered"]) == (4, 2)
    assert change["overall_likelihood_change_points"] == Decimal("-1.00")


def test_a_year_whose_template_lacks_it_has_no_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = templates_with_roma(tmp_path)
    newest = (versions / "2.toml").read_text(encoding="utf-8").replace('version = "2.0"', 'version = "3.0"')
    shutil.copy(template_spec.TEMPLATES_FOLDER / "2.toml", versions / "2.toml")
    (versions / "3.toml").write_text(newest, encoding="utf-8")
    file = schema_with_roma(tmp_path)
    text = file.read_text(encoding="utf-8").replace('title = "Roma staff', 'null = "x"\ntitle = "Roma staff')
    file.write_text(text, encoding="utf-8")
    use_schema(monkeypatch, file, versions)
    required_cells.cache_clear()
    try:
        before, now = collection(2021), {**collection(2022), "template_version": "3.0"}
        roma = dict.fromkeys(((item.code, "roma") for item in load_template("3.0").items if item.required), Decimal(0))
        stated = plain_return(white=(100, 1), bme=(50, 1), unknown=(10, 0))
        cells = figures(before, "RAA", stated)
        cells += figures(now, "RAA", roma | stated | plain_return(roma=(40, 2)))
        tables = computed(cells, [organisation(2021, "RAA"), organisation(2022, "RAA")], [before, now])
    finally:
        monkeypatch.undo()
        forget_schema()
        required_cells.cache_clear()
    first, last = tables["organisation"].to_pylist()
    assert (first["roma_headcount"], first["roma_entered"]) == (None, None)
    assert (last["roma_headcount"], last["roma_entered"]) == (40, Decimal(2))
    [change] = tables["organisation_change"].to_pylist()
    assert (change["previous_roma_headcount"], change["previous_roma_entered"]) == (None, None)
    assert (change["previous_unknown_headcount"], change["roma_headcount"]) == (10, 40)


def test_a_return_without_it_lacks_figures(fourth_group: None) -> None:
    year = collection(2022)
    cells = [row for row in figures(year, "RAA", plain_return(white=(1, 0))) if row["ethnic_group"] != "roma"]
    with pytest.raises(ValueError, match="an accepted return that lacks figures"):
        computed(cells, [organisation(2022, "RAA")], [year])


def test_a_table_that_leaves_out_a_group_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"table region states counts of people without roma_entered, roma_headcount"):
        read_specification(schema_with_roma(tmp_path, published="national"))


@pytest.mark.slow
def test_it_is_validated_added_up_and_protected_like_the_others(tmp_path: Path) -> None:
    templates_with_roma(tmp_path)
    schema_with_roma(tmp_path)
    command = [sys.executable, "-m", "tests.indicators.fourth_group", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    returns, published = outcome["returns"], outcome["published"]
    assert returns["clean"] == []
    assert "V205 roma" in returns["more entries than staff"]
    assert set(returns["left out"]) == {"S110 roma"}
    assert any("roma_entered" in sentence for sentence in published["additivity"])
    assert published["protected"] == {"roma_entered": None, "white_entered": "30.00"}
    assert published["ratios"] == {"roma_entered": None, "white_entered": "30.00"}
    assert published["ratio"] == "1.67"  # of BME and white staff: 25 / 500 over 30 / 1,000
