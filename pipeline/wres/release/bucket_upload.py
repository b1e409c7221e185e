"""Releases in a bucket: put there whole once they are made here, and fetched by a machine that did not make them."""

from collections.abc import Collection
from pathlib import Path

from wres.parallel import thread_map
from wres.release.manifest import MANIFEST
from wres.release.repository import ReleaseName, ReleaseRepository, published_releases
from wres.release.writer import ReleaseExistsError, atomic_publish
from wres.settings import Settings


def upload(settings: Settings, name: ReleaseName, folder: Path, public: Collection[ReleaseName] | None = None) -> None:
    """Put a release that is published here into the bucket too, where the settings name one, and point `latest` to it.

    `latest` names no other releases than those of `public`, if others lie there too; None allows all.

    Raises:
        ReleaseExistsError: another release of this name is in the bucket; nothing is written over.
    """
    releases = published_releases(settings)
    if settings.published_uri:
        put_release(releases, name, folder)
    releases.point_to_latest(name.year, public)


def put_release(releases: ReleaseRepository, name: ReleaseName, folder: Path) -> None:
    """Copy a release into a bucket: its files, then its manifest. Until that is there the release is not.

    Raises:
        ReleaseExistsError: another release of this name is there.
    """
    if releases.holds(name):
        if releases.read(name, MANIFEST) != (folder / MANIFEST).read_bytes():
            raise ReleaseExistsError(
                f"{releases.address(name)} holds another release than {folder}, and a release is never changed. Find "
                "out which of the two is right; publish what differs as a new edition."
            )
        return
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / MANIFEST]
    thread_map(lambda path: releases.write(name, path.relative_to(folder).as_posix(), path.read_bytes()), files)
    releases.write(name, MANIFEST, (folder / MANIFEST).read_bytes())


def fetch_published(settings: Settings, name: ReleaseName, target: Path) -> None:
    """Bring a release that another machine put into the bucket; it is never made twice, lest a newer program differ."""
    if not settings.published_uri or target.is_dir() or not published_releases(settings).holds(name):
        return
    releases = published_releases(settings)
    atomic_publish(target, lambda folder: releases.copy(name, folder))
