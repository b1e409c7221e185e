"""Export the rows of a snapshot as text, year by year, so that a lost warehouse can be restored snapshot by snapshot.

CSV, because its bytes depend on no library's version: the same rows are the same bytes, and so are kept once.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from wres.errors import WresError
from wres.settings import Settings
from wres.warehouse.iceberg import open_catalog, open_table, table_schema
from wres.warehouse.snapshot_reader import read_years, years_at

if TYPE_CHECKING:
    import pyarrow as pa

EARLIER_COMMITS = "wres.counted-before"  # commits that a lost table had, and the one made again does not have
_AT_ONCE = 50_000  # rows; sorting and writing all of them would take several times their memory
_KEYS = ("organisation_code", "item", "ethnic_group", "edit_code")


def export_years(settings: Settings, name: str, snapshot: int) -> Iterator[tuple[int, BinaryIO]]:
    """Give each collection year with rows at a snapshot, and `export_year` of it; one file is open at a time."""
    for year in years_at(settings, name, snapshot):
        with export_year(settings, name, snapshot, year) as text:
            yield year, text


@contextmanager
def export_year(settings: Settings, name: str, snapshot: int, year: int) -> Iterator[BinaryIO]:
    """Open a temporary CSV file with the rows of one collection year as they were at a snapshot, in a fixed order.

    One year at a time and in a file, because ten years of many senders do not fit into memory.
    """
    import pyarrow.compute as pc
    from pyarrow import csv

    with TemporaryFile() as text:
        rows = read_years(settings, name, snapshot, year, since=year)
        order = pc.sort_indices(rows, [(key, "ascending") for key in _KEYS if key in rows.column_names])
        with csv.CSVWriter(text, rows.schema) as writer:
            for start in range(0, len(order), _AT_ONCE):
                writer.write_table(rows.take(order[start : start + _AT_ONCE]))
        del rows, order
        text.seek(0)
        yield text


def read_exported_rows(name: str, content: bytes) -> "pa.Table":
    """Read the rows that `export_year` wrote, columns as in `table_schema`; a column newer than the text is null."""
    import pyarrow as pa
    from pyarrow import csv

    schema = table_schema(name)
    rows = csv.read_csv(
        io.BytesIO(content),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=schema, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]
        ),
    )
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names).cast(schema)


def position_in_history(settings: Settings, name: str, snapshot: int) -> tuple[int, dict[str, str]]:
    """Return the place of a snapshot in the history of its table, and the table's digests of its years.

    A later commit has a higher place. There are digests only where the snapshot is the current one.

    Raises:
        WresError: the table has no such snapshot.
    """
    with open_catalog(settings) as catalogue:
        table = open_table(catalogue, name)
        wanted, current = table.snapshot_by_id(snapshot), table.current_snapshot()
    if wanted is None or current is None or wanted.sequence_number is None:
        raise WresError(
            f"The warehouse's table {name} has no snapshot {snapshot}. Look whether the settings name the warehouse "
            "that belongs to this registry."
        )
    digests = {key: value for key, value in table.properties.items() if key.startswith("wres.digest.")}
    place = int(wanted.sequence_number) + int(table.properties.get(EARLIER_COMMITS, 0))
    return place, digests if current.snapshot_id == snapshot else {}
