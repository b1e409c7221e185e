"""Load the schema of the published tables from tables.toml: columns, types, symbols, notes."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wres.outputs.dependency_terms import COUNTED, EVERY_MEASURE, count_terms

if TYPE_CHECKING:
    import pyarrow as pa

TABLES_FILE = Path(__file__).with_name("tables.toml")

# The last column of an official table in Arrow and Parquet: the names of the row's columns whose figure is suppressed,
# a list of strings. Files for people and CSV have the symbol in the figure's place instead.
SUPPRESSED = "suppressed"
SUPPRESSED_SYMBOL = "c"

FRONT_SHEETS = ("cover", "contents", "notes")  # of the workbook, before those of the tables; in small letters

ANY_GROUP = "*_"  # before a measure in `page_tables`: that measure of every ethnic group

Datatype = Literal["year", "integer", "count", "decimal", "boolean", "string"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `null` is the symbol printed where there is no figure; None when there must always be one.

    `values` maps each value that a string may take to the words for people; None when any text may stand. `coded` text
    is a code in words: mental_health. `ethnic_group` and `measure` say
    which value of the long views a figure of a group is. `depends_on` lists
    by measure what a figure is computed from: names of count columns of the same row, or of the nation's row
    (`national.white_entered`), `organisations`, `findings`, `exact_counts`, `other_years`. `always_shown` names the
    measures whose figure the policy `ratios` shows however small the counts are.
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
    ethnic_group: str | None = None
    measure: str | None = None
    depends_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    always_shown: tuple[str, ...] = ()

    @property
    def is_figure(self) -> bool:
        """Return whether disclosure control may have to hold it back: a number, a yes or no, a category."""
        return self.is_number or self.datatype == "boolean" or self.values is not None

    @property
    def counts_people(self) -> bool:
        """Return whether it counts people of an ethnic group, in the year of the row or the year before."""
        return self.measure is not None and self.measure.removeprefix("previous_") in COUNTED

    @property
    def is_number(self) -> bool:
        """Return whether its values are figures; a year is a name."""
        return self.datatype in {"integer", "count", "decimal"}

    @property
    def is_text(self) -> bool:
        """Return whether its values are text."""
        return self.datatype == "string"

    def arrow_type(self) -> "pa.DataType":
        """Return the type in Arrow and Parquet. A count may be a mean of two halves, so it has two places."""
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
    restated: bool = False  # whether each collection year tells all years again, so that a change is no revision
    is_measured: bool = True  # whether its rows are those of sql/indicators/marts/NAME.sql

    @property
    def figures(self) -> tuple[Column, ...]:
        """Return the columns that say something of the row that its key does not."""
        return tuple(column for column in self.columns if column.is_figure and column.name not in self.key)

    @property
    def columns_by_name(self) -> dict[str, Column]:
        """Return the columns by their names, in their order."""
        return {column.name: column for column in self.columns}

    def arrow_schema(self) -> "pa.Schema":
        """Return the columns with their types in Arrow."""
        import pyarrow as pa

        return pa.schema([(column.name, column.arrow_type()) for column in self.columns])


@dataclass(frozen=True, slots=True)
class Specification:
    """All of `tables.toml`: the tables in order of publication, and the words that they share."""

    publisher: str
    subject: str
    contact: str
    cover: tuple[str, ...]  # what the workbook's cover says about the figures
    licence: Mapping[str, str]  # of official releases: its name and url
    related: Mapping[str, str]  # other pages about the same, by what they are: their addresses
    symbols: Mapping[str, str]
    notes: Mapping[str, str]
    methods: Mapping[str, str]
    disclosure_policies: Mapping[str, str]  # what readers read of each policy; {least} {threshold} {rounding}
    ethnic_groups: Mapping[str, Mapping[str, str]]  # by group: its names for readers, where they are not the template's
    page_tables: Mapping[str, Sequence[str]]  # by table on a page: its columns; *_entered is that of every group
    tables: Mapping[str, TableSpec]

    @property
    def count_columns(self) -> tuple[str, ...]:
        """Return the columns that count people in the year of a row: headcounts, then entries, in the file's order."""
        columns = {column.name: column for table in self.tables.values() for column in table.columns}
        return tuple(name for measure in COUNTED for name, column in columns.items() if column.measure == measure)


@cache
def load_specification() -> Specification:
    """Return the specification of this release of the code.

    Raises:
        KeyError: a table names a column, or a column a note or a symbol, that the file does not have.
        ValueError: a figure does not say what it depends on, or depends on what the file does not have; two columns of
            a table have the same title, or two tables the same sheet.
    """
    return read_specification(TABLES_FILE)


def read_specification(path: Path) -> Specification:
    """Read the specification from a file such as tables.toml; it raises as `load_specification` does."""
    with path.open("rb") as file:
        data = tomllib.load(file)
    terms = count_terms(data["columns"])
    columns = {name: _column(name, fields, terms) for name, fields in data["columns"].items()}
    keys = {name for table in data["tables"].values() for name in table["key"]}
    for column in columns.values():
        _ = column.note and data["notes"][column.note], column.null and data["symbols"][column.null]
        is_said = column.counts_people or column.name in keys or "depends_on" in data["columns"][column.name]
        if column.is_figure and not is_said:
            raise ValueError(
                f"{path.name}: the column {column.name} does not say what it depends on. Add depends_on, [] where it "
                "tells of no count of people."
            )
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
            is_measured=table.get("is_measured", True),
        )
        for number, (name, table) in enumerate(data["tables"].items(), start=1)
    }
    _require_own_names(path, tables.values())
    _require_all_counts(path, tables.values())
    _require_known_columns(path, data["page_tables"], tables.values())
    words = {
        name: data[name]
        for name in (
            *("publisher", "subject", "contact", "licence", "related"),
            *("symbols", "notes", "methods", "disclosure_policies", "ethnic_groups", "page_tables"),
        )
    }
    return Specification(tables=tables, cover=tuple(data["cover"]), **words)


def _require_own_names(path: Path, tables: Iterable[TableSpec]) -> None:
    """Refuse columns of a table with the same title, and tables with the same sheet.

    A spreadsheet cannot have them, and does not tell capitals from small letters.
    """
    sheets: dict[str, str] = {}
    for table in tables:
        if table.sheet.casefold() in FRONT_SHEETS:
            raise ValueError(
                f'{path.name}: the table {table.name} has the sheet "{table.sheet}", which the workbook has already. '
                "Give it another sheet."
            )
        if (other := sheets.setdefault(table.sheet.casefold(), table.name)) != table.name:
            raise ValueError(
                f'{path.name}: the tables {other} and {table.name} both have the sheet "{table.sheet}". Give one of '
                "them another sheet."
            )
        titles: dict[str, str] = {}
        for column in table.columns:
            if (other := titles.setdefault(column.title.casefold(), column.name)) != column.name:
                raise ValueError(
                    f"{path.name}: in the table {table.name} the columns {other} and {column.name} both have the title "
                    f'"{column.title}". Give one of them another title.'
                )


def _require_all_counts(path: Path, tables: Iterable[TableSpec]) -> None:
    """Refuse a table that states the counts of some groups only: disclosure control protects them together."""
    counts = {column.name for table in tables for column in table.columns if column.counts_people}
    for table in tables:
        names = {column.name for column in table.columns}
        for is_previous in (False, True):
            side = {name for name in counts if name.startswith("previous_") == is_previous}
            if side & names and (missing := sorted(side - names)):
                raise ValueError(
                    f"{path.name}: the table {table.name} states counts of people without {', '.join(missing)}. Add "
                    "them to its columns: a group that is counted in one table is counted in all."
                )


def _require_known_columns(path: Path, page_tables: Mapping[str, Sequence[str]], tables: Iterable[TableSpec]) -> None:
    """Refuse a table on a page with a column, or a measure of every group, that no published table has."""
    columns = [column for table in tables for column in table.columns]
    known = {column.name for column in columns} | {ANY_GROUP + column.measure for column in columns if column.measure}
    for name, names in page_tables.items():
        if unknown := sorted(set(names) - known):
            raise ValueError(
                f"{path.name}: the table {name} on pages has the column {unknown[0]}, which no published table has. "
                "Correct its name."
            )


def _column(name: str, fields: Mapping[str, Any], terms: Mapping[str, tuple[str, ...]]) -> Column:
    """Return a column with what it depends on as names of columns."""
    stated, always = fields.get("depends_on", []), fields.get("always_shown", [])
    by_measure = stated if isinstance(stated, dict) else {EVERY_MEASURE: stated}
    if unknown := sorted({word for words in by_measure.values() for word in words} - terms.keys()):
        raise ValueError(
            f"The column {name} depends on {unknown[0]}, which is no count: use one of {', '.join(sorted(terms))}."
        )
    depends_on = {
        measure: tuple(dict.fromkeys(column for word in words for column in terms[word]))
        for measure, words in by_measure.items()
    }
    always_shown = (EVERY_MEASURE,) if always is True else tuple(always)
    return Column(**{**fields, "name": name, "depends_on": depends_on, "always_shown": always_shown})


def held_back(table: "pa.Table") -> dict[str, set[int]]:
    """Return by column the rows, counted from 0, in which its figure is suppressed; only official tables have any."""
    import pyarrow.compute as pc

    if SUPPRESSED not in table.column_names:
        return {}
    lists = table[SUPPRESSED].combine_chunks()
    names = pc.list_flatten(lists).dictionary_encode()
    rows, indices = pc.list_parent_indices(lists).to_numpy(), names.indices.to_numpy()
    return {name: set(rows[indices == number].tolist()) for number, name in enumerate(names.dictionary.to_pylist())}


def missing_symbol(column: Column, *, is_held_back: bool = False) -> str:
    """Return the symbol that stands in a column in place of a value; "" where none can be missing."""
    return SUPPRESSED_SYMBOL if is_held_back else column.null or ""


def symbols_in(table: "pa.Table", spec: TableSpec) -> list[str]:
    """Return the symbols that a table may show, in their order."""
    symbols = {column.null for column in spec.columns if column.null}
    return sorted(symbols | ({SUPPRESSED_SYMBOL} if held_back(table) else set()))
