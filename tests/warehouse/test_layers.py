"""The data dictionary has every table and column of the warehouse, as they are, and no others."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.warehouse.test_counted_builds import built, tables
from wres.indicators.sql_views import load_sql
from wres.outputs.table_schema import load_specification
from wres.settings import Settings, load_settings, package_data
from wres.warehouse import connect, layer_schema
from wres.warehouse.iceberg import TABLES, open_catalog
from wres.warehouse.layer_schema import BOOKKEEPING, CORE, LAYERS, RAW, load_layer
from wres.warehouse.marts import KEY, list_counted_builds
from wres.warehouse.remembered import write_remembered

PAGE = (package_data("docs") / "data-dictionary.md").read_text(encoding="utf-8")
Columns = dict[str, list[str]]


def described() -> Columns:
    """The columns of each table that the page describes, by its name with its layer."""
    columns: Columns = {}
    for name, text in re.findall(r"^### Table ([\w.]+)\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE):
        if "." in name:
            columns[name] = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
        elif load_specification().tables[name].is_measured:
            columns[f"mart.{name}"] = re.findall(r"\[(\w+)\]\(#", text.partition("Columns: ")[2])
    return columns


@pytest.fixture
def counted(settings: Settings, world: Callable[[str, Callable[[], None]], None]) -> Settings:
    def make() -> None:
        there = load_settings()
        build = built(there, 2022, 20, 20)
        tables(there, build)
        [key] = list_counted_builds(there, build.build)
        write_remembered(there, key, "how many", "3")

    world("counted-layers", make)
    return settings


def test_every_view_of_an_analyst_is_described_column_by_column_and_no_more(counted: Settings) -> None:
    with connect(settings=counted) as connection:
        views = connection.execute(
            "SELECT table_schema || '.' || table_name, list(column_name ORDER BY ordinal_position) "
            "FROM information_schema.columns WHERE table_schema <> 'main' GROUP BY 1"
        ).fetchall()
    shown = {name: columns for name, columns in described().items() if not name.startswith(BOOKKEEPING)}
    assert dict(views) == shown
    assert {name.partition(".")[0] for name in shown} == set(LAYERS)


def test_every_iceberg_table_is_in_the_namespace_of_its_layer_and_described(counted: Settings) -> None:
    columns = described()
    stored: Columns = {}
    with open_catalog(counted) as catalogue:
        for namespace in catalogue.list_namespaces():
            for identifier in catalogue.list_tables(namespace):
                stored[".".join(identifier)] = list(catalogue.load_table(identifier).schema().column_names)
    for name, names in stored.items():
        layer = name.partition(".")[0]
        assert names == [*(() if layer in (RAW, BOOKKEEPING) else KEY), *columns[name]], name
    assert columns.keys() - stored.keys() == {"wres.protected_builds"}  # of builds with a protected year only


def test_a_column_may_be_missing_where_the_table_says_so(counted: Settings) -> None:
    with connect(settings=counted) as connection:
        for layer in (RAW, CORE):
            for table in load_layer(layer).tables.values():
                for column in table.columns:
                    if column.name not in table.optional:
                        query = f"SELECT count(*) FROM {layer}.{table.name} WHERE {column.name} IS NULL"
                        assert connection.execute(query).fetchall() == [(0,)], (table.name, column.name)


def test_values_of_core_are_described(counted: Settings) -> None:
    with connect(settings=counted) as connection:
        for table in load_layer(CORE).tables.values():
            for column in table.columns:
                if column.values:
                    query = f"SELECT DISTINCT {column.name} FROM {CORE}.{table.name}"
                    values = {value for (value,) in connection.execute(query).fetchall()}
                    assert values <= column.values.keys(), (table.name, column.name)


def test_each_level_that_core_describes_is_there(counted: Settings) -> None:
    with connect(settings=counted) as connection:
        for name in ("area_membership", "group_measures"):
            [described_levels] = [c.values for c in load_layer(CORE).tables[name].columns if c.name == "level"]
            rows = connection.execute(f"SELECT DISTINCT level FROM core.{name}").fetchall()
            assert {level for (level,) in rows} == set(described_levels), name


def test_types_of_the_marts_are_those_that_the_page_says(counted: Settings) -> None:
    said = {"count": "DECIMAL", "decimal": "DECIMAL", "integer": "BIGINT", "year": "INTEGER"}
    said |= {"string": "VARCHAR", "boolean": "BOOLEAN"}
    types = ("is a\nDECIMAL", "whole number a BIGINT", "a year an INTEGER", "text a VARCHAR", "false a BOOLEAN")
    assert all(words in PAGE for words in types)
    with connect(settings=counted) as connection:
        for name, table in load_specification().tables.items():
            if table.is_measured:
                held = connection.execute(
                    "SELECT column_name, data_type FROM information_schema.columns "
                    f"WHERE table_schema = 'mart' AND table_name = '{name}'"
                ).fetchall()
                assert {column: kind.partition("(")[0] for column, kind in held} == {
                    column.name: said[column.datatype] for column in table.columns
                }


def test_each_table_of_core_is_a_view_of_the_sql() -> None:
    for name, table in load_layer(CORE).tables.items():
        assert load_sql(name).startswith(f"-- {name}: ")
        path = table.source.split("`")[1]
        assert path.endswith(f"/{name}.sql")
        assert (package_data("sql").parent / path).is_file()
    assert tuple(load_layer(RAW).tables) == TABLES


def test_no_column_is_stated_for_nothing() -> None:
    for file in ("raw.toml", "core.toml", "bookkeeping.toml"):
        text = Path(layer_schema.__file__).with_name(file).read_text(encoding="utf-8")
        for name in re.findall(r"^\[columns\.(\w+)\]", text, re.MULTILINE):
            assert f'"{name}"' in text, (file, name)
