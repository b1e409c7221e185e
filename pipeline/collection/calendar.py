"""The calendar: what each collection year asks and when, read from one TOML file a year in `years/`."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pipeline.errors import WresError
from pipeline.settings import LONDON

_YEARS = Path(__file__).resolve().parent / "years"

Window = Literal["single_year", "two_year_average"]
State = Literal["not_open", "open", "late", "closed"]


@dataclass(frozen=True, slots=True)
class CollectionYear:
    """One collection year. Times are aware and in Europe/London; a comparison with any aware time is right."""

    year: int
    snapshot: date
    entries_from: date
    entries_to: date
    opens: datetime
    deadline: datetime
    hard_close: datetime
    release_time: datetime
    template_version: str  # "1.0": the part before the dot is the major version
    window: Window
    organisation_groups: tuple[str, ...]
    goal_percent: int | None
    rule_set: str
    thresholds: dict[str, float]
    assumed: tuple[str, ...]  # the keys of this file that rest on an assumption

    @property
    def template_major(self) -> int:
        return int(self.template_version.split(".")[0])

    def state(self, now: datetime) -> State:
        """Where the collection stands: `late` is after the deadline and up to the hard close."""
        if now < self.opens:
            return "not_open"
        if now <= self.deadline:
            return "open"
        return "late" if now <= self.hard_close else "closed"


# --- helper H1 completes: known_years() -> tuple[int, ...]; load_year(year) -> CollectionYear (WresError when unknown) ---
