"""Load the schema of the published tables from tables.toml: columns, types, symbols, notes."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa


_FILE = Path(__file__).with_name("tables.toml")

# The last column of an official table in Arrow and Parquet: the names of the row's columns whose figure is held back,
# a list of strings. Files for people and CSV have the symbol in the figure's place instead.
SUPPRESSED = "suppressed"
SUPPRESSED_SYMBOL = "c"

Datatype = Literal["year", "integer", "count", "decimal", "boolean", "string"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `null` is the symbol printed where there is no figure; None when there must always be one.

    `values` maps each value that a string may take to the words for people; None when any text may stand. `coded` text
    is a code in words: mental_health.
    """

    name: str
    title: str
    description: str
    datatype: Datatype
    decimals: int = 0
    unit: str | None = None
    null: str | None = None
    values: Mapping[str, str] | None = None
    coded: bool = False
    note: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether its values are figures; a year is a name."""
        return self.datatype in {"integer", "count", "decimal"}

    @property
    def is_text(self) -> bool:
        """Whether its values are text."""
        return self.datatype == "string"

    def arrow_type(self) -> "pa.DataType":
        """The type in Arrow and Parquet. A count may be a mean of two halves, so it has two places."""
        import pyarrow as pa

        if self.datatype == "decimal":
            return pa.decimal128(14, self.decimals)
        plain = {
            "year": pa.int32(),
            "integer": pa.int64(),
            "count": pa.decimal128(14, 2),
            "boolean": pa.bool_(),
            "string": pa.string(),
        }
        return plain[self.datatype]


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One published table: one row for each combination of its key columns, sorted by them."""

    name: str
    number: int  # its place in the release, from 1
    title: str
    sheet: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    may_be_empty: bool = False  # whether there are releases without a row of it
    restated: bool = False  # whether each collection year tells all years anew, so that a change is no revision


@dataclass(frozen=True, slots=True)
class Specification:
    """All of `tables.toml`: the tables in order of publication, and the words that they share."""

    publisher: str
    subject: str
    contact: str
    cover: tuple[str, ...]  # what the workbook's cover says about the figures
    licence: Mapping[str, str]  # of official releases: its name and url
    symbols: Mapping[str, str]
    notes: Mapping[str, str]
    methods: Mapping[str, str]
    disclosure_policies: Mapping[str, str]  # what readers are told of each policy; {least} {threshold} {rounding}
    tables: Mapping[str, TableSpec]


@cache
def load_specification() -> Specification:
    """The specification of this release of the code.

    Raises:
        KeyError: a table names a column, or a column a note or a symbol, that the file does not have.
    """
    with _FILE.open("rb") as file:
        data = tomllib.load(file)
    columns = {name: Column(name=name, **fields) for name, fields in data["columns"].items()}
    for column in columns.values():
        _ = column.note and data["notes"][column.note], column.null and data["symbols"][column.null]
    tables = {
        name: TableSpec(
            name=name,
            number=number,
            title=table["title"],
            sheet=table["sheet"],
            description=table["description"],
            key=tuple(table["key"]),
            columns=tuple(columns[column] for column in table["columns"]),
            may_be_empty=table.get("may_be_empty", False),
            restated=table.get("restated", False),
        )
        for number, (name, table) in enumerate(data["tables"].items(), start=1)
    }
    words = {
        name: data[name]
        for name in ("publisher", "subject", "contact", "licence", "symbols", "notes", "methods", "disclosure_policies")
    }
    return Specification(tables=tables, cover=tuple(data["cover"]), **words)


def held_back(table: "pa.Table") -> dict[str, set[int]]:
    """The rows, by number from 0, in which each column's figure is held back; only an official table has any."""
    found: dict[str, set[int]] = {}
    if SUPPRESSED in table.column_names:
        for row, names in enumerate(table[SUPPRESSED].to_pylist()):
            for name in names:
                found.setdefault(name, set()).add(row)
    return found


def row_symbols(column: Column, rows: int, held_back_in: Collection[int]) -> list[str]:
    """For each of so many rows the symbol that stands in a column without a value; "" where none can be missing.

    Args:
        held_back_in: the rows in which the figure is held back, of `held_back`.
    """
    symbols = [column.null or ""] * rows
    for row in held_back_in:
        symbols[row] = SUPPRESSED_SYMBOL
    return symbols


def symbols_in(table: "pa.Table", spec: TableSpec) -> list[str]:
    """The symbols that a table may show, in their order."""
    own = {column.null for column in spec.columns if column.null}
    return sorted(own | ({SUPPRESSED_SYMBOL} if held_back(table) else set()))
