"""The figures of a local report: an organisation's own, exact, against those of all others as officially released.

What the official release withholds of another organisation stays withheld. So an earlier year that pools returns of
organisations that this one has taken over is shown as released: whoever knows its own return of then could work out
theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wres.charts.funnel import Funnel, funnel_of
from wres.context import Context
from wres.database.releases import edition_key, find_build, get_snapshots
from wres.errors import WresError
from wres.indicators.statistics.peers import find_peers
from wres.outputs.formatting import PublishedRow, Tables, grouped, rows_of
from wres.outputs.metadata import OFFICIAL, ReleaseMetadata
from wres.outputs.table_schema import load_specification
from wres.release.read import about_release, find_release
from wres.release.reporting import read_reporting
from wres.release.repository import ReleaseName, ReleaseRepository, published_releases, release_in
from wres.site.areas import Area, Areas, areas_of

if TYPE_CHECKING:
    import pyarrow as pa

RATIO = "relative_likelihood"
_EXACT = "management"


@dataclass(frozen=True, slots=True)
class ReleaseFigures:
    """An official release and the exact figures of the same edition, read once for all reports."""

    about: ReleaseMetadata
    official: Areas
    exact: Areas
    returns: Mapping[str, Sequence[PublishedRow]]  # each organisation's exact rows of `organisation`, by code
    peers: Mapping[str, tuple[str, ...]]
    funnels: Mapping[str, Funnel]  # by organisation group, as released
    revised: Mapping[str, Sequence[PublishedRow]]  # what changed of each organisation's exact figures, by code

    @property
    def codes(self) -> list[str]:
        """Return the organisations with a return in the release's own year."""
        return [code for code, area in self.exact.organisations.items() if area.now is not None]


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """The figures that one organisation's report shows."""

    own: Area  # exact; a year that pools other organisations as released
    now: PublishedRow  # its exact row of the release's own year
    returns: Sequence[PublishedRow]  # its own exact rows of all years
    peers: Sequence[Area]  # as released
    around: Sequence[Area]  # its region, its type and the nation, as released
    funnel: Funnel | None
    changed: Sequence[PublishedRow]  # of its figures, since the edition that it had before


def read_release(context: Context, edition: str | None = None) -> ReleaseFigures:
    """Read a published official release, by default the newest of the year, and the exact figures of its edition.

    Raises:
        WresError: nothing official is published for the year, or the management release of the edition is not there.
    """
    settings = context.settings
    releases = published_releases(settings)
    name = find_release(releases, context.year, edition, OFFICIAL)
    internal = replace(name, audience=_EXACT)
    about = _with_closures(context, about_release(releases, name))
    return release_figures(_tables(releases, name), _tables(release_in(settings, internal), internal), about)


def _with_closures(context: Context, about: ReleaseMetadata) -> ReleaseMetadata:
    """Add who had closed when the build was made, as the pages of the release say it; the manifest does not."""
    build = find_build(context.database, about.build)
    if build is None:
        return about
    day = about.created_at.date()
    missing, closures = read_reporting(context.settings, get_snapshots(build), about.collection_year, day)
    return replace(about, missing_returns=missing, closures=closures)


def release_figures(official: Tables, exact: Tables, about: ReleaseMetadata) -> ReleaseFigures:
    """Put the tables of the two releases of one edition side by side."""
    year = about.collection_year
    places = areas_of(official, year, about.missing_returns, about.closures)
    funnel_rows = [row for row in rows_of(official, "funnel", year) if row["measure"] == RATIO]
    revised = [row for row in rows_of(exact, "revisions") if row["table_name"] == "organisation"]
    return ReleaseFigures(
        about,
        places,
        areas_of(exact, year),
        {code: rows for (code,), rows in grouped(rows_of(exact, "organisation"), "code").items()},
        find_peers(rows_of(official, "organisation", year)),
        {
            group: funnel_of(rows[0].text("organisation_group"), rows, _nation(places, group))
            for (group,), rows in grouped(funnel_rows, "organisation_group").items()
        },
        {code: rows for (code,), rows in grouped(revised, "code").items()},
    )


def own_figures(figures: ReleaseFigures, code: str, since: str | None = None) -> OwnFigures:
    """Take out what one organisation's report shows.

    Args:
        figures: of the release.
        code: the organisation's.
        since: the edition whose report it had before; None for the first.

    Raises:
        WresError: the release has no return of the organisation in its own year.
    """
    exact, year = figures.exact.organisations.get(code), figures.about.collection_year
    if exact is None or exact.now is None:
        raise WresError(
            f"Edition {figures.about.edition} of {year} has no return of {code}, so there is no report. Organisations "
            f"with one: wres local-report {year} --list"
        )
    own = _own_area(exact, figures.official.organisations[code], figures.returns[code])
    near = [figures.official.organisations[peer] for peer in figures.peers.get(code, ())]
    return OwnFigures(
        own,
        exact.now,
        figures.returns[code],
        [peer for peer in near if peer.now is not None],
        [area for area in figures.official.pooled_around(own) if area.now is not None],
        figures.funnels.get(own.group),
        [row for row in figures.revised.get(code, ()) if _is_since(row, figures.about, since)],
    )


def _own_area(exact: Area, official: Area, returns: Sequence[PublishedRow]) -> Area:
    """Return the organisation's exact figures where they rest on its own return alone, otherwise those released."""
    sent = {row["collection_year"] for row in returns}
    alone = {
        row["collection_year"]
        for row in exact.series
        if row["collection_year"] in sent and ("made_of" not in row or row["made_of"] == 1)
    }
    released = {row["collection_year"]: row for row in official.series}
    series = [row if row["collection_year"] in alone else released[row["collection_year"]] for row in exact.series]
    year = exact.series[-1]["collection_year"]
    moved = {
        key: row if {year, year - key[0]} <= alone else official.moved[key]
        for key, row in exact.moved.items()
        if {year, year - key[0]} <= alone or key in official.moved
    }
    return replace(exact, series=series, moved=moved)


def _is_since(row: PublishedRow, about: ReleaseMetadata, since: str | None) -> bool:
    """Return whether a revision came after the edition of the organisation's last report."""
    if since is None:
        return False
    year, _, edition = str(row["edition"]).partition("-")
    return int(year) == about.collection_year and edition_key(since) < edition_key(edition)


def _nation(places: Areas, group: str) -> PublishedRow | None:
    rows = places.pooled.get(("national", places.nation.code, group))
    return rows[-1] if rows and rows[-1]["collection_year"] == places.year else None


def _tables(releases: ReleaseRepository, name: ReleaseName) -> "dict[str, pa.Table]":
    """Read the tables of a release from its Parquet files."""
    from wres.outputs.parquet import exact_rows

    files = releases.files(name)
    return {
        table: exact_rows(releases.read(name, path), spec)
        for table, spec in load_specification().tables.items()
        if (path := f"parquet/{table}.parquet") in files
    }
