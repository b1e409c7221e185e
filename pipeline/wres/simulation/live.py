"""A simulated collection that goes on while somebody watches: its clock runs, and returns arrive by it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from wres.context import open_context
from wres.database.organisations import current_organisations
from wres.database.receipts import has_real_receipts
from wres.errors import WresError
from wres.reference.register import is_expected
from wres.settings import Settings
from wres.simulation.home_returns import leave_in_inbox, simulated_deliveries
from wres.simulation.marking import mark_simulated
from wres.storage.atomic import atomic_file

_BEGUN = timedelta(days=14)  # after the opening: by then the first returns wait


class LiveCollection:
    """One year's simulated collection, in the home that the settings name.

    The time stands in a file of the home, so that a collection that was stopped goes on where it was. The same seed
    gives the same returns.
    """

    def __init__(self, settings: Settings, year: int, *, seed: int) -> None:
        """Simulate the year's returns.

        Raises:
            WresError: the home holds real returns, or the year is unknown.
        """
        self.year = year
        self._context = open_context(year, settings)
        home = self._context.settings.home
        mark_simulated(home, has_real_receipts=has_real_receipts(self._context.database))
        self._clock = self._context.settings.simulated_clock
        self._deliveries = sorted(simulated_deliveries(self._context, seed, None, []), key=lambda sent: sent.sent_at)
        self._delivered_until = self._context.calendar.opens
        if not self._clock.is_file():
            self._set_clock(self._context.calendar.opens + _BEGUN)

    @property
    def now(self) -> datetime:
        """Return the simulated time, as London's clocks show it."""
        return self._context.clock.now().astimezone(self._context.calendar.opens.tzinfo)

    def silent_organisation(self) -> tuple[str, str] | None:
        """Return code and name of an organisation that must send and has no simulated return, or None."""
        sending = {delivery.organisation_code for delivery in self._deliveries}
        for row in current_organisations(self._context.database):
            if is_expected(row, self._context.calendar) and row["code"] not in sending:
                return row["code"], row["name"]
        return None

    def advance(self, step: timedelta) -> int:
        """Move the clock on by a step, leave in the inbox what was sent by then, and return how many files those are.

        After the hard close, when nothing comes any more, it moves a week at a time. It stops at the release time.
        """
        calendar = self._context.calendar
        if self.now > calendar.hard_close:
            step = max(step, timedelta(days=7))
        self._set_clock(min(self.now + step, max(self.now, calendar.release_time + timedelta(minutes=1))))
        return self.deliver()

    def deliver(self) -> int:
        """Leave in the inbox what was sent up to now and is not received yet."""
        until = self.now
        sent = [delivery for delivery in self._deliveries if self._delivered_until <= delivery.sent_at < until]
        self._delivered_until = until
        return leave_in_inbox(self._context, sent)

    def _set_clock(self, time: datetime) -> None:
        write_clock(self._clock, time)


def write_clock(path: Path, time: datetime) -> None:
    """Write the time of a simulated home, whole or not at all."""
    with atomic_file(path.parent) as file:
        file.write_text(time.isoformat() + "\n", encoding="utf-8")
        file.replace(path)


def year_to_simulate(first: int, known: Sequence[int], held: Sequence[int]) -> int:
    """Return the year after those that a home holds, or the first.

    Raises:
        WresError: the calendar ends there.
    """
    year = max(held) + 1 if held else first
    if year not in known:
        raise WresError(f"There is no calendar after {max(held)}, so there is nothing left to simulate in this home.")
    return year
