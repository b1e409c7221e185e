"""Restore a lost warehouse table: each state that a build rests on, with its rows, in a new snapshot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wres.settings import Settings
from wres.warehouse.iceberg import open_catalog, open_table
from wres.warehouse.snapshot_export import EARLIER_COMMITS, read_exported_rows

if TYPE_CHECKING:
    from pyiceberg.table import Table


@dataclass(frozen=True, slots=True)
class SnapshotBackup:
    """The backup of a snapshot that is lost.

    `order` is its place in the table's history, as `position_in_history` gave it; `years` the key of the text of
    its rows by collection year; `digests` the table's digests of its years, where the snapshot was the last one.
    """

    order: int
    years: Mapping[int, str]
    digests: Mapping[str, str]


def restore_snapshots(
    settings: Settings, name: str, backups: Sequence[SnapshotBackup], text_of: Callable[[str], bytes]
) -> dict[int, int]:
    """Commit every state again, oldest first; one that is there already is skipped, so a killed run can be resumed.

    Each is marked with a tag. The table's properties say by how much its count of commits is less than the places in
    the history of the lost one.

    Args:
        settings: say where the warehouse is.
        name: the table.
        backups: its snapshots.
        text_of: the text of a year's rows, as `export_year` wrote it, by its key.

    Returns:
        The number of the new snapshot by the place of the lost one.
    """
    restored: dict[int, int] = {}
    with open_catalog(settings) as catalogue:
        present: Mapping[int, str] | None = None  # unknown, where a killed run may have left rows
        for backup in sorted({backup.order: backup for backup in backups}.values(), key=lambda backup: backup.order):
            table, tag = open_table(catalogue, name), f"restored-{backup.order}"
            if tag not in table.refs():
                _commit(table, name, backup, present, text_of)
                table = open_table(catalogue, name)
                table.manage_snapshots().create_tag(_current(table), tag).commit()
            restored[backup.order] = open_table(catalogue, name).refs()[tag].snapshot_id
            present = backup.years
        if restored:
            table = open_table(catalogue, name)
            current = table.current_snapshot()
            behind = max(restored) - ((current.sequence_number if current else None) or 0)
            with table.transaction() as transaction:
                transaction.set_properties({EARLIER_COMMITS: str(max(behind, 0))})
    return restored


def _current(table: "Table") -> int:
    """Return the number of the table's current snapshot; an empty one is made where the table never held a row."""
    current = table.current_snapshot()
    if current is None:
        table.append(table.schema().as_arrow().empty_table())
        current = table.current_snapshot()
    if current is None:
        raise RuntimeError(f"{table.name()} has no snapshot after a commit")
    return int(current.snapshot_id)


def _commit(
    table: "Table",
    name: str,
    backup: SnapshotBackup,
    present: Mapping[int, str] | None,
    text_of: Callable[[str], bytes],
) -> None:
    """Commit the rows of a backup; years whose rows are `present` already are not written again."""
    years_present = {int(task.file.partition[0]) for task in table.scan().plan_files()}
    stated = [key for key in table.properties if key.startswith("wres.digest.")]
    with table.transaction() as transaction:
        if stated:  # of other rows than these; a year without a digest is always written by its next build
            transaction.remove_properties(*stated)
        for year in sorted(years_present | set(backup.years)):
            this_year = f"collection_year == {year}"
            if year not in backup.years:
                transaction.delete(this_year)
            elif present is None or present.get(year) != backup.years[year]:
                rows = read_exported_rows(name, text_of(backup.years[year]))
                if year in years_present:
                    transaction.overwrite(rows, overwrite_filter=this_year)
                else:
                    transaction.append(rows)
        if backup.digests:
            transaction.set_properties(dict(backup.digests))
