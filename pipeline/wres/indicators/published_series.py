"""The figures of WRES indicator 3 that NHS England published, for reference beside ours and never among them."""

import csv
from pathlib import Path

import pyarrow as pa

from wres.outputs.table_schema import load_specification

_FILE = Path(__file__).with_name("published_series.csv")


def published_series(up_to: int) -> pa.Table:
    """Return the figures published of NHS trusts for the collections up to this year; one row a year and place.

    Returns: columns as in `tables.toml`, counts in people and organisations; null where no such figure was published,
    or none is at hand.
    """
    schema = load_specification().tables["published_series"].arrow_schema()
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["collection_year"]) <= up_to]
    # Text becomes numbers by way of the cast, which is exact and raises where a figure has other places than declared.
    columns = [
        pa.array([row[name] or None for row in rows], pa.string()).cast(schema.field(name).type)
        for name in schema.names
    ]
    return pa.Table.from_arrays(columns, schema=schema)
