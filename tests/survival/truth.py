"""What must be so: after a kill, and after the run that follows it."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.survival.worlds import World
from wres.context import no_progress
from wres.database.audit_chain import first_broken_link
from wres.database.audit_log import get_chains, get_events
from wres.database.models import Base
from wres.database.receipts import get_receipts, hashes_not_kept
from wres.database.registry import open_registry
from wres.intake.audit_log_export import copied_events
from wres.recovery.audit import audit
from wres.reference.year_config import configured_years
from wres.release.manifest import verify_release
from wres.release.repository import published_releases
from wres.settings import Settings, load_settings
from wres.storage.landing import read_landed

# Snapshot numbers and places of delivery are drawn by chance, and a file's own times are those of its world; the
# audit log is looked at by itself. What counted a build, and so the files of its tables, depends on the
# snapshot numbers.
_BY_CHANCE = ("_snapshot", "delivery_id", "order_time", "modified_at")
_BY_SNAPSHOT = ("counted_by", "digests")
# PostgreSQL leaves out the number of a transaction that did not commit.
_NUMBERED_BY_DATABASE = {"approvals": ("number",)}
_JOURNAL = ("journal", "journal_heads")
_NOT_COMPARED = ("registry.db", "logs/", "warehouse/", "landing/journal/", "home.json")  # the last has a name by chance
Outcome = dict[str, Any]


def sent_files(world: World) -> set[str]:
    """Return the SHA-256 of every file that a sender has sent and that is not received yet."""
    inbox = world.home / "inbox"
    files = [path.read_bytes() for path in inbox.rglob("*") if path.is_file()]
    files += [content for key, content in world.objects().items() if key.startswith("wres/channel/inbox/")]
    return {hashlib.sha256(content).hexdigest() for content in files}


def require_sound(world: World, sent: set[str]) -> None:
    """Check what must hold at every moment, after any kill; AssertionError says what does not."""
    settings = load_settings()
    engine = open_registry(settings)
    received = _require_bytes(settings, engine)
    lost = sent - received - sent_files(world)
    assert not lost, f"files are lost: {lost}"
    _require_whole_releases(settings)
    for head in get_chains(engine):
        events = get_events(engine, head.chain)
        assert first_broken_link(events) is None, f"the audit log's chain {head.chain} is broken"
        copied = copied_events(settings, head.chain)
        assert not copied.problems, copied.problems
        for number, event in copied.events.items():
            # The hash alone: while a return is being forgotten, its texts are erased in one of the two first.
            other = f"the landing zone holds another event {number} of {head.chain}"
            assert events[number - 1].hash == event.hash, other


def _require_bytes(settings: Settings, engine: Engine) -> set[str]:
    paths = set()
    for year in configured_years():
        with Session(engine) as session:
            forgotten = hashes_not_kept(session, year)
        for receipt in get_receipts(engine, year):
            paths.add(receipt.sha256)
            if receipt.sha256 not in forgotten:
                content = read_landed(settings, receipt.sha256, 1 << 30)
                assert hashlib.sha256(content).hexdigest() == receipt.sha256, f"{receipt.receipt} rests on other bytes"
    return paths


def _require_whole_releases(settings: Settings) -> None:
    """Check that every release that can be seen is whole."""
    for root in (settings.published, settings.sealed):
        for folder in sorted(root.glob("[0-9]*/*/[!.]*")):  # beside the years stand the API and the latest pages
            if folder.is_dir():
                assert verify_release(folder) == [], f"half a release is visible: {folder}"
    releases = published_releases(settings)
    for name in releases.all():
        sizes = releases.files(name)
        for entry in json.loads(releases.read(name, "manifest.json"))["files"]:
            assert sizes.get(entry["path"]) == entry["bytes"], f"half of the {name} is in the bucket"


def outcome(world: World) -> Outcome:
    """Return all that a run leaves: registry, kinds of events, warehouse, files, objects; without what chance decides.

    AssertionError: the audit finds something.
    """
    settings = load_settings()
    engine = open_registry(settings)
    faults = audit(settings, engine, None, no_progress)
    assert not faults, f"the audit finds {faults}"
    return {
        **_registry(engine),
        **_warehouse(settings),
        "journal": {
            head.chain: sorted({event.kind for event in get_events(engine, head.chain)}) for head in get_chains(engine)
        },
        "exported": {head.chain: head.exported == head.sequence for head in get_chains(engine)},
        **{f"file {path}": digest for path, digest in _files(world.home).items()},
        **{
            f"object {key}": hashlib.sha256(content).hexdigest()
            for key, content in world.objects().items()
            if not key.startswith(("wres/warehouse/", "wres/landing/journal/"))
        },
    }


def _registry(engine: Engine) -> Outcome:
    outcome: Outcome = {}
    with engine.connect() as connection:
        for name, table in Base.metadata.tables.items():
            if name in _JOURNAL:
                continue
            unequal = (*_BY_CHANCE, *_NUMBERED_BY_DATABASE.get(name, ()))
            columns = [column.name for column in table.columns if not column.name.endswith(unequal)]
            keys = ", ".join(table.primary_key.columns.keys())
            rows = connection.execute(text(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {keys}"))
            outcome[f"rows of {name}"] = [dict(row._mapping) for row in rows]
    return outcome


def _warehouse(settings: Settings) -> Outcome:
    """Return the rows and tags of every table of every namespace."""
    from wres.warehouse.iceberg import NAMESPACES, open_catalog

    outcome: Outcome = {}
    with open_catalog(settings) as catalogue:
        for identifier in sorted(name for namespace in NAMESPACES for name in catalogue.list_tables(namespace)):
            table, name = catalogue.load_table(identifier), ".".join(identifier)
            rows = table.scan().to_arrow()
            rows = rows.drop_columns([column for column in rows.column_names if column in _BY_SNAPSHOT])
            outcome[f"rows of {name} in the warehouse"] = sorted(rows.to_pylist(), key=repr)
            outcome[f"tags of {name}"] = sorted(table.metadata.refs)
    return outcome


def _files(home: Path) -> dict[str, str]:
    paths = sorted(path for path in home.rglob("*") if path.is_file())
    named = {path.relative_to(home).as_posix(): path for path in paths}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in named.items()
        if not name.startswith(_NOT_COMPARED)
    }


def differences(expected: Outcome, actual: Outcome) -> list[str]:
    """List what is not the same, in words short enough to be read."""
    return [
        f"{name}: {str(actual.get(name))[:300]!r}, not {str(expected.get(name))[:300]!r}"
        for name in sorted({*expected, *actual})
        if expected.get(name) != actual.get(name)
    ]
