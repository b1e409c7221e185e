"""Make the releases of the audit log again, each from the same snapshots, text and access list."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from wres.database.models import Release
from wres.database.releases import get_build, get_releases, get_snapshots
from wres.errors import WresError
from wres.outputs.metadata import OFFICIAL
from wres.recovery.build_archive import code_version
from wres.release.bucket_upload import fetch_published, upload
from wres.release.builder import build_release
from wres.release.edition_history import release_name
from wres.release.editions import public_names, release_paths
from wres.release.manifest import MANIFEST, SIGNATURE
from wres.release.origin import origin_of
from wres.release.publication_time import is_public
from wres.release.repository import ReleaseName
from wres.release.reproduce import as_stated
from wres.settings import Settings
from wres.warehouse.tags import tag_release

Facts = Mapping[int, Mapping[tuple[str, str], Mapping[str, Any]]]


def reproduce_releases(
    settings: Settings, engine: Engine, facts: Facts, progress: Callable[[str, int, int], None]
) -> list[str]:
    """Make every release that was written, first those with which others are compared; existing ones are left alone.

    Args:
        settings: say where they go.
        engine: the registry, which is whole again, as is the warehouse.
        facts: what the audit log recorded of each release, by year, edition and audience.
        progress: called for each release.

    Returns: a sentence for each release that is not the one that was published, or was not made.
    """
    releases = {
        release_name(release): release
        for year in facts
        for audience in ("management", OFFICIAL)
        for release in get_releases(engine, year, audience)
        if (release.edition, audience) in facts[year]
    }
    making = _ReleaseMaker(settings, engine, releases, facts)
    for done, name in enumerate(releases):
        progress("Releases", done, len(releases))
        making.try_to_make(name)
    progress("Releases", len(releases), len(releases))
    return making.differs


class _ReleaseMaker:
    """Make each release once, after those that it rests on."""

    def __init__(
        self, settings: Settings, engine: Engine, releases: Mapping[ReleaseName, Release], facts: Facts
    ) -> None:
        self._settings, self._engine, self._releases, self._facts = settings, engine, releases, facts
        self._done: set[ReleaseName] = set()
        self.differs: list[str] = []

    def try_to_make(self, name: ReleaseName) -> None:
        """Make a release again; one that cannot be made, such as one from before the audit log, stops no other."""
        if name in self._done or name not in self._releases:
            return
        self._done.add(name)
        try:
            self._make(name)
        except WresError as error:
            self.differs.append(f"The {name} was not made again. {error}")

    def _make(self, name: ReleaseName) -> None:
        """Make one release again in its place, after those that it was compared with."""
        release, facts = self._releases[name], self._facts[name.year][name.edition, name.audience]
        snapshots = get_snapshots(get_build(self._engine, release.build))
        origin = as_stated(
            origin_of(self._settings, self._engine, release, snapshots), facts["document"], name.audience
        )
        for published_release in (*origin.published_before, *((origin.previous,) if origin.previous else ())):
            self.try_to_make(published_release)
        target, sealed = release_paths(self._settings, release)
        place = target if is_public(self._engine, release) else sealed
        tag_release(self._settings, snapshots, name.tag)
        if place == target:
            fetch_published(self._settings, name, target)
        else:
            self._settings.sealed.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = place if place.is_dir() else build_release(self._settings, name, origin, place)
        _restore_signature(folder, facts)
        if place == target:
            upload(self._settings, name, folder, public_names(self._engine, name.year))
        self._compare(name, folder, facts)

    def _compare(self, name: ReleaseName, folder: Path, facts: Mapping[str, Any]) -> None:
        if hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest() == facts["manifest"]:
            return
        then, now = facts["document"]["code_version"], code_version()
        by = f" It was made by version {then} of the program, this is {now}." if then != now else ""
        self.differs.append(f"The {name} is not byte for byte the one that was published.{by}")


def _restore_signature(folder: Path, facts: Mapping[str, Any]) -> None:
    """Put a release's signature back, by any key: it fits as long as the manifest is the same."""
    signature, path = bytes.fromhex(facts.get("signature", "")), folder / SIGNATURE
    same = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest() == facts["manifest"]
    if signature and same and not (path.exists() and path.read_bytes() == signature):
        folder.chmod(0o755)
        path.unlink(missing_ok=True)
        path.write_bytes(signature)
        path.chmod(0o444)
        folder.chmod(0o555)
