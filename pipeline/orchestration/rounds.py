"""When the next round of a collection is due: at its opening, each quarter of an hour, and just before it closes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

QUARTER = timedelta(minutes=15)
# A return counts from the moment it is received, so a last round takes in what was sent in time.
LAST_CALL = timedelta(minutes=1)

_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """For how long a collection takes returns. `until` None: until somebody closes it.

    `ends` are times by which a return must have been received, such as the deadline.
    """

    since: datetime
    until: datetime | None = None
    ends: tuple[datetime, ...] = ()

    def last_until(self, moment: datetime) -> datetime | None:
        """The last round up to a moment, None before the first."""
        rounds = [one for one in (*self._own(), _quarter_at(moment)) if self.since <= one <= moment]
        return max(rounds, default=None)

    def first_after(self, moment: datetime) -> datetime | None:
        """The first round after a moment, None when there is none."""
        moment = max(moment, self.since - timedelta(microseconds=1))
        rounds = [one for one in (*self._own(), _quarter_at(moment) + QUARTER) if one > moment]
        first = min(rounds)
        return first if first <= self._end() else None

    def _own(self) -> list[datetime]:
        last_calls = (end - LAST_CALL for end in self.ends)
        return [self.since, *(one for one in last_calls if self.since <= one <= self._end())]

    def _end(self) -> datetime:
        return self.until or _EVER


def next_round(periods: Mapping[int, Period], now: datetime, last: datetime | None) -> tuple[datetime, int] | None:
    """When the next round is due and for which year; in the past when it is due at once, None without a collection.

    Rounds that were missed are not made up for: the last of them is due, and takes in all that waits.

    Args:
        periods: the collections that take returns now or will later.
        now: the time.
        last: the round before, of whichever year, as this function gave it; None when there was none.
    """
    found = [_next_of(year, period, now, last) for year, period in periods.items()]
    return min((one for one in found if one), default=None)


def rounds_before(moment: datetime, within: timedelta) -> Iterable[datetime]:
    """The quarter-hour rounds of a year before one of its rounds, latest first, up to so long before."""
    at = _quarter_at(moment).replace(microsecond=moment.microsecond)
    if at == moment:
        at -= QUARTER
    while at >= moment - within:
        yield at
        at -= QUARTER


def run_id(moment: datetime) -> str:
    """The id of the scheduled run of a round; the year is in its microseconds, so no two rounds share one."""
    return f"scheduled__{moment.astimezone(UTC).isoformat()}"


def _next_of(year: int, period: Period, now: datetime, last: datetime | None) -> tuple[datetime, int] | None:
    # Each year has its own microsecond, so that no two rounds fall on one moment and `last` says which it was.
    own = timedelta(microseconds=year)
    if period.until is None or now <= period.until:
        due = period.last_until(now)
        if due is not None and (last is None or due + own > last):
            return due + own, year
    after = now if last is None else max(now, last - own)
    first = period.first_after(after)
    return None if first is None else (first + own, year)


def _quarter_at(moment: datetime) -> datetime:
    """The quarter of an hour that a moment is in; London's clock shows the same quarters, in summer and in winter."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
