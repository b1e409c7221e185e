"""Reading the warehouse as it stood at a snapshot, and marking what a release rests on."""

from typing import TYPE_CHECKING

from pipeline.settings import Settings
from pipeline.warehouse.catalogue import open_catalogue, open_table

if TYPE_CHECKING:
    import pyarrow as pa


def read_years(settings: Settings, name: str, snapshot: int, up_to: int) -> "pa.Table":
    """All rows of a table up to a collection year, as they stood at a snapshot; columns as in `table_schema`.

    A column that is newer than the snapshot is null.
    """
    import pyarrow as pa

    from pipeline.warehouse.catalogue import table_schema

    with open_catalogue(settings) as catalogue:
        scan = open_table(catalogue, name).scan(f"collection_year <= {up_to}", snapshot_id=snapshot)
        rows = scan.to_arrow()
    schema = table_schema(name)
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names).cast(schema)


def tag_release(settings: Settings, snapshots: dict[str, int], tag: str) -> None:
    """Give the snapshots of a release a name, so that they are kept for good; a second time changes nothing."""
    with open_catalogue(settings) as catalogue:
        for name, snapshot in snapshots.items():
            table = open_table(catalogue, name)
            if tag not in table.refs():
                table.manage_snapshots().create_tag(snapshot, tag).commit()
