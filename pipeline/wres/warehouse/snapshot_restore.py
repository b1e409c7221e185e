"""Making a lost warehouse table again: each snapshot that a build rests on, with its rows and under its number."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wres.settings import Settings
from wres.warehouse.iceberg import open_catalog, open_table
from wres.warehouse.snapshot_export import rows_of_text

if TYPE_CHECKING:
    from pyiceberg.table import Table


@dataclass(frozen=True, slots=True)
class SnapshotBackup:
    """What is known of a snapshot that is lost.

    `order` is its place in the table's history; `years` the key of the text of its rows by collection year; `digests`
    what the table stated of its years, where it was the last one.
    """

    snapshot: int
    order: int
    years: Mapping[int, str]
    digests: Mapping[str, str]


def restore_snapshots(
    settings: Settings, name: str, kept: Sequence[SnapshotBackup], text_of: Callable[[str], bytes]
) -> None:
    """Commit every snapshot again, oldest first; those that are there are left alone, so a killed run is gone on with.

    Args:
        settings: say where the warehouse is.
        name: the table.
        kept: its snapshots.
        text_of: the text of a year's rows, as `rows_as_text` wrote it, by its key.
    """
    with open_catalog(settings) as catalogue:
        stands: Mapping[int, str] | None = None  # unknown, if a killed run left anything
        for backup in sorted({backup.snapshot: backup for backup in kept}.values(), key=lambda backup: backup.order):
            table = open_table(catalogue, name)
            if table.snapshot_by_id(backup.snapshot) is None:
                _commit(table, name, backup, stands, text_of)
                _renumber(open_table(catalogue, name), backup.snapshot)
            stands = backup.years


def _commit(
    table: "Table", name: str, backup: SnapshotBackup, stands: Mapping[int, str] | None, text_of: Callable[[str], bytes]
) -> None:
    there = {int(task.file.partition[0]) for task in table.scan().plan_files()}
    stated = [key for key in table.properties if key.startswith("wres.digest.")]
    with table.transaction() as transaction:
        if stated:  # of other rows than these; a year without a digest is written by its next build, whatever it holds
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


def _renumber(table: "Table", snapshot: int) -> None:
    """Give what the table now holds the number that it had, as a further snapshot on the same files."""
    from pyiceberg.table.refs import SnapshotRefType
    from pyiceberg.table.update import AddSnapshotUpdate, AssertRefSnapshotId, SetSnapshotRefUpdate

    current = table.current_snapshot()
    if current is None:  # it held no rows at all
        table.append(table.schema().as_arrow().empty_table())
        current = table.current_snapshot()
    if current is None:
        raise RuntimeError(f"{table.name()} has no snapshot after a commit")
    again = current.model_copy(
        update={
            "snapshot_id": snapshot,
            "parent_snapshot_id": current.snapshot_id,
            "sequence_number": (current.sequence_number or 0) + 1,
            "timestamp_ms": max(int(time.time() * 1000), table.metadata.last_updated_ms),
        }
    )
    table.catalog.commit_table(
        table,
        requirements=(AssertRefSnapshotId(ref="main", snapshot_id=current.snapshot_id),),
        updates=(
            AddSnapshotUpdate(snapshot=again),
            SetSnapshotRefUpdate(
                ref_name="main",
                type=SnapshotRefType.BRANCH,
                snapshot_id=snapshot,
                max_ref_age_ms=None,
                max_snapshot_age_ms=None,
                min_snapshots_to_keep=None,
            ),
        ),
    )
