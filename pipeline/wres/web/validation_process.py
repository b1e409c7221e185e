"""Run the process that validates uploads: it holds a warm Great Expectations, and does one batch after the other.

It ends when the service ends, however that ended: what it had in hand is remembered or free again (work_queue.py).
"""

import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from wres.settings import Settings

if TYPE_CHECKING:
    from wres.context import Context

READY, DONE = "ready", "done"
_NO_FIGURES = b"collection_year,organisation_code,item,ethnic_group,value\n"
Request = tuple[int, list[str]]  # the collection year, and the receipts to validate


def run(connection: Connection, settings: Settings, max_bytes: int) -> None:
    """Validate each batch that is sent until the other side closes the connection."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_DATA, (max_bytes, max_bytes))
    warm = threading.Event()
    threading.Thread(target=_end_with_the_service, args=(warm,), daemon=True).start()
    _warm_up(settings)
    warm.set()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send(READY)
        while True:
            year, receipts = connection.recv()
            context = validate(settings, year, receipts)
            connection.send(DONE)  # the answers can be read; the rest is not waited for
            if context is not None:
                record_answers(context, receipts)


def validate(settings: Settings, year: int, receipts: Sequence[str]) -> "Context | None":
    """Validate these receipts, so that their answers can be read; None where that is not possible now.

    What another worker has in hand, or had already done, is left to it.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from wres.errors import WresError
    from wres.event_log import log_event
    from wres.steps import open_context, validate_pending

    try:
        context = open_context(year, settings)
        validate_pending(context, only=receipts)
    except (WresError, SQLAlchemyError, OSError) as error:
        log_event("not validated", year, failed=True, error=type(error).__name__)
        return None
    return context


def record_answers(context: "Context", receipts: Sequence[str]) -> None:
    """Record that the answers to these receipts are there to be read; what fails is left to the next round."""
    from sqlalchemy.exc import SQLAlchemyError

    from wres.database.receipts import mark_answered, pending_report
    from wres.database.work_queue import claim_pending
    from wres.errors import WresError
    from wres.event_log import log_event
    from wres.intake.audit_log_export import export_audit_log
    from wres.intake.web_channel import NAME

    database, year = context.database, context.year
    try:
        owed = [
            receipt
            for receipt in pending_report(database, year)
            if receipt.channel == NAME and receipt.receipt in receipts
        ]
        with claim_pending(database, year, "answer", owed) as claim:
            mine = [receipt.receipt for receipt in claim.receipts]
            mark_answered(claim.session, year, mine, context.settings.clock.now())
        export_audit_log(context.settings, database, year)
    except (WresError, SQLAlchemyError, OSError) as error:
        log_event("answers not recorded", year, failed=True, error=type(error).__name__)


def _end_with_the_service(warm: threading.Event) -> None:
    """End this process where the service ends before it is warm; later it sees that the connection is closed."""
    service = multiprocessing.parent_process()
    while service is not None and not warm.wait(1):
        if not service.is_alive():
            os._exit(1)


def _warm_up(settings: Settings) -> None:
    """Import what takes seconds, start the process that reads files, and run every suite once on nothing."""
    from wres.reader.guarded_reader import shared_reader
    from wres.reference.year_config import configured_years, load_year
    from wres.returns.template_spec import load_template
    from wres.validation.batch import Batch, Submission
    from wres.validation.validate import validate_returns

    year = load_year(configured_years(settings.years)[-1], settings.years)
    read = shared_reader(settings).read(_NO_FIGURES, "nothing.csv")
    submission = Submission("warm", "RXY", settings.clock.now(), read, None)
    validate_returns(Batch([submission], year, load_template(year.template_version), [], []))
