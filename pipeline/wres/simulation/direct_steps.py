"""Run the steps of a demonstration without Airflow: in this process, and the publishing beside it in another one."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from importlib import import_module

from wres import steps
from wres.context import Context, open_context
from wres.errors import WresError
from wres.parallel import process_pool
from wres.settings import Settings
from wres.summaries import Summary, is_public
from wres.validation.gx_adapter import great_expectations

# Runs a step (collect, build or publish) for a year as of a time: directly, or as a run of its DAG in Airflow.
# A revision has a note that says why.
RunStep = Callable[[str, int, datetime, str | None], None]

DEMO_APPROVER = ("the demonstration", "Head of profession, simulated")  # name and role


@contextmanager
def direct_steps(settings: Settings, *, publish_beside: bool) -> Iterator[RunStep]:
    """Give a function that runs a step; when the block ends, every organisation has its local report.

    Args:
        settings: of the home.
        publish_beside: publish in a process of its own, so that this one can go on with another year meanwhile.
    """
    reports: list[Future[Summary]] = []
    with process_pool(1) as pool, _threads() as reporter:
        great_expectations()  # takes seconds to import: now, while the first year is simulated
        if publish_beside:
            pool.submit(import_module, "wres.release.publish")
        publish = partial(_publish_in, pool) if publish_beside else _publish

        def run_step(step: str, year: int, as_of: datetime, note: str | None) -> None:
            context = open_context(year, settings).at(as_of)
            if step != "publish":
                {"collect": steps.collect, "build": steps.build}[step](context)
                return
            _approve(context)  # in this process, for the checklist needs Great Expectations
            if publish(settings, year, as_of, note):
                reports.append(reporter.submit(steps.send_local_reports, context))

        yield run_step
        pool.shutdown(wait=False)  # nothing is left to publish, and a process takes half a second to end
        for report in reports:
            report.result()


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Give a thread for what is done later; where the block fails, what is not begun is left out."""
    pool = ThreadPoolExecutor(1)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def publish_directly(settings: Settings, year: int, as_of: datetime, note: str | None) -> bool:
    """Approve a year with every warning accepted by name, publish it, and return whether its figures are public."""
    _approve(open_context(year, settings).at(as_of))
    return _publish(settings, year, as_of, note)


def _approve(context: Context) -> None:
    """Approve the last build of a year, every warning of its checklist accepted by name."""
    warnings = [item["code"] for item in steps.checklist(context) if item["severity"] == "warning"]
    reason = "The figures are simulated." if context.calendar.disclosure.policy == "open" else None
    steps.approve(context, *DEMO_APPROVER, warnings, reason=reason)


def _publish(settings: Settings, year: int, as_of: datetime, note: str | None) -> bool:
    """Publish both releases of a year, and return whether its figures are public."""
    context = open_context(year, settings).at(as_of)
    return is_public(context, steps.publish(context, note=note))


def _publish_in(pool: ProcessPoolExecutor, settings: Settings, year: int, as_of: datetime, note: str | None) -> bool:
    """Publish a year in another process."""
    return pool.submit(_publish_or_tell, settings, year, as_of, note).result()


def _publish_or_tell(settings: Settings, year: int, as_of: datetime, note: str | None) -> bool:
    """Publish a year, and raise what went wrong as an error that can be sent to another process."""
    try:
        return _publish(settings, year, as_of, note)
    except WresError as error:
        raise WresError(str(error)) from None
