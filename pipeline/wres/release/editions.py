"""Editions: 1.0 first, a revision with a note after it; reserved in the registry before anything is written.

An edition is one build. Its management release is made at any time; its official one only when a named person has
approved that build.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from wres.database.models import Build, Release
from wres.database.releases import (
    edition_key,
    get_releases,
    save_reservation,
    set_revision_note,
    withdraw_reservation,
    written_editions,
)
from wres.errors import WresError
from wres.event_log import log_event
from wres.outputs.metadata import OFFICIAL
from wres.release.edition_history import is_sealed_first, release_name, superseded_under_embargo
from wres.release.publication_time import is_public
from wres.release.repository import ReleaseName, published_releases
from wres.safe_text import tidy_line, unfit_characters, words_of
from wres.settings import Settings

AUDIENCE = "management"
_LONGEST_NOTE = 2_000  # it stands in a cell of every revised row
_FEWEST_WORDS = 2
_EXAMPLE = '--note "Two organisations sent corrected returns."'


def checked_note(note: str | None) -> str | None:
    """Return a revision note as it will be published, on one line; None where there is none.

    Raises:
        WresError: it is no sentence, too long, or has characters that no text has.
    """
    if note is None or not tidy_line(note):
        return None
    return _checked_sentence(note, "note", f"what changed and why, for example: {_EXAMPLE}")


def _checked_sentence(text: str, name: str, remedy: str) -> str:
    """Return a text that is kept for good on one line, and refuse one that people cannot read."""
    line = tidy_line(text)
    unfit = unfit_characters(line)
    if unfit or len(line) > _LONGEST_NOTE:
        raise WresError(
            f"The {name} has characters that no text has{f' ({unfit})' if unfit else ''}, or more than "
            f"{_LONGEST_NOTE:,} of them. Say in plain words {remedy}"
        )
    if len(words_of(line)) < _FEWEST_WORDS:
        raise WresError(f'The {name} "{line[:40]}" is not a sentence. Say in a sentence {remedy}')
    return line


def reserve_edition(engine: Engine, build: Build, edition: str | None, note: str | None, now: datetime) -> Release:
    """Reserve the edition that publishes a build: the one that there is, else the next.

    Raises:
        WresError: the edition asked for is taken or out of order, a revision comes without a note, or the note cannot
            be published.
    """
    note = checked_note(note)
    releases = get_releases(engine, build.collection_year, AUDIENCE)
    to_be = edition_to_be(engine, build)
    if releases and releases[-1].build == build.build and edition in (None, to_be):
        return releases[-1]
    wanted = _checked(build.collection_year, (edition or to_be).strip(), releases)
    if releases and not note:
        raise WresError(
            f"Edition {wanted} of {build.collection_year} revises {releases[-1].edition}, so it needs a note that says "
            f"what changed and why. Run again with one: {_EXAMPLE}"
        )
    release = Release(
        collection_year=build.collection_year,
        edition=wanted,
        audience=AUDIENCE,
        build=build.build,
        published_at=now,
        note=note,
    )
    save_reservation(engine, release)
    return get_releases(engine, build.collection_year, AUDIENCE)[-1]


def reserve_official_edition(settings: Settings, engine: Engine, management: Release) -> Release:
    """Reserve the official release of an edition; the caller knows that it is approved.

    Raises:
        WresError: the clock stands before the release time of a year with an official edition that is published.
    """
    releases = get_releases(engine, management.collection_year, OFFICIAL)
    for edition_before in releases:
        if edition_before.edition == management.edition:
            return edition_before
    release = Release(
        collection_year=management.collection_year,
        edition=management.edition,
        audience=OFFICIAL,
        build=management.build,
        published_at=settings.clock.now(),
        note=management.note,
    )
    if is_sealed_first(settings, release):
        _require_unpublished(settings, releases)
    save_reservation(engine, release)
    return get_releases(engine, management.collection_year, OFFICIAL)[-1]


def _require_unpublished(settings: Settings, releases: list[Release]) -> None:
    """Refuse to replace what is published by what is sealed."""
    for edition_before in releases:
        if published_releases(settings).holds(release_name(edition_before)):
            raise WresError(
                f"The {release_name(edition_before)} is published, but the clock stands before its release "
                "time, so its revision would "
                "be sealed. Set the clock right (--as-of)."
            )


def edition_to_be(engine: Engine, build: Build) -> str:
    """Return the edition that publishes a build: the newest where it is of this build, else the next."""
    releases = get_releases(engine, build.collection_year, AUDIENCE)
    if releases and releases[-1].build == build.build:
        return releases[-1].edition
    return _next([edition_before.edition for edition_before in releases])


def _next(editions: list[str]) -> str:
    return _following(editions)[0]


def _following(editions: list[str]) -> list[str]:
    """List the editions that may come next: the next revision, or the first of the next whole number."""
    if not editions:
        return ["1.0"]
    major, minor = edition_key(editions[-1])
    return [f"{major}.{minor + 1}", f"{major + 1}.0"]


def _checked(year: int, edition: str, releases: list[Release]) -> str:
    """Return an edition that may come next; refuse another."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{1,3}", edition):
        raise WresError(f"{edition!r} is not an edition. Give it as 1.0, 1.1 and so on, or leave --edition out.")
    if releases and edition_key(edition) <= edition_key(releases[-1].edition):
        raise WresError(
            f"Edition {edition} of {year} cannot be made: {releases[-1].edition} is published and is never changed. "
            "Leave --edition out to get the next one."
        )
    following = _following([release.edition for release in releases])
    if edition not in following:
        raise WresError(
            f"Edition {edition} of {year} cannot be made, because readers would look for the editions before it. "
            f"Give {' or '.join(following)}, or leave --edition out."
        )
    return edition


def set_note(settings: Settings, engine: Engine, release: Release, note: str | None) -> None:
    """Give a note to an edition that is reserved and not written yet, in place of one that it may have."""
    if note := checked_note(note):
        for reserved in _of_edition(engine, release.collection_year, release.edition):
            if not is_written(settings, engine, reserved):
                set_revision_note(engine, reserved, note)


def require_note_used(engine: Engine, release: Release, note: str | None) -> None:
    """Refuse a note for an edition that is written with another one: whoever gives it expects a revision.

    Raises:
        WresError: no release of the edition has this note.
    """
    note, year = checked_note(note), release.collection_year
    if note and note not in {reserved.note for reserved in _of_edition(engine, year, release.edition)}:
        raise WresError(
            f"Edition {release.edition} of {year} is written already and the {year} collection was not built again, so "
            "there is no revision that the note could be about; nothing was published. Build first (wres build "
            f"{year}), or leave --note out. Where the commentary alone changed, name the next edition: --edition "
            f"{_next([release.edition])}"
        )


def unwritten(settings: Settings, engine: Engine, year: int) -> list[Release]:
    """List the releases of a year that are reserved and not written, except those that are never to be written.

    An edition that a later one replaced while both were sealed is never written after that.
    """
    releases = []
    for audience in (AUDIENCE, OFFICIAL):
        reserved = get_releases(engine, year, audience)
        gone = superseded_under_embargo(settings, reserved)
        releases += [
            release for release in reserved if release not in gone and not is_written(settings, engine, release)
        ]
    return releases


def is_written(settings: Settings, engine: Engine, release: Release) -> bool:
    """Return whether a release was made: the audit log says so, or a run that was killed left it in its place."""
    if (release.edition, release.audience) in written_editions(engine, release.collection_year):
        return True
    target, sealed = release_paths(settings, release)
    if sealed.is_dir() or not is_public(engine, release):
        return sealed.is_dir()
    return target.is_dir() or published_releases(settings).holds(release_name(release))


def withdraw_edition(settings: Settings, engine: Engine, year: int, edition: str, why: str) -> list[Release]:
    """Take back the claim of an edition, as far as it was never written; its number can then be used again.

    Returns: the releases that were reserved and now are not.

    Raises:
        WresError: there is no such edition, all of it is written, or the reason is no sentence.
    """
    why = _checked_sentence(why, "reason", 'why it is withdrawn, for example: --reason "The note was wrong."')
    reserved = _of_edition(engine, year, edition.strip())
    if not reserved:
        raise WresError(f"There is no edition {edition} of {year}. See which there are: wres tables list --year {year}")
    never_written = [release for release in reserved if not is_written(settings, engine, release)]
    if not never_written:
        raise WresError(
            f"Edition {edition} of {year} is written, and nothing written is taken back. Publish a revision of it."
        )
    for release in never_written:
        withdraw_reservation(engine, release, why)
    return never_written


def withdraw_broken(settings: Settings, engine: Engine, year: int, failed: Mapping[tuple[str, str], WresError]) -> None:
    """Withdraw what could not be written of editions that a later build takes the place of."""
    for (edition, audience), error in failed.items():
        for release in _of_edition(engine, year, edition):
            if release.audience == audience and not is_written(settings, engine, release):
                withdraw_reservation(engine, release, str(error))
                log_event("withdrawn", year, edition=edition, audience=audience)


def _of_edition(engine: Engine, year: int, edition: str) -> list[Release]:
    """Return the releases of one edition for every audience."""
    return [
        release
        for audience in (AUDIENCE, OFFICIAL)
        for release in get_releases(engine, year, audience)
        if release.edition == edition
    ]


def release_paths(settings: Settings, release: Release) -> tuple[Path, Path]:
    """Return the folder where a release is published, and the one where it is sealed before that."""
    path = release_name(release).path
    return settings.published / path, settings.sealed / path


def public_names(engine: Engine, year: int) -> set[ReleaseName]:
    """Return the names of the releases of a year that may lie among the published ones."""
    reserved = [release for audience in (AUDIENCE, OFFICIAL) for release in get_releases(engine, year, audience)]
    return {release_name(release) for release in reserved if is_public(engine, release)}
