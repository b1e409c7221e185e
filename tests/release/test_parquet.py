"""The Parquet files: typed, described, marked, read back as they went in."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.parquet import exact_rows, parquet_bytes
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import Column, Datatype, TableSpec, load_specification

Tables = dict[str, pa.Table]
SPECS = load_specification().tables


def test_rows_and_types_come_back_and_nulls_are_nulls(tables: Tables, about: ReleaseMetadata) -> None:
    ready = checked_tables(tables, 2021)
    for name, table in ready.items():
        content = parquet_bytes(table, SPECS[name], about)
        assert not any(pa.types.is_decimal(kind) for kind in pq.read_schema(pa.BufferReader(content)).types)
        back = exact_rows(content, SPECS[name])
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


@pytest.mark.parametrize(("datatype", "decimals"), [("count", 2), ("decimal", 1), ("decimal", 2), ("decimal", 4)])
def test_no_digit_of_a_figure_is_lost(about: ReleaseMetadata, datatype: Datatype, decimals: int) -> None:
    column = Column("figure", "Figure", "A figure.", datatype, decimals, null="z")
    spec = TableSpec("figures", 1, "Figures", "Figures", "Figures.", (), (column,))
    step = Decimal(1).scaleb(-decimals)
    figures = [None, *(sign * number * step for number in (*range(3000), 12_345_678_901) for sign in (1, -1))]
    table = pa.table({"figure": pa.array(figures, column.arrow_type())})
    content = parquet_bytes(table, spec, about)
    assert exact_rows(content, spec).to_pylist() == table.to_pylist()
    stored = pq.read_table(pa.BufferReader(content))["figure"].to_pylist()
    assert stored == [None if figure is None else float(figure) for figure in figures]  # as a reader of the CSV has it
