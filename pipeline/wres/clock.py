"""Tell the time: the machine's, one that was set, or that of a simulated collection; people see London's."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that stands at `as_of`; without it one that the file of a simulated home sets, or the machine's."""

    as_of: datetime | None = None
    simulated: Path | None = None  # the file that holds the time of a simulated home

    def now(self) -> datetime:
        """Return the time in UTC."""
        return (self.as_of or self._simulated_time() or datetime.now(UTC)).astimezone(UTC)

    @property
    def source(self) -> Literal["as_of", "machine"]:
        """Return which clock is in force; records say so."""
        return "as_of" if self.as_of or self._simulated_time() else "machine"

    def _simulated_time(self) -> datetime | None:
        if self.simulated is None:
            return None
        try:
            return datetime.fromisoformat(self.simulated.read_text(encoding="utf-8").strip())
        except (OSError, ValueError):
            return None
