"""Publish a build: reserve its editions, then write every reserved release once, sealed until its release time."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from wres.clock import LONDON
from wres.context import Context
from wres.database.approvals import current_approval
from wres.database.models import Build, Release
from wres.database.releases import get_build, get_releases, get_snapshots, written_editions
from wres.errors import UnavailableError, WresError
from wres.event_log import log_event
from wres.indicators.counted_builds import CountedTables, tables_of_build
from wres.intake.audit_log_export import export_audit_log
from wres.outputs.metadata import OFFICIAL
from wres.release.bucket_upload import fetch_published, upload
from wres.release.builder import ReleaseInputs, build_release, release_content
from wres.release.edition_history import is_sealed_first, release_name, superseded_under_embargo
from wres.release.editions import (
    AUDIENCE,
    checked_note,
    edition_to_be,
    is_written,
    public_names,
    release_paths,
    require_note_used,
    reserve_edition,
    reserve_official_edition,
    set_note,
    unwritten,
    withdraw_broken,
)
from wres.release.origin import origin_of, require_staff_files, with_staff_files
from wres.release.publication_time import is_before_release_time, is_public, record_made_public
from wres.release.repository import published_releases
from wres.release.second_writer import SecondWriter, is_small, second_writer
from wres.release.writer import ReleaseExistsError, move_release, require_intact
from wres.settings import Settings
from wres.warehouse.tags import tag_release


@dataclass(slots=True)
class Completed:
    """The reserved releases of a year, by edition and audience: the folder of each, or why it was not written."""

    folders: dict[tuple[str, str], Path] = field(default_factory=dict)
    failed: dict[tuple[str, str], WresError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishedBuild:
    """The management release of a build, its folder, the folder of its official release, and other failures."""

    release: Release
    folder: Path
    official: Path | None
    failures: list[str]  # a sentence for each other edition that is not as it must be


def publish_build(
    context: Context,
    build: Build,
    edition: str | None,
    note: str | None,
    on_written: Callable[[Path], None],
    processes: int = 1,
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
        on_written: is called with each folder as soon as it is in place, before the next release is.
        processes: with more than one, both releases of the build are written at the same time.

    Raises:
        WresError: the edition is taken or out of order, a revision has no note, a note is for what is written already,
            or the release cannot be written.
    """
    settings, database, year = context.settings, context.database, context.year
    with second_writer(settings, wanted=processes > 1 and _has_two_to_write(settings, database, build)) as writer:
        release = reserve_editions(context, build, edition, note, on_written)
        completed = write_reserved(settings, database, year, on_written, writer=writer)
    export_audit_log(settings, database)
    return _published(release, completed)


def _has_two_to_write(settings: Settings, engine: Engine, build: Build) -> bool:
    """Return whether both releases of a build are still to be written."""
    if not current_approval(engine, build):
        return False
    edition = edition_to_be(engine, build)
    return not any(
        release.edition == edition and is_written(settings, engine, release)
        for audience in (AUDIENCE, OFFICIAL)
        for release in get_releases(engine, build.collection_year, audience)
    )


def reserve_editions(
    context: Context, build: Build, edition: str | None, note: str | None, on_written: Callable[[Path], None]
) -> Release:
    """Reserve the editions of a build, with what is to be said of them, after earlier ones were completed."""
    settings, database, year = context.settings, context.database, context.year
    note = checked_note(note)
    require_staff_files(settings, year)
    being_published = build.build if edition in (None, edition_to_be(database, build)) else None
    earlier = write_reserved(settings, database, year, on_written, without=being_published)
    withdraw_broken(settings, database, year, earlier.failed)
    release = reserve_edition(database, build, edition, note, context.clock.now())
    if current_approval(database, build):
        reserve_official_edition(settings, database, release)
    set_note(settings, database, release, note)
    require_note_used(database, release, note)
    return release


def _published(release: Release, completed: Completed) -> PublishedBuild:
    """Raise what stopped this edition; return what stopped others."""
    for audience in (AUDIENCE, OFFICIAL):
        if error := completed.failed.pop((release.edition, audience), None):
            raise error
    failures = [f"The {audience} edition {edition}: {error}" for (edition, audience), error in completed.failed.items()]
    folders = completed.folders
    return PublishedBuild(
        release, folders[release.edition, AUDIENCE], folders.get((release.edition, OFFICIAL)), failures
    )


def write_reserved(
    settings: Settings,
    engine: Engine,
    year: int,
    on_written: Callable[[Path], None],
    without: str | None = None,
    writer: SecondWriter | None = None,
) -> Completed:
    """Complete every release of a year that is reserved; one that cannot be completed stops no other.

    A sealed edition that a later one replaced before the release time stays sealed for good, and a note beside it says
    so. What was not written of it by then is never written.

    Args:
        settings: say where releases go, and the clock.
        engine: the registry.
        year: the collection year.
        on_written: called with each folder as soon as it is in place, before the next release is.
        without: a build whose releases are left out.
        writer: a second process, which writes the management release of a build beside its official release.
    """
    completed = Completed()
    if writer:
        _write_side_by_side(settings, engine, year, writer)
    for audience in (AUDIENCE, OFFICIAL):
        reserved = get_releases(engine, year, audience)
        gone = superseded_under_embargo(settings, reserved)
        for release in reserved:
            if release.build == without:
                continue
            try:
                if release in gone:
                    later = next(release for release in reversed(reserved) if is_sealed_first(settings, release))
                    _note_replaced(settings, engine, release, later)
                else:
                    folder = write_if_due(settings, engine, release, writer)
                    on_written(folder)
                    completed.folders[release.edition, audience] = folder
            except UnavailableError:
                raise  # the others would fail as this one did
            except WresError as error:
                completed.failed[release.edition, audience] = error
    return completed


def _note_replaced(settings: Settings, engine: Engine, release: Release, later: Release) -> None:
    """Say beside the folder of a sealed release, which itself is never changed, why it is still there."""
    folder = settings.sealed / release_name(release).path
    note = folder.with_name("REPLACED.txt")
    is_replaced = (later.edition, OFFICIAL) in written_editions(engine, later.collection_year)
    if is_replaced and folder.is_dir() and not note.exists():
        note.write_text(
            f"The {release_name(release)} was replaced by edition {later.edition} before the release time, on "
            f"{later.published_at.astimezone(LONDON):%-d %B %Y at %H:%M}. It was never published.\n",
            encoding="utf-8",
        )
        log_event("replaced", release.collection_year, edition=release.edition, by=later.edition)


def write_if_due(settings: Settings, engine: Engine, release: Release, writer: SecondWriter | None = None) -> Path:
    """Write what is reserved and not there yet: the Iceberg tags and the folder. Returns the folder.

    An official release before its time goes to the sealed folder, and is moved out of it when the time has come. What
    is published is put into the bucket too, where the settings name one.

    Raises:
        ReleaseExistsError: the folder is there and is not as it was made.
        ReleaseCheckError: the tables may not be released as they are.
    """
    target, _ = release_paths(settings, release)
    _require_not_public_yet(settings, engine, release, target)
    if is_public(engine, release):
        fetch_published(settings, release_name(release), target)
    completed = _complete_here(settings, engine, release, writer)
    if completed == target:
        upload(settings, release_name(release), completed, public_names(engine, release.collection_year))
    return completed


def _require_not_public_yet(settings: Settings, engine: Engine, release: Release, target: Path) -> None:
    """Refuse an official release that is public though it was never made so: it must be sealed, and nowhere else."""
    if is_public(engine, release):
        return
    releases, name = published_releases(settings), release_name(release)
    if os.path.lexists(target) or releases.holds(name):
        place = target if os.path.lexists(target) else releases.address(name)
        raise ReleaseExistsError(
            f"{place} is there, but the {name} was never made public by this pipeline: somebody put it there. Take it "
            f"away at once, then publish again (wres publish {name.year}); that opens the release when its time has "
            "come."
        )


def _complete_here(settings: Settings, engine: Engine, release: Release, writer: SecondWriter | None) -> Path:
    """Return the folder of a release, made where it is not there yet.

    An official release is always made in the sealed folder. Once its time has come, the audit log records that it is
    made public, and only then is it moved to where everybody may read it.
    """
    target, sealed = release_paths(settings, release)
    if target.is_dir():
        target.chmod(0o555)  # a run may have been killed while it unsealed it
        require_intact(target)
        return target
    if release.audience != OFFICIAL:
        return _write(settings, engine, release, target, writer)
    if sealed.is_dir():
        require_intact(sealed)
    else:
        settings.sealed.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(settings, engine, release, sealed, writer)
    if not is_public(engine, release):
        if is_before_release_time(settings, release):
            return sealed
        record_made_public(settings, engine, release)
    return _unseal(sealed, target)


def _unseal(sealed: Path, target: Path) -> Path:
    """Move a release to where everybody may read it, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sealed.chmod(0o755)  # a folder that may not be written to may not be moved
    sealed.rename(target)
    target.chmod(0o555)
    return target


def _write(settings: Settings, engine: Engine, release: Release, target: Path, writer: SecondWriter | None) -> Path:
    """Write a release into its folder; where its files are written already, put them in place."""
    name, staging = release_name(release), staging_folder(settings, release)
    if files := writer.finish(name) if writer else None:
        written = move_release(target, files)
    else:
        origin, counted = release_inputs(settings, engine, release)
        written = build_release(settings, name, origin, target, counted, staging)
    shutil.rmtree(staging, ignore_errors=True)
    return written


def _write_side_by_side(settings: Settings, engine: Engine, year: int, writer: SecondWriter) -> None:
    """Write the files of both releases of a build at the same time, where these two are all that is to be written.

    An official release rests on nothing of the management releases. An error that keeps a release from being begun
    comes again in its turn.
    """
    due = unwritten(settings, engine, year)
    if [release.audience for release in due] != [AUDIENCE, OFFICIAL] or due[0].build != due[1].build:
        return
    management, official = due
    with suppress(WresError):
        for release in due:
            _require_not_public_yet(settings, engine, release, release_paths(settings, release)[0])
        origin, counted = release_inputs(settings, engine, management)
        if is_small(counted.tables):
            name = release_name(management)
            writer.begin(name, *release_content(settings, name, origin, counted))
            name, origin = release_name(official), _tagged_origin(settings, engine, official)
            writer.write(name, *release_content(settings, name, origin, counted))


def release_inputs(settings: Settings, engine: Engine, release: Release) -> tuple[ReleaseInputs, CountedTables]:
    """Return what a release is made from, and the tables of its build; its snapshots have their tag from then on."""
    origin = _tagged_origin(settings, engine, release)
    return origin, tables_of_build(settings, origin.build, origin.snapshots, release.collection_year)


def _tagged_origin(settings: Settings, engine: Engine, release: Release) -> ReleaseInputs:
    """Return what a release is made from, and give the snapshots on which it rests its tag."""
    snapshots = get_snapshots(get_build(engine, release.build))
    tag_release(settings, snapshots, release_name(release).tag)
    return with_staff_files(settings, release, origin_of(settings, engine, release, snapshots))


def staging_folder(settings: Settings, release: Release) -> Path:
    """Return the folder for the pages of a release that is not put together yet."""
    return settings.staging / release_name(release).path
