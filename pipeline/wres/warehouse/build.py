"""Write a year: one commit a table replaces all rows of the year, and the same content is not written twice."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from wres.settings import Settings
from wres.warehouse.iceberg import (
    CORRECTIONS,
    DERIVED,
    TABLES,
    open_catalog,
    open_table,
    retry_on_conflict,
    table_schema,
)
from wres.warehouse.snapshot_reader import read_years

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.catalog import Catalog
    from typing_extensions import Buffer


ROWS_AT_ONCE = 500_000  # rows; PyIceberg takes several times their memory to write them


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The result of writing a year.

    `snapshots` is the Iceberg snapshot of each table; `content` is a digest of all rows up to the year, the same
    wherever and whenever the same rows are built; `changed` says whether anything was written. Findings follow from the
    returns that the figures name, so they do not count.
    """

    snapshots: Mapping[str, int]
    content: str
    changed: bool


def write_year(settings: Settings, year: int, tables: Mapping[str, "pa.Table"]) -> WriteResult:
    """Replace a year's rows in every table.

    Args:
        settings: says where the warehouse is.
        year: the collection year that is replaced.
        tables: `figures`, `organisations` and `findings` with the columns of `table_schema`, rows of this year only.

    Raises:
        ValueError: a table lacks a column, or holds rows of another year.
    """
    snapshots, digests, changed = {}, [], False
    with open_catalog(settings) as catalogue:
        for name in TABLES:
            rows = _normalise_rows(name, year, tables[name])
            snapshots[name], digest, wrote = retry_on_conflict(partial(_replace_year, catalogue, name, year, rows))
            if name not in DERIVED:
                digests.append(digest)
            changed = changed or wrote
    return WriteResult(snapshots, _combine_digests(digests), changed)


def content_digest(settings: Settings, year: int, tables: Mapping[str, "pa.Table"]) -> str:
    """Return the digest that `write_year` would give for these rows, without writing: is a build still up to date?"""
    digests = []
    with open_catalog(settings) as catalogue:
        for name in (name for name in TABLES if name not in DERIVED):
            of_year = {f"wres.digest.{year}": _hash_rows(_normalise_rows(name, year, tables[name]))}
            digests.append(_digest_up_to({**open_table(catalogue, name).properties, **of_year}, year))
    return _combine_digests(digests)


def is_year_changed(settings: Settings, name: str, year: int) -> bool:
    """Return whether a table's rows of a year, as they are now, are others than `write_year` wrote.

    Rows without a digest, as some have after a restore, are taken as they are.
    """
    with open_catalog(settings) as catalogue:
        table = open_table(catalogue, name)
        current, written = table.current_snapshot(), table.properties.get(f"wres.digest.{year}")
    if current is None or written is None:
        return False
    rows = read_years(settings, name, current.snapshot_id, year, since=year)
    return _hash_rows(_normalise_rows(name, year, rows)) != written


def _combine_digests(digests: Sequence[str]) -> str:
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _normalise_rows(name: str, year: int, table: "pa.Table") -> "pa.Table":
    """Return the rows in declared types and a fixed order, so that the same content always has the same digest.

    Raises:
        ValueError: a row is of another year.
    """
    schema = table_schema(name)
    rows = table.select(schema.names).cast(schema)
    if set(rows["collection_year"].unique().to_pylist()) - {year}:
        raise ValueError(f"rows of another year than {year} were given for {name}")
    keys = [column for column in ("organisation_code", "item", "ethnic_group", "edit_code") if column in schema.names]
    return rows.sort_by([(key, "ascending") for key in keys])


def _replace_year(catalogue: "Catalog", name: str, year: int, rows: "pa.Table") -> tuple[int, str, bool]:
    """Write the rows of a year in one commit, if they differ: the snapshot, the digest, and whether it wrote."""
    key, digest = f"wres.digest.{year}", _hash_rows(rows)
    this_year = f"collection_year == {year}"
    table = open_table(catalogue, name)
    current = table.current_snapshot()
    if current is not None and table.properties.get(key) == digest:
        return current.snapshot_id, _digest_up_to(table.properties, year), False
    with table.transaction() as transaction:
        first, *others = (rows.slice(start, ROWS_AT_ONCE) for start in range(0, max(rows.num_rows, 1), ROWS_AT_ONCE))
        if any(table.scan(row_filter=this_year).plan_files()):
            transaction.overwrite(first, overwrite_filter=this_year)
        else:  # an overwrite of nothing is an append, and PyIceberg warns about it
            transaction.append(first)
        for part in others:
            transaction.append(part)
        transaction.set_properties({key: digest})
    written = table.current_snapshot()
    if written is None:
        raise RuntimeError(f"the commit to {name} left no snapshot")
    return written.snapshot_id, _digest_up_to(table.properties, year), True


def _hash_rows(rows: "pa.Table") -> str:
    """Return a hash of the rows as CSV text, which does not depend on library versions or Arrow's memory layout.

    Where nothing is corrected the columns of corrections do not count, so that builds older than these columns have
    the same digest.
    """
    from pyarrow import csv

    if "corrected_from" in rows.column_names and rows["corrected_from"].null_count == rows.num_rows:
        rows = rows.drop_columns(list(CORRECTIONS))
    sink = _HashingFile()
    csv.write_csv(rows, sink)
    return sink.hash.hexdigest()


class _HashingFile(io.RawIOBase):
    """A file that hashes what is written and keeps nothing: the text of a large nation would take half a gigabyte."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, content: "Buffer") -> int:
        self.hash.update(content)
        return memoryview(content).nbytes


def _digest_up_to(properties: Mapping[str, str], year: int) -> str:
    """Return the digests of every year up to this one, on which a release of this year rests."""
    years = sorted(key for key in properties if key.startswith("wres.digest.") and int(key.split(".")[-1]) <= year)
    return "".join(f"{key}={properties[key]};" for key in years)
