"""Link the events of the audit log into chains of hashes, and find the first event that does not fit.

Each event holds the hash of the one before, so an event changed, removed or put in breaks its chain.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

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
        return json.dumps(filled, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_to_json_value)


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


def chain_events(
    chain: int, events: Iterable[Event], sequence: int, previous: str, at: datetime
) -> Iterator[ChainedEvent]:
    """Yield the events as they follow the one with this sequence number and hash."""
    for number, event in enumerate(events, start=sequence + 1):
        document = event.document()
        fields = (chain, number, at.isoformat(), event.kind, document, digest_of(document), previous)
        previous = ChainedEvent(*fields, hash="").compute_hash()
        yield ChainedEvent(*fields, hash=previous)


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


def _to_json_value(value: object) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"the audit log cannot hold {type(value).__name__}")
