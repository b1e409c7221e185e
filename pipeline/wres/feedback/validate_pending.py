"""Validate all returns of a year that wait: read, checked and stored with their reports, in large batches."""

from collections import Counter
from collections.abc import Collection
from functools import partial

from sqlalchemy.orm import Session

from wres.context import Context, Progress
from wres.database.attempts import attempts_at, batches_by_attempts
from wres.database.receipts import hashes_not_kept, pending_validation
from wres.event_log import log_event
from wres.feedback.batch_runner import ValidationRun
from wres.intake.audit_log_export import export_journal
from wres.parallel import process_map
from wres.storage.landing import delete_file, read_landed
from wres.validation.claimed_batch import judge_claimed

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
    attempts = attempts_at(database, [receipt.receipt for receipt in pending])
    with process_map(helpers) as run_each:
        for batch in batches_by_attempts(pending, attempts, size):
            run = run or ValidationRun(settings, database, context.calendar, load)
            judge = partial(run.validate, run_each=run_each, parts=helpers)
            for judged in judge_claimed(database, year, batch, attempts, judge, context.clock.now):
                log_event("judged", year, judged.report["organisation_code"], judged.receipt, status=judged.status)
                statuses[judged.status] += 1
            done += len(batch)
            progress("Checking", done, len(pending))
    export_journal(settings, database)
    with Session(database) as session:
        unwanted = hashes_not_kept(session, year)
    delete_file(settings, unwanted)
    counted = {status: statuses.pop(status, 0) for status in _ACCEPTED_OR_NOT}
    return {**counted, "tests": statuses.total()}
