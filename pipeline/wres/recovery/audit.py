"""Compare registry, landing zone, warehouse and releases with the audit log, and the log with its copy."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from wres.context import Progress
from wres.database.audit_chain import ChainedEvent, first_broken_link
from wres.database.audit_log import GENERAL, get_chains, get_events
from wres.database.audit_replay import TABLES, ReplayedState, differences, list_years_held, replay, rows_of_chain
from wres.database.models import JournalHead
from wres.database.organisations import contacts_digest
from wres.intake.audit_log_export import CopiedEvents, copied_chains, copied_events
from wres.recovery.audit_releases import release_faults
from wres.recovery.audit_stores import landed_faults, mart_faults, warehouse_faults
from wres.settings import Settings


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that does not fit: the year (None for what belongs to none), where it is, and what is wrong."""

    collection_year: int | None
    where: str
    what: str


def audit(settings: Settings, engine: Engine, year: int | None, progress: Progress) -> list[dict[str, object]]:
    """List what differs from the audit log, in a year or in all: collection_year, where, what.

    What belongs to no year (register, successions, contacts) is always looked at. Nothing is changed.

    Raises:
        WresError: a store cannot be reached.
    """
    heads = {head.chain: head for head in get_chains(engine)}
    with Session(engine) as session:
        chains = sorted(list_years_held(session) | set(heads) | set(copied_chains(settings)) | {GENERAL})
    wanted = [chain for chain in chains if year is None or chain in (year, GENERAL)]
    faults: list[Discrepancy] = []
    for done, chain in enumerate(wanted):
        progress("Auditing", done, len(wanted))
        faults += [
            Discrepancy(chain or None, where, fault)
            for where, fault in _faults(settings, engine, chain, heads.get(chain))
        ]
    with Session(engine) as session:
        faults += [Discrepancy(None, "registry", fault) for fault in _orphans(session)]
    progress("Auditing", len(wanted), len(wanted))
    return [asdict(fault) for fault in faults]


def _faults(settings: Settings, engine: Engine, chain: int, head: JournalHead | None) -> Iterator[tuple[str, str]]:
    """Yield what differs in one chain, as the store and a sentence: log, copy, registry, files, warehouse, releases."""
    events, copied = get_events(engine, chain), copied_events(settings, chain)
    yield from (("journal", fault) for fault in _chain_faults(events, head))
    yield from (("journal copy", fault) for fault in _copy_faults(copied, events, head))
    in_copy = [copied.events[number] for number in sorted(copied.events)]
    if (whole := next((some for some in (events, in_copy) if some and not first_broken_link(some)), None)) is None:
        if events or in_copy:
            yield "journal", "neither it nor its copy is whole, so nothing could be held against them"
            return
        whole = []
    replayed = replay(whole)
    yield from (("registry", fault) for fault in registry_faults(engine, chain, replayed))
    if chain != GENERAL:
        yield from (("landing zone", fault) for fault in landed_faults(settings, replayed, whole))
        yield from (("warehouse", fault) for fault in warehouse_faults(settings, engine, whole))
        yield from (("warehouse", fault) for fault in mart_faults(settings, whole))
        yield from (("releases", fault) for fault in release_faults(settings, chain, replayed, whole))


def registry_faults(engine: Engine, chain: int, replayed: ReplayedState) -> Iterator[str]:
    """Yield a sentence for each row of a chain that differs from its events."""
    with Session(engine) as session:
        for table in TABLES:
            yield from differences(replayed, table, rows_of_chain(session, table, chain))
        if chain == GENERAL:
            yield from _contact_faults(session, replayed)


def _chain_faults(events: list[ChainedEvent], head: JournalHead | None) -> Iterator[str]:
    """Yield what is wrong with a chain of the audit log: a broken link, or another end than its head states."""
    if (broken := first_broken_link(events)) is not None:
        event, why = broken
        yield f"{why} (at {event.at[:19]} UTC, {event.kind}): nothing from there on is vouched for"
    stated = (head.sequence, head.hash) if head else (0, "")
    if events and stated != (events[-1].sequence, events[-1].hash):
        yield f"it ends with event {events[-1].sequence}, but its head states event {stated[0]}"
    elif not events and head:
        yield f"its events are gone; its head states {stated[0]}"


def _copy_faults(copied: CopiedEvents, events: list[ChainedEvent], head: JournalHead | None) -> Iterator[str]:
    """Yield how the copy of a chain differs from the registry."""
    yield from copied.problems
    registered = {event.sequence: event for event in events}
    other = [
        number
        for number, event in sorted(copied.events.items())
        if number in registered and registered[number] != event
    ]
    if other and all(registered[number].hash == copied.events[number].hash for number in other):
        yield f"{_numbers(other)} not as in the registry, where texts were erased: run that wres forget again"
        other = []
    if other:
        event = copied.events[other[0]]
        yield f"event {other[0]} ({event.kind}, {event.at[:19]} UTC) and {len(other) - 1} more differ from the registry"
    if beyond := sorted(copied.events.keys() - registered.keys()):
        yield f"{_numbers(beyond)} in the landing zone and not in the registry"
    exported = head.exported if head else 0
    if gone := [number for number in range(1, exported + 1) if number in registered and number not in copied.events]:
        yield f"{_numbers(gone)} copied to the landing zone and gone from it"


def _numbers(numbers: list[int]) -> str:
    return f"event {numbers[0]} is" if len(numbers) == 1 else f"{len(numbers)} events from {numbers[0]} on are"


def _contact_faults(session: Session, replayed: ReplayedState) -> Iterator[str]:
    known = contacts_digest(session)
    if replayed.contacts is not None and replayed.contacts != known:
        yield "contacts were changed since they were loaded"
    elif replayed.contacts is None and known["contacts"]:
        yield "contacts were put in: the audit log has no loading of any"


def _orphans(session: Session) -> Iterator[str]:
    """Yield a sentence for each table with rows of no receipt and no build, which foreign keys would refuse."""
    for table in TABLES:
        if table.foreign_keys and "collection_year" not in table.columns:
            (key,) = table.foreign_keys
            there = select(key.column).scalar_subquery()
            lost = session.scalar(select(func.count()).select_from(table).where(key.parent.not_in(there)))
            if lost:
                yield f"{table.name} holds {lost} rows that belong to nothing"
