"""Count attempts at validating: a return is marked before a process reads it, for a killed process cannot mark it.

A return that was being read when a process ended is suspected of having ended it. With each attempt it shares its batch
with fewer others, then with none, and in the end it is not read any more. So one file ends six rounds at most, and
every other return is validated.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from wres.database.models import ReadAttempt, Receipt
from wres.database.work_queue import batch_by_sender

_FEWER = 8  # times fewer returns share a batch after each attempt
ALONE = 3  # after so many attempts a return is validated alone
MOST = 6  # after so many it is not read any more
_MARK = text(
    "INSERT INTO read_attempts (receipt, attempts) VALUES (:receipt, :attempts) "
    "ON CONFLICT (receipt) DO UPDATE SET attempts = read_attempts.attempts + 1"
)


def count_attempts(engine: Engine, receipts: Collection[str]) -> dict[str, int]:
    """Count how often each of these receipts was being validated when a process ended; 0 is left out."""
    with Session(engine) as session:
        query = select(ReadAttempt.receipt, ReadAttempt.attempts).where(ReadAttempt.receipt.in_(receipts))
        return {receipt: attempts for receipt, attempts in session.execute(query) if attempts}


def begin_attempt(engine: Engine, receipts: Iterable[str]) -> None:
    """Commit that these receipts are being validated now."""
    rows = [{"receipt": receipt, "attempts": 1} for receipt in receipts]
    if rows:
        with engine.begin() as connection:
            connection.execute(_MARK, rows)


def withdraw_attempt(engine: Engine, receipts: Collection[str]) -> None:
    """Take back the last attempt at these receipts: it failed for a reason that had nothing to do with them."""
    with engine.begin() as connection:
        mine = ReadAttempt.receipt.in_(receipts)
        connection.execute(update(ReadAttempt).where(mine).values(attempts=ReadAttempt.attempts - 1))


def mark_suspect(engine: Engine, receipt: str) -> None:
    """Commit that this receipt is validated alone from now on: the process that read it has ended."""
    with engine.begin() as connection:
        mine = (ReadAttempt.receipt == receipt, ReadAttempt.attempts < ALONE)
        connection.execute(update(ReadAttempt).where(*mine).values(attempts=ALONE))


def end_attempt(session: Session, receipts: Collection[str]) -> None:
    """Forget the attempts at receipts that are validated, in the session that stores what was validated."""
    session.execute(delete(ReadAttempt).where(ReadAttempt.receipt.in_(receipts)))


def batches_by_attempts(receipts: Sequence[Receipt], attempts: Mapping[str, int], size: int) -> Iterator[list[Receipt]]:
    """Cut receipts into batches: those never read when a process ended first, in full ones, then fewer together.

    A sender's returns keep their order, so they go with the one with most attempts.
    """
    worst: dict[str, int] = defaultdict(int)
    for receipt in receipts:
        code = receipt.organisation_code
        worst[code] = max(worst[code], attempts.get(receipt.receipt, 0))
    for level in sorted(set(worst.values())):
        same = [receipt for receipt in receipts if worst[receipt.organisation_code] == level]
        together = batch_by_sender(same, 1 if level >= ALONE else max(1, size // _FEWER**level))
        yield from ([receipt] for batch in together for receipt in batch) if level >= ALONE else together
