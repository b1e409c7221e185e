"""Load the schema of a layer of the warehouse from its file: the tables, what a row is, and the columns.

The layer mart has the schema of the published tables, `wres.outputs.table_schema`.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

RAW, CORE, MART = "raw", "core", "mart"
LAYERS = (RAW, CORE, MART)  # what an analyst sees
PROTECTED = "protected"  # published tables after disclosure control, kept for later releases of the same build
RELEASE_TABLES = ("published_series", "revisions")  # published tables that follow from a release, not from a build
BOOKKEEPING = "wres"  # what the program notes of the tables of each build
_FILES = {RAW: "raw.toml", CORE: "core.toml", BOOKKEEPING: "bookkeeping.toml"}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")


@dataclass(frozen=True, slots=True)
class LayerColumn:
    """A column: its type as Iceberg names it, what a value is, its unit, and the meaning of each value it may take."""

    name: str
    type: str
    description: str
    unit: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def arrow_type(self) -> "pa.DataType":
        """Return the type in Arrow.

        Raises:
            KeyError: Iceberg has no such type.
        """
        import pyarrow as pa

        if decimal := _DECIMAL.fullmatch(self.type):
            digits, places = decimal.groups()
            return pa.decimal128(int(digits), int(places))
        return {
            "int": pa.int32(),
            "long": pa.int64(),
            "string": pa.string(),
            "boolean": pa.bool_(),
            "date": pa.date32(),
            "timestamptz": pa.timestamp("us", tz="UTC"),
        }[self.type]


@dataclass(frozen=True, slots=True)
class LayerTable:
    """A table of a layer: what one row is and comes from, its columns in order, and which of them may have no value."""

    name: str
    row: str
    source: str
    columns: tuple[LayerColumn, ...]
    optional: frozenset[str]

    def arrow_schema(self) -> "pa.Schema":
        """Return the columns with their types in Arrow; those that must have a value are not nullable."""
        import pyarrow as pa

        return pa.schema(
            [pa.field(column.name, column.arrow_type(), column.name in self.optional) for column in self.columns]
        )


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: what it holds, and its tables by name."""

    name: str
    description: str
    tables: Mapping[str, LayerTable]


@cache
def load_layer(name: str) -> Layer:
    """Load the schema of the layer raw or core, or that of the program's bookkeeping.

    Raises:
        KeyError: there is no such layer, or a table names a column that its file does not have.
    """
    data = tomllib.loads(Path(__file__).with_name(_FILES[name]).read_text(encoding="utf-8"))
    columns = data["columns"]
    return Layer(
        name,
        data["description"],
        {table: _read_table_schema(table, fields, columns) for table, fields in data["tables"].items()},
    )


def _read_table_schema(name: str, fields: Mapping[str, Any], columns: Mapping[str, Mapping[str, Any]]) -> LayerTable:
    """Return a table with its own columns first, and then those of its layer."""
    meanings = {**columns, **fields.get("own_columns", {})}
    in_order = tuple(LayerColumn(name=column, **meanings[column]) for column in fields["columns"])
    return LayerTable(name, fields["row"], fields["source"], in_order, frozenset(fields.get("optional", ())))


def explain_absent(table: str, present: Collection[str], year: int) -> str:
    """Return why a build has no tables of core and mart, or not this one; empty where the name is simply wrong.

    Args:
        table: as it was asked for, such as `mart.revisions` or `revisions`.
        present: the tables that the build has, with their layers.
        year: the collection year of the build.
    """
    if (name := table.removeprefix(f"{MART}.")) in RELEASE_TABLES:
        return f"The table {name} belongs to a release, not to a build. Fetch it: wres tables pull {name} --year {year}"
    if not any(other.startswith((f"{CORE}.", f"{MART}.")) for other in present):
        return (
            f"There is no table {table}: the tables of {CORE} and {MART} of this build are not counted yet. Count "
            f"them: wres build {year}"
        )
    return ""
