"""How acceptance grew: organisations with an accepted return, by day since the collection opened."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from wres.clock import LONDON
from wres.database.models import Receipt
from wres.database.receipts import ACCEPTED
from wres.reference.year_config import CollectionYear


@dataclass(frozen=True, slots=True)
class CumulativeReturns:
    """One year's growth: `accepted[d]` organisations had an accepted return by the end of day d, day 0 the opening.

    It ends today, or with the day of the hard close (later where a return was accepted later). `deadline` is a day too.
    """

    year: int
    opens: date
    deadline: int
    accepted: tuple[int, ...]

    def on(self, day: int) -> int | None:
        """Return the count by the end of a day; None before the opening and after the end of the curve."""
        return self.accepted[day] if 0 <= day < len(self.accepted) else None

    def date_of(self, day: int) -> date:
        """Return the date of a day."""
        return self.opens + timedelta(days=day)


@dataclass(frozen=True, slots=True)
class Curves:
    """This year's curve and last year's, which is None where nothing was accepted; both reach to `last_day` at most."""

    now: CumulativeReturns
    before: CumulativeReturns | None
    last_day: int

    def days_shown(self) -> list[int]:
        """Return the days of the table under the chart: every seventh, the deadline, the last of each curve."""
        ends = {len(curve.accepted) - 1 for curve in (self.now, self.before) if curve and curve.accepted}
        return sorted({*range(0, self.last_day + 1, 7), self.now.deadline, *ends})


def cumulative_returns(
    engine: Engine, calendar: CollectionYear, year_before: CollectionYear | None, now: datetime
) -> Curves:
    """Return this year's curve and last year's.

    An organisation counts from the day on which its first accepted return was received, also when a later one took
    that one's place. Days are London's; day 0 is the day on which the collection opened.
    """
    this = _compute_curve(engine, calendar, now)
    before = None
    if year_before is not None:
        last = _compute_curve(engine, year_before, now)
        before = last if last.accepted and last.accepted[-1] else None
    lengths = [len(curve.accepted) for curve in (this, before) if curve]
    return Curves(this, before, max(_day_number(calendar, calendar.hard_close), max(lengths) - 1))


def _compute_curve(engine: Engine, calendar: CollectionYear, now: datetime) -> CumulativeReturns:
    """Count the organisations with an accepted return up to each day of a collection."""
    query = (
        select(func.min(Receipt.received_at))
        .where(Receipt.collection_year == calendar.year, Receipt.status.in_([*ACCEPTED, "superseded"]))
        .group_by(Receipt.organisation_code)
    )
    with Session(engine) as session:
        # A return taken before the opening, because somebody opened by hand, counts as of the first day.
        new = Counter(max(0, _day_number(calendar, first)) for first in session.scalars(query) if first is not None)
    end = max([min(_day_number(calendar, now), _day_number(calendar, calendar.hard_close)), *new])
    return CumulativeReturns(
        year=calendar.year,
        opens=calendar.opens.date(),
        deadline=_day_number(calendar, calendar.deadline),
        accepted=tuple(accumulate(new[day] for day in range(end + 1))),
    )


def _day_number(calendar: CollectionYear, moment: datetime) -> int:
    return (moment.astimezone(LONDON).date() - calendar.opens.date()).days
