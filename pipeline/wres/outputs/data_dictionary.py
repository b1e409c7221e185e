"""Write the data dictionary, docs/data-dictionary.md: python -m wres.outputs.data_dictionary FILE.

It is made from tables.toml, the published tables, and from the files of the warehouse's other layers.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from wres.outputs.dependency_terms import EXACT_COUNTS, FINDINGS, NATIONAL, ORGANISATIONS, OTHER_YEARS
from wres.outputs.formatting import number_of
from wres.outputs.layer_dictionary import bookkeeping_sections, layer_sections
from wres.outputs.table_schema import Column, Specification, TableSpec, load_specification

_TYPES = {
    "year": "year",
    "integer": "whole number",
    "count": "count, up to 2 decimal places",
    "boolean": "true or false",
    "string": "text",
}
_SUBJECTS = {
    ORGANISATIONS: "figures of single organisations",
    FINDINGS: "what checks found",
    EXACT_COUNTS: "exact counts of single organisations",
    OTHER_YEARS: "counts of other years",
}
_INTRODUCTION = """\
# Data dictionary

Every table and column that a release publishes and that the warehouse holds. `make dictionary` makes this page from the
files from which the tables get their columns: `tables.toml` in `pipeline/wres/outputs/`, and `raw.toml`, `core.toml`
and `bookkeeping.toml` in `pipeline/wres/warehouse/`. Change those files, not this page. Each CSV file of a release says
the same of its own columns in its `csv/TABLE.csv-metadata.json` (CSV on the Web).

A management release has a value or one of the symbols below in each cell. An official release also has `c` where
disclosure control holds a figure back: a count, or a figure that depends on it. In Parquet a symbol is a missing value;
the column `suppressed` of an official table lists the columns of a row whose figures are withheld."""


_MARTS = """\
## Layer mart and published tables

A table of a release has the columns of the table of `mart` of the same name. In `mart` every figure is shown, and NULL
stands where a figure cannot be given and a release has a symbol. In SQL a count or number with decimal places is a
DECIMAL, a whole number a BIGINT, a year an INTEGER, a code or text a VARCHAR, true or false a BOOLEAN."""

_COLUMNS = """## Columns

*Depends on* says what a figure is worked out from; in brackets is the `measure` of the row for which it holds. Where
disclosure control withholds one of these, it withholds the figure too, unless the year's policy always shows it, as the
policy `ratios` does with ratios and ranges of organisations."""

_FOR_READERS = """\
# Data dictionary

Every table and column of this release. Each CSV file says the same of its own columns in its `.csv-metadata.json`
(CSV on the Web). Where a cell has no figure it has one of the symbols below. In Parquet a symbol is a missing value;
the column `suppressed` of an official table lists the columns of a row whose figures are not published."""


def render_data_dictionary(specification: Specification, *, for_readers: bool = False) -> str:
    """Return the data dictionary as Markdown: the layers, the published tables, then each of their columns once, the
    symbols and the notes.

    `for_readers` of a release leaves out the warehouse, and where the program computes what.
    """
    columns = {column.name: column for table in specification.tables.values() for column in table.columns}
    used_in = {
        name: [table.name for table in specification.tables.values() if name in {c.name for c in table.columns}]
        for name in columns
    }
    sections = [_table_section(table, for_readers=for_readers) for table in specification.tables.values()]
    parts = [_FOR_READERS, "## Tables"] if for_readers else [_INTRODUCTION, *layer_sections(specification), _MARTS]
    parts += [*sections, _COLUMNS]
    parts += [_column_section(columns[name], used_in[name], len(specification.tables)) for name in sorted(columns)]
    parts += ["## Symbols", _table(("symbol", "meaning"), sorted(specification.symbols.items()))]
    parts += ["## Notes", _table(("note", "text"), sorted(specification.notes.items()))]
    parts += [] if for_readers else bookkeeping_sections()
    return "\n\n".join(parts) + "\n"


def _table_section(table: TableSpec, *, for_readers: bool) -> str:
    """Return the title, key and columns of one table."""
    text = [f"### Table {table.name}", f"{table.title}. {table.description}"]
    facts = [f"Rows: `sql/indicators/marts/{table.name}.sql`."] if table.is_measured and not for_readers else []
    facts += [f"Sheet in the workbook: {table.sheet}.", f"Key: {', '.join(_links(table.key))}."]
    if table.may_be_empty:
        facts.append("A release may have no row of it.")
    if table.restated:
        facts.append("Each release states all its years again, so a change from the release before is no revision.")
    return "\n\n".join([*text, " ".join(facts), "Columns: " + ", ".join(_links(c.name for c in table.columns)) + "."])


def _links(names: Iterable[str]) -> list[str]:
    """Return a link to the section of each column."""
    return [f"[{name}](#{name})" for name in names]


def _column_section(column: Column, tables: list[str], all_tables: int) -> str:
    """Return what one column means, its type, unit, values and symbol, and the tables that have it."""
    facts = [f"Type: {_type(column)}"]
    if column.unit:
        facts.append(f"unit: {column.unit}")
    if column.null:
        facts.append(f"`{column.null}` where there is no value")
    if column.note:
        facts.append(f"note: {column.note}")
    facts.append("in every table" if len(tables) == all_tables else "in " + ", ".join(f"`{name}`" for name in tables))
    section = [f"### {column.name}", f"{column.title}. {column.description}", "; ".join(facts) + "."]
    section += _dependencies(column)
    if column.values:
        section.append(_table(("value", "meaning"), column.values.items()))
    return "\n\n".join(section)


def _dependencies(column: Column) -> list[str]:
    """Return a sentence for each measure on what a figure depends on, for disclosure control."""
    sentences = []
    for measure, needed in column.depends_on.items():
        of_row = [_SUBJECTS.get(name, f"`{name}`") for name in needed if not name.startswith(NATIONAL)]
        national = [f"`{name.removeprefix(NATIONAL)}`" for name in needed if name.startswith(NATIONAL)]
        parts = [", ".join(of_row)] if of_row else []
        parts += [f"of the nation: {', '.join(national)}"] if national else []
        if parts:
            where = f" (`{measure}`)" if measure else ""
            sentences.append(f"Depends on{where}: {'; '.join(parts)}.")
    return sentences


def _type(column: Column) -> str:
    """Return the type of a column in plain words."""
    if column.datatype == "decimal":
        return f"number with {number_of(column.decimals, 'decimal place')}"
    return "code in words" if column.coded else _TYPES[column.datatype]


def _table(headings: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    """Return a Markdown table of two columns, the first as code."""
    lines = [f"| {headings[0]} | {headings[1]} |", "|---|---|"]
    lines += [f"| `{first}` | {' '.join(str(second).split()).replace('|', chr(92) + '|')} |" for first, second in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render_data_dictionary(load_specification()), encoding="utf-8")
