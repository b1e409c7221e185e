"""Share work among processes: claim pending receipts, and let one process at a time build or publish.

A claim is a lock of the database, held by the connection in which the result is then stored. So nothing expires, no
clock is asked, what a killed worker had in hand is free at once, and whoever has lost the claim can no longer store
anything under it. Beside SQLite, which only one machine uses, the locks are files', each for a part of the senders.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Literal
from zlib import crc32

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from wres.database.models import Receipt
from wres.storage.file_locks import file_lock

Step = Literal["validate", "answer"]
# What takes the place of a year in `build_lock` where something is done for all years.
PUBLISHING = 1  # one release is written at a time
REFERENCE_DATA = 2  # one file of organisations or successions is merged at a time
LOCAL_REPORTS = 3  # one process at a time delivers local reports
_PARTS = 64  # of the senders beside SQLite, each with a lock: what is slow with one holds up few others
# Any two numbers that nothing else in the database uses as the first of two of an advisory lock.
_BUILD_LOCK, _CLAIM_LOCK = 7_395_302, 7_395_303
# A machine that is gone is noticed within a minute, not within the two hours of most systems; and a connection under
# which nothing is asked for a while is at work.
_HELD = text(
    "SELECT set_config('tcp_keepalives_idle', '30', true), set_config('tcp_keepalives_interval', '10', true), "
    "set_config('tcp_keepalives_count', '3', true), set_config('idle_in_transaction_session_timeout', '0', true)"
)
_TRY_EACH = text(
    "SELECT receipt FROM unnest(CAST(:receipts AS text[]), CAST(:keys AS int[])) AS wanted (receipt, key) "
    "WHERE pg_try_advisory_xact_lock(:lock, key)"
)


@dataclass(frozen=True, slots=True)
class ClaimedBatch:
    """Receipts that are this worker's alone, and the session in which what is done with them is stored."""

    receipts: list[Receipt]
    session: Session


@contextmanager
def claim_pending(engine: Engine, year: int, step: Step, wanted: Sequence[Receipt]) -> Iterator[ClaimedBatch]:
    """Claim those of these receipts of a year that are pending for a step and that no other worker has claimed.

    They are this worker's until the block ends. What was done in the session is then committed; after an error nothing
    is.
    """
    with Session(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(_HELD)
            yield ClaimedBatch(_lock_pending(session, step, wanted), session)
            session.commit()
        else:
            with ExitStack() as locks:
                free = _lock_parts(locks, Path(f"{engine.url.database}.claims"), f"{year}.{step}", wanted)
                claimed = _select_pending(session, step, [receipt.receipt for receipt in free])
                session.rollback()  # nobody could write while a transaction is open
                yield ClaimedBatch(claimed, session)
                session.commit()


@contextmanager
def build_lock(engine: Engine, year: int) -> Iterator[None]:
    """Wait until no other process, on any machine, is in such a block for the same year, and keep others out.

    The lock ends with the process, however that ends.

    In PostgreSQL it belongs to a connection; beside SQLite, which only one machine uses, it is a file's.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock, :year)"), {"lock": _BUILD_LOCK, "year": year})
            yield
        return
    with file_lock(f"{engine.url.database}.{year}.lock", wait=True):
        yield


def _lock_parts(locks: ExitStack, folder: Path, name: str, wanted: Sequence[Receipt]) -> list[Receipt]:
    """Lock the parts of the senders of these receipts; returns the receipts of the parts that were free."""
    by_part: dict[int, list[Receipt]] = {}
    for receipt in wanted:
        by_part.setdefault(crc32(receipt.organisation_code.encode()) % _PARTS, []).append(receipt)
    folder.mkdir(mode=0o700, exist_ok=True)
    return [
        receipt
        for part, receipts in sorted(by_part.items())
        if locks.enter_context(file_lock(str(folder / f"{name}.{part:02}.lock"), wait=False))
        for receipt in receipts
    ]


def batch_by_sender(receipts: Sequence[Receipt], size: int) -> Iterator[list[Receipt]]:
    """Cut receipts into batches of this size or a little more: an organisation's own stay together, in order.

    A return may rest on an explanation that an earlier one gave, so two workers must not validate them at once.
    """
    batch: list[Receipt] = []
    for _, of_sender in groupby(sorted(receipts, key=_by_sender), key=lambda receipt: receipt.organisation_code):
        batch += of_sender
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _by_sender(receipt: Receipt) -> tuple[str, datetime, int]:
    return receipt.organisation_code, receipt.order_time, receipt.number


def _lock_pending(session: Session, step: Step, wanted: Sequence[Receipt]) -> list[Receipt]:
    """Lock the pending receipts that no other worker has locked.

    To validate, the rows themselves: nobody else needs them before they are validated. To answer, a lock beside the
    row: a validation result that supersedes a return must not wait until its sender has been answered.
    """
    receipts = [receipt.receipt for receipt in wanted]
    if step == "validate":
        return _select_pending(session, step, receipts, lock=True)
    keys = [crc32(receipt.encode()) - 2**31 for receipt in receipts]
    free = session.scalars(_TRY_EACH, {"receipts": receipts, "keys": keys, "lock": _CLAIM_LOCK}).all()
    return _select_pending(session, step, free)  # asked after locking: the work that another has just done is seen


def _select_pending(session: Session, step: Step, receipts: Sequence[str], *, lock: bool = False) -> list[Receipt]:
    """Return those of these receipts that are pending, by sender; with `lock` those whose rows can be locked."""
    pending = Receipt.status == "received" if step == "validate" else Receipt.answered_at.is_(None)
    query = select(Receipt).where(Receipt.receipt.in_(receipts), pending)
    if lock:
        query = query.with_for_update(skip_locked=True)
    receipts_left = sorted(session.scalars(query), key=_by_sender)
    session.expunge_all()
    return receipts_left
