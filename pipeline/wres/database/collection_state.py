"""Tell whether a collection is open: by its calendar, unless the national team has opened or closed it by hand."""

from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from wres.database.audit_chain import Event
from wres.database.audit_log import append, lock_chain
from wres.database.models import CollectionState
from wres.database.registry import read_session
from wres.errors import WresError
from wres.reference.year_config import CollectionYear, State, end_of_minute

_TABLE = CollectionState.__tablename__
_NEVER = datetime.max.replace(tzinfo=UTC)


def set_state(engine: Engine, year: int, state: Literal["open", "closed"], now: datetime) -> None:
    """Store that a collection was opened or closed by hand; a state that it has already keeps its time."""
    with Session(engine) as session, session.begin():
        lock_chain(session, year)
        stored = session.get(CollectionState, year)
        if stored is not None and stored.state == state:
            return
        row = {"collection_year": year, "state": state, "changed_at": now}
        session.merge(CollectionState(**row))
        session.flush()
        append(session, year, [Event("opened by hand" if state == "open" else "closed by hand", {_TABLE: [row]})])


def get_state(engine: Engine, calendar: CollectionYear, now: datetime) -> State:
    """Return the state of a collection now."""
    by_hand = _get_manual_state(engine, calendar.year)
    if by_hand is None:
        return calendar.state(now)
    if by_hand.state == "closed":
        return "closed"
    return "open" if now <= end_of_minute(calendar.deadline) else "late"


def require_opened(engine: Engine, calendar: CollectionYear, now: datetime) -> None:
    """Refuse to receive before the collection opens.

    Raises:
        WresError: it is not open yet.
    """
    if get_state(engine, calendar, now) == "not_open":
        raise WresError(
            f"The {calendar.year} collection opens on {calendar.opens:%-d %B %Y}, so nothing was taken. "
            f"Wait until then, open it by hand (wres collection open {calendar.year}), or set the clock (--as-of)."
        )


def hard_close_of(engine: Engine, calendar: CollectionYear) -> datetime:
    """Return the time after which a return is refused: the calendar's, or that of closing by hand.

    While the collection is held open by hand, no time is too late.
    """
    by_hand = _get_manual_state(engine, calendar.year)
    if by_hand is None:
        return end_of_minute(calendar.hard_close)
    return by_hand.changed_at if by_hand.state == "closed" else _NEVER


def _get_manual_state(engine: Engine, year: int) -> CollectionState | None:
    with read_session(engine) as session:
        return session.get(CollectionState, year)
