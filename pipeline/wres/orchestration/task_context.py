"""Run one step of the pipeline in a task: for which year, by which clock, and what the log says when it fails."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from airflow.sdk import get_current_context
from airflow.sdk.exceptions import (
    AirflowFailException,
    AirflowSkipException,
    AirflowTaskTimeout,
    DownstreamTasksSkipped,
)

from wres.context import Context, Pipeline, open_context, open_pipeline
from wres.errors import UnavailableError, WresError
from wres.orchestration.alerts import report_failure
from wres.orchestration.assets import ACCEPTED_RETURNS
from wres.settings import Settings, load_settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StepRequest:
    """The context of a task's step. `tries` counts this try too: above 1, an earlier one may have done part."""

    context: Context
    tries: int

    @property
    def year(self) -> int:
        """Return the collection year."""
        return self.context.year


@contextmanager
def step_context(year: int | None = None) -> Iterator[StepRequest]:
    """Run a step for one year, by default that of the DAG run, with the run's clock in force.

    Raises:
        AirflowFailException: in place of a WresError, with its sentence; a retry cannot put right what a person must.
    """
    context = get_current_context()
    year = year or _requested_year(context)
    with _step(context, f"the {year} collection"):
        yield StepRequest(open_context(year, _settings(context)), context["ti"].try_number)


@contextmanager
def all_years_context() -> Iterator[Pipeline]:
    """Run steps that find out by themselves which years they are for; otherwise as `step_context`."""
    context = get_current_context()
    with _step(context, "the collections"):
        yield open_pipeline(_settings(context))


def skipped(reason: str) -> AirflowSkipException:
    """Return the exception that skips a task and all that would follow; the reason goes into its log."""
    _log.warning("%s", reason)
    return AirflowSkipException(reason)


@contextmanager
def _step(context: Mapping[str, Any], subject: str) -> Iterator[None]:
    """Log one sentence that says what to do when a step fails."""
    try:
        yield
    except (AirflowSkipException, AirflowFailException, DownstreamTasksSkipped):
        raise  # these are how a task ends that skips, fails with its reason said, or chooses what follows
    except AirflowTaskTimeout:
        _log_failure(context, subject, "It took longer than an hour", AirflowTaskTimeout())
        raise
    except Exception as error:
        _log_failure(context, subject, _one_line(error), error)
        if isinstance(error, WresError) and not isinstance(error, UnavailableError):
            raise AirflowFailException(str(error)) from None
        raise


def _log_failure(context: Mapping[str, Any], subject: str, cause: str, error: BaseException) -> None:
    """Log what failed and what to do, before Airflow logs the exception with its traceback."""
    task = context["ti"]
    if isinstance(error, WresError) and not isinstance(error, UnavailableError):
        advice = ""  # the sentence itself says what to do
    elif task.try_number <= task.max_tries:
        advice = " Airflow tries again by itself; there is nothing to do yet."
    elif isinstance(error, UnavailableError | AirflowTaskTimeout):
        advice = " What was done stays done. Put the cause right and clear this task: it goes on from there."
    else:
        advice = " This is a fault of the pipeline. Keep this log and tell the pipeline team; nothing is lost."
    _log.error("The step '%s' of %s failed. %s.%s", task.task_id, subject, cause.rstrip(". "), advice)


def _one_line(error: BaseException) -> str:
    """Return the text of an exception, at most 500 characters; an unexpected one with its type."""
    text = " ".join(str(error).split())
    return (text if isinstance(error, WresError) else f"{type(error).__name__}: {text}")[:500]


def _requested_year(context: Mapping[str, Any]) -> int:
    """Return the year of the form, else that of the asset event that started the run."""
    year = context["params"]["year"] or context["dag_run"].partition_key
    if not year:
        reason = "No collection year was given. Start it again and choose the year."
        _log.error("%s", reason)
        raise AirflowFailException(reason)
    return int(year)


def _settings(context: Mapping[str, Any]) -> Settings:
    """Load the settings, with the clock of the form, else that of the asset event that started the run."""
    as_of: str | None = context["params"]["as_of"]
    if as_of is None and (accepted := context["triggering_asset_events"].get(ACCEPTED_RETURNS)):
        as_of = max(accepted, key=lambda event: event.timestamp).extra.get("as_of")
    return load_settings(as_of=as_of)


# Retries after about 15, 45 and 135 seconds (Airflow draws each from a range): a database that restarts, or another run
# of the same year that wrote to the warehouse first, is over by then. Nothing takes an hour except what hangs.
TASK_DEFAULTS: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": 3,
    "max_retry_delay": timedelta(minutes=15),
    "execution_timeout": timedelta(hours=1),
    "on_failure_callback": report_failure,
}
DAG_DEFAULTS: dict[str, Any] = {
    # Runs of different years go side by side; two of one year do no harm, for every step is written to allow it.
    "max_active_runs": 16,
    "catchup": False,
}
