"""Run the steps of a demonstration without Airflow: in this process, and the publishing beside it in another one."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from datetime import datetime
from importlib import import_module

from wres import steps
from wres.context import Context, open_context
from wres.errors import WresError
from wres.parallel import cpu_count, process_pool
from wres.settings import Settings
from wres.summaries import is_public
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
        publish_beside: publish, and send local reports, in a process of its own, so that this one can go on with
            another year meanwhile.
    """
    reports: list[Future[None]] = []
    with process_pool(1) if publish_beside else nullcontext() as pool:
        great_expectations()  # takes seconds to import: now, while the first year is simulated
        if pool:
            pool.submit(import_module, "wres.release.publish")

        def run_step(step: str, year: int, as_of: datetime, note: str | None) -> None:
            context = open_context(year, settings).at(as_of)
            if step != "publish":
                {"collect": steps.collect, "build": steps.build}[step](context)
                return
            _approve(context)  # in this process, for the checklist needs Great Expectations
            if pool is None:
                if _publish(settings, year, as_of, note):
                    _send_local_reports(settings, year, as_of)
            elif pool.submit(_publish, settings, year, as_of, note).result():
                reports.append(pool.submit(_send_local_reports, settings, year, as_of))

        yield run_step
        for report in reports:
            report.result()


def publish_directly(settings: Settings, year: int, as_of: datetime, note: str | None) -> None:
    """Approve a year with every warning accepted by name, and publish both releases."""
    _approve(open_context(year, settings).at(as_of))
    _publish(settings, year, as_of, note, cpu_count())


def _approve(context: Context) -> None:
    """Approve the last build of a year, every warning of its checklist accepted by name."""
    warnings = [item["code"] for item in steps.checklist(context) if item["severity"] == "warning"]
    reason = "The figures are simulated." if context.calendar.disclosure.policy == "open" else None
    steps.approve(context, *DEMO_APPROVER, warnings, reason=reason)


def _publish(settings: Settings, year: int, as_of: datetime, note: str | None, processes: int = 1) -> bool:
    """Publish both releases of a year, and return whether its figures are public."""
    context = open_context(year, settings).at(as_of)
    with _plain_errors():
        return is_public(context, steps.publish(context, note=note, processes=processes))


def _send_local_reports(settings: Settings, year: int, as_of: datetime) -> None:
    """Give each organisation its local report of a year."""
    with _plain_errors():
        steps.send_local_reports(open_context(year, settings).at(as_of))


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Raise what went wrong within as an error that can be sent to another process."""
    try:
        yield
    except WresError as error:
        raise WresError(str(error)) from None
