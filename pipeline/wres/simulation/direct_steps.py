"""Run the steps of a demonstration without Airflow: in two processes beside this one."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Event
from typing import TypeVar

from wres import steps
from wres.context import Context, open_context
from wres.parallel import cpu_count, process_pool
from wres.settings import Settings
from wres.summaries import is_public

# Runs a step (collect, build or publish) for a year as of a time: directly, or as a run of its DAG in Airflow.
# A revision has a note that says why.
RunStep = Callable[[str, int, datetime, str | None], None]
_Result = TypeVar("_Result")

_LIBRARIES = "wres.simulation.loaded_libraries"

DEMO_APPROVER = ("the demonstration", "Head of profession, simulated")  # name and role


@contextmanager
def direct_steps(settings: Settings, years: Collection[int]) -> Iterator[RunStep]:
    """Give a function that runs the steps of these years, in two processes beside this one."""
    with process_pool(1, _LIBRARIES) as last, process_pool(1, _LIBRARIES) as earlier:
        yield DirectSteps(settings, years, last, earlier)


class DirectSteps:
    """Runs the steps of several years side by side.

    One process collects one year after the other; then it builds, approves and publishes the last year, after which
    there is nothing to collect. The other one builds, approves and publishes the years before meanwhile, and sends
    all local reports. A year is published after the one before it, with which it is compared.
    """

    def __init__(self, settings: Settings, years: Collection[int], last: Executor, earlier: Executor) -> None:
        self._settings = settings
        self._last_year = max(years)
        self._published = {year: Event() for year in years}
        self._last, self._earlier = last, earlier

    def __call__(self, step: str, year: int, as_of: datetime, note: str | None) -> None:
        """Run a step of a year; with publishing the year is approved first, and the local reports are sent."""
        process = self._last if year == self._last_year else self._earlier
        try:
            if step == "collect":
                self._run(self._last, steps.collect, year, as_of)
            elif step == "build":
                self._run(process, steps.build, year, as_of)
            else:
                self._publish(process, year, as_of, note)
        except BaseException:
            self._published[year].set()  # the next year does not wait for this one
            raise

    def _publish(self, process: Executor, year: int, as_of: datetime, note: str | None) -> None:
        """Approve and publish a year; where its figures are public then, send the local reports."""
        self._run(process, _approve, year, as_of)
        for event in [event for earlier, event in self._published.items() if earlier < year]:
            event.wait()
        processes = cpu_count() if year == self._last_year else 1
        public = self._run(process, partial(_publish, note=note, processes=processes), year, as_of)
        self._published[year].set()
        if public:
            self._run(self._earlier, steps.send_local_reports, year, as_of)

    def _run(self, process: Executor, step: Callable[[Context], _Result], year: int, as_of: datetime) -> _Result:
        """Run a step of a year in a process."""
        return process.submit(_run_step, step, self._settings, year, as_of).result()


def publish_directly(settings: Settings, year: int, as_of: datetime, note: str | None) -> None:
    """Approve a year with every warning accepted by name, and publish both releases."""
    context = open_context(year, settings).at(as_of)
    _approve(context)
    _publish(context, note, cpu_count())


def _run_step(step: Callable[[Context], _Result], settings: Settings, year: int, as_of: datetime) -> _Result:
    """Run a step in the process that this is called in."""
    return step(open_context(year, settings).at(as_of))


def _approve(context: Context) -> None:
    """Approve the last build of a year, every warning of its checklist accepted by name."""
    warnings = [item["code"] for item in steps.checklist(context) if item["severity"] == "warning"]
    reason = "The figures are simulated." if context.calendar.disclosure.policy == "open" else None
    steps.approve(context, *DEMO_APPROVER, warnings, reason=reason)


def _publish(context: Context, note: str | None, processes: int) -> bool:
    """Publish both releases of a year, and return whether its figures are public."""
    return is_public(context, steps.publish(context, note=note, processes=processes))
