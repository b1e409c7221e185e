"""Store the audit log: every change of the registry in order, so that none goes unnoticed and all can be made again.

Each change is one event, written in the transaction of the change itself. The events of a collection year are a chain
(`audit_chain.py`), as are those that belong to no year (`GENERAL`). A run for one year never waits for another year's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.orm import Session

from wres.database.audit_chain import START, ChainedEvent, Event, chain_events
from wres.database.models import Base, JournalEvent, JournalHead

GENERAL = 0  # the chain of what belongs to no collection year: register, successions, contacts


def append(session: Session, chain: int, events: Sequence[Event]) -> None:
    """Add events at the end of a chain, in the transaction that makes the changes; call it last in it.

    Whoever appends to the same chain waits here until that transaction ends. Being last, it holds nothing that another
    transaction needs before that one gets here, so that no two wait for each other.
    """
    if not events:
        return
    sequence, before = lock_chain(session, chain)
    added = list(chain_events(chain, events, sequence, before, datetime.now(UTC)))
    session.execute(insert(JournalEvent), [_to_row(event) for event in added])
    session.execute(
        update(JournalHead).where(JournalHead.chain == chain).values(sequence=added[-1].sequence, hash=added[-1].hash)
    )


def lock_chain(session: Session, chain: int) -> tuple[int, str]:
    """Lock the end of a chain until the transaction ends; returns its sequence number and hash.

    Whoever changes receipts that another may change too does this before it: one changes them after the other.
    """
    start = {"chain": chain, "start": START}
    session.execute(text("INSERT INTO journal_heads VALUES (:chain, 0, :start, 0) ON CONFLICT DO NOTHING"), start)
    head = session.execute(
        select(JournalHead.sequence, JournalHead.hash).where(JournalHead.chain == chain).with_for_update()
    ).one()
    return head.sequence, head.hash


def append_events(engine: Engine, chain: int, events: Sequence[Event]) -> None:
    """Add events that belong to no change of a row, in one transaction."""
    with Session(engine) as session, session.begin():
        append(session, chain, events)


def append_once(engine: Engine, chain: int, event: Event, same: Callable[[Mapping[str, Any]], bool]) -> None:
    """Add one event that belongs to no change of a row, unless an event of its kind has facts that `same` accepts.

    Another process with the same event at the same time waits, and then finds it there.
    """
    with Session(engine) as session, session.begin():
        lock_chain(session, chain)
        query = select(JournalEvent).where(JournalEvent.chain == chain, JournalEvent.kind == event.kind)
        if not any(same(chained_event(row).content().get("facts", {})) for row in session.scalars(query)):
            append(session, chain, [event])


def insert_chains(session: Session, events: Sequence[ChainedEvent], exported: int) -> None:
    """Put whole chains in as they were, into a registry that has none of them."""
    heads = {event.chain: event for event in events}
    if events:
        session.execute(insert(JournalEvent), [_to_row(event) for event in events])
        session.execute(
            insert(JournalHead),
            [
                {
                    "chain": head.chain,
                    "sequence": head.sequence,
                    "hash": head.hash,
                    "exported": exported and head.sequence,
                }
                for head in heads.values()
            ],
        )


def get_chains(engine: Engine) -> list[JournalHead]:
    """Return the end of every chain, in order."""
    with Session(engine) as session:
        return list(session.scalars(select(JournalHead).order_by(JournalHead.chain)))


def get_events(
    engine: Engine, chain: int, after: int = 0, kind: str | None = None, most: int | None = None
) -> list[ChainedEvent]:
    """Return the events of a chain after a sequence number, in order: of one kind or all, at most the first `most`."""
    query = select(JournalEvent).where(JournalEvent.chain == chain, JournalEvent.sequence > after)
    if kind is not None:
        query = query.where(JournalEvent.kind == kind)
    with Session(engine) as session:
        return [chained_event(event) for event in session.scalars(query.order_by(JournalEvent.sequence).limit(most))]


def chained_event(event: JournalEvent) -> ChainedEvent:
    """Return the event that a row holds."""
    return ChainedEvent(
        event.chain,
        event.sequence,
        event.at.isoformat(),
        event.kind,
        event.document,
        event.digest,
        event.previous,
        event.hash,
    )


def mark_exported(engine: Engine, chain: int, sequence: int) -> None:
    """Store that the landing zone holds a copy of the chain up to this event; it never goes back."""
    with Session(engine) as session, session.begin():
        session.execute(
            update(JournalHead)
            .where(JournalHead.chain == chain, JournalHead.exported < sequence)
            .values(exported=sequence)
        )


def recorded_values(record: Base) -> dict[str, Any]:
    """Return the columns of a record that the audit log records, with their values."""
    columns = record.__table__.columns
    return {column.key: getattr(record, column.key) for column in columns if column.info.get("in_audit_log", True)}


def _to_row(event: ChainedEvent) -> dict[str, Any]:
    """Return an event as a row of its table."""
    return {**asdict(event), "at": datetime.fromisoformat(event.at)}
