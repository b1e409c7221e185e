"""Count the tables of a build once, and read them from the warehouse afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from wres.event_log import log_event
from wres.indicators import compute, from_warehouse
from wres.indicators.engine import open_engine
from wres.indicators.published_series import published_series
from wres.indicators.schemas import measured_tables
from wres.indicators.sql_views import all_rows
from wres.outputs import table_schema
from wres.outputs.table_schema import load_specification
from wres.returns import template_spec
from wres.settings import Settings, package_data
from wres.storage.file_digest import digest_of_files
from wres.validation.edit_catalogue import load_catalogue
from wres.warehouse import layer_schema
from wres.warehouse.layer_schema import CORE, MART, load_layer
from wres.warehouse.marts import (
    ChangedTablesError,
    CountedBuild,
    changed_tables,
    list_counted_builds,
    read_counted,
    short_digest,
    write_counted,
)

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class CountedTables:
    """The indicator tables of a build and the published series, by name, and the key under which they are kept.

    Tables that are counted again only to compare a release are not `kept`, and nothing that is found of them is.
    """

    key: CountedBuild
    tables: "Mapping[str, pa.Table]"
    kept: bool = True


def tables_of_build(
    settings: Settings, build: str, snapshots: Mapping[str, int], year: int, *, mend: bool = False
) -> CountedTables:
    """Return the indicator tables of a build and the published series: from the warehouse, else counted and kept there.

    The same as `indicator_tables` of its snapshots. What was counted by another engine, other code, other years' files
    or another catalogue of edits is counted again.

    Args:
        settings: say where the warehouse is, and what counts.
        build: its name.
        snapshots: the Iceberg snapshot of each warehouse table on which it rests.
        year: its collection year.
        mend: count again where the warehouse's tables are not as they were counted.

    Raises:
        ChangedTablesError: the warehouse's tables are not as they were counted.
        WresError: Spark is asked for and cannot be used.
    """
    key = counted_build(settings, build, snapshots, year)
    try:
        kept = read_counted(settings, key)
    except ChangedTablesError as error:
        if not mend:
            raise
        log_event("marts changed", year, failed=True, build=build, tables=" ".join(error.tables))
        kept = None
    if kept is None:
        kept = count_build(settings, dict(snapshots), year)
        write_counted(settings, key, kept)
    tables = {
        name: kept[f"{MART}.{name}"].select(spec.arrow_schema().names).cast(spec.arrow_schema())
        for name, spec in measured_tables().items()
    }
    tables["published_series"] = published_series(year)
    keys = {name: load_specification().tables[name].key for name in tables}
    in_order = {name: rows.sort_by([(column, "ascending") for column in keys[name]]) for name, rows in tables.items()}
    return CountedTables(key, in_order)


def ensure_counted(settings: Settings, build: str, snapshots: Mapping[str, int], year: int) -> CountedBuild | None:
    """Count the tables of a build where the warehouse has none, or where their files were changed or lost.

    After a restore or a rebuild there are none of any build. What other code counted is left as it is.

    Args:
        settings: say where the warehouse is, and what counts.
        build: its name.
        snapshots: the Iceberg snapshot of each warehouse table on which it rests.
        year: its collection year.

    Returns: the key of the tables, where they were counted.
    """
    if keys := list_counted_builds(settings, build):
        if not (changed := changed_tables(settings, keys[-1])):
            return None
        log_event("marts changed", year, failed=True, build=build, tables=" ".join(changed))
    new_key = counted_build(settings, build, snapshots, year)
    write_counted(settings, new_key, count_build(settings, dict(snapshots), year))
    return new_key


def count_build(settings: Settings, snapshots: dict[str, int], year: int) -> dict[str, "pa.Table"]:
    """Count the tables of both layers, by name with their layer."""
    with open_engine(settings) as engine:
        from_warehouse.register_warehouse(settings, engine, snapshots, year)
        marts = compute.published_tables(engine)
        core = {name: _in_schema(all_rows(engine, name), table) for name, table in load_layer(CORE).tables.items()}
    return {
        **{f"{MART}.{name}": rows for name, rows in marts.items()},
        **{f"{CORE}.{name}": rows for name, rows in core.items()},
    }


def _in_schema(rows: "pa.Table", table: layer_schema.LayerTable) -> "pa.Table":
    """Return the rows of a view in the declared columns and types of the table of the layer core, in order.

    The engine gives them in any order. In order they are the same bytes whoever writes them, so that two workers that
    count a build at once have the same digests.
    """
    schema = table.arrow_schema()
    return rows.select(schema.names).cast(schema).sort_by([(name, "ascending") for name in schema.names])


def counted_build(settings: Settings, build: str, snapshots: Mapping[str, int], year: int) -> CountedBuild:
    """Return the key of a build's tables: its rows, the engine and the code that count, the years' files, the edits."""
    years = from_warehouse.years_of(settings, snapshots, year)
    collections = from_warehouse.collections_table(years, settings.years).to_pylist()
    edits = [(code, edit.title, edit.severity) for code, edit in load_catalogue().items()]
    rests_on = (settings.engine, sorted(snapshots.items()), collections, edits, version("wres"), code_digest())
    return CountedBuild(year, build, short_digest(*rests_on))


@cache
def code_digest() -> str:
    """Return a digest of every file that decides what is counted: SQL, statistics, columns, templates."""
    folders = (
        package_data("sql") / "indicators",
        Path(compute.__file__).parent,
        Path(template_spec.__file__).parent / "template" / "versions",
    )
    files = [file for folder in folders for file in folder.rglob("*") if file.suffix in {".sql", ".py", ".toml"}]
    files.append(Path(table_schema.__file__).with_name("tables.toml"))
    files.append(Path(layer_schema.__file__).with_name("core.toml"))
    return digest_of_files(files)
