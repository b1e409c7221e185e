"""Say which national counts of an official release had to be rounded, and read it from a release that says so."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from wres.outputs.table_schema import load_specification

if TYPE_CHECKING:
    import pyarrow as pa

    from wres.disclosure.protect import RoundedNation

Rounded = frozenset[tuple[int, str, str]]  # year, organisation group and column of the table `national`


def rounding_sentences(rounded: "Iterable[RoundedNation]") -> tuple[str, ...]:
    """Say which national counts had to be rounded; nothing where all are exact."""
    return tuple(
        f"{_subject(nation.year, nation.organisation_group, nation.column)} to the nearest {nation.to}, because the "
        "exact count would reveal a count that is withheld."
        for nation in rounded
    )


def read_rounded(notes: Collection[str], national: "pa.Table") -> Rounded:
    """Return the national counts that a release says it rounded.

    Args:
        notes: what it says of disclosure control.
        national: its table of that name.
    """
    columns = [column for column in load_specification().count_columns if column in national.column_names]
    rows = national.select(["collection_year", "organisation_group"]).to_pylist()
    return frozenset(
        (row["collection_year"], row["organisation_group"], column)
        for row in rows
        for column in columns
        if any(note.startswith(_subject(row["collection_year"], row["organisation_group"], column)) for note in notes)
    )


def _subject(year: int, group: str, column: str) -> str:
    """Name a national count that is rounded, as its sentence begins."""
    columns = load_specification().tables["national"].columns_by_name
    groups = columns["organisation_group"].values or {}
    return f"{columns[column].title}, {year} ({groups[group]}): the national count is rounded"
