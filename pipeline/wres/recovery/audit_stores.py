"""What was stored, held against the journal: landed bytes and the warehouse's rows."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import WresError
from pipeline.intake.landing import landed_at, open_landed
from pipeline.recovery.kept import built, kept_of
from pipeline.registry.journal import Recorded
from pipeline.registry.replay import Told
from pipeline.returns.cells import NOT_KEPT
from pipeline.settings import Settings
from pipeline.warehouse.catalogue import NAMESPACE, open_catalogue
from pipeline.warehouse.rows import texts_by_year

_CHUNK = 1 << 20


def landed_faults(settings: Settings, told: Told, events: Sequence[Recorded]) -> Iterator[str]:
    """A sentence for each file that is not what was landed, is gone, or is there though it must not be kept."""
    receipts = told.rows["receipts"].values()
    found = {finding["receipt"] for finding in told.rows["findings"].values() if finding["code"] in NOT_KEPT}
    unwanted = {one["receipt"] for one in receipts if one["receipt"] in found or one.get("forgotten_at")}
    needed = {one["sha256"] for one in receipts if one["receipt"] not in unwanted}
    refused = {one["sha256"] for one in receipts if one["receipt"] in unwanted} - needed
    wanted = {one["sha256"]: f"the file of {one['receipt']}" for one in receipts}
    for one in built(events):
        rows = kept_of(one)
        refused.difference_update(rows)
        wanted |= dict.fromkeys(rows, f"what the build {one['build']} rests on")
    for sha256, what in sorted(wanted.items()):
        if not settings.landing_uri and Path(landed_at(settings, sha256)).is_symlink():
            yield f"{what} ({sha256}) was replaced by a link"
            continue
        hashed = _hash_of(settings, sha256)
        if sha256 in refused:
            if hashed:
                yield f"{what} ({sha256}) was refused or erased and must not be kept, but is there"
        elif hashed is None:
            yield f"{what} ({sha256}) is gone"
        elif hashed != sha256:
            yield f"{what} ({sha256}) was changed: its SHA-256 is now {hashed}"


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
