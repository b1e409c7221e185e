"""Keep the audit log: every change of the registry in order, so that none goes unnoticed and all can be made again.

Each change is one event, written in the transaction of the change itself. The events of a collection year are a chain,
as are those that belong to no year (`GENERAL`): each holds the hash of the one before, so an event changed, removed or
put in breaks its chain. A run for one year never waits for another year's.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.orm import Session

from wres.database.models import Base, JournalEvent, JournalHead

GENERAL = 0  # the chain of what belongs to no collection year: register, successions, contacts
FORGOTTEN = "forgotten"  # the kind of event that says that texts of a receipt were erased
START = "0" * 64  # stands before the first event of a chain

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Event:
    """One change of the registry, complete enough to be made again.

    Args:
        kind: what happened, in a word or two: received, validated, built.
        changes: the rows by table as they are afterwards; of a row that was there, its key and what changed.
        replaces: by table, the values of the rows that these replace; no values stand for all rows.
        facts: what else is to be known of it, such as the digests of what was built.
    """

    kind: str
    changes: Mapping[str, Rows] = field(default_factory=dict)
    replaces: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> str:
        """Return the event as JSON: keys sorted, no spaces, empty parts left out; times in UTC."""
        parts = {"changes": self.changes, "replaces": self.replaces, "facts": self.facts}
        filled = {name: part for name, part in parts.items() if part}
        return json.dumps(filled, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """One event as its chain holds it.

    `hash` is over all the rest, with `digest`, the SHA-256 of the document as it was written, in the document's place.
    So texts can be erased from a document and the chain stays whole; a later event vouches for what is left of it.
    """

    chain: int
    sequence: int
    at: str  # ISO 8601, UTC
    kind: str
    document: str
    digest: str
    previous: str
    hash: str

    def compute_hash(self) -> str:
        """Return what `hash` must be."""
        fields = [self.chain, self.sequence, self.at, self.kind, self.digest, self.previous]
        return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()

    def content(self) -> dict[str, Any]:
        """Return the document: those of `changes`, `replaces` and `facts` that it has."""
        content: dict[str, Any] = json.loads(self.document)
        return content

    def line(self) -> str:
        """Return the event as one line of JSON, as it is exported."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str) -> "ChainedEvent":
        """Read an exported event; ValueError, KeyError or TypeError where the line is none."""
        return cls(**json.loads(line))


def append(session: Session, chain: int, events: Sequence[Event]) -> None:
    """Add events at the end of a chain, in the transaction that makes the changes; call it last in it.

    Whoever appends to the same chain waits here until that transaction ends. Being last, it holds nothing that another
    transaction needs before that one gets here, so that no two wait for each other.
    """
    if not events:
        return
    sequence, before = lock_chain(session, chain)
    added = list(chain_events(chain, events, sequence, before, datetime.now(UTC)))
    session.execute(insert(JournalEvent), [_row(event) for event in added])
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


def append_event(engine: Engine, chain: int, event: Event) -> None:
    """Add one event that belongs to no change of a row."""
    with Session(engine) as session, session.begin():
        append(session, chain, [event])


def append_once(engine: Engine, chain: int, event: Event, same: Callable[[Mapping[str, Any]], bool]) -> None:
    """Add one event that belongs to no change of a row, unless an event of its kind has facts that `same` accepts.

    Another process with the same event at the same time waits, and then finds it there.
    """
    with Session(engine) as session, session.begin():
        lock_chain(session, chain)
        query = select(JournalEvent).where(JournalEvent.chain == chain, JournalEvent.kind == event.kind)
        if not any(same(chained_event(row).content().get("facts", {})) for row in session.scalars(query)):
            append(session, chain, [event])


def chain_events(
    chain: int, events: Iterable[Event], sequence: int, previous: str, at: datetime
) -> Iterator[ChainedEvent]:
    """Yield the events as they follow the one with this sequence number and hash."""
    for number, event in enumerate(events, start=sequence + 1):
        document = event.document()
        fields = (chain, number, at.isoformat(), event.kind, document, digest_of(document), previous)
        previous = ChainedEvent(*fields, hash="").compute_hash()
        yield ChainedEvent(*fields, hash=previous)


def insert_chains(session: Session, events: Sequence[ChainedEvent], exported: int) -> None:
    """Put whole chains in as they were, into a registry that has none of them."""
    heads = {event.chain: event for event in events}
    if events:
        session.execute(insert(JournalEvent), [_row(event) for event in events])
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


def first_broken_link(events: Sequence[ChainedEvent]) -> tuple[ChainedEvent, str] | None:
    """Return the first event of a chain that does not fit, and why; None when all do."""
    before, erased = START, erased_documents(events)
    for number, event in enumerate(events, start=1):
        if event.sequence != number:
            return event, f"event {number} is missing"
        if event.hash != event.compute_hash() or not is_as_written(event, erased):
            return event, f"event {number} was changed after it was written"
        if event.previous != before:
            return event, f"event {number} does not follow the one before it"
        before = event.hash
    return None


def digest_of(document: str) -> str:
    """Return the SHA-256 of an event's document."""
    return hashlib.sha256(document.encode()).hexdigest()


def erased_documents(events: Iterable[ChainedEvent]) -> dict[int, str]:
    """Return the digests of documents after texts were erased, by sequence number, as later events state them."""
    erased: dict[int, str] = {}
    for event in events:
        if event.kind == FORGOTTEN and digest_of(event.document) == event.digest:
            erased |= {int(sequence): digest for sequence, digest in event.content()["facts"]["erased"].items()}
    return erased


def is_as_written(event: ChainedEvent, erased: Mapping[int, str]) -> bool:
    """Return whether the document is the one that was written, or the one that an erasure left."""
    digest = digest_of(event.document)
    return digest in (event.digest, erased.get(event.sequence))


def row_of(record: Base) -> dict[str, Any]:
    """Return the columns of a record that the audit log records, with their values."""
    columns = record.__table__.columns
    return {column.key: getattr(record, column.key) for column in columns if column.info.get("journalled", True)}


def _row(event: ChainedEvent) -> dict[str, Any]:
    """Return an event as a row of its table."""
    return {**asdict(event), "at": datetime.fromisoformat(event.at)}


def _plain(value: object) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"the journal cannot hold {type(value).__name__}")
