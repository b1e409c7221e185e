"""Read the warehouse as it was at a snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.settings import Settings
from wres.warehouse.iceberg import open_catalog, open_table

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.catalog import Catalog
    from pyiceberg.table import Table


def read_years(
    settings: Settings,
    name: str,
    snapshot: int,
    up_to: int,
    *,
    since: int = 0,
    columns: Sequence[str] | None = None,
) -> "pa.Table":
    """Read the rows of a table from one collection year to another, as they were at a snapshot.

    Columns as in `table_schema`, or these of them; one that is newer than the snapshot is null. Other columns are not
    read: of the figures of a large nation most of the memory is receipts and digests.

    Raises:
        WresError: the table has no such snapshot.
    """
    import pyarrow as pa

    from wres.warehouse.iceberg import table_schema

    schema = table_schema(name)
    if columns is not None:
        schema = pa.schema([schema.field(column) for column in columns])
    with open_catalog(settings) as catalogue:
        scan = _table_with(catalogue, name, snapshot).scan(
            f"collection_year >= {since} and collection_year <= {up_to}", snapshot_id=snapshot
        )
        present = set(scan.projection().column_names)
        rows = scan.select(*(column for column in schema.names if column in present)).to_arrow()
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names).cast(schema)


def years_at(settings: Settings, name: str, snapshot: int) -> list[int]:
    """List the collection years with rows in a table at a snapshot."""
    with open_catalog(settings) as catalogue:
        years = (
            _table_with(catalogue, name, snapshot)
            .scan(selected_fields=("collection_year",), snapshot_id=snapshot)
            .to_arrow()
        )
    return sorted(years["collection_year"].unique().to_pylist())


@dataclass(frozen=True, slots=True)
class DataFiles:
    """The files with the rows of a snapshot, for a program that reads Parquet itself.

    `paths` are the addresses of the Parquet files; `ids` the field id of each column of today's table, by which a
    reader finds it in a file under any name that it had. A file older than a column does not have it.
    """

    paths: list[str]
    ids: Mapping[str, int]


def data_files(settings: Settings, name: str, snapshot: int, up_to: int) -> DataFiles:
    """Name the files that hold all rows of a table up to a collection year, as they were at a snapshot.

    They may hold rows of later years too.

    Raises:
        WresError: rows of a file were deleted by another file, as this program never does.
    """
    from wres.warehouse.home_files import find_in_home

    with open_catalog(settings) as catalogue:
        table = _table_with(catalogue, name, snapshot)
        tasks = list(table.scan(f"collection_year <= {up_to}", snapshot_id=snapshot).plan_files())
    if any(task.delete_files for task in tasks):
        raise WresError(
            f"Another program has deleted rows of the warehouse's table {name} without rewriting its files, so the "
            "files alone do not say what it holds. Rewrite the table's data files, or build with --engine duckdb."
        )
    ids = {field.name: field.field_id for field in table.schema().fields}
    paths = (task.file.file_path for task in tasks)
    if not settings.warehouse_uri:
        paths = (str(find_in_home(settings.home.resolve(), location)) for location in paths)
    return DataFiles(sorted(paths), ids)


def _table_with(catalogue: "Catalog", name: str, snapshot: int) -> "Table":
    """Open a table that has a snapshot.

    Raises:
        WresError: it has no such snapshot.
    """
    table = open_table(catalogue, name)
    if table.snapshot_by_id(snapshot) is None:
        raise WresError(
            f"The warehouse's table {name} has no snapshot {snapshot}. Look whether the settings name the warehouse "
            "that belongs to this registry, or make all of it again from the landing zone in a new home: wres rebuild."
        )
    return table
