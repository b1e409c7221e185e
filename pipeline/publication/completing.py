"""Completing what is claimed: written once, the official release sealed until its time, and never changed again."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from pipeline.collection.calendar import load_year
from pipeline.logs import happened
from pipeline.publication.about import OFFICIAL
from pipeline.publication.bucket import fetch_published, hand_on
from pipeline.publication.commentary.texts import own_text
from pipeline.publication.editions import AUDIENCE, places_of
from pipeline.publication.making import Origin, make_release
from pipeline.publication.pre_release_access import read_access
from pipeline.publication.release import require_whole
from pipeline.publication.revising import (
    is_sealed_first,
    name_of,
    predecessor,
    published_before,
    replaced,
    replaces,
)
from pipeline.registry.releases import build_of, releases_of, snapshots_of
from pipeline.registry.tables import Release
from pipeline.settings import LONDON, Settings
from pipeline.warehouse.read import tag_release


def complete_all(settings: Settings, engine: Engine, year: int) -> dict[tuple[str, str], Path]:
    """Complete every release of a year that is claimed; returns the folders by edition and audience.

    A sealed edition that a later one replaced before the release time stays sealed for good, and a note beside it says
    so. What was not written of it by then is never written.
    """
    folders = {}
    for audience in (AUDIENCE, OFFICIAL):
        claimed = releases_of(engine, year, audience)
        gone = replaced(claimed)
        for one in claimed:
            if one in gone:
                _note_replaced(settings, one, next(later for later in reversed(claimed) if is_sealed_first(later)))
            else:
                folders[one.edition, audience] = complete(settings, engine, one)
    return folders


def _note_replaced(settings: Settings, release: Release, later: Release) -> None:
    """Say beside the folder of a sealed release, which itself is never changed, why it is still there."""
    folder = settings.sealed / name_of(release).path
    note = folder.with_name("REPLACED.txt")
    if folder.is_dir() and not note.exists():
        note.write_text(
            f"The {name_of(release)} was replaced by edition {later.edition} before the release time, on "
            f"{later.published_at.astimezone(LONDON):%-d %B %Y at %H:%M}. It was never published.\n",
            encoding="utf-8",
        )
        happened("replaced", release.collection_year, edition=release.edition, by=later.edition)


def complete(settings: Settings, engine: Engine, release: Release) -> Path:
    """Write what is claimed and not there yet: the Iceberg tags and the folder. Returns the folder.

    An official release before its time goes to the sealed folder, and is moved out of it when the time has come. What
    is published is put into the bucket too, where the settings name one.

    Raises:
        ReleaseExistsError: the folder is there and is not as it was made.
        ReleaseCheckError: the tables may not be released as they are.
    """
    target, _ = places_of(settings, release)
    fetch_published(settings, name_of(release), target)
    made = _complete_here(settings, engine, release)
    if made == target:
        hand_on(settings, name_of(release), made)
    return made


def _complete_here(settings: Settings, engine: Engine, release: Release) -> Path:
    target, sealed = places_of(settings, release)
    if target.is_dir():
        target.chmod(0o555)  # a run may have been killed while it unsealed it
        require_whole(target)
        return target
    waits = release.audience == OFFICIAL and settings.now() < load_year(release.collection_year).release_time
    if sealed.is_dir():
        require_whole(sealed)
        return sealed if waits else _unseal(sealed, target)
    if waits:
        settings.sealed.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _write(settings, engine, release, sealed if waits else target)


def _unseal(sealed: Path, target: Path) -> Path:
    """Move a release to where everybody may read it, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sealed.chmod(0o755)  # a folder that may not be written to may not be moved
    sealed.rename(target)
    target.chmod(0o555)
    return target


def _write(settings: Settings, engine: Engine, release: Release, target: Path) -> Path:
    build, name = build_of(engine, release.build), name_of(release)
    snapshots = snapshots_of(build)
    tag_release(settings, snapshots, name.tag)
    origin = with_staff_files(settings, release, origin_of(engine, release, snapshots))
    return make_release(settings, name, origin, target)


def origin_of(engine: Engine, release: Release, snapshots: Mapping[str, int], *, compare: bool = True) -> Origin:
    """What a release is made from, as the registry has it; compared with no other edition where that is not wanted."""
    build = build_of(engine, release.build)
    return Origin(
        snapshots=snapshots,
        build=build.build,
        built_at=build.built_at,
        note=release.note,
        since=predecessor(engine, release) if compare else None,
        before=published_before(engine, release),
        replaces=replaces(engine, release),
    )


def with_staff_files(settings: Settings, release: Release, origin: Origin) -> Origin:
    """With the words and the access list that publication staff keep for the year, as they are now.

    Raises:
        WresError: one of them cannot be read.
    """
    year = release.collection_year
    access = read_access(settings, load_year(year)) if is_sealed_first(release) else None
    return replace(origin, commentary=own_text(settings, year), access=access)
