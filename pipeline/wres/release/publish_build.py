"""Publish a build: reserve its edition for each audience, then write every reserved release of the year."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wres.context import Context
from wres.database.approvals import current_approval
from wres.database.models import Build, Release
from wres.intake.audit_log_export import export_journal
from wres.outputs.metadata import OFFICIAL
from wres.release.editions import (
    AUDIENCE,
    checked_note,
    edition_to_be,
    reserve_edition,
    reserve_official_edition,
    set_note,
    withdraw_broken,
)
from wres.release.publish import Completed, require_staff_files, write_reserved


@dataclass(frozen=True, slots=True)
class PublishedBuild:
    """The management release of a build, its folder, the folder of its official release, and other failures."""

    release: Release
    folder: Path
    official: Path | None
    failures: list[str]  # a sentence for each other edition that is not as it must be


def publish_build(
    context: Context, build: Build, edition: str | None, note: str | None, keep: Callable[[Path], None]
) -> PublishedBuild:
    """Reserve an edition of a build and write it; the same build published again is the release that there is.

    All that people typed is checked first, then the edition is reserved in the registry, and then it is written, so
    that the next run completes one that was killed. A reserved edition of an earlier build that cannot be written is
    withdrawn, and its number is used again.

    Args:
        context: the collection year.
        build: its latest build.
        edition: such as 1.1; by default the next one.
        note: what a revision changes, and why.
        keep: is called with each folder as soon as it is written, before the next release is made.

    Raises:
        WresError: the edition is taken or out of order, a revision has no note, or the release cannot be written.
    """
    settings, database, year = context.settings, context.database, context.year
    note = checked_note(note)
    require_staff_files(settings, year)
    being_published = build.build if edition in (None, edition_to_be(database, build)) else None
    earlier = write_reserved(settings, database, year, keep, without=being_published)
    withdraw_broken(settings, database, year, earlier.failed)
    release = reserve_edition(database, build, edition, note, context.clock.now())
    if current_approval(database, build):
        reserve_official_edition(settings, database, release)
    set_note(settings, database, release, note)
    completed = write_reserved(settings, database, year, keep)
    export_journal(settings, database)
    return _published(release, completed)


def _published(release: Release, completed: Completed) -> PublishedBuild:
    """Raise what stopped this edition; tell of what stopped others."""
    for audience in (AUDIENCE, OFFICIAL):
        if error := completed.failed.pop((release.edition, audience), None):
            raise error
    failures = [f"The {audience} edition {edition}: {error}" for (edition, audience), error in completed.failed.items()]
    folders = completed.folders
    return PublishedBuild(
        release, folders[release.edition, AUDIENCE], folders.get((release.edition, OFFICIAL)), failures
    )
