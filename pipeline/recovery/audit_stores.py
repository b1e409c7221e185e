"""What was stored, held against the journal: landed bytes, the warehouse's rows, releases."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from pipeline.errors import WresError
from pipeline.intake.landing import open_landed
from pipeline.publication.manifest import NAME, verify_release
from pipeline.publication.store import ReleaseName, Releases, published_releases
from pipeline.recovery.kept import built, kept_of
from pipeline.registry.journal import Recorded
from pipeline.registry.replay import Told
from pipeline.settings import Settings
from pipeline.warehouse.catalogue import NAMESPACE, open_catalogue
from pipeline.warehouse.rows import texts_by_year

NAMES = "S113"  # the finding on what looks like data about single people
_CHUNK = 1 << 20
_TOLD = 3  # of the things that are wrong with a release, in one line


def published(events: Sequence[Recorded]) -> dict[tuple[str, str], dict[str, Any]]:
    """What the journal was told of each release that was written, by edition and audience."""
    facts = [one.content()["facts"] for one in events if one.kind == "published"]
    return {(one["edition"], one["audience"]): one for one in facts}


def landed_faults(settings: Settings, told: Told, events: Sequence[Recorded]) -> Iterator[str]:
    """A sentence for each file that is not what was landed, is gone, or is there though it must not be kept."""
    receipts = told.rows["receipts"].values()
    names = {finding["receipt"] for finding in told.rows["findings"].values() if finding["code"] == NAMES}
    refused = {one["sha256"] for one in receipts if one["receipt"] in names}
    waits = {one["sha256"] for one in receipts if one["status"] == "received"}
    wanted = {one["sha256"]: f"the file of {one['receipt']}" for one in receipts}
    for one in built(events):
        wanted |= dict.fromkeys(kept_of(one), f"what the build {one['build']} rests on")
    for sha256, what in sorted(wanted.items()):
        found = _hash_of(settings, sha256)
        if sha256 in refused - waits:
            if found:
                yield f"{what} ({sha256}) looks like data about single people and must not be kept, but is there"
        elif found is None and sha256 not in refused:
            yield f"{what} ({sha256}) is gone"
        elif found and found != sha256:
            yield f"{what} ({sha256}) was changed: its SHA-256 is now {found}"


def warehouse_faults(settings: Settings, events: Sequence[Recorded]) -> Iterator[str]:
    """A sentence for each build whose rows are no longer those that were built."""
    for one in {one["build"]: one for one in built(events)}.values():
        for name, told in one["tables"].items():
            try:
                now = _hashes(settings, name, told["snapshot"])
            except Exception as error:  # whatever a file that was tampered with makes its reader raise
                yield f"{name} of the build {one['build']} cannot be read ({type(error).__name__})"
                continue
            if now != told["years"]:
                years = [year for year in sorted(now | told["years"]) if now.get(year) != told["years"].get(year)]
                yield f"{name} of the build {one['build']} has other rows of {', '.join(years)} than were built"


def release_faults(settings: Settings, year: int, told: Told, events: Sequence[Recorded]) -> Iterator[str]:
    """A sentence for each release that is not as it was published, is gone, or that nobody published."""
    for (edition, audience), facts in published(events).items():
        name = ReleaseName(year, edition, audience)
        found = False
        for problems in _looked_at(settings, name, facts["manifest"]):
            found = True
            if problems:
                more = [f"{len(problems) - _TOLD} more"] * (len(problems) > _TOLD)
                yield f"the {name} is not as it was made: {'; '.join([*problems[:_TOLD], *more])}"
        if not found:
            yield f"the {name} is gone; make it again: wres publish {year}"
    for place in (Releases(settings.published), Releases(settings.sealed), *_bucket(settings)):
        for name in place.all():
            if name.year == year and (year, name.edition, name.audience) not in told.rows["releases"]:
                yield f"the {name} was put in: nobody published it"


def _looked_at(settings: Settings, name: ReleaseName, manifest: str) -> Iterator[list[str]]:
    """What is wrong with a release, at each place where it is."""
    for folder in (settings.published / name.path, settings.sealed / name.path):
        if folder.is_dir():
            yield _problems(folder, manifest)
    for releases in _bucket(settings):
        if releases.holds(name):
            with TemporaryDirectory() as copy:
                releases.copy(name, Path(copy))
                yield _problems(Path(copy), manifest)


def _problems(folder: Path, manifest: str) -> list[str]:
    problems = verify_release(folder)
    if (folder / NAME).is_file() and hashlib.sha256((folder / NAME).read_bytes()).hexdigest() != manifest:
        problems.insert(0, f"its {NAME} is not the one that was published")
    return problems


def _bucket(settings: Settings) -> list[Releases]:
    return [published_releases(settings)] if settings.published_uri else []


def _hashes(settings: Settings, name: str, snapshot: int) -> dict[str, str]:
    """The SHA-256 of each year's rows as text."""
    with open_catalogue(settings) as catalogue:
        if not catalogue.table_exists(f"{NAMESPACE}.{name}"):  # to open it would make it
            raise WresError(f"The warehouse has no table {name}.")
    return {str(year): hash_of(text) for year, text in texts_by_year(settings, name, snapshot)}


def _hash_of(settings: Settings, sha256: str) -> str | None:
    try:
        with open_landed(settings, sha256) as source:
            return hash_of(source)
    except FileNotFoundError:
        return None


def hash_of(source: BinaryIO) -> str:
    """The SHA-256 of a stream."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
