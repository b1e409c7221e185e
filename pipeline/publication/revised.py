"""Which rows were revised in an edition, and how the workbook marks them: a last column that says [r]."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.publication.about import ReleaseAbout
from pipeline.publication.revisions import NAME, nation_of, place_of, printed
from pipeline.publication.specification import Column, TableSpec, load_specification

if TYPE_CHECKING:
    import pyarrow as pa

MARK = "[r]"
REVISED = Column(
    name="revised",
    title="Revised in this edition",
    description="Whether a figure of the row differs from the edition before.",
    datatype="string",
)
_PLACE = ("collection_year", "level", "code", "organisation_group", "further_key")


def revised_rows(tables: Mapping[str, "pa.Table"], about: ReleaseAbout) -> dict[str, list[bool]]:
    """For each table with a row that this edition revised: row by row, whether it is one.

    Args:
        tables: every table of the release by name, in the declared types and order.
        about: says which edition it is. What earlier editions revised is in the table too and is not meant.
    """
    if NAME not in tables or not tables[NAME].num_rows:
        return {}
    edition = f"{about.collection_year}-{about.edition}"
    told: dict[str, set[tuple[object, ...]]] = {}
    for row in tables[NAME].to_pylist():
        if row["edition"] == edition:
            told.setdefault(row["table_name"], set()).add(tuple(row[name] for name in _PLACE))
    specs = load_specification().tables
    rows = printed({name: tables[name] for name in {*told, "national"} & set(tables)})
    found = {}
    for name, places in told.items():
        if name in rows:
            here = (place_of(specs[name], row, nation_of(rows)) for row in rows[name])
            found[name] = [tuple(place[part] for part in _PLACE) in places for place in here]
    return {name: marks for name, marks in found.items() if any(marks)}


def marked(tables: Mapping[str, "pa.Table"], about: ReleaseAbout) -> tuple[dict[str, "pa.Table"], dict[str, TableSpec]]:
    """The tables for people and their specifications: those with revised rows have a last column that marks them.

    A figure stays a number; the mark is text beside it.
    """
    import pyarrow as pa

    ready, specs = dict(tables), dict(load_specification().tables)
    for name, marks in revised_rows(tables, about).items():
        ready[name] = tables[name].append_column(REVISED.name, pa.array([MARK if one else "No" for one in marks]))
        specs[name] = replace(specs[name], columns=(*specs[name].columns, REVISED))
    return ready, specs
