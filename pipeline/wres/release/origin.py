"""Gather what a release is made from: its build, the editions before it, and the texts of publication staff."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Engine

from wres.commentary.source_text import own_text
from wres.database.approvals import current_approval
from wres.database.models import Build, Release
from wres.database.releases import get_build
from wres.outputs.metadata import OFFICIAL, Publication
from wres.outputs.pre_release_access import read_access
from wres.reference.year_config import load_year
from wres.release.builder import ReleaseInputs
from wres.release.edition_history import is_sealed_first, predecessor, published_before, replaces
from wres.settings import Settings


def require_staff_files(settings: Settings, year: int) -> None:
    """Look through what publication staff keep for a year, before an edition is reserved with it.

    Raises:
        WresError: the commentary or the list of pre-release access cannot be read.
    """
    own_text(settings, year)
    read_access(settings, load_year(year, settings.years))


def origin_of(
    settings: Settings, engine: Engine, release: Release, snapshots: Mapping[str, int], *, compare: bool = True
) -> ReleaseInputs:
    """Collect what a release is made from, as the registry has it; with `compare` also the edition before it."""
    build = get_build(engine, release.build)
    return ReleaseInputs(
        snapshots=snapshots,
        build=build.build,
        built_at=build.built_at,
        publication=_publication(settings, release),
        note=release.note,
        previous=predecessor(settings, engine, release) if compare else None,
        published_before=published_before(settings, engine, release),
        open_reason=_open_reason(settings, engine, release, build),
        replaces=replaces(settings, engine, release),
    )


def _open_reason(settings: Settings, engine: Engine, release: Release, build: Build) -> str | None:
    """Return why the approver of an official release let every figure be shown; None under another policy."""
    year = load_year(release.collection_year, settings.years)
    if release.audience != OFFICIAL or year.disclosure.policy != "open":
        return None
    approval = current_approval(engine, build)
    return approval.reason if approval else None


def _publication(settings: Settings, release: Release) -> Publication:
    """Return the publication facts of a release: from the year's file, with the time at which it comes out."""
    year = load_year(release.collection_year, settings.years)
    return Publication(
        released_at=year.release_time if is_sealed_first(settings, release) else release.published_at,
        **year.publication.model_dump(),
    )


def with_staff_files(settings: Settings, release: Release, origin: ReleaseInputs) -> ReleaseInputs:
    """Return the inputs with the text and the access list that publication staff keep for the year now.

    Raises:
        WresError: one of them cannot be read.
    """
    year = release.collection_year
    access = read_access(settings, load_year(year, settings.years)) if is_sealed_first(settings, release) else None
    return replace(origin, commentary=own_text(settings, year), access=access)
