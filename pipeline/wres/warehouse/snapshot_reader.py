"""Reading the warehouse as it stood at a snapshot, and marking what a release rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.settings import Settings
from wres.warehouse.iceberg import open_catalog, open_table, retry_on_conflict

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
        there = set(scan.projection().column_names)
        rows = scan.select(*(column for column in schema.names if column in there)).to_arrow()
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
    """Where the rows of a snapshot are, for a program that reads Parquet itself.

    `paths` are the addresses of the Parquet files; `ids` the field id of each column of today's table, by which it is
    found in a file, under any name it had then, also where it was not there when the file was written.
    """

    paths: list[str]
    ids: Mapping[str, int]


def data_files(settings: Settings, name: str, snapshot: int, up_to: int) -> DataFiles:
    """The files that hold all rows of a table up to a collection year, as they stood at a snapshot.

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
            "that belongs to this registry, or make all of it again from the landing store in a new home: wres rebuild."
        )
    return table


def tag_release(settings: Settings, snapshots: dict[str, int], tag: str) -> None:
    """Give the snapshots of a release a name, so that they are kept for good; a second time changes nothing.

    A name that an edition had which was withdrawn before it was written is given to these snapshots.
    """
    with open_catalog(settings) as catalogue:
        for name, snapshot in snapshots.items():
            retry_on_conflict(partial(_tag, catalogue, name, snapshot, tag))


def _tag(catalogue: "Catalog", name: str, snapshot: int, tag: str) -> None:
    table = open_table(catalogue, name)
    refs = table.refs()
    if tag in refs and refs[tag].snapshot_id == snapshot:
        return
    changes = table.manage_snapshots()
    if tag in refs:
        changes = changes.remove_tag(tag)
    changes.create_tag(snapshot, tag).commit()
