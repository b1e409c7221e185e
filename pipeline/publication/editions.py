"""Editions: 1.0 first, a revision with a note after it; claimed in the registry before anything is written.

An edition is one build. Its management release is made at any time; its official one only when a named person has
approved that build.
"""

import re
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from pipeline.errors import WresError
from pipeline.publication.about import OFFICIAL
from pipeline.publication.revising import is_sealed_first, name_of
from pipeline.publication.store import published_releases
from pipeline.registry.releases import claim_edition, edition_key, give_note, releases_of
from pipeline.registry.tables import Build, Release
from pipeline.settings import Settings

AUDIENCE = "management"
_LONGEST_NOTE = 2_000  # it stands in a cell of every revised row


def claim(engine: Engine, build: Build, edition: str | None, note: str | None, now: datetime) -> Release:
    """The edition that publishes a build: the one that there is, else the next, remembered as claimed.

    Raises:
        WresError: the edition asked for is taken or out of order, a revision comes without a note, or the note cannot
            be published.
    """
    if note and (len(note) > _LONGEST_NOTE or not note.replace("\n", " ").isprintable()):
        raise WresError(
            f"The note has characters that no text has, or more than {_LONGEST_NOTE:,} of them. Say in plain words "
            'what changed and why: --note "...".'
        )
    made = releases_of(engine, build.collection_year, AUDIENCE)
    to_be = edition_to_be(engine, build)
    if made and made[-1].build == build.build and edition in (None, to_be):
        return made[-1]
    wanted = _checked(build.collection_year, edition or to_be, made)
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


def claim_official(settings: Settings, engine: Engine, management: Release) -> Release:
    """The official release of an edition, remembered as claimed. Whether it is approved is the caller's to know.

    Raises:
        WresError: the clock stands before the release time of a year of which an official edition is published.
    """
    made = releases_of(engine, management.collection_year, OFFICIAL)
    for one in made:
        if one.edition == management.edition:
            return one
    release = Release(
        collection_year=management.collection_year,
        edition=management.edition,
        audience=OFFICIAL,
        build=management.build,
        published_at=settings.now(),
        note=management.note,
    )
    if is_sealed_first(release):
        _require_unpublished(settings, made)
    claim_edition(engine, release)
    return releases_of(engine, management.collection_year, OFFICIAL)[-1]


def _require_unpublished(settings: Settings, made: list[Release]) -> None:
    """What is published cannot be replaced by what is sealed."""
    for one in made:
        if published_releases(settings).holds(name_of(one)):
            raise WresError(
                f"The {name_of(one)} is published, but the clock stands before its release time, so its revision would "
                "be sealed. Set the clock right (--as-of)."
            )


def edition_to_be(engine: Engine, build: Build) -> str:
    """The edition that publishes a build: the newest where it is of this build, else the next."""
    made = releases_of(engine, build.collection_year, AUDIENCE)
    if made and made[-1].build == build.build:
        return made[-1].edition
    return _next([one.edition for one in made])


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
            target, sealed = places_of(settings, release)
            if note and not release.note and not target.is_dir() and not sealed.is_dir():
                give_note(engine, release, note)


def places_of(settings: Settings, release: Release) -> tuple[Path, Path]:
    """Where a release is published, and where it lies sealed before that."""
    path = name_of(release).path
    return settings.published / path, settings.sealed / path
