"""Which collections take returns, now and later: the years' files, and what was opened or closed by hand since.

Airflow's scheduler and DAG processor ask this every few seconds for as long as they live. So files are read anew, the
registry is read without waiting for anything, and no answer is an exception.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pipeline.collection.calendar import CollectionYear, known_years, load_year
from pipeline.errors import WresError
from pipeline.orchestration.rounds import Period
from pipeline.settings import Settings, load_settings

_log = logging.getLogger(__name__)
_GOOD_FOR = 5  # seconds; Airflow's calendar page asks thousands of times at once
_PATIENCE = 2  # seconds for a registry that is busy or away

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_known: tuple[float, dict[int, Period]] | None = None

ByHand = dict[int, tuple[str, datetime]]  # open or closed, and since when


def periods_now() -> dict[int, Period]:
    """The collections that take returns now or will later, by year; at most some seconds old."""
    global _known  # noqa: PLW0603 - one answer for a process
    if _known is None or time.monotonic() - _known[0] > _GOOD_FOR:
        _known = time.monotonic(), read_periods()
    return _known[1]


def read_periods() -> dict[int, Period]:
    """As `periods_now`, read anew. A year's file that is faulty, or a registry that is away, is said in the log."""
    try:
        settings = load_settings()
    except WresError as error:
        _log.error("No collection is scheduled: %s", error)
        return {}
    by_hand = _by_hand(settings)
    found = {year.year: _period(year, by_hand.get(year.year), settings.as_of) for year in _calendars()}
    return {year: period for year, period in found.items() if period}


def _calendars() -> Iterator[CollectionYear]:
    """Every year that has a file now; what this process read before may be out of date."""
    load_year.cache_clear()
    known_years.cache_clear()
    for year in known_years():
        try:
            yield load_year(year)
        except WresError as error:
            _log.error("The %s collection is not scheduled: %s", year, error)
    known_years.cache_clear()  # processes forked from this one are to look for themselves
    load_year.cache_clear()


def _period(calendar: CollectionYear, by_hand: tuple[str, datetime] | None, as_of: datetime | None) -> Period | None:
    state, at = by_hand or (None, None)
    if state == "closed":
        return None
    if as_of is not None:  # a clock that stands still: open is open for good, and rounds go by real time
        under_way = state == "open" or calendar.state(as_of) in ("open", "late")
        return Period(_LONG_AGO) if under_way else None
    if at is not None:
        return Period(at, None, (calendar.deadline,))
    return Period(calendar.opens, calendar.hard_close, (calendar.deadline, calendar.hard_close))


def _by_hand(settings: Settings) -> ByHand:
    """What was opened or closed by hand. Without a registry it is nothing, and where that is a fault it is said."""
    from sqlalchemy import create_engine, select
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    from pipeline.registry.tables import CollectionState

    try:
        url = make_url(settings.registry_url())
        patience = "connect_timeout"
        if url.get_backend_name() == "sqlite":
            if not Path(url.database or "").is_file():
                return {}
            patience = "timeout"
        engine = create_engine(url, poolclass=NullPool, connect_args={patience: _PATIENCE})
        with closing(engine.connect()) as connection:
            rows = connection.execute(
                select(CollectionState.collection_year, CollectionState.state, CollectionState.changed_at)
            )
            return {year: (state, at) for year, state, at in rows}
    except ProgrammingError:  # a new PostgreSQL, before anything has made the registry's tables
        return {}
    except (SQLAlchemyError, ValueError) as error:  # a ValueError: a URL whose port is none, which may hold a password
        _log.warning(
            "The registry cannot be read (%s), so collections are scheduled by the years' files alone; what was opened "
            "or closed by hand counts again once it can.",
            type(error).__name__,
        )
        return {}
