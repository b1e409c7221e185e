"""Compare what was stored with the audit log: landed bytes and the warehouse's rows."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from wres.database.audit_chain import ChainedEvent
from wres.database.audit_replay import ReplayedState
from wres.database.releases import get_build, get_snapshots
from wres.errors import WresError
from wres.recovery.build_archive import get_archived, list_archived_builds
from wres.returns.parsed_return import NOT_KEPT
from wres.settings import Settings
from wres.storage.landing import get_landed_address, open_landed
from wres.warehouse.iceberg import LostFileError, open_catalog, raw_identifier
from wres.warehouse.marts import COUNTED, changed_tables, hash_counted_tables, list_counted_builds
from wres.warehouse.snapshot_export import export_years

_CHUNK = 1 << 20


def landed_faults(settings: Settings, replayed: ReplayedState, events: Sequence[ChainedEvent]) -> Iterator[str]:
    """Yield a sentence for each landed file that was changed, is gone, or is there though it must not be kept."""
    receipts = replayed.rows["receipts"].values()
    not_kept = {finding["receipt"] for finding in replayed.rows["findings"].values() if finding["code"] in NOT_KEPT}
    unwanted = {
        receipt["receipt"] for receipt in receipts if receipt["receipt"] in not_kept or receipt.get("forgotten_at")
    }
    needed = {receipt["sha256"] for receipt in receipts if receipt["receipt"] not in unwanted}
    refused = {receipt["sha256"] for receipt in receipts if receipt["receipt"] in unwanted} - needed
    wanted = {receipt["sha256"]: f"the file of {receipt['receipt']}" for receipt in receipts}
    for build in list_archived_builds(events):
        rows = get_archived(build)
        refused.difference_update(rows)
        wanted |= dict.fromkeys(rows, f"what the build {build['build']} rests on")
    for sha256, name in sorted(wanted.items()):
        if not settings.landing_uri and Path(get_landed_address(settings, sha256)).is_symlink():
            yield f"{name} ({sha256}) was replaced by a link"
            continue
        hashed = _hash_of(settings, sha256)
        if sha256 in refused:
            if hashed:
                yield f"{name} ({sha256}) was refused or erased and must not be kept, but is there"
        elif hashed is None:
            yield f"{name} ({sha256}) is gone"
        elif hashed != sha256:
            yield f"{name} ({sha256}) was changed: its SHA-256 is now {hashed}"


def warehouse_faults(settings: Settings, engine: Engine, events: Sequence[ChainedEvent]) -> Iterator[str]:
    """Yield a sentence for each build whose rows in the warehouse were changed."""
    for build in {build["build"]: build for build in list_archived_builds(events)}.values():
        for name, recorded in build["tables"].items():
            try:
                now = _hashes(settings, name, get_snapshots(get_build(engine, build["build"]))[name])
            except Exception as error:  # a file that was tampered with may raise anything in its reader
                yield f"{name} of the build {build['build']} cannot be read ({_why_unreadable(error)})"
                continue
            if now != recorded["years"]:
                years = [
                    year for year in sorted(now | recorded["years"]) if now.get(year) != recorded["years"].get(year)
                ]
                yield f"{name} of the build {build['build']} has other rows of {', '.join(years)} than were built"


def mart_faults(settings: Settings, events: Sequence[ChainedEvent]) -> Iterator[str]:
    """Yield a sentence for each build whose counted tables were changed."""
    digests: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in events:
        if event.kind == COUNTED:
            facts = event.content()["facts"]
            digests[facts["build"], facts["counted_by"]].add(facts["digest"])
    for build in dict.fromkeys(build for build, _ in digests):
        try:
            yield from _counted_faults(settings, build, digests)
        except Exception as error:  # as above
            yield f"the counted tables of the build {build} cannot be read ({_why_unreadable(error)})"


def _counted_faults(
    settings: Settings, build: str, digests: Mapping[tuple[str, str], Collection[str]]
) -> Iterator[str]:
    """Yield a sentence for each way of counting a build whose tables were changed; `digests` are those recorded."""
    for key in list_counted_builds(settings, build):
        if changed := changed_tables(settings, key):
            yield (
                f"{', '.join(changed)} of the build {build} {'has' if len(changed) == 1 else 'have'} other rows "
                f"than were counted; count again: wres build {key.year}"
            )
        elif (known := digests.get((build, key.counted_by))) and hash_counted_tables(settings, key) not in known:
            yield (
                f"the counted tables of the build {build} and their digests were changed; count again: wres build "
                f"{key.year}"
            )


def _why_unreadable(error: Exception) -> str:
    """Return which file is gone, or else the kind of an error in reading the warehouse."""
    return f"{error.path} is gone" if isinstance(error, LostFileError) else type(error.__cause__ or error).__name__


def _hashes(settings: Settings, name: str, snapshot: int) -> dict[str, str]:
    """Return the SHA-256 of each year's rows as text."""
    with open_catalog(settings) as catalogue:
        if not catalogue.table_exists(raw_identifier(name)):  # to open it would make it
            raise WresError(f"The warehouse has no table {name}.")
    return {str(year): hash_of(text) for year, text in export_years(settings, name, snapshot)}


def _hash_of(settings: Settings, sha256: str) -> str | None:
    try:
        with open_landed(settings, sha256) as source:
            return hash_of(source)
    except FileNotFoundError:
        return None


def hash_of(source: BinaryIO) -> str:
    """Return the SHA-256 of a stream."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
