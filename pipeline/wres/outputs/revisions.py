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
Printed = dict[str, list[Row]]  # the rows of each table, every value as its CSV file prints it
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
    now = as_published_rows(tables)
    nowhere = nation_of(now)
    new = [
        {**row, "previous_edition": since.edition, "edition": edition, "revision_note": note}
        for name, spec in load_specification().tables.items()
        if name in since.printed and name in now and not (spec.restated and since.year != year)
        for row in _differences(spec, since.printed[name], _up_to(since.year, now[name]), nowhere)
    ]
    if new and not (note and note.strip()):
        how_to_fix = load_catalogue()["R504"].how_to_fix.format(year=year)
        raise ReleaseCheckError("R504", [_unexplained(row) for row in new], how_to_fix)
    return _table([*since.revisions.to_pylist(), *new])


def as_published_rows(tables: Mapping[str, "pa.Table"]) -> Printed:
    """Return the rows of tables as their CSV files print them; the revisions themselves are left out."""
    specs = load_specification().tables
    rows: Printed = {}
    for name, table in tables.items():
        if name != REVISIONS:
            columns = print_columns(table, specs[name])
            rows[name] = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return rows


def read_csv(content: bytes) -> list[Row]:
    """Return the rows of a published CSV file.

    Raises:
        ValueError, csv.Error: it is no CSV file in UTF-8 with as many values in each line as there are columns.
    """
    lines = csv.reader(io.StringIO(content.decode(), newline=""))
    header = next(lines, [])
    return [dict(zip(header, line, strict=True)) for line in lines]


def nation_of(rows: Printed) -> Row:
    """Return what a row is about whose table does not state it: the nation."""
    nation = {column: rows["national"][0][column] for column in ("code", "name")}
    return {"level": "national", **nation, "organisation_group": "all"}


def _up_to(year: int, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if int(row["collection_year"]) <= year]


def _differences(
    spec: TableSpec, before: Sequence[Row], now: Sequence[Row], nowhere: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Return every figure of a table that differs, in columns that both editions have."""
    if any(not set(spec.key) <= set(rows[0]) for rows in (before, now) if rows):
        return  # a newer program tells the rows apart by something else
    was, is_ = ({tuple(row[name] for name in spec.key): row for row in rows} for rows in (before, now))
    for key in [*is_, *(key for key in was if key not in is_)]:
        old, new = was.get(key), is_.get(key)
        if old == new:
            continue
        place = place_of(spec, new or old or {}, nowhere)
        if old is None or new is None:
            yield {**place, "column_name": _ROW, "figure_before": _there(old), "figure_now": _there(new)}
            continue
        for column in new:
            if column in old and not _same(old[column], new[column]):
                figures = {"figure_before": _shown(old[column]), "figure_now": _shown(new[column])}
                yield {**place, "column_name": column, **figures}


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


def _there(row: Row | None) -> str:
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
    rows = as_published_rows({name: tables[name] for name in {*revised, "national"} & set(tables)})
    marks_by_table = {}
    for name, places in revised.items():
        if name in rows:
            row_places = (place_of(specs[name], row, nation_of(rows)) for row in rows[name])
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
