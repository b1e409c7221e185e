"""Editions: 1.0 first, a revision with a note after it; claimed in the registry, then written, then never changed.

An edition is one build. Its management release is made at any time; its official one only when a named person has
approved that build, and until the year's release time it lies sealed in a folder of its own.
"""

import re
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from pipeline.collection.calendar import load_year
from pipeline.errors import WresError
from pipeline.publication.about import OFFICIAL
from pipeline.publication.bucket import fetch_published, hand_on
from pipeline.publication.commentary.texts import own_text
from pipeline.publication.making import Origin, make_release
from pipeline.publication.release import require_whole
from pipeline.publication.revising import name_of, predecessor, published_before
from pipeline.registry.releases import build_of, claim_edition, edition_key, give_note, releases_of, snapshots_of
from pipeline.registry.tables import Build, Release
from pipeline.settings import Settings
from pipeline.warehouse.read import tag_release

AUDIENCE = "management"


def claim(engine: Engine, build: Build, edition: str | None, note: str | None, now: datetime) -> Release:
    """The edition that publishes a build: the one that there is, else the next, remembered as claimed.

    Raises:
        WresError: the edition asked for is taken or out of order, or a revision comes without a note.
    """
    made = releases_of(engine, build.collection_year, AUDIENCE)
    if made and made[-1].build == build.build and edition in (None, made[-1].edition):
        return made[-1]
    wanted = _checked(build.collection_year, edition or _next([one.edition for one in made]), made)
    if made and not note:
        raise WresError(
            f"Edition {wanted} of {build.collection_year} revises {made[-1].edition}, so it needs a note that says "
            'what changed and why. Run again with --note "...".'
        )
    release = Release(
        collection_year=build.collection_year,
        edition=wanted,
        audience=AUDIENCE,
        build=build.build,
        published_at=now,
        note=note,
    )
    claim_edition(engine, release)
    return releases_of(engine, build.collection_year, AUDIENCE)[-1]


def claim_official(engine: Engine, management: Release, now: datetime) -> Release:
    """The official release of an edition, remembered as claimed. Whether it is approved is the caller's to know."""
    for made in releases_of(engine, management.collection_year, OFFICIAL):
        if made.edition == management.edition:
            return made
    claim_edition(
        engine,
        Release(
            collection_year=management.collection_year,
            edition=management.edition,
            audience=OFFICIAL,
            build=management.build,
            published_at=now,
            note=management.note,
        ),
    )
    return releases_of(engine, management.collection_year, OFFICIAL)[-1]


def _next(editions: list[str]) -> str:
    if not editions:
        return "1.0"
    major, minor = edition_key(editions[-1])
    return f"{major}.{minor + 1}"


def _checked(year: int, edition: str, made: list[Release]) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{1,3}", edition):
        raise WresError(f"{edition!r} is not an edition. Give it as 1.0, 1.1 and so on, or leave --edition out.")
    if made and edition_key(edition) <= edition_key(made[-1].edition):
        raise WresError(
            f"Edition {edition} of {year} cannot be made: {made[-1].edition} is published and is never changed. "
            "Leave --edition out to get the next one."
        )
    return edition


def explain(settings: Settings, engine: Engine, year: int, note: str | None) -> None:
    """Give a note to editions of a year that are claimed without one and not written: R504 may have stopped them."""
    for audience in (AUDIENCE, OFFICIAL):
        for release in releases_of(engine, year, audience):
            target, sealed = _places(settings, release)
            if note and not release.note and not target.is_dir() and not sealed.is_dir():
                give_note(engine, release, note)


def _places(settings: Settings, release: Release) -> tuple[Path, Path]:
    """Where a release is published, and where it lies sealed before that."""
    path = name_of(release).path
    return settings.published / path, settings.sealed / path


def complete(settings: Settings, engine: Engine, release: Release) -> Path:
    """Write what is claimed and not there yet: the Iceberg tags and the folder. Returns the folder.

    An official release before its time goes to the sealed folder, and is moved out of it when the time has come. What
    is published is put into the bucket too, where the settings name one.

    Raises:
        ReleaseExistsError: the folder is there and is not as it was made.
        ReleaseCheckError: the tables may not be released as they are.
    """
    target, _ = _places(settings, release)
    fetch_published(settings, name_of(release), target)
    made = _complete_here(settings, engine, release)
    if made == target:
        hand_on(settings, name_of(release), made)
    return made


def _complete_here(settings: Settings, engine: Engine, release: Release) -> Path:
    target, sealed = _places(settings, release)
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
    build = build_of(engine, release.build)
    snapshots, name, since = snapshots_of(build), name_of(release), predecessor(engine, release)
    tag_release(settings, snapshots, name.tag)
    origin = Origin(
        snapshots,
        build.build,
        build.built_at,
        release.note,
        since,
        published_before(engine, release),
        own_text(settings, release.collection_year),
    )
    return make_release(settings, name, origin, target)
