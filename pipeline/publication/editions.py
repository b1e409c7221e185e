"""Editions: 1.0 first, a revision with a note after it; claimed in the registry, then written, then never changed.

An edition is one build. Its management release is made at any time; its official one only when a named person has
approved that build, and until the year's release time it lies sealed in a folder of its own.
"""

import re
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from pipeline.collection.calendar import load_year
from pipeline.errors import WresError
from pipeline.indicators.release import indicator_tables, is_simulated
from pipeline.publication.adding_up import require_adding_up
from pipeline.publication.release import ReleaseAbout, write_release
from pipeline.registry.releases import build_of, claim_edition, edition_key, releases_of, snapshots_of
from pipeline.registry.tables import Build, Release
from pipeline.settings import Settings
from pipeline.warehouse.read import tag_release

AUDIENCE = "management"
OFFICIAL = "official"


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


def complete(settings: Settings, engine: Engine, release: Release) -> Path:
    """Write what is claimed and not there yet: the Iceberg tags and the folder. Returns the folder.

    An official release before its time goes to the sealed folder, and is moved out of it when the time has come.
    """
    place = Path(str(release.collection_year)) / release.edition / release.audience
    target, sealed = settings.published / place, settings.sealed / place
    if target.is_dir():
        target.chmod(0o555)  # a run may have been killed while it unsealed it
        return target
    waits = release.audience == OFFICIAL and settings.now() < load_year(release.collection_year).release_time
    if sealed.is_dir():
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
    year, build = release.collection_year, build_of(engine, release.build)
    snapshots = snapshots_of(build)
    tag_release(settings, snapshots, f"{year}-{release.edition}")
    tables = indicator_tables(settings, snapshots, year)
    require_adding_up(tables)
    years = sorted(set(tables["national"]["collection_year"].to_pylist()))
    return write_release(
        target,
        tables,
        ReleaseAbout(
            collection_year=year,
            edition=release.edition,
            audience=release.audience,
            created_at=build.built_at,
            simulated=is_simulated(settings, snapshots, year),
            snapshots=snapshots,
            rule_sets={one: load_year(one).rule_set for one in years},
            code_version=version("wres"),
            build=build.build,
            note=release.note,
        ),
    )
