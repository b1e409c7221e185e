"""One batch of a round: claimed, marked as in hand, validated and stored."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from wres.database.attempts import attempts_at, begin_attempt, end_attempt, withdraw_attempt
from wres.database.models import Receipt
from wres.database.validation_results import ValidationRecord, save_results
from wres.database.work_queue import claim_pending

# What a return may have brought about; every other error has nothing to do with what was in hand.
_BY_A_RETURN = (BrokenProcessPool, MemoryError)


def judge_claimed(
    engine: Engine,
    year: int,
    batch: Sequence[Receipt],
    attempts: Mapping[str, int],
    judge: Callable[[Sequence[Receipt]], list[ValidationRecord]],
    now: Callable[[], datetime],
) -> list[ValidationRecord]:
    """Validate what no other worker has in hand of a batch, and store it; returns what was stored.

    A return that was in hand more often than `attempts` says, for another worker has ended since, is left to the next
    round.
    """
    marked: list[str] = []
    try:
        with claim_pending(engine, year, "judge", batch) as claim:
            known = attempts_at(engine, [receipt.receipt for receipt in claim.receipts])
            mine = [
                receipt
                for receipt in claim.receipts
                if known.get(receipt.receipt, 0) <= attempts.get(receipt.receipt, 0)
            ]
            begin_attempt(engine, [receipt.receipt for receipt in mine])
            marked = [receipt.receipt for receipt in mine]
            remembered = save_results(claim.session, year, judge(mine), now())
            end_attempt(claim.session, marked)
    except BaseException as error:
        if marked and not isinstance(error, _BY_A_RETURN):
            with suppress(SQLAlchemyError):  # where the database is the reason, the mark stays
                withdraw_attempt(engine, marked)
        raise
    return remembered
