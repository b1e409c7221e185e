"""The figures of WRES indicator 3 that NHS England published, for reference beside ours and never among them."""

import csv
from pathlib import Path

import pyarrow as pa

_FILE = Path(__file__).with_name("published_series.csv")

SCHEMA = pa.schema(
    [
        ("collection_year", pa.int32()),
        *((name, pa.string()) for name in ("level", "code", "name")),
        ("published_relative_likelihood", pa.decimal128(14, 2)),
        *((f"published_{name}", pa.int64()) for name in ("entered", "organisations", "below", "within", "above")),
        *((f"published_share_{side}_percent", pa.decimal128(14, 1)) for side in ("within", "above")),
        *((f"published_{moved}_percent", pa.int64()) for moved in ("improved", "worsened")),
        ("published_bme_staff_percent", pa.decimal128(14, 1)),
        ("source", pa.string()),
    ]
)


def published_series(up_to: int) -> pa.Table:
    """What was published of the collections up to this year, of NHS trusts; one row a year and place.

    Returns: columns as in SCHEMA, counts in people and organisations; null where no such figure was published, or none
    is at hand.
    """
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["collection_year"]) <= up_to]
    # Text becomes numbers by way of the cast, which is exact and raises where a figure has other places than declared.
    columns = [
        pa.array([row[name] or None for row in rows], pa.string()).cast(SCHEMA.field(name).type)
        for name in SCHEMA.names
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)
