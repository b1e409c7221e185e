"""Whether a collection is open: its calendar, unless the national team has opened or closed it by hand."""

from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from wres.database.audit_log import Event, append, lock_chain
from wres.database.models import CollectionState
from wres.database.registry import read_session
from wres.reference.year_config import CollectionYear, State, end_of_minute

_TABLE = CollectionState.__tablename__
_NEVER = datetime.max.replace(tzinfo=UTC)


def set_state(engine: Engine, year: int, state: Literal["open", "closed"], at: datetime) -> None:
    """Store that a collection was opened or closed by hand; what it is already keeps the time since when it is."""
    with Session(engine) as session, session.begin():
        lock_chain(session, year)
        standing = session.get(CollectionState, year)
        if standing is not None and standing.state == state:
            return
        row = {"collection_year": year, "state": state, "changed_at": at}
        session.merge(CollectionState(**row))
        session.flush()
        append(session, year, [Event("opened by hand" if state == "open" else "closed by hand", {_TABLE: [row]})])


def get_state(engine: Engine, calendar: CollectionYear, now: datetime) -> State:
    """Where a collection stands now."""
    by_hand = _by_hand(engine, calendar.year)
    if by_hand is None:
        return calendar.state(now)
    if by_hand.state == "closed":
        return "closed"
    return "open" if now <= end_of_minute(calendar.deadline) else "late"


def hard_close_of(engine: Engine, calendar: CollectionYear) -> datetime:
    """After this time a return is refused: the calendar's, or when it was closed by hand; never while held open."""
    by_hand = _by_hand(engine, calendar.year)
    if by_hand is None:
        return end_of_minute(calendar.hard_close)
    return by_hand.changed_at if by_hand.state == "closed" else _NEVER


def _by_hand(engine: Engine, year: int) -> CollectionState | None:
    with read_session(engine) as session:
        return session.get(CollectionState, year)
