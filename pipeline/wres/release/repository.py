"""Where releases are kept: a folder or a bucket, YEAR/EDITION/AUDIENCE/ below it, whoever reads them and from where."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wres.database.releases import edition_key
from wres.errors import WresError
from wres.release.manifest import MANIFEST
from wres.settings import Settings
from wres.storage.file_store import FileStore
from wres.storage.object_store import S3Location

AUDIENCES = ("management", "official")
LATEST = "latest.json"


@dataclass(frozen=True, slots=True)
class ReleaseName:
    """The name of a release: collection year, edition, audience."""

    year: int
    edition: str
    audience: str

    @property
    def path(self) -> str:
        """Where it lies below the place of all releases."""
        return f"{self.year}/{self.edition}/{self.audience}"

    @property
    def tag(self) -> str:
        """Return the edition with its year, as its Iceberg tags are called: 2022-1.0."""
        return f"{self.year}-{self.edition}"

    def __str__(self) -> str:
        return f"{self.audience} edition {self.edition} of {self.year}"


class ReleaseRepository:
    """The releases below one folder or one bucket's prefix. A release is there when its manifest is, its last file."""

    def __init__(self, root: Path | S3Location) -> None:
        self._store = FileStore(root, private=False)

    def all(self) -> list[ReleaseName]:
        """Return every release, oldest year first, and in it by audience and edition: 1.10 after 1.9."""
        names = [
            name
            for year in self._store.folders()
            if year.isdecimal()
            for edition in self._store.folders(year)
            for audience in AUDIENCES
            if _is_edition(edition) and self.holds(name := ReleaseName(int(year), edition, audience))
        ]
        return sorted(names, key=lambda name: (name.year, name.audience, edition_key(name.edition)))

    def holds(self, name: ReleaseName) -> bool:
        """Return whether the release is there, whole."""
        return self._store.size(f"{name.path}/{MANIFEST}") is not None

    def read(self, name: ReleaseName, file: str) -> bytes:
        """Read one file of a release.

        Raises:
            FileNotFoundError: the release has no such file.
        """
        with self.open(name, file) as source:
            return bytes(source.read())

    @contextmanager
    def open(self, name: ReleaseName, file: str) -> Iterator[BinaryIO]:
        """Open one file of a release as a stream; raises as `read`."""
        with self._store.open(f"{name.path}/{file}") as source:
            yield source

    def write(self, name: ReleaseName, file: str, content: bytes) -> None:
        """Put one file of a release into a bucket; whoever writes a release writes its manifest last."""
        self._store.write(f"{name.path}/{file}", content)

    def point_to_latest(self, year: int, public: Collection[ReleaseName] | None = None) -> None:
        """Write YEAR/latest.json, which names the newest edition of each audience, in one step.

        A file, because a bucket has no links. It is for people and pages; the programs look at what is there. It names
        no other releases than those of `public`; None allows all.
        """
        content = latest_content(year, [name for name in self.all() if public is None or name in public])
        if self.read_latest(year) != content:
            self.write_beside(f"{year}/{LATEST}", content)

    def read_latest(self, year: int) -> bytes | None:
        """Read YEAR/latest.json; None where there is none."""
        return self.read_beside(f"{year}/{LATEST}")

    def read_beside(self, path: str) -> bytes | None:
        """Read a file that lies beside the releases; None where there is none."""
        try:
            return self._store.read(path)
        except FileNotFoundError:
            return None

    def write_beside(self, path: str, content: bytes) -> None:
        """Write a file that lies beside the releases, in one step, for everybody to read."""
        self._store.write(path, content)

    def remove_beside(self, path: str) -> None:
        """Remove a file that lies beside the releases; twice does no harm."""
        self._store.delete(path)

    def list_beside(self, folder: str) -> set[str]:
        """List the files in a folder beside the releases, by their paths below the place of all releases."""
        return {file.path for file in self._store.files(folder)}

    def files(self, name: ReleaseName) -> dict[str, int]:
        """Return the size of every file of a release, by its path in it."""
        return {file.path.removeprefix(f"{name.path}/"): file.size for file in self._store.files(name.path)}

    def copy(self, name: ReleaseName, folder: Path) -> None:
        """Bring every file of a release into a folder."""
        for file in self.files(name):
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.read(name, file))

    def address(self, name: ReleaseName) -> str:
        """Return the address of a release, for people."""
        return self._store.address(name.path)

    def address_of_latest(self, year: int) -> str:
        """Return the address of YEAR/latest.json, for people."""
        return self._store.address(f"{year}/{LATEST}")


def latest_content(year: int, names: Iterable[ReleaseName]) -> bytes:
    """Return what YEAR/latest.json must hold when these are the releases that are published."""
    ordered = sorted((name for name in names if name.year == year), key=lambda name: edition_key(name.edition))
    newest = {name.audience: name.edition for name in sorted(ordered, key=lambda name: name.audience)}
    return (json.dumps({"collection_year": year, **newest}, indent=2) + "\n").encode()


def published_releases(settings: Settings) -> ReleaseRepository:
    """Return the repository of the published releases: those that anybody with access to the place may read."""
    if settings.published_uri:
        return ReleaseRepository(
            S3Location(settings.published_uri, "WRES_PUBLISHED_URI", "place of releases", "try again")
        )
    return ReleaseRepository(settings.published)


def release_in(settings: Settings, name: ReleaseName) -> ReleaseRepository:
    """Return the repository of a release: the published ones, or the sealed ones until its time.

    Raises:
        WresError: it is in neither.
    """
    for releases in (published_releases(settings), ReleaseRepository(settings.sealed)):
        if releases.holds(name):
            return releases
    raise WresError(
        f"The {name} is not there. See which there are: wres tables list --year {name.year}. If its folder was lost, "
        f"put it back first: wres publish {name.year}"
    )


def _is_edition(text: str) -> bool:
    major, _, minor = text.partition(".")
    return major.isdecimal() and minor.isdecimal()
