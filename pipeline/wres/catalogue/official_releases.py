"""The official releases that everybody may read, with what the pages, the feed and the API say of each."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from wres.database.releases import edition_key, years_released
from wres.errors import WresError
from wres.outputs.metadata import OFFICIAL, Publication
from wres.outputs.table_schema import TableSpec, load_specification
from wres.release.editions import public_names
from wres.release.manifest import MANIFEST
from wres.release.repository import ReleaseName, ReleaseRepository
from wres.release.stated import parse_manifest, publication_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

WITHOUT_DATA_SET = "revisions"  # its rows are about figures of the other tables


@dataclass(frozen=True, slots=True)
class OfficialRelease:
    """One official release: its name, when it came out and whom to ask, and its files."""

    name: ReleaseName
    publication: Publication
    note: str | None
    is_simulated: bool
    files: Mapping[str, int]  # the size of each, by path

    @property
    def title(self) -> str:
        """Return what people call it."""
        return f"{self.name.year}, edition {self.name.edition}"

    @property
    def pages(self) -> list[str]:
        """Return the paths of its pages."""
        return [path for path in self.files if path.endswith(".html")]

    @property
    def workbook(self) -> str:
        """Return the path of its workbook."""
        return f"wres-disciplinary-{self.name.year}.xlsx"

    @property
    def version(self) -> str:
        """Return the version of each of its data sets: collection year and edition, which no other release has."""
        return f"{self.name.year}.{self.name.edition}"


def official_releases(releases: ReleaseRepository, engine: Engine) -> list[OfficialRelease]:
    """Return the official releases that were made public, the newest last: by collection year, then by edition.

    Raises:
        WresError: the manifest of one cannot be read.
    """
    names = {
        name
        for year in years_released(engine, OFFICIAL)
        for name in public_names(engine, year)
        if name.audience == OFFICIAL
    }
    return [
        _release(releases, name)
        for name in sorted(names, key=lambda name: (name.year, edition_key(name.edition)))
        if releases.holds(name)
    ]


def _release(releases: ReleaseRepository, name: ReleaseName) -> OfficialRelease:
    """Read what the list needs of a release from its manifest."""
    try:
        document: dict[str, Any] = parse_manifest(releases.read(name, MANIFEST))
    except ValueError as error:
        raise WresError(
            f"The {MANIFEST} of the {name} cannot be read as a manifest ({error}), so the list of releases cannot be "
            "written. Put it back from a copy, and publish again."
        ) from None
    return OfficialRelease(
        name,
        publication_of(document),
        document["note"],
        document["simulated"],
        {file["path"]: file["bytes"] for file in document["files"]},
    )


def data_sets_of(release: OfficialRelease) -> dict[str, TableSpec]:
    """Return the tables of a release that are data sets, by name."""
    tables = load_specification().tables
    return {
        name: spec
        for name, spec in tables.items()
        if name != WITHOUT_DATA_SET and f"parquet/{name}.parquet" in release.files
    }


def open_published(releases: ReleaseRepository, release: OfficialRelease, table: str) -> "pq.ParquetFile":
    """Open one table of a release, for the columns that are asked of it to be read."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(io.BytesIO(releases.read(release.name, f"parquet/{table}.parquet")))
