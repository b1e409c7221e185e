"""Compare a release with the edition before: the revisions table, and the markers of revised rows."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from wres.outputs.csv_writer import print_columns
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import ReleaseCheckError, cast_to_schema
from wres.outputs.table_schema import Column, TableSpec, load_specification
from wres.validation.edit_catalogue import load_catalogue

if TYPE_CHECKING:
    import pyarrow as pa


REVISIONS = "revisions"
Row = dict[str, str]
Columns = dict[str, list[str]]  # of a table, every value as its CSV file prints it
Printed = dict[str, Columns]  # by table
_PLACE = ("collection_year", "level", "code", "name", "organisation_group")
_ROW = "row"  # what a difference is called where a whole row came or went


@dataclass(frozen=True, slots=True)
class PreviousEdition:
    """The edition before: its release year, its name as 2022-1.0, its tables and its table of revisions."""

    year: int
    edition: str
    printed: Printed
    revisions: "pa.Table"


def no_revisions() -> "pa.Table":
    """Return the `revisions` table of a release that there is nothing to compare with."""
    return _table([])


def revisions_since(
    since: PreviousEdition, tables: Mapping[str, "pa.Table"], year: int, edition: str, note: str | None
) -> "pa.Table":
    """Return the `revisions` table of an edition: the rows of earlier editions, and every figure that now differs.

    Args:
        since: the edition before.
        tables: all other tables of the new release, in the declared types, as they will be published.
        year: the new release's collection year.
        edition: the new edition as 2022-1.1.
        note: why its figures differ.

    Returns: one row a figure that differs, columns as in `tables.toml`; a row that came or went is one difference.

    Raises:
        ReleaseCheckError: R504, figures differ and there is no note.
    """
    now = print_tables(tables)
    nowhere = nation_of(now)
    new = [
        {**row, "previous_edition": since.edition, "edition": edition, "revision_note": note}
        for name, spec in load_specification().tables.items()
        if name in since.printed and name in now and not (spec.restated and since.year != year)
        for row in _differences(spec, since, now[name], nowhere)
    ]
    if new and not (note and note.strip()):
        how_to_fix = load_catalogue()["R504"].how_to_fix.format(year=year)
        raise ReleaseCheckError("R504", [_unexplained(row) for row in new], how_to_fix)
    return _table([*since.revisions.to_pylist(), *new])


def print_tables(tables: Mapping[str, "pa.Table"]) -> Printed:
    """Return every value of tables as their CSV files print it; the revisions themselves are left out."""
    specs = load_specification().tables
    return {name: print_columns(table, specs[name]) for name, table in tables.items() if name != REVISIONS}


def read_csv(content: bytes) -> Columns:
    """Return the columns of a published CSV file.

    Raises:
        ValueError, csv.Error: it is no CSV file in UTF-8 with as many values in each line as there are columns.
    """
    lines = list(csv.reader(io.StringIO(content.decode(), newline="")))
    if not lines:
        raise ValueError("no header")
    return {name: values for name, *values in zip(*lines, strict=True)}


def nation_of(printed: Printed) -> Row:
    """Return what a row is about whose table does not state it: the nation."""
    nation = {column: printed["national"][column][0] for column in ("code", "name")}
    return {"level": "national", **nation, "organisation_group": "all"}


def _differences(
    spec: TableSpec, since: PreviousEdition, now: Columns, nowhere: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Return every figure of a table that differs, in columns and years that both editions have."""
    before = since.printed[spec.name]
    if not set(spec.key) <= set(before):
        return  # a newer program tells the rows apart by something else
    both = [column for column in now if column in before]
    was, is_ = _rows_by_key(spec, before, both), _rows_by_key(spec, now, both)
    year = spec.key.index("collection_year")
    keys = [key for key in is_ if int(key[year]) <= since.year]
    for key in [*keys, *(key for key in was if key not in is_)]:
        old, new = was.get(key), is_.get(key)
        if old == new:
            continue
        place = place_of(spec, dict(zip(both, new or old or (), strict=True)), nowhere)
        if old is None or new is None:
            yield {**place, "column_name": _ROW, "figure_before": _there(old), "figure_now": _there(new)}
            continue
        for column, figure_before, figure_now in zip(both, old, new, strict=True):
            if not _same(figure_before, figure_now):
                figures = {"figure_before": _shown(figure_before), "figure_now": _shown(figure_now)}
                yield {**place, "column_name": column, **figures}


def _rows_by_key(spec: TableSpec, columns: Columns, names: Sequence[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return these columns row by row, by the values that tell the rows of the table apart."""
    keys = zip(*(columns[name] for name in spec.key), strict=True)
    return dict(zip(keys, zip(*(columns[name] for name in names), strict=True), strict=True))


def place_of(spec: TableSpec, row: Row, nowhere: Mapping[str, str]) -> dict[str, Any]:
    """Return what a row of a table is about, in the columns of `revisions`.

    A table without a code is about the nation, `nowhere`, and one with codes but without levels about organisations.
    """
    place: dict[str, Any] = {name: row.get(name, nowhere.get(name)) for name in _PLACE}
    if "level" not in row and "code" in row:
        place["level"] = "organisation"
    further = [f"{name}={row[name]}" for name in spec.key if name not in _PLACE]
    return {
        **place,
        "collection_year": int(row["collection_year"]),
        "table_name": spec.name,
        "further_key": " ".join(further) or None,
    }


def _there(row: tuple[str, ...] | None) -> str:
    return "no row" if row is None else "row"


def _same(before: str, now: str) -> bool:
    """Return whether two printed figures say the same: 0.5 and 0.50 do."""
    if before == now:
        return True
    try:
        return Decimal(before) == Decimal(now)
    except InvalidOperation:
        return False


def _shown(text: str) -> str:
    """Write a figure for a sentence; a symbol stands in brackets, as in the workbook, so that it is no word."""
    return f"[{text}]" if text in load_specification().symbols else text


def _unexplained(row: Mapping[str, Any]) -> str:
    """Return the sentence of R504 for a figure that is revised without a note."""
    message = load_catalogue()["R504"].message_for(
        table=row["table_name"],
        measure=row["column_name"],
        year=row["collection_year"],
        name=f"{row['name']} ({row['organisation_group']})",
        before=row["figure_before"],
        edition=row["previous_edition"],
        now=row["figure_now"],
    )
    return message.rstrip(".")


def _table(rows: Sequence[Mapping[str, Any]]) -> "pa.Table":
    import pyarrow as pa

    spec = load_specification().tables[REVISIONS]
    schema = spec.arrow_schema()
    return cast_to_schema(pa.Table.from_pylist(list(rows), schema=schema), spec)


MARK = "[r]"
REVISED = Column(
    name="revised",
    title="Revised in this edition",
    description="Whether a figure of the row differs from the edition before.",
    datatype="string",
)
_REVISED_KEY = ("collection_year", "level", "code", "organisation_group", "further_key")


def revised_rows(tables: Mapping[str, "pa.Table"], about: ReleaseMetadata) -> dict[str, list[bool]]:
    """Return for each table with a revised row, row by row, whether this edition revised it.

    Args:
        tables: every table of the release by name, in the declared types and order.
        about: says which edition it is. What earlier editions revised is in the table too and is not meant.
    """
    if REVISIONS not in tables or not tables[REVISIONS].num_rows:
        return {}
    edition = f"{about.collection_year}-{about.edition}"
    revised: dict[str, set[tuple[object, ...]]] = {}
    for row in tables[REVISIONS].to_pylist():
        if row["edition"] == edition:
            revised.setdefault(row["table_name"], set()).add(tuple(row[name] for name in _REVISED_KEY))
    specs = load_specification().tables
    printed = print_tables({name: tables[name] for name in {*revised, "national"} & set(tables)})
    marks_by_table = {}
    for name, places in revised.items():
        if name in printed:
            rows = (dict(zip(printed[name], row, strict=True)) for row in zip(*printed[name].values(), strict=True))
            row_places = (place_of(specs[name], row, nation_of(printed)) for row in rows)
            marks_by_table[name] = [tuple(place[part] for part in _REVISED_KEY) in places for place in row_places]
    return {name: marks for name, marks in marks_by_table.items() if any(marks)}


def add_revision_markers(
    tables: Mapping[str, "pa.Table"], about: ReleaseMetadata
) -> tuple[dict[str, "pa.Table"], dict[str, TableSpec]]:
    """Return tables and specifications in which revised rows are marked in a last column.

    A figure stays a number; the mark is text beside it.
    """
    import pyarrow as pa

    ready, specs = dict(tables), dict(load_specification().tables)
    for name, marks in revised_rows(tables, about).items():
        ready[name] = tables[name].append_column(REVISED.name, pa.array([MARK if mark else "No" for mark in marks]))
        specs[name] = replace(specs[name], columns=(*specs[name].columns, REVISED))
    return ready, specs
