"""A published table as Parquet: typed, with the words for people in its metadata.

Figures with places are stored as doubles and whole numbers as integers, and the file says that pandas is to read these
as Int64. So every program can calculate with them as it reads them; a decimal type comes into pandas as objects, which
`describe` and `nlargest` pass over. No digit is lost: a double holds 15, and `exact_rows` gives the decimals back. Each
double is the one that a program gets which reads the CSV file: 0.94, not its neighbour 0.9400000000000001.
"""

import io
import json
from typing import TYPE_CHECKING, Any

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.table_schema import SUPPRESSED, SUPPRESSED_SYMBOL, Column, TableSpec, load_specification

if TYPE_CHECKING:
    import pyarrow as pa


def parquet_bytes(table: "pa.Table", spec: TableSpec, about: ReleaseMetadata) -> bytes:
    """Return the Parquet file of a table; the same table and facts give the same bytes.

    Args:
        table: in the declared types and order, as `checked_tables` gives it. A missing figure is a null; in an
            official release the last column, a list of column names, says which are null because they are suppressed.
        spec: its specification; title, description, unit and the CSV's symbol go into the fields' metadata.
        about: the release; its markings and facts go into the schema's metadata.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    official = SUPPRESSED in table.column_names
    fields = [_field(column, official and column.name not in spec.key) for column in spec.columns]
    if official:
        fields.append(pa.field(SUPPRESSED, pa.list_(pa.string()), nullable=False, metadata=_suppressed_words()))
    metadata = {**_facts(spec, about), "pandas": json.dumps(_pandas_types(spec))}
    columns = [_stored(column, field.type) for column, field in zip(table.columns, fields, strict=True)]
    described = pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata=metadata))
    sink = pa.BufferOutputStream()
    # Everything that could vary with a version's defaults is said here.
    pq.write_table(described, sink, version="2.6", compression="zstd", compression_level=3, data_page_version="1.0")
    return bytes(sink.getvalue())


def exact_rows(content: bytes, spec: TableSpec) -> "pa.Table":
    """Read a table's Parquet file back in the declared types: counts and ratios as decimals.

    Args:
        content: the file, as `parquet_bytes` made it. A column that the specification does not have stays as it is.
        spec: the table's specification.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    declared = {column.name: column.arrow_type() for column in spec.columns}
    fields = [field.with_type(declared.get(field.name, field.type)) for field in table.schema]
    return table.cast(pa.schema(fields))


def _stored_type(column: Column) -> "pa.DataType":
    """Name the type in the file: as declared, but doubles for figures with places."""
    import pyarrow as pa

    return pa.float64() if column.datatype in {"count", "decimal"} else column.arrow_type()


def _stored(column: "pa.ChunkedArray", kind: "pa.DataType") -> "pa.ChunkedArray":
    """Return a column in the type of the file; a decimal by its text, for a cast misses the nearest double."""
    import pyarrow as pa

    return (column.cast(pa.string()) if pa.types.is_decimal(column.type) else column).cast(kind)


def _pandas_types(spec: TableSpec) -> dict[str, Any]:
    """Say what pandas is to make of the columns whose nulls its plain types cannot hold."""
    nullable = {"year": "Int64", "integer": "Int64", "boolean": "boolean"}
    columns = [
        {
            "name": column.name,
            "field_name": column.name,
            "pandas_type": nullable[column.datatype].lower(),
            "numpy_type": nullable[column.datatype],
            "metadata": None,
        }
        for column in spec.columns
        if column.datatype in nullable
    ]
    return {"index_columns": [], "column_indexes": [], "columns": columns, "pandas_version": "3.0.0"}


def _suppressed_words() -> dict[str, str]:
    meaning = load_specification().symbols[SUPPRESSED_SYMBOL]
    return {"title": "Suppressed", "description": f"The columns of the row that are empty because they are {meaning}."}


def _field(column: Column, may_be_suppressed: bool) -> "pa.Field":
    """Return the field of a column, with its title, description, unit and meaning of null."""
    import pyarrow as pa

    words = {"title": column.title, "description": column.description}
    if column.unit:
        words["unit"] = column.unit
    if column.null:
        words["null_means"] = load_specification().symbols[column.null]
    nullable = column.null is not None or may_be_suppressed
    return pa.field(column.name, _stored_type(column), nullable=nullable, metadata=words)


def _facts(spec: TableSpec, about: ReleaseMetadata) -> dict[str, str]:
    """Return the facts of a table and its release that the file holds."""
    return {
        "title": spec.title,
        "description": spec.description,
        "marking": ". ".join(about.markings),
        "simulated": "true" if about.simulated else "false",
        "publisher": load_specification().publisher,
        **({"licence": load_specification().licence["url"]} if about.is_official else {}),
        "collection_year": str(about.collection_year),
        "edition": about.edition,
        "audience": about.audience,
        **({"disclosure_notes": " ".join(about.disclosure_notes)} if about.disclosure_notes else {}),
        "created_at": about.created_text,
    }
