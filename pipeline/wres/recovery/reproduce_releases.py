"""Making the releases again that the journal knows, each from the same snapshots, words and access list."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from pipeline.errors import WresError
from pipeline.publication.about import OFFICIAL
from pipeline.publication.bucket import fetch_published, hand_on
from pipeline.publication.completing import origin_of, public_names
from pipeline.publication.editions import places_of
from pipeline.publication.making import make_release
from pipeline.publication.manifest import NAME, SIGNATURE
from pipeline.publication.publication_time import is_public
from pipeline.publication.rebuild import as_stated
from pipeline.publication.revising import name_of
from pipeline.publication.store import ReleaseName
from pipeline.recovery.kept import code_version
from pipeline.registry.releases import build_of, releases_of, snapshots_of
from pipeline.registry.tables import Release
from pipeline.settings import Settings
from pipeline.warehouse.read import tag_release

Facts = Mapping[int, Mapping[tuple[str, str], Mapping[str, Any]]]


def releases_again(
    settings: Settings, engine: Engine, facts: Facts, progress: Callable[[str, int, int], None]
) -> list[str]:
    """Make every release that was written, those first that others are compared with; those there are, are left alone.

    Args:
        settings: say where they go.
        engine: the registry, which is whole again, as is the warehouse.
        facts: what the journal was told of each release, by year, edition and audience.
        progress: told of each release.

    Returns: a sentence for each release that is not the one that was published, or was not made.
    """
    releases = {
        name_of(one): one
        for year in facts
        for audience in ("management", OFFICIAL)
        for one in releases_of(engine, year, audience)
        if (one.edition, audience) in facts[year]
    }
    making = _Making(settings, engine, releases, facts)
    for done, name in enumerate(releases):
        progress("Releases", done, len(releases))
        making.try_to_make(name)
    progress("Releases", len(releases), len(releases))
    return making.differs


class _Making:
    """Makes each release once, after those that it rests on."""

    def __init__(
        self, settings: Settings, engine: Engine, releases: Mapping[ReleaseName, Release], facts: Facts
    ) -> None:
        self._settings, self._engine, self._releases, self._facts = settings, engine, releases, facts
        self._done: set[ReleaseName] = set()
        self.differs: list[str] = []

    def try_to_make(self, name: ReleaseName) -> None:
        """One that cannot be made again, such as one of before the journal, stops no other."""
        if name in self._done or name not in self._releases:
            return
        self._done.add(name)
        try:
            self._make(name)
        except WresError as error:
            self.differs.append(f"The {name} was not made again. {error}")

    def _make(self, name: ReleaseName) -> None:
        release, facts = self._releases[name], self._facts[name.year][name.edition, name.audience]
        snapshots = snapshots_of(build_of(self._engine, release.build))
        origin = as_stated(origin_of(self._engine, release, snapshots), facts["document"], name.audience)
        for one in (*origin.before, *((origin.since,) if origin.since else ())):
            self.try_to_make(one)
        target, sealed = places_of(self._settings, release)
        place = target if is_public(self._engine, release) else sealed
        tag_release(self._settings, snapshots, name.tag)
        if place == target:
            fetch_published(self._settings, name, target)
        else:
            self._settings.sealed.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = place if place.is_dir() else make_release(self._settings, name, origin, place)
        _sign_again(made, facts)
        if place == target:
            hand_on(self._settings, name, made, public_names(self._engine, name.year))
        self._compare(name, made, facts)

    def _compare(self, name: ReleaseName, made: Path, facts: Mapping[str, Any]) -> None:
        if hashlib.sha256((made / NAME).read_bytes()).hexdigest() == facts["manifest"]:
            return
        then, now = facts["document"]["code_version"], code_version()
        by = f" It was made by version {then} of the program, this is {now}." if then != now else ""
        self.differs.append(f"The {name} is not byte for byte the one that was published.{by}")


def _sign_again(made: Path, facts: Mapping[str, Any]) -> None:
    """Put the signature back that a release had, by whichever key: it fits as long as the manifest is the same."""
    signature, path = bytes.fromhex(facts.get("signature", "")), made / SIGNATURE
    same = hashlib.sha256((made / NAME).read_bytes()).hexdigest() == facts["manifest"]
    if signature and same and not (path.exists() and path.read_bytes() == signature):
        made.chmod(0o755)
        path.unlink(missing_ok=True)
        path.write_bytes(signature)
        path.chmod(0o444)
        made.chmod(0o555)
