"""A new published column is its SQL and its entry in tables.toml: everything else follows from these."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.disclosure.nations import POLICY, RATIOS, Nation, Tables, Trust, exact_tables, policies, rows_of
from tests.support.temporary_schema import forget_schema, use_schema
from wres.disclosure import protect
from wres.indicators import sql_views
from wres.indicators.published_series import published_series
from wres.outputs import table_schema
from wres.outputs.csv_writer import csv_bytes
from wres.outputs.csvw import csvw_bytes
from wres.outputs.data_dictionary import render_data_dictionary
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.parquet import parquet_bytes
from wres.outputs.revisions import no_revisions
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification, read_specification
from wres.settings import package_data

COLUMN = "known_entered"
ENTRY = f"""
[columns.{COLUMN}]
title = "Staff of known ethnicity entering the process"
description = "White and BME staff who entered the formal disciplinary process in the window."
datatype = "count"
unit = "people"
depends_on = ["white_entered", "bme_entered"]
"""
# The first organisation has few BME entries, the second many.
NATION: Nation = {2021: {"RAA": Trust(23, 2, 9), "RBB": Trust(37, 21, 9), "RCC": Trust(41, 19, 12)}}


def schema_with(entry: str, folder: Path) -> Path:
    """The project's tables.toml with one more column, the last of the table `organisation`."""
    text = Path(table_schema.__file__).with_name("tables.toml").read_text(encoding="utf-8")
    start, end = text.split("[tables.organisation]\n")
    columns, remainder = end.split("\n]\n", maxsplit=1)
    file = folder / "tables.toml"
    file.write_text(
        f'{start}{entry}\n[tables.organisation]\n{columns}\n  "{COLUMN}",\n]\n{remainder}', encoding="utf-8"
    )
    return file


@pytest.fixture
def new_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add the column: one expression in the SQL of its table, one entry in the schema."""
    shutil.copytree(package_data("sql") / "indicators", tmp_path / "indicators")
    mart = tmp_path / "indicators" / "marts" / "organisation.sql"
    sql = mart.read_text(encoding="utf-8")
    assert "indicators.*," in sql
    added = f"indicators.*,\n    indicators.white_entered + indicators.bme_entered AS {COLUMN},"
    mart.write_text(sql.replace("indicators.*,", added), encoding="utf-8")
    monkeypatch.setattr(sql_views, "package_data", lambda _folder: tmp_path)
    use_schema(monkeypatch, schema_with(ENTRY, tmp_path))
    yield
    monkeypatch.undo()
    forget_schema()


@pytest.fixture
def tables(new_column: None) -> Tables:
    """The tables of a nation, with the new column."""
    return {**exact_tables(NATION), "published_series": published_series(2021), "revisions": no_revisions()}


def test_it_is_computed_in_its_declared_type_and_passes_r503(tables: Tables) -> None:
    assert tables["organisation"].schema.field(COLUMN).type == pa.decimal128(14, 2)
    assert checked_tables(tables, 2021)["organisation"][COLUMN].to_pylist() == [25, 58, 60]


def test_csv_csvw_parquet_and_data_dictionary_have_it(tables: Tables, about: ReleaseMetadata) -> None:
    spec = load_specification().tables["organisation"]
    table = checked_tables(tables, 2021)["organisation"]
    assert csv_bytes(table, spec).decode("utf-8").splitlines()[0].endswith(f",{COLUMN}")
    described = json.loads(csvw_bytes(spec, about))["tableSchema"]["columns"][-1]
    assert (described["name"], described["datatype"], described["schema:unitText"]) == (COLUMN, "decimal", "people")
    field = pq.read_schema(pa.BufferReader(parquet_bytes(table, spec, about))).field(COLUMN)
    assert (field.type, field.metadata[b"unit"]) == (pa.float64(), b"people")
    assert f"### {COLUMN}\n" in render_data_dictionary(load_specification())


def test_the_policy_ratios_holds_it_back_where_a_count_behind_it_is(tables: Tables) -> None:
    shown = protect(tables, policies(NATION, RATIOS)).tables["organisation"]
    assert [row[COLUMN] for row in rows_of(shown)] == [None, 58, 60]
    assert [COLUMN in row["suppressed"] for row in rows_of(shown)] == [True, False, False]


def test_a_protected_year_never_shows_what_is_not_made_of_the_printed_counts(tables: Tables) -> None:
    """The exact sum beside rounded counts would tell what they hide."""
    shown = protect(tables, policies(NATION, POLICY)).tables["organisation"]
    assert [(row[COLUMN], COLUMN in row["suppressed"]) for row in rows_of(shown)] == [(None, True)] * 3


def test_a_figure_that_does_not_say_what_it_depends_on_is_refused(tmp_path: Path) -> None:
    silent = "\n".join(line for line in ENTRY.splitlines() if not line.startswith("depends_on"))
    with pytest.raises(ValueError, match=f"the column {COLUMN} does not say what it depends on"):
        read_specification(schema_with(silent, tmp_path))


def test_a_dependency_that_is_no_count_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"{COLUMN} depends on brown, which is no count"):
        read_specification(schema_with(ENTRY.replace('"bme_entered"', '"brown"'), tmp_path))
