"""Send alerts: by mail through Airflow's notifier, and by Apprise to any chat, phone or webhook with an address."""

import logging
from collections.abc import Sequence
from html import escape
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from wres.errors import WresError

_log = logging.getLogger(__name__)


def report_failure(context: Any) -> None:
    """Record a task that failed for good, and send an alert; the callback of every task."""
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
    """Send an alert by mail and to each address of WRES_ALERT_URLS; one that cannot be sent is logged, never raised."""
    from wres.settings import load_settings

    try:
        settings = load_settings()
    except WresError as error:
        _log.warning("%s", error)
        return
    urls = settings.alert_urls.get_secret_value()
    if settings.alert_to:
        _mail(settings.alert_to, subject, lines, context)
    if urls:
        _notify(urls, subject, lines)
    if not settings.alert_to and not urls:
        _log.info("No alert was sent: WRES_ALERT_TO and WRES_ALERT_URLS are empty.")


def _mail(recipients: Sequence[str], subject: str, lines: list[str], context: Any) -> None:
    """Send a mail by Airflow's notifier and its connection `smtp_default`."""
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    try:
        SmtpNotifier(to=list(recipients), subject=subject, html_content=text).notify(context)
    except Exception as error:
        _log.warning("The alert was not mailed (%s). Check Airflow's connection smtp_default.", type(error).__name__)
    else:
        _log.info("The alert was mailed to %s people: %s", len(recipients), subject)


def _notify(urls: str, subject: str, lines: list[str]) -> None:
    """Send to every address of a list; an address may hold a password, so none is logged."""
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its messages may name the address
    service = apprise.Apprise()
    if not service.add(urls):
        _log.warning("WRES_ALERT_URLS holds an address that cannot be used. Apprise's documentation lists the forms.")
    if service and not service.notify(title=subject, body="\n".join(lines), body_format=apprise.NotifyFormat.TEXT):
        _log.warning("The alert could not be sent to an address of WRES_ALERT_URLS. Check that it can be reached.")
    elif service:
        _log.info("The alert was sent to %s addresses: %s", len(service), subject)


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
