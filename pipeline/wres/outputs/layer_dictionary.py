"""The part of the data dictionary about the warehouse: its layers, and the tables that are not published."""

from collections.abc import Iterable

from wres.outputs.table_schema import SUPPRESSED, Specification
from wres.warehouse.layer_schema import BOOKKEEPING, CORE, MART, PROTECTED, RAW, LayerTable, load_layer

_TYPES = {
    "int": "whole number",
    "long": "whole number",
    "string": "text",
    "boolean": "true or false",
    "date": "date",
    "timestamptz": "date and time",
}
_KEY = "`build_year`, `build` and `counted_by`"


def layer_sections(specification: Specification) -> list[str]:
    """Return the sections on the layers of the warehouse: what is in which, then each table of raw and core."""
    marts = [table.name for table in specification.tables.values() if table.is_measured]
    others = [table.name for table in specification.tables.values() if not table.is_measured]
    layers = [
        (RAW, load_layer(RAW).description, ", ".join(f"[{name}](#table-raw{name})" for name in load_layer(RAW).tables)),
        (CORE, load_layer(CORE).description, ", ".join(f"[{name}](#table-core{name})" for name in _names(CORE))),
        (MART, "The published tables with every figure.", ", ".join(f"[{name}](#table-{name})" for name in marts)),
    ]
    introduction = (
        "The [warehouse](analysts.md) has three layers. In SQL each is a schema, and in the Iceberg catalogue a "
        "namespace: `raw.figures`, `core.counts`, `mart.organisation`."
    )
    beside = (
        f"{_names_in_words(others)} are in releases only: no build counts them. The Iceberg tables of `{CORE}` and "
        f"`{MART}` hold every build, and so have three columns more than the views: {_KEY} (see "
        "[the program's own tables](#the-programs-own-tables))."
    )
    return [
        "## Layers",
        introduction,
        _table(("layer", "what it holds", "tables"), [(f"`{name}`", *cells) for name, *cells in layers]),
        beside,
        "## Layer raw",
        *(_section(RAW, table) for table in load_layer(RAW).tables.values()),
        "## Layer core",
        *(_section(CORE, table) for table in load_layer(CORE).tables.values()),
    ]


def bookkeeping_sections() -> list[str]:
    """Return the sections on the Iceberg tables that no view shows."""
    layer = load_layer(BOOKKEEPING)
    protected = (
        f"The namespace `{PROTECTED}` has the published tables after disclosure control, of builds with a year of the "
        f"policy `protected`: the columns of the table, {_KEY}, and `{SUPPRESSED}`, the columns of the row whose "
        "figures are withheld. They are kept so that disclosure control is worked out once. "
        f"`{PROTECTED}.rounded_nations` has one row for each national count that had to be rounded: the collection "
        "year (`year`), the `organisation_group`, the `column`, and the number to whose multiple it was rounded "
        "(`to`)."
    )
    return [
        "## The program's own tables",
        f"{layer.description} They are in the namespace `{BOOKKEEPING}`.",
        *(_section(BOOKKEEPING, table) for table in layer.tables.values()),
        protected,
    ]


def _names(layer: str) -> list[str]:
    """Return the names of the tables of a layer."""
    return list(load_layer(layer).tables)


def _names_in_words(names: list[str]) -> str:
    """Return names as code, joined as in a sentence."""
    return " and ".join(f"`{name}`" for name in names)


def _section(layer: str, table: LayerTable) -> str:
    """Return what a row of a table is, where it comes from, and each of its columns with type, unit and meaning."""
    rows = [
        (
            f"`{column.name}`",
            _type(column.type) + ("; may be missing" if column.name in table.optional else ""),
            column.unit,
            " ".join(
                [
                    column.description,
                    *(f"`{value}`: {meaning.rstrip('.')}." for value, meaning in column.values.items()),
                ]
            ),
        )
        for column in table.columns
    ]
    return "\n\n".join(
        [
            f"### Table {layer}.{table.name}",
            f"One row: {table.row[0].lower()}{table.row[1:]}\n\nFrom: {table.source}",
            _table(("column", "type", "unit", "meaning"), rows),
        ]
    )


def _type(type_name: str) -> str:
    """Return an Iceberg type in plain words."""
    if type_name.startswith("decimal("):
        places = type_name.rstrip(")").rpartition(",")[2]
        return f"number with {places} decimal place{'' if places == '1' else 's'}"
    return _TYPES[type_name]


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(headings)} |", "|" + "---|" * len(headings)]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)
