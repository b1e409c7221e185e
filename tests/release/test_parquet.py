"""The Parquet files: typed, described, marked, read back as they went in."""

import pyarrow as pa
import pyarrow.parquet as pq

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.parquet import parquet_bytes
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification

Tables = dict[str, pa.Table]
SPECS = load_specification().tables


def test_rows_and_types_come_back_and_nulls_are_nulls(tables: Tables, about: ReleaseMetadata) -> None:
    ready = checked_tables(tables, 2021)
    for name, table in ready.items():
        back = pq.read_table(pa.BufferReader(parquet_bytes(table, SPECS[name], about)))
        assert back.schema.types == table.schema.types
        assert back.to_pylist() == table.to_pylist()
    assert ready["organisation"]["relative_likelihood"].null_count == 1


def test_fields_and_schema_say_what_they_are(tables: Tables, about: ReleaseMetadata) -> None:
    table = checked_tables(tables, 2021)["national"]
    schema = pq.read_schema(pa.BufferReader(parquet_bytes(table, SPECS["national"], about)))
    field = schema.field("relative_likelihood")
    assert (field.nullable, field.metadata[b"title"], field.metadata[b"unit"]) == (
        True,
        b"Relative likelihood",
        b"ratio",
    )
    assert field.metadata[b"null_means"].startswith(b"not applicable")
    assert not schema.field("white_headcount").nullable
    assert schema.metadata[b"simulated"] == b"true"
    assert schema.metadata[b"marking"].startswith(b"Management information: not for publication. Simulated data")
    assert schema.metadata[b"created_at"] == b"2022-02-24T09:30:15Z"
