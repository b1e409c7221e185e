"""Run the steps of a demonstration without Airflow: in two processes beside this one."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Executor, Future
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
        direct = DirectSteps(settings, years, last, earlier)
        try:
            yield direct
        finally:
            for process in (last, earlier):
                process.shutdown(wait=False, cancel_futures=True)
            direct.end_waiting()


class DirectSteps:
    """Runs the steps of several years side by side.

    One process collects one year after the other; then it builds, approves and publishes the last year, after which
    there is nothing to collect. The other one builds, approves and publishes the years before meanwhile. It writes the
    last year's management release while that year is approved, and then sends the local reports of the years before. A
    year is published after the one before it, with which it is compared.
    """

    def __init__(self, settings: Settings, years: Collection[int], last: Executor, earlier: Executor) -> None:
        self._settings = settings
        self._last_year = max(years)
        self._published = {year: Event() for year in years}
        self._reports_may_go = Event()  # they hold up no release
        self._last, self._earlier = last, earlier

    def __call__(self, step: str, year: int, as_of: datetime, note: str | None) -> None:
        """Run a step of a year; with publishing the year is approved first, and the local reports are sent."""
        process = self._last if year == self._last_year else self._earlier
        try:
            if step == "collect":
                self._start(self._last, steps.collect, year, as_of).result()
            elif step == "build":
                self._start(process, steps.build, year, as_of).result()
            else:
                self._publish(process, year, as_of, note)
        except BaseException:
            self._published[year].set()  # the next year does not wait for this one
            if year == self._last_year:
                self._reports_may_go.set()
            raise

    def end_waiting(self) -> None:
        """Let no thread wait for a step that will not run."""
        for event in (*self._published.values(), self._reports_may_go):
            event.set()

    def _publish(self, process: Executor, year: int, as_of: datetime, note: str | None) -> None:
        """Approve and publish a year; where its figures are public then, send the local reports."""
        approving = self._start(process, _approve, year, as_of)
        publish = partial(_publish, note=note, processes=1)
        for event in [event for earlier, event in self._published.items() if earlier < year]:
            event.wait()
        if year == self._last_year:
            self._start(self._earlier, publish, year, as_of).result()
            self._reports_may_go.set()
        approving.result()
        public = self._start(process, publish, year, as_of).result()
        self._published[year].set()
        self._reports_may_go.wait()
        if public:
            self._start(process, steps.send_local_reports, year, as_of).result()

    def _start(
        self, process: Executor, step: Callable[[Context], _Result], year: int, as_of: datetime
    ) -> Future[_Result]:
        """Start a step of a year in a process."""
        return process.submit(_run_step, step, self._settings, year, as_of)


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
