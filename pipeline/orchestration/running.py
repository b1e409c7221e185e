"""How every task runs its one step: for which year, by which clock, and what is said when it fails."""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from pipeline.errors import UnavailableError, WresError
from pipeline.orchestration.assets import ACCEPTED_RETURNS
from pipeline.orchestration.rounds import rounds_before, run_id

_LONGEST_ROUND = timedelta(hours=12)  # three steps that hang, and their retries
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a task is to do its step for. `tries` counts this try too: above 1, an earlier one may have done part."""

    year: int
    as_of: str | None
    tries: int


@contextmanager
def one_step() -> Iterator[Asked]:
    """Run a step for the DAG run that this task belongs to, with the run's clock in force.

    Raises:
        AirflowFailException: in place of a WresError, with its sentence; no retry can put right what a person must.
    """
    asked = _asked(get_current_context())
    with _in_force(asked.as_of):
        yield asked


def leave_it_to_an_earlier_round(year: int) -> None:
    """End a scheduled run while an earlier one of the same year is at work: a slow one must not have a queue behind it.

    Raises:
        AirflowSkipException: one is at work; what waits is taken in by it or by the next round.
    """
    context = get_current_context()
    run = context["dag_run"]
    if run.run_type != "scheduled":
        return
    earlier = [run_id(one) for one in rounds_before(run.run_after, _LONGEST_ROUND)]
    if context["ti"].get_dr_count(run.dag_id, run_ids=earlier, states=["queued", "running"]):
        raise skipped(f"An earlier round of the {year} collection is still at work and goes on by itself.")


def skipped(why: str) -> AirflowSkipException:
    """What ends a task that has nothing to do, and all that would follow; the reason goes into the task's log."""
    _log.warning("%s", why)
    return AirflowSkipException(why)


@contextmanager
def every_year() -> Iterator[None]:
    """Run steps that find out by themselves which years they are for; otherwise as `one_step`."""
    with _in_force(get_current_context()["params"]["as_of"]):
        yield


@contextmanager
def _in_force(as_of: str | None) -> Iterator[None]:
    """Set the clock, and let no mistake that a person must put right be tried again."""
    before = os.environ.get("WRES_AS_OF")
    _set_clock(as_of or before)
    try:
        yield
    except UnavailableError:
        raise
    except WresError as error:
        raise AirflowFailException(str(error)) from None
    finally:
        _set_clock(before)


def _asked(context: Mapping[str, Any]) -> Asked:
    """The year and the clock: from the form when somebody filled it in, else from the event that started the run."""
    params, run, events = context["params"], context["dag_run"], context["triggering_asset_events"]
    year = params["year"] or run.partition_key
    if not year:
        raise AirflowFailException("No collection year was given. Start it again and choose the year.")
    as_of = params["as_of"]
    if as_of is None and (accepted := events.get(ACCEPTED_RETURNS)):
        as_of = max(accepted, key=lambda event: event.timestamp).extra.get("as_of")
    return Asked(int(year), as_of, context["ti"].try_number)


def _set_clock(as_of: str | None) -> None:
    if as_of is None:
        os.environ.pop("WRES_AS_OF", None)
    else:
        os.environ["WRES_AS_OF"] = as_of


def say_what_failed(context: Mapping[str, Any]) -> None:
    """The callback of a failed task: one line in its log that names the step and the year, and says what to do."""
    year = context["params"].get("year") or context["dag_run"].partition_key or "unnamed"
    cause = " ".join(str(context.get("exception") or "it was ended from outside").split())[:300].rstrip(". ")
    _log.error(
        "The step '%s' of the %s collection failed: %s. What was done stays done: put the cause right and clear this "
        "task, and it goes on from there.",
        context["ti"].task_id,
        year,
        cause,
    )


# Retries after about 15, 45 and 135 seconds (Airflow draws each from a range): a database that restarts, or another run
# of the same year that wrote to the warehouse first, is over by then. Nothing takes an hour except what hangs.
TASK_DEFAULTS: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": 3,
    "max_retry_delay": timedelta(minutes=15),
    "execution_timeout": timedelta(hours=1),
    "on_failure_callback": say_what_failed,
}
DAG_DEFAULTS: dict[str, Any] = {
    # Runs of different years go side by side; two of one year do no harm, for every step is written to allow it.
    "max_active_runs": 16,
    # Scheduling a collection is adding a file: nothing more is to be switched on by hand.
    "is_paused_upon_creation": False,
    "catchup": False,
}
