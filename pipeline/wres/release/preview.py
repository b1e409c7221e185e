"""Make the content of a release from a build as it is now; nothing is reserved, nothing written."""

from typing import TYPE_CHECKING

from sqlalchemy import Engine

from wres.commentary.commentary_text import commentary_bytes
from wres.database.models import Build, Release
from wres.database.releases import get_releases, get_snapshots
from wres.indicators.counted_builds import CountedTables, tables_of_build
from wres.outputs.metadata import ReleaseMetadata
from wres.release.builder import release_content
from wres.release.edition_history import release_name
from wres.release.editions import edition_to_be
from wres.release.origin import origin_of, with_staff_files
from wres.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


def preview(
    settings: Settings,
    engine: Engine,
    build: Build,
    audience: str,
    counted: CountedTables,
) -> "tuple[dict[str, pa.Table], ReleaseMetadata]":
    """Return the tables and facts of the release that a build would become, with the words and lists of staff as now.

    Nothing is compared with an earlier edition: a revision may get its note later, so R504 is not among the checks.

    Args:
        settings: say where releases and the files of staff are.
        engine: the registry.
        build: the latest build of a year.
        audience: management or official.
        counted: the build's indicator tables.

    Raises:
        ReleaseCheckError: an R edit other than R504.
        WresError: a file of staff cannot be read, or an edition published before is not there.
    """
    release = _to_be(settings, engine, build, audience)
    origin = with_staff_files(
        settings, release, origin_of(settings, engine, release, get_snapshots(build), compare=False)
    )
    return release_content(settings, release_name(release), origin, counted)


def preview_commentary(settings: Settings, engine: Engine, build: Build, audience: str) -> str:
    """Return the filled text of the release that a build would become, as its file commentary.md.

    Raises:
        WresError: as `preview`, or a placeholder of the text cannot be filled.
    """
    counted = tables_of_build(settings, build.build, get_snapshots(build), build.collection_year)
    tables, about = preview(settings, engine, build, audience, counted)
    return commentary_bytes(tables, about).decode()


def _to_be(settings: Settings, engine: Engine, build: Build, audience: str) -> Release:
    """Return the release of a build: the one that is reserved, else one as it would be now, which is not stored."""
    year, edition = build.collection_year, edition_to_be(engine, build)
    reserved = [release for release in get_releases(engine, year, audience) if release.edition == edition]
    return (reserved or [_unreserved(settings, build, edition, audience)])[0]


def _unreserved(settings: Settings, build: Build, edition: str, audience: str) -> Release:
    """Return the release as it would be, without taking its number."""
    return Release(
        collection_year=build.collection_year,
        edition=edition,
        audience=audience,
        build=build.build,
        published_at=settings.clock.now(),
        note=None,
    )
