"""Run the steps of a demonstration without Airflow: in this process, and in another one beside it."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from threading import Event
from typing import TypeVar

from wres import steps
from wres.context import Context, open_context
from wres.parallel import cpu_count, process_pool
from wres.settings import Settings
from wres.step_libraries import import_step_libraries
from wres.summaries import is_public
from wres.validation.gx_adapter import great_expectations

# Runs a step (collect, build or publish) for a year as of a time: directly, or as a run of its DAG in Airflow.
# A revision has a note that says why.
RunStep = Callable[[str, int, datetime, str | None], None]
_Result = TypeVar("_Result")

DEMO_APPROVER = ("the demonstration", "Head of profession, simulated")  # name and role


@contextmanager
def direct_steps(settings: Settings, years: Collection[int]) -> Iterator[RunStep]:
    """Give a function that runs the steps of these years; several years have a second process beside this one."""
    with process_pool(1) if len(years) > 1 else nullcontext() as pool:
        great_expectations()  # takes seconds to import: now, while the first year is simulated
        if pool:
            pool.submit(import_step_libraries)
        yield DirectSteps(settings, years, pool)


class DirectSteps:
    """Runs the steps of several years side by side.

    This process collects one year after the other, and the other one builds, approves and publishes them meanwhile. The
    last year, after which there is nothing to collect, is built and approved here. A year is published after the one
    before it, with which it is compared.
    """

    def __init__(self, settings: Settings, years: Collection[int], pool: ProcessPoolExecutor | None) -> None:
        self._settings = settings
        self._last = max(years)
        self._published = {year: Event() for year in years}
        self._pool = pool

    def __call__(self, step: str, year: int, as_of: datetime, note: str | None) -> None:
        """Run a step of a year; with publishing the year is approved first, and the local reports are sent."""
        try:
            if step == "collect":
                self._run(steps.collect, year, as_of, here=True)
            elif step == "build":
                self._run(steps.build, year, as_of, here=year == self._last)
            else:
                self._publish(year, as_of, note)
        except BaseException:
            self._published[year].set()  # the next year does not wait for this one
            raise

    def _publish(self, year: int, as_of: datetime, note: str | None) -> None:
        """Approve and publish a year; where its figures are public then, send the local reports."""
        is_last = year == self._last
        self._run(_approve, year, as_of, here=is_last)
        for event in [event for earlier, event in self._published.items() if earlier < year]:
            event.wait()
        publish = partial(_publish, note=note, processes=cpu_count() if is_last else 1)
        public = self._run(publish, year, as_of, here=False)
        self._published[year].set()
        if is_last and self._pool:
            self._pool.shutdown(wait=False)  # the other process ends while the last reports are sent
        if public:
            self._run(steps.send_local_reports, year, as_of, here=is_last)

    def _run(self, step: Callable[[Context], _Result], year: int, as_of: datetime, *, here: bool) -> _Result:
        """Run a step of a year in this process or in the other one, where there is one."""
        run = partial(_run_step, step, self._settings, year, as_of)
        return run() if here or not self._pool else self._pool.submit(run).result()


def publish_directly(settings: Settings, year: int, as_of: datetime, note: str | None) -> None:
    """Approve a year with every warning accepted by name, and publish both releases."""
    context = open_context(year, settings).at(as_of)
    _approve(context)
    _publish(context, note, cpu_count())


def _run_step(step: Callable[[Context], _Result], settings: Settings, year: int, as_of: datetime) -> _Result:
    """Run a step in this process."""
    return step(open_context(year, settings).at(as_of))


def _approve(context: Context) -> None:
    """Approve the last build of a year, every warning of its checklist accepted by name."""
    warnings = [item["code"] for item in steps.checklist(context) if item["severity"] == "warning"]
    reason = "The figures are simulated." if context.calendar.disclosure.policy == "open" else None
    steps.approve(context, *DEMO_APPROVER, warnings, reason=reason)


def _publish(context: Context, note: str | None, processes: int) -> bool:
    """Publish both releases of a year, and return whether its figures are public."""
    return is_public(context, steps.publish(context, note=note, processes=processes))
