"""Validate all returns of a year that wait: read, checked and stored with their reports, in large batches."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from datetime import datetime
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from wres.context import Context, Progress
from wres.database.attempts import batches_by_attempts, begin_attempt, count_attempts, end_attempt, withdraw_attempt
from wres.database.models import Receipt
from wres.database.receipts import hashes_not_kept, pending_validation
from wres.database.validation_results import save_results
from wres.database.work_queue import claim_pending
from wres.event_log import log_event
from wres.feedback.batch_runner import ValidationRun
from wres.intake.audit_log_export import export_audit_log
from wres.parallel import process_map
from wres.returns.findings import ValidationResult
from wres.storage.landing import delete_files, read_landed
from wres.validation.gx_adapter import great_expectations

_ACCEPTED_OR_NOT = ("accepted", "accepted_with_queries", "rejected")


def validate_all_pending(
    context: Context, progress: Progress, processes: int, only: Collection[str] | None = None
) -> dict[str, int]:
    """Validate what no other worker has in hand; many returns are validated by so many processes.

    Of a file that cannot be read, or that looks like data about people, only its hash, its size and the report are
    kept. `only` names the receipts to validate; by default all.

    Returns:
        How many returns are `accepted`, `accepted_with_queries` and `rejected`, and how many were `tests`.
    """
    settings, database, year = context.settings, context.database, context.year
    # One byte more than the limit shows that a file is too large.
    load = partial(read_landed, settings, limit=settings.max_file_bytes + 1)
    statuses: Counter[str] = Counter()
    pending, done = pending_validation(database, year, only), 0
    run: ValidationRun | None = None
    size, helpers = settings.batch_returns, 1 if len(pending) <= settings.batch_returns else processes
    if pending:
        progress("Checking", 0, len(pending))
        great_expectations()  # takes seconds to import, in which a sender at the page would wait for what is claimed
    attempts = count_attempts(database, [receipt.receipt for receipt in pending])
    with process_map(helpers) as run_each:
        for batch in batches_by_attempts(pending, attempts, size):
            run = run or ValidationRun(settings, database, context.calendar, load)
            validate = partial(run.validate, run_each=run_each, parts=helpers)
            for result in validate_claimed(database, year, batch, attempts, validate, context.clock.now):
                log_event("validated", year, result.report["organisation_code"], result.receipt, status=result.status)
                statuses[result.status] += 1
            done += len(batch)
            progress("Checking", done, len(pending))
    export_audit_log(settings, database)
    with Session(database) as session:
        unwanted = hashes_not_kept(session, year)
    delete_files(settings, unwanted)
    counted = {status: statuses.pop(status, 0) for status in _ACCEPTED_OR_NOT}
    return {**counted, "tests": statuses.total()}


# What a return may have brought about; every other error has nothing to do with what was in hand.
_BY_A_RETURN = (BrokenProcessPool, MemoryError)


def validate_claimed(
    engine: Engine,
    year: int,
    batch: Sequence[Receipt],
    attempts: Mapping[str, int],
    validate: Callable[[Sequence[Receipt]], list[ValidationResult]],
    now: Callable[[], datetime],
) -> list[ValidationResult]:
    """Validate what no other worker has in hand of a batch, and store it; returns what was stored.

    A return that was in hand more often than `attempts` says, for another worker has ended since, is left to the next
    round.
    """
    marked: list[str] = []
    try:
        with claim_pending(engine, year, "validate", batch) as claim:
            known = count_attempts(engine, [receipt.receipt for receipt in claim.receipts])
            mine = [
                receipt
                for receipt in claim.receipts
                if known.get(receipt.receipt, 0) <= attempts.get(receipt.receipt, 0)
            ]
            begin_attempt(engine, [receipt.receipt for receipt in mine])
            marked = [receipt.receipt for receipt in mine]
            stored = save_results(claim.session, year, validate(mine), now())
            end_attempt(claim.session, marked)
    except BaseException as error:
        if marked and not isinstance(error, _BY_A_RETURN):
            with suppress(SQLAlchemyError):  # where the database is the reason, the mark stays
                withdraw_attempt(engine, marked)
        raise
    return stored
