"""Open a read-only DuckDB over the warehouse, with views of the layers raw, core and mart as a build holds them."""

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from wres.database.models import Build
from wres.database.registry import open_registry
from wres.database.releases import find_build, get_snapshots
from wres.errors import WresError
from wres.settings import Settings, load_settings
from wres.warehouse.iceberg import TABLES, lost_file_error, table_schema
from wres.warehouse.layer_schema import LAYERS, RAW, explain_absent
from wres.warehouse.marts import KEY, list_counted_builds, list_files
from wres.warehouse.snapshot_reader import data_files

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds

_FILES = "files"  # the database of a connection that holds what its views read


def open_connection(build: str | None = None, settings: Settings | None = None) -> "duckdb.DuckDBPyConnection":
    """Open a DuckDB database in memory that reads the warehouse and can change nothing in it.

    Its views are `raw.figures`, `raw.organisations` and `raw.findings` (the accepted returns), `core.*` (counts by
    organisation and ethnic group) and `mart.*` (every published table with exact figures). Rows are read from the
    warehouse's Parquet files as they are asked for. What does not fit into memory is put into a temporary folder that
    nobody else can read, and that is removed with the connection. Close it when you are done: it is a context manager.

    Args:
        build: the name of a build; by default the latest one of the newest collection year.
        settings: say where the warehouse is; by default the environment does.

    Raises:
        WresError: nothing is built yet, there is no such build, or the warehouse cannot be read.
    """
    import duckdb

    settings = settings or load_settings()
    wanted = _find_build(settings, build)
    tables = list(_list_tables(settings, wanted))
    # Without this folder DuckDB puts rows into .tmp where the user happens to work, for all to read.
    overflow = TemporaryDirectory(prefix="wres-sql-", ignore_cleanup_errors=True)
    connection = duckdb.connect(
        config={
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "temp_directory": overflow.name,
        }
    )
    weakref.finalize(connection, overflow.cleanup)
    _create_views(connection, tables, wanted.collection_year)
    connection.execute("SET lock_configuration = true")
    return connection


def _create_views(connection: "duckdb.DuckDBPyConnection", tables: "list[_BuildTable]", up_to: int) -> None:
    """Create a schema for each layer and a view of each table; SHOW TABLES lists them, and not the files below them."""
    layers = [layer for layer in reversed(LAYERS) if any(table.layer == layer for table in tables)]
    for layer in layers:
        connection.execute(f"CREATE SCHEMA {layer}")
    # The files hold more columns, and those of the layer raw later years too: in a database of their own nobody takes
    # them for a table.
    connection.execute(f"ATTACH ':memory:' AS {_FILES}")
    [(database,)] = connection.execute("SELECT current_database()").fetchall()
    for table in tables:
        files = f"{table.layer}_{table.name}"
        connection.execute(f"USE {_FILES}")
        connection.from_arrow(_open_dataset(table.paths, table.schema)).create_view(files)
        connection.execute(f"USE {database}")
        quoted = ", ".join(f'"{column}"' for column in table.columns)  # some are keywords, such as window
        # The names are those of the program's own tables and columns.
        years = f" WHERE collection_year <= {up_to}" if table.layer == RAW else ""
        connection.execute(
            f"CREATE VIEW {table.layer}.{table.name} AS SELECT {quoted} FROM {_FILES}.main.{files}{years}"  # noqa: S608
        )
    connection.execute(f"SET search_path = '{','.join(layers)}'")


def list_parquet_files(table: str, build: str | None = None, settings: Settings | None = None) -> list[str]:
    """List the Parquet files that hold a table as a build holds it, for tools that read Parquet themselves.

    Args:
        table: with its layer, such as mart.organisation.
        build: the name of a build; by default the latest one of the newest collection year.
        settings: say where the warehouse is; by default the environment does.

    Returns: paths, or the addresses of an object store; none where the table has no row.

    Raises:
        WresError: there is no such table or build.
    """
    settings = settings or load_settings()
    wanted = _find_build(settings, build)
    paths = {f"{held.layer}.{held.name}": held.paths for held in _list_tables(settings, wanted)}
    if table not in paths:
        if reason := explain_absent(table, paths, wanted.collection_year):
            raise WresError(reason)
        raise WresError(f"The warehouse has no table {table!r} of this build: use one of {', '.join(sorted(paths))}.")
    return paths[table]


def _find_build(settings: Settings, name: str | None) -> Build:
    """Find a build by its name, without one the latest of the newest collection year.

    Raises:
        WresError: there is none.
    """
    build = find_build(open_registry(settings), name)
    if build is None:
        raise WresError(
            "Nothing is built yet. Build a year first: wres build 2022."
            if name is None
            else f"There is no build {name!r}. A release's manifest names its build, and wres build prints it; without "
            "a name you get the latest build of the newest collection year."
        )
    return build


@dataclass(frozen=True, slots=True)
class _BuildTable:
    """A table of a build: its layer and name, the columns of its files and those that are shown, and the files."""

    layer: str
    name: str
    schema: "pa.Schema"
    columns: list[str]
    paths: list[str]


def _list_tables(settings: Settings, build: Build) -> Iterator[_BuildTable]:
    """Give each table that the warehouse holds of a build."""
    for name, snapshot in get_snapshots(build).items():
        if name in TABLES:
            schema = table_schema(name)
            paths = data_files(settings, name, snapshot, build.collection_year).paths
            yield _BuildTable(RAW, name, schema, schema.names, paths)
    keys = list_counted_builds(settings, build.build)
    for key in keys[-1:]:
        for full_name, schema, paths in list_files(settings, key):
            layer, name = full_name.split(".")
            yield _BuildTable(layer, name, schema, [column for column in schema.names if column not in KEY], paths)


def _open_dataset(paths: list[str], schema: "pa.Schema") -> "ds.Dataset":
    """Return files as one lazy table; columns that a file does not have yet are null."""
    import pyarrow.dataset as ds
    from pyarrow.fs import FileSystem

    if not paths:
        return ds.dataset(schema.empty_table())
    if "://" in paths[0]:
        store, _ = FileSystem.from_uri(paths[0])
        places = [path.partition("://")[2] for path in paths]
        return ds.dataset(places, schema=schema, format="parquet", filesystem=store)
    try:
        return ds.dataset(paths, schema=schema, format="parquet")
    except FileNotFoundError as error:
        raise lost_file_error(error) from error
