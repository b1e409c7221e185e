"""Log events with fields: a line of JSON for each under WRES_HOME/logs, and in Airflow's task log.

An event names a collection year, an organisation and a receipt where there are any. It never holds a person's name, a
file's name, a figure or a secret: who may read logs is not who may read returns.
"""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path

from wres.safe_text import printable

_log = logging.getLogger("wres")
_log.addHandler(logging.NullHandler())  # before a home is known nothing is kept, and nothing is printed either


def log_event(
    event: str,
    year: int | None = None,
    organisation: str | None = None,
    receipt: str | None = None,
    *,
    failed: bool = False,
    **more: str | int | bool | None,
) -> None:
    """Log an event.

    Args:
        event: its name in a word or two, such as received, validated, built.
        year: the collection year.
        organisation: the organisation's code.
        receipt: the receipt's id.
        failed: whether it is an error, which somebody may have to look at.
        more: further fields, such as status, channel, build, edition, role. No names, no figures.
    """
    known = {"collection_year": year, "organisation_code": organisation, "receipt": receipt, **more}
    fields = {name: value for name, value in known.items() if value is not None}
    # Airflow drops `extra`, so the fields stand in the message too.
    message = " ".join([event.replace(" ", "_"), *(f"{name}={value}" for name, value in fields.items())])
    _log.log(logging.ERROR if failed else logging.INFO, printable(message), extra={"event": event, "fields": fields})


def configure_logging(home: Path) -> None:
    """Append events from now on to logs/wres.jsonl under a home, and to no other home; twice does no harm.

    After a rotation has moved the file away, a new one is begun. Any number of processes may write to it.
    """
    path = Path(os.path.realpath(home / "logs" / "wres.jsonl"))
    open_handlers = [handler for handler in _log.handlers if isinstance(handler, _JsonLines)]
    if not any(handler.baseFilename == str(path) for handler in open_handlers):
        for handler in open_handlers:
            _log.removeHandler(handler)
            handler.close()
        _log.setLevel(logging.INFO)
        _log.addHandler(_JsonLines(path, delay=True))


class _JsonLines(WatchedFileHandler):
    """Write an event as one line of JSON: time (UTC, the machine's clock), level, event, its fields."""

    def _open(self) -> TextIOWrapper:
        folder = Path(self.baseFilename).parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line. Where that cannot be done the step goes on without: what counts is in the registry."""
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - so the standard library calls it
        """Say on standard error what could not be written and why, in one line."""
        sentence = f"{self.baseFilename} cannot be written ({sys.exc_info()[1]}): {record.getMessage()}"
        print(printable(sentence), file=sys.stderr)  # noqa: T201

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = getattr(record, "event", record.getMessage())
        line = {"time": time, "level": record.levelname.lower(), "event": event, **getattr(record, "fields", {})}
        return json.dumps(line)  # in ASCII: whoever looks at a log looks at it in a terminal
