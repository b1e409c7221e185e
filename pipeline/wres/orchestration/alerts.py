"""Tell somebody: by mail, through Airflow's own notifier and its connection `smtp_default`."""

import logging
from html import escape
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from wres.errors import WresError

_log = logging.getLogger(__name__)


def report_failure(context: Any) -> None:
    """Record a task that failed for good, and tell those whom WRES_ALERT_TO names; the callback of every task."""
    from wres.monitoring.attention import record_failure
    from wres.settings import load_settings

    task = context["ti"]
    cause = _cause(context.get("exception"))
    try:
        record_failure(load_settings(), _year(context), task.task_id, cause)
    except WresError as error:
        _log.warning("%s", error)
    send_alert(f"WRES: {task.task_id} of {task.dag_id} failed", [cause, f"Its log: {task.log_url}"], context)


def send_alert(subject: str, lines: list[str], context: Any) -> None:
    """Send a mail; what cannot be sent is said in the log and fails nothing."""
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    from wres.settings import load_settings

    try:
        recipients = load_settings().alert_to
        if not recipients:
            _log.info("Nobody is told: WRES_ALERT_TO is empty.")
            return
        text = "".join(f"<p>{escape(line)}</p>" for line in lines)
        SmtpNotifier(to=list(recipients), subject=subject, html_content=text).notify(context)
        _log.info("Told %s people: %s", len(recipients), subject)
    except Exception as error:
        _log.warning(
            "Nobody could be told by mail (%s). See to Airflow's connection smtp_default.", type(error).__name__
        )


def _cause(error: object) -> str:
    """Return the sentence of an error that a person can put right; of any other the type, for it may hold anything."""
    if error is None:
        return "It was ended from outside."
    if isinstance(error, WresError | AirflowFailException):
        return " ".join(str(error).split())[:500]
    return f"An unexpected {type(error).__name__}. The log says more."


def _year(context: Any) -> int | None:
    """Return the year of a failed task: that of its part of a round, of the form, or of the event."""
    part = (getattr(context.get("task"), "op_kwargs", None) or {}).get("part")
    year = part["year"] if isinstance(part, dict) else context["params"].get("year") or context["dag_run"].partition_key
    return int(year) if year else None
