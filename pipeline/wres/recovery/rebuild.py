"""Make everything again from the landing zone: from its copy of the audit log, and from its files."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, func, select, text
from sqlalchemy.orm import Session

from wres.catalogue.write_catalogue import write_catalogue
from wres.context import Progress
from wres.database.audit_chain import ChainedEvent, first_broken_link
from wres.database.audit_log import GENERAL, insert_chains
from wres.database.audit_replay import TABLES, replay
from wres.database.models import Approval, Build, JournalEvent
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.home import make_home
from wres.intake.audit_log_export import copied_chains, copied_events
from wres.recovery.audit_releases import published
from wres.recovery.audit_stores import landed_faults
from wres.recovery.build_archive import list_archived_builds
from wres.recovery.reproduce_releases import reproduce_releases
from wres.settings import Settings
from wres.storage.landing import open_landed
from wres.warehouse.iceberg import TABLES as WAREHOUSE_TABLES
from wres.warehouse.snapshot_restore import SnapshotBackup, restore_snapshots

_BEGUN = ".rebuild-begun"  # in the home, while a rebuild is under way
_SIMULATED = "Everything under this folder was made by the simulation; none of it describes a real organisation.\n"


def rebuild(settings: Settings, progress: Progress) -> dict[str, Any]:
    """Make registry, warehouse and releases again from the landing zone, in a home that has none of them.

    The registry's rows are the same, as are the audit log, the rows of the warehouse's snapshots and every byte of the
    releases. What cannot be: the contacts and senders, whose addresses no audit log holds; the numbers of the
    snapshots, and the names and times of the warehouse's own files. A killed run is gone on with by the next.

    Returns: how many events, builds and releases there are; `differs`, a sentence for each release that is not as it
    was, none when all are; `lost`, one for each file that the landing zone lacks or holds changed; `contacts_to_load`,
    whether contacts must be loaded again; `senders_to_enter`, whether people and machines must be entered again.

    Raises:
        WresError: the home is not empty; the landing zone holds no audit log, or one that was tampered with; or it
            lacks what a build rests on.
    """
    chains = _chains(settings)
    require_empty(settings, _BEGUN)
    make_home(settings)
    (settings.home / _BEGUN).touch()
    lost = _lost_files(settings, chains)
    engine = open_registry(settings)
    events = [event for chain in chains.values() for event in chain]
    with Session(engine) as session:
        begun = session.scalar(select(JournalEvent.chain).limit(1)) is not None
    if not begun:
        fill_registry(engine, events, progress)
    restore_corrections(settings, chains)
    restore_warehouse(settings, engine, events, progress)
    differs = reproduce_releases(settings, engine, {chain: published(chains[chain]) for chain in chains}, progress)
    write_catalogue(settings, engine)
    (settings.home / _BEGUN).unlink()
    return {
        "events": len(events),
        "builds": len({event["build"] for event in list_archived_builds(events)}),
        "releases": sum(len(published(chain)) for chain in chains.values()),
        "contacts_to_load": replay(events).contacts is not None,
        "senders_to_enter": any(event.kind == "sender entered" for event in events),
        "differs": differs,
        "lost": lost,
    }


def _lost_files(settings: Settings, chains: dict[int, list[ChainedEvent]]) -> list[str]:
    """List a sentence for each file that the audit log names and that the landing zone has lost or changed.

    Raises:
        WresError: a build rests on one of them, so the warehouse cannot be made again.
    """
    lost = []
    for chain, events in chains.items():
        if chain != GENERAL:
            lost += [f"{chain}: {fault}" for fault in landed_faults(settings, replay(events), events)]
    if vital := [fault for fault in lost if "what the build" in fault]:
        raise WresError(
            f"The landing zone lacks what a build rests on ({vital[0]}), so nothing was made. Put its files back from "
            "a copy, or restore a backup."
        )
    return lost


def _chains(settings: Settings) -> dict[int, list[ChainedEvent]]:
    """Return every chain, whole; WresError when one is not."""
    chains = {}
    for chain in copied_chains(settings):
        copied = copied_events(settings, chain)
        events = [copied.events[number] for number in sorted(copied.events)]
        broken = first_broken_link(events)
        problems = copied.problems + ([broken[1]] if broken else [])
        if problems:
            raise WresError(
                f"The audit log of {chain or 'the register'} in the landing zone is not as it was written "
                f"({problems[0]}), so nothing is made from it. Put its files back from a copy, or restore a backup."
            )
        chains[chain] = events
    if not chains:
        raise WresError(
            "The landing zone holds no audit log to rebuild from. Look whether the settings name the right one."
        )
    return chains


def require_empty(settings: Settings, begun: str) -> None:
    """Refuse a home with anything that could be written over, unless a killed run of the same left it.

    Raises:
        WresError: there is something.
    """
    if (settings.home / begun).exists():
        return
    there = [path for path in (settings.home / "warehouse", settings.published, settings.sealed) if _has_files(path)]
    if not settings.database_url and (settings.home / "registry.db").exists():
        there.insert(0, settings.home / "registry.db")
    elif settings.database_url and _has_rows(open_registry(settings)):
        raise WresError("The registry's database is not empty, and nothing is written over. Give an empty one.")
    if there:
        raise WresError(
            f"{there[0]} is there, and nothing is written over. Give an empty home (WRES_HOME), or move it."
        )


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))


def _has_rows(engine: Engine) -> bool:
    with Session(engine) as session:
        return any(session.scalar(select(func.count()).select_from(table)) for table in TABLES)


def fill_registry(engine: Engine, events: Sequence[ChainedEvent], progress: Progress) -> None:
    """Write the rows that the events give, and the events themselves, in one transaction."""
    replayed = replay(events)
    with Session(engine) as session, session.begin():
        for done, table in enumerate(TABLES):
            progress("Registry", done, len(TABLES))
            _insert(session, table, list(replayed.rows.get(table.name, {}).values()))
        insert_chains(session, events, exported=1)
        continue_numbers(session)
    progress("Registry", len(TABLES), len(TABLES))


def continue_numbers(session: Session) -> None:
    """Let PostgreSQL, which numbers approvals itself, continue after the highest number that was put in."""
    if session.get_bind().dialect.name == "postgresql":
        highest = session.scalar(select(func.max(Approval.number)))
        if highest:
            session.execute(
                text("SELECT setval(pg_get_serial_sequence('approvals', 'number'), :highest)"), {"highest": highest}
            )


def _insert(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows that may lack columns, those with the same columns together; a missing value is null."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(sorted(row)), []).append(row)
    for some in alike.values():
        session.execute(table.insert(), some)


def restore_corrections(settings: Settings, chains: dict[int, list[ChainedEvent]]) -> None:
    """Put the corrections of a year's last build back where they are gone."""
    for chain, events in chains.items():
        path, builds = settings.corrections / f"{chain}.csv", list_archived_builds(events)
        if builds and builds[-1]["corrections"] and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open_landed(settings, builds[-1]["corrections"]) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
    receipts = replay(event for chain in chains.values() for event in chain).rows["receipts"].values()
    if any(event["simulated"] for event in receipts) and not settings.simulated:
        (settings.home / "SIMULATED").write_text(_SIMULATED, encoding="utf-8")


def restore_warehouse(settings: Settings, engine: Engine, events: Sequence[ChainedEvent], progress: Progress) -> None:
    """Commit the rows of each build to the warehouse again, from the landing zone, and store their snapshots."""

    def text_of(sha256: str) -> bytes:
        with open_landed(settings, sha256) as source:
            return source.read()

    builds = list_archived_builds(events)
    for done, name in enumerate(WAREHOUSE_TABLES):
        progress("Warehouse", done, len(WAREHOUSE_TABLES))
        tables = [build["tables"][name] for build in builds if name in build["tables"]]
        kept = [
            SnapshotBackup(table["order"], {int(year): sha for year, sha in table["years"].items()}, table["digests"])
            for table in tables
        ]
        snapshots = restore_snapshots(settings, name, kept, text_of)
        with Session(engine) as session, session.begin():
            for build in reversed(builds):  # of one that was built again the first counts, as when it was built
                if name in build["tables"]:
                    row = session.get_one(Build, build["build"])
                    setattr(row, f"{name}_snapshot", snapshots[build["tables"][name]["order"]])
    progress("Warehouse", len(WAREHOUSE_TABLES), len(WAREHOUSE_TABLES))
