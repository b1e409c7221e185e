"""Find the editions before a release, and add the revisions since the last of them to its tables."""

import csv
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from wres.database.models import Release
from wres.database.releases import edition_key, get_releases, written_editions, years_released
from wres.errors import WresError
from wres.outputs.metadata import OFFICIAL
from wres.outputs.revisions import REVISIONS, PreviousEdition, Printed, no_revisions, read_csv, revisions_since
from wres.outputs.schema_check import checked_tables
from wres.outputs.table_schema import load_specification
from wres.reference.year_config import load_year
from wres.release.repository import ReleaseName, ReleaseRepository, release_in
from wres.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


def release_name(release: Release) -> ReleaseName:
    """Return the name of a release in the registry."""
    return ReleaseName(release.collection_year, release.edition, release.audience)


def is_sealed_first(settings: Settings, release: Release) -> bool:
    """Return whether a release is an official one that was reserved before its year's release time."""
    if release.audience != OFFICIAL:
        return False
    return release.published_at < load_year(release.collection_year, settings.years).release_time


def superseded_under_embargo(settings: Settings, releases: Sequence[Release]) -> list[Release]:
    """Return those of a year's editions, oldest first, that never go out: a later one took the place of each
    while it was sealed.
    """
    return [edition_before for edition_before in releases if is_sealed_first(settings, edition_before)][:-1]


def predecessor(settings: Settings, engine: Engine, release: Release) -> ReleaseName | None:
    """Find the edition that a release is compared with; None without one.

    It is the one before of the same year and audience; for the first of a year, the last one of the latest earlier year
    of the same audience, at the time it was reserved.

    An official edition that a later one replaced while it was sealed was never published, so nothing is compared with
    it; nor is it among those of `published_before`. What is reserved and not written stands in nobody's way.
    """
    before = _earlier_editions(settings, engine, release)
    for year in sorted(years_released(engine, release.audience), reverse=True):
        if before:
            break
        if year < release.collection_year:
            earlier = _written(engine, year, release.audience)
            before = [
                edition_before for edition_before in earlier if edition_before.published_at <= release.published_at
            ]
    return release_name(before[-1]) if before else None


def _written(engine: Engine, year: int, audience: str) -> list[Release]:
    """List the editions of a year for an audience that are written, oldest first."""
    written = written_editions(engine, year)
    return [release for release in get_releases(engine, year, audience) if (release.edition, audience) in written]


def _lower(engine: Engine, release: Release) -> list[Release]:
    """List the written editions of the same year and audience that come before a release."""
    written = _written(engine, release.collection_year, release.audience)
    return [other for other in written if edition_key(other.edition) < edition_key(release.edition)]


def _earlier_editions(settings: Settings, engine: Engine, release: Release) -> list[Release]:
    """List the editions before a release of the same year and audience that were published or are to be."""
    before = _lower(engine, release)
    gone = {release_name(edition_before) for edition_before in superseded_under_embargo(settings, [*before, release])}
    return [edition_before for edition_before in before if release_name(edition_before) not in gone]


def replaces(settings: Settings, engine: Engine, release: Release) -> tuple[ReleaseName, ...]:
    """List the sealed editions that were never published because a release took their place."""
    if not is_sealed_first(settings, release):
        return ()
    return tuple(
        release_name(edition_before)
        for edition_before in superseded_under_embargo(settings, [*_lower(engine, release), release])
    )


def published_before(settings: Settings, engine: Engine, release: Release) -> tuple[ReleaseName, ...]:
    """List the official releases of any year that are written when an official one is, and not replaced by then.

    There are none for another audience.

    Releases are put in place one after the other, so each is held against those before it, in the order of writing.
    """
    if release.audience != OFFICIAL:
        return ()
    earlier = _earlier_editions(settings, engine, release)
    for year in years_released(engine, OFFICIAL):
        if year != release.collection_year:
            written = _written(engine, year, OFFICIAL)
            gone = {release_name(edition_before) for edition_before in superseded_under_embargo(settings, written)}
            earlier += [edition_before for edition_before in written if release_name(edition_before) not in gone]
    return tuple(release_name(edition_before) for edition_before in sorted(earlier, key=_order))


def _order(release: Release) -> tuple[object, ...]:
    return release.published_at, release.collection_year, edition_key(release.edition)


def with_revisions(
    settings: Settings,
    tables: Mapping[str, "pa.Table"],
    release: ReleaseName,
    since: ReleaseName | None,
    note: str | None,
) -> dict[str, "pa.Table"]:
    """Add the table of revisions since another release to the tables of a release.

    Args:
        settings: say where releases are.
        tables: all tables but the revisions, as they are to be published.
        release: what they become.
        since: the edition before; None where there is none.
        note: why figures differ.

    Raises:
        ReleaseCheckError: R503, a table breaks its specification; R504, figures differ and there is no note.
        WresError: the edition before is not there.
    """
    ready = checked_tables({**tables, REVISIONS: no_revisions()}, release.year)
    if since is None:
        return ready
    kept = read_since(release_in(settings, since), since)
    return {**ready, REVISIONS: revisions_since(kept, ready, release.year, release.tag, note)}


def read_since(releases: ReleaseRepository, name: ReleaseName) -> PreviousEdition:
    """Read a published release, for another to be compared with.

    Raises:
        WresError: a file of it is damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    printed: Printed = {}
    for table in load_specification().tables:
        try:
            printed[table] = read_csv(releases.read(name, f"csv/{table}.csv"))
        except FileNotFoundError:  # a table that is newer than that edition
            continue
        except (ValueError, csv.Error):
            raise WresError(
                f"csv/{table}.csv of the {name} is damaged: it is no text in UTF-8 whose lines all have as many values "
                "as the first one. Put the release back from a copy, and publish again."
            ) from None
    revisions = no_revisions()
    if printed.pop(REVISIONS, None) is not None:
        parquet = pa.BufferReader(releases.read(name, f"parquet/{REVISIONS}.parquet"))
        revisions = pq.read_table(parquet).cast(revisions.schema)
    return PreviousEdition(name.year, name.tag, printed, revisions)
