"""Making a lost warehouse table again: each state that a build rests on, with its rows, in a new snapshot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wres.settings import Settings
from wres.warehouse.iceberg import open_catalog, open_table
from wres.warehouse.snapshot_export import COUNTED_BEFORE, rows_of_text

if TYPE_CHECKING:
    from pyiceberg.table import Table


@dataclass(frozen=True, slots=True)
class SnapshotBackup:
    """What is known of a snapshot that is lost.

    `order` is its place in the table's history, as `place_in_history` gave it; `years` the key of the text of its rows
    by collection year; `digests` what the table stated of its years, where it was the last one.
    """

    order: int
    years: Mapping[int, str]
    digests: Mapping[str, str]


def restore_snapshots(
    settings: Settings, name: str, kept: Sequence[SnapshotBackup], text_of: Callable[[str], bytes]
) -> dict[int, int]:
    """Commit every state again, oldest first; those that are there are left alone, so a killed run is gone on with.

    Each is marked with a tag. The table states how far its own count of commits is behind the places that were given.

    Args:
        settings: say where the warehouse is.
        name: the table.
        kept: its snapshots.
        text_of: the text of a year's rows, as `rows_as_text` wrote it, by its key.

    Returns:
        The number of the new snapshot by the place of the lost one.
    """
    found: dict[int, int] = {}
    with open_catalog(settings) as catalogue:
        stands: Mapping[int, str] | None = None  # unknown, if a killed run left anything
        for backup in sorted({backup.order: backup for backup in kept}.values(), key=lambda backup: backup.order):
            table, tag = open_table(catalogue, name), f"restored-{backup.order}"
            if tag not in table.refs():
                _commit(table, name, backup, stands, text_of)
                table = open_table(catalogue, name)
                table.manage_snapshots().create_tag(_current(table), tag).commit()
            found[backup.order] = open_table(catalogue, name).refs()[tag].snapshot_id
            stands = backup.years
        if found:
            table = open_table(catalogue, name)
            current = table.current_snapshot()
            behind = max(found) - ((current.sequence_number if current else None) or 0)
            with table.transaction() as transaction:
                transaction.set_properties({COUNTED_BEFORE: str(max(behind, 0))})
    return found


def _current(table: "Table") -> int:
    """The number of the table's current snapshot; an empty one is made where it never held a row."""
    current = table.current_snapshot()
    if current is None:
        table.append(table.schema().as_arrow().empty_table())
        current = table.current_snapshot()
    if current is None:
        raise RuntimeError(f"{table.name()} has no snapshot after a commit")
    return int(current.snapshot_id)


def _commit(
    table: "Table", name: str, backup: SnapshotBackup, stands: Mapping[int, str] | None, text_of: Callable[[str], bytes]
) -> None:
    there = {int(task.file.partition[0]) for task in table.scan().plan_files()}
    stated = [key for key in table.properties if key.startswith("wres.digest.")]
    with table.transaction() as transaction:
        if stated:  # of other rows than these; a year without a digest is always written by its next build
            transaction.remove_properties(*stated)
        for year in sorted(there | set(backup.years)):
            this_year = f"collection_year == {year}"
            if year not in backup.years:
                transaction.delete(this_year)
            elif stands is None or stands.get(year) != backup.years[year]:
                rows = rows_of_text(name, text_of(backup.years[year]))
                if year in there:
                    transaction.overwrite(rows, overwrite_filter=this_year)
                else:
                    transaction.append(rows)
        if backup.digests:
            transaction.set_properties(dict(backup.digests))
