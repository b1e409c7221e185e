"""The Parquet files: typed, described, marked, read back as they went in."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import WresError
from pipeline.publication.about import ReleaseAbout
from pipeline.publication.check import checked_tables
from pipeline.publication.parquet import parquet_bytes
from pipeline.publication.read import read_table
from pipeline.publication.release import write_release
from pipeline.publication.specification import load_specification

Tables = dict[str, pa.Table]
SPECS = load_specification().tables


def test_rows_and_types_come_back_and_nulls_are_nulls(tables: Tables, about: ReleaseAbout) -> None:
    ready = checked_tables(tables, 2021)
    for name, table in ready.items():
        back = pq.read_table(pa.BufferReader(parquet_bytes(table, SPECS[name], about)))
        assert back.schema.types == table.schema.types
        assert back.to_pylist() == table.to_pylist()
    assert ready["organisation"]["relative_likelihood"].null_count == 1


def test_fields_and_schema_say_what_they_are(tables: Tables, about: ReleaseAbout) -> None:
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


def test_read_table_gives_the_newest_edition_with_its_types(
    tmp_path: Path, tables: Tables, about: ReleaseAbout
) -> None:
    for edition in ("1.9", "1.10"):
        rows = tables["goals"].to_pylist()
        rows[0]["below"] = int(edition.split(".")[1])
        tables["goals"] = pa.Table.from_pylist(rows, schema=tables["goals"].schema)
        write_release(tmp_path / "2021" / edition / "management", tables, about)
    frame = read_table(tmp_path, "goals", 2021)
    assert frame["below"].tolist() == [10, 0]
    assert frame["share_within_percent"].tolist() == [Decimal("0.0"), Decimal("50.0")]
    assert frame["goal_met"].tolist() == [False, pd.NA]
    assert frame["below"].dtype == pd.ArrowDtype(pa.int64())
    assert read_table(tmp_path, "goals", 2021, "1.9")["below"].tolist() == [9, 0]


@pytest.mark.parametrize(
    ("table", "year", "edition", "message"),
    [
        ("medians", 2021, None, "There is no table medians. Choose one of national, "),
        ("goals", 2019, None, "Nothing is published for 2019. Published years: 2021."),
        ("goals", 2021, "2.0", "There is no edition 2.0 of 2021. Choose one of 1.0."),
    ],
)
def test_what_is_not_there_is_named(
    tmp_path: Path, tables: Tables, about: ReleaseAbout, table: str, year: int, edition: str | None, message: str
) -> None:
    write_release(tmp_path / "2021" / "1.0" / "management", tables, about)
    with pytest.raises(WresError, match=message):
        read_table(tmp_path, table, year, edition)
