"""Where the figures are kept: Iceberg tables on Parquet. `connect` reads them in SQL."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from wres.settings import Settings


def connect(build: str | None = None, settings: "Settings | None" = None) -> "duckdb.DuckDBPyConnection":
    """Open a read-only DuckDB with views of the warehouse, as `wres.warehouse.connection.open_connection` says."""
    from wres.warehouse.connection import open_connection

    return open_connection(build, settings)


def parquet_files(table: str, build: str | None = None, settings: "Settings | None" = None) -> list[str]:
    """List the files of a table such as mart.organisation, as `wres.warehouse.connection.list_parquet_files` says."""
    from wres.warehouse.connection import list_parquet_files

    return list_parquet_files(table, build, settings)
