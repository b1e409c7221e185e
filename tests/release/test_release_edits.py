"""R506, and a new R edit by its expectation, its entry of the catalogue and its cases alone."""

import json
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from wres.outputs.schema_check import ReleaseCheckError
from wres.release.release_edits import edit_breaches, release_breaches, require_release_edits
from wres.settings import package_data
from wres.validation import edit_catalogue
from wres.validation.gx_adapter import EditExecutionError

Tables = dict[str, pa.Table]
AddEdit = Callable[..., None]
BETWEEN = "expect_column_values_to_be_between"


@pytest.fixture(scope="module")
def collected(collection_tables: Callable[..., Tables]) -> Tables:
    return collection_tables()


@pytest.fixture
def add_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AddEdit]:
    """Add R599 to a copy of the shipped catalogue and suite."""
    folder = shutil.copytree(package_data("expectations"), tmp_path / "expectations")

    def forget() -> None:
        for cached in (edit_catalogue.load_catalogue, edit_catalogue.load_suites):
            cached.cache_clear()

    def add(kind: str, kwargs: dict[str, Any], message: str) -> None:
        suite = json.loads((folder / "release.json").read_text("utf-8"))
        suite["expectations"].append({"type": kind, "kwargs": kwargs, "meta": {"edit": "R599"}})
        (folder / "release.json").write_text(json.dumps(suite), "utf-8")
        texts = {"title": "New", "stage": "release", "severity": "reject", "meaning": "New.", "how_to_fix": "Look."}
        entry = "".join(f"{key} = {json.dumps(text)}\n" for key, text in {**texts, "message": message}.items())
        with (folder / "edits.toml").open("a", encoding="utf-8") as catalogue:
            catalogue.write(f"\n[R599]\n{entry}")
        forget()

    monkeypatch.setattr(edit_catalogue, "package_data", lambda name: tmp_path / name)
    forget()
    yield add
    monkeypatch.undo()
    forget()


def changed(table: pa.Table, row: int, **values: object) -> pa.Table:
    rows = table.to_pylist()
    rows[row].update(values)
    return pa.Table.from_pylist(rows, schema=table.schema)


@pytest.mark.parametrize(
    ("name", "bound", "by"),
    [
        ("national", "relative_likelihood_lower", "-0.01"),
        ("region", "relative_likelihood_upper", "0.01"),
        ("organisation_type", "relative_likelihood_unknown_lowest", "-0.01"),
        ("organisation", "relative_likelihood_unknown_highest", "0.01"),
    ],
)
def test_a_ratio_on_its_bound_passes_and_one_beyond_it_stops_the_release(
    collected: Tables, name: str, bound: str, by: str
) -> None:
    table, figure = collected[name], "relative_likelihood"
    number = next(number for number, row in enumerate(table.to_pylist()) if None not in (row[figure], row[bound]))
    row = table.slice(number, 1).to_pylist()[0]
    others = dict.fromkeys(column for column in table.column_names if column.startswith(f"{figure}_"))
    on_bound = {**others, bound: row[bound], figure: row[bound]}
    assert edit_breaches({name: changed(table, number, **on_bound)}) == []
    beyond = {name: changed(table, number, **on_bound | {figure: row[bound] + Decimal(by)})}
    [(code, sentence)] = edit_breaches(beyond)
    assert code == "R506"
    assert sentence.startswith(f"{name}, relative_likelihood")
    assert str(row["collection_year"]) in sentence
    assert row["name"] in sentence
    with pytest.raises(ReleaseCheckError, match="R506: ") as error:
        require_release_edits(beyond)
    assert error.value.breaches == [sentence]


def test_a_ratio_that_is_withheld_is_not_tested(collected: Tables) -> None:
    withheld = changed(collected["organisation"], 0, relative_likelihood=None)
    require_release_edits({**collected, "organisation": withheld})


def test_a_new_edit_is_held_against_every_table_with_its_column(collected: Tables, add_edit: AddEdit) -> None:
    limits = {"column": "matched_organisations", "max_value": 2}
    add_edit(BETWEEN, limits, "{table}: {name} has {stated} in {collection_year}, {organisation_group}.")
    breaches = release_breaches(collected)
    expected = [
        (name, row["name"], row["matched_organisations"])
        for name in ("comparison", "improvement")
        for row in collected[name].to_pylist()
        if (row["matched_organisations"] or 0) > 2
    ]
    assert {name for name, *_ in expected} >= {"comparison"}
    assert len(breaches) == len(expected)
    for (code, sentence), (name, place, count) in zip(breaches, expected, strict=True):
        assert code == "R599"
        assert sentence.startswith(f"{name}: {place}, ")
        assert f" has {count} in " in sentence


def test_a_new_edit_that_finds_nothing_stops_nothing(collected: Tables, add_edit: AddEdit) -> None:
    add_edit(BETWEEN, {"column": "goal_percent", "max_value": 100}, "{table}, {year}: {name} is {stated}.")
    require_release_edits(collected)
    with pytest.raises(ReleaseCheckError, match=r"R599: goals, 2021: trust is 101\. .* Look\."):
        require_release_edits({"goals": changed(collected["goals"], -1, goal_percent=101, collection_year=2021)})


def test_an_edit_of_a_column_that_no_table_has_stops_everything(collected: Tables, add_edit: AddEdit) -> None:
    add_edit(BETWEEN, {"column": "white_hedcount", "min_value": 0}, "{table}.")
    with pytest.raises(EditExecutionError, match="R599: no published table has the columns white_hedcount"):
        edit_breaches(collected)


def test_a_message_about_a_column_that_the_table_has_not_stops_everything(collected: Tables, add_edit: AddEdit) -> None:
    add_edit(BETWEEN, {"column": "goal_percent", "max_value": 1}, "{table}: {region_code}.")
    with pytest.raises(EditExecutionError, match="R599: its message names 'region_code', which goals has not"):
        edit_breaches({"goals": collected["goals"]})
