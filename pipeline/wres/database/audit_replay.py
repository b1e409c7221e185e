"""Replay the audit log: its events in order give every row of the registry, and when each was last changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from wres.database.audit_chain import ChainedEvent
from wres.database.audit_log import GENERAL
from wres.database.models import (
    Base,
    Contact,
    Credential,
    JournalEvent,
    JournalHead,
    ReadAttempt,
    Sender,
    SenderOrganisation,
    UtcTime,
    WebSession,
)

Key = tuple[Any, ...]
Row = dict[str, Any]

# Known by the audit log row by row; the contacts only by a digest, and of itself it is the only source. An attempt at
# reading is over when its return is validated. Who may send on the page is recorded by id and role, without addresses.
_NOT_BY_ROW = (Contact, Credential, JournalEvent, JournalHead, ReadAttempt, Sender, SenderOrganisation, WebSession)
TABLES: tuple[Table, ...] = tuple(
    table for table in Base.metadata.sorted_tables if table.name not in {model.__tablename__ for model in _NOT_BY_ROW}
)
_BY_NAME = {table.name: table for table in TABLES}


@dataclass(slots=True)
class ReplayedState:
    """Rows by table and key, and beside each the time of its last event; `contacts` is how those were last known."""

    rows: dict[str, dict[Key, Row]] = field(default_factory=lambda: defaultdict(dict))
    since: dict[tuple[str, Key], str] = field(default_factory=dict)
    contacts: Mapping[str, object] | None = None


def replay(events: Iterable[ChainedEvent]) -> ReplayedState:
    """Return the state of the registry after these events: one whole chain, or several one after the other."""
    replayed = ReplayedState()
    for event in events:
        content = event.content()
        for name, values in content.get("replaces", {}).items():
            _remove_rows(replayed, name, values, event.at)
        for name, rows in content.get("changes", {}).items():
            table = _BY_NAME[name]
            for row in rows:
                key = tuple(row[column.key] for column in table.primary_key)
                replayed.rows[name].setdefault(key, {}).update(typed_row(table, row))
                replayed.since[name, key] = event.at
        if event.kind == "contacts loaded":
            replayed.contacts = content["facts"]
    return replayed


def rows_of_chain(session: Session, table: Table, chain: int) -> dict[Key, Row]:
    """Return the rows of a table that belong to a chain, as the registry holds them, by key."""
    query = select(*table.columns)
    if "collection_year" in table.columns:
        query = query.where(table.c.collection_year == chain)
    elif table.foreign_keys:
        (parent,) = {key.column.table for key in table.foreign_keys}
        query = query.join(parent).where(parent.c.collection_year == chain)
    elif chain != GENERAL:
        return {}
    rows = {}
    for values in session.execute(query):
        row = dict(zip(table.columns.keys(), values, strict=True))
        rows[tuple(row[column.key] for column in table.primary_key)] = row
    return rows


def list_years_held(session: Session) -> set[int]:
    """List every collection year with a row in any table."""
    years: set[int] = set()
    for table in TABLES:
        if "collection_year" in table.columns:
            years.update(session.scalars(select(table.c.collection_year).distinct()))
    return years


def differences(replayed: ReplayedState, table: Table, held: Mapping[Key, Row]) -> Iterator[str]:
    """Yield a sentence for each row of a table that differs from the audit log."""
    expected = replayed.rows.get(table.name, {})
    for key in sorted(expected.keys() | held.keys(), key=str):
        name, since = f"{table.name} {' '.join(map(str, key))}", _format_time(replayed.since.get((table.name, key)))
        if key not in held:
            yield f"{name} is missing: the audit log has it since {since}"
        elif key not in expected:
            yield f"{name} was put in: " + (
                f"the audit log took it out at {since}" if since else "the audit log has none"
            )
        else:
            recorded = [column for column in held[key] if table.c[column].info.get("in_audit_log", True)]
            differing = [column for column in recorded if held[key][column] != expected[key].get(column)]
            if differing:
                yield f"{name} was changed ({', '.join(differing)}): the audit log has it otherwise since {since}"


def _remove_rows(replayed: ReplayedState, name: str, values: Mapping[str, Any], event_time: str) -> None:
    """Remove the rows of a table that have these values; no values mean all rows."""
    rows = replayed.rows[name]
    for key in [key for key, row in rows.items() if all(row.get(column) == value for column, value in values.items())]:
        del rows[key]
        replayed.since[name, key] = event_time


def typed_row(table: Table, row: Mapping[str, Any]) -> Row:
    """Return a row with the types of its table: a text of JSON becomes a time where the column holds times."""
    return {
        column: datetime.fromisoformat(value) if value and isinstance(table.c[column].type, UtcTime) else value
        for column, value in row.items()
    }


def _format_time(event_time: str | None) -> str:
    return f"{datetime.fromisoformat(event_time):%Y-%m-%d %H:%M:%S} UTC" if event_time else ""
