"""Hand down for which home, year and clock the pipeline runs: a front door makes this once.

The front doors are the command line, an Airflow task and the web page. They load the settings from the environment;
every step and every room takes what it needs as an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from wres.clock import Clock
from wres.errors import use_a_time_zone_that_exists
from wres.event_log import configure_logging
from wres.reference.year_config import CollectionYear, configured_years, load_year
from wres.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many


def no_progress(_what: str, _done: int, _of: int) -> None:
    """Show no progress, for a run that nobody watches."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One home for all collection years: its settings and its open registry."""

    settings: Settings
    database: "Engine"

    @property
    def clock(self) -> Clock:
        """Return the clock of this run."""
        return self.settings.clock

    def for_year(self, year: int) -> "Context":
        """Return the context of one collection year.

        Raises:
            WresError: the year has no calendar.
        """
        return Context(self.settings, self.database, load_year(year, self.settings.years))

    def configured_years(self) -> tuple[int, ...]:
        """Return the collection years that have a file, earliest first."""
        return configured_years(self.settings.years)


@dataclass(frozen=True, slots=True)
class Context(Pipeline):
    """All that a step needs: the settings, the open registry, and the calendar of one collection year."""

    calendar: CollectionYear

    @property
    def year(self) -> int:
        """Return the collection year."""
        return self.calendar.year

    def at(self, time: datetime) -> "Context":
        """Return this context with its clock set to a time."""
        return replace(self, settings=self.settings.model_copy(update={"as_of": time}))


def open_pipeline(settings: Settings | None = None) -> Pipeline:
    """Open a home for all collection years, by default the one that the environment names.

    Raises:
        WresError: a setting cannot be used, or the registry cannot be opened.
    """
    from wres.database.registry import open_registry

    use_a_time_zone_that_exists()
    settings = settings or load_settings()
    configure_logging(settings.home)
    return Pipeline(settings, open_registry(settings))


def open_context(year: int, settings: Settings | None = None) -> Context:
    """Open a home for one collection year, by default the home that the environment names.

    Raises:
        WresError: the year has no calendar, and then nothing is touched; or as `open_pipeline`.
    """
    settings = settings or load_settings()
    load_year(year, settings.years)
    return open_pipeline(settings).for_year(year)
