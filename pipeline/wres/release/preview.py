"""A release as it would be made of a build now: nothing is claimed, nothing written."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from pipeline.publication.about import ReleaseAbout
from pipeline.publication.commentary.filling import commentary_bytes
from pipeline.publication.completing import origin_of, with_staff_files
from pipeline.publication.editions import edition_to_be
from pipeline.publication.making import release_content
from pipeline.publication.revising import name_of
from pipeline.registry.releases import releases_of, snapshots_of
from pipeline.registry.tables import Build, Release
from pipeline.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


def rehearse(
    settings: Settings,
    engine: Engine,
    build: Build,
    audience: str,
    counted: "Mapping[str, pa.Table] | None" = None,
) -> "tuple[dict[str, pa.Table], ReleaseAbout]":
    """The tables and facts of the release that a build would become, with the words and lists that staff keep now.

    Nothing is compared with an earlier edition: a revision may get its note later, so R504 is not among the checks.

    Args:
        settings: say where releases and the files of staff are.
        engine: the registry.
        build: the latest build of a year.
        audience: management or official.
        counted: the build's indicator tables, where they are at hand.

    Raises:
        ReleaseCheckError: R501, R502 or R503.
        WresError: a file of staff cannot be read, or an edition published before is not there.
    """
    release = _to_be(settings, engine, build, audience)
    origin = with_staff_files(settings, release, origin_of(engine, release, snapshots_of(build), compare=False))
    return release_content(settings, name_of(release), origin, counted)


def rehearsed_commentary(settings: Settings, engine: Engine, build: Build, audience: str) -> str:
    """The filled text of the release that a build would become, as its file commentary.md.

    Raises:
        WresError: as `rehearse`, or a placeholder of the text cannot be filled.
    """
    tables, about = rehearse(settings, engine, build, audience)
    return commentary_bytes(tables, about).decode()


def _to_be(settings: Settings, engine: Engine, build: Build, audience: str) -> Release:
    """The release of a build: the one that is claimed, else one as it would be claimed now, which is not remembered."""
    year, edition = build.collection_year, edition_to_be(engine, build)
    claimed = [one for one in releases_of(engine, year, audience) if one.edition == edition]
    return (claimed or [_unclaimed(settings, build, edition, audience)])[0]


def _unclaimed(settings: Settings, build: Build, edition: str, audience: str) -> Release:
    return Release(
        collection_year=build.collection_year,
        edition=edition,
        audience=audience,
        build=build.build,
        published_at=settings.now(),
        note=None,
    )
