"""Which uploads are to be validated next: those of a year together, and heavy files apart from the others.

A heavy file may take long to read, so nobody else waits for it. An upload that cannot be validated is put back for a
while, and in the end left to the next scheduled round.
"""

import threading
import time
import zipfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

_TOGETHER = 50  # receipts of one batch
_GATHER = 0.4  # seconds that a batch waits for uploads that are being stored; it takes as long for one as for twenty
_AGAIN_AFTER = 0.25  # seconds, where another worker had the receipt in hand
_GIVE_UP_AFTER = 120.0  # seconds; then the next scheduled round validates it
_LARGE = 250_000  # bytes; a return has about 20,000
_LARGE_EXPANDED = 2_000_000


@dataclass(slots=True)
class ValidationJob:
    """One upload to validate; the future says whether it was validated, or left to the next round."""

    year: int
    receipt: str
    heavy: bool
    submitted_at: float = field(default_factory=time.monotonic)
    not_before: float = 0.0
    tried: bool = False  # whether a process ended while it had it in hand
    done: "Future[bool]" = field(default_factory=Future)


class ValidationQueue:
    """The uploads that are pending in this service; all its threads may use it at once."""

    def __init__(self) -> None:
        self._arriving = 0  # uploads that are being stored
        self._jobs: deque[ValidationJob] = deque()
        self._known: dict[str, ValidationJob] = {}
        self._changed = threading.Condition()
        self.closed = False

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """Let batches wait, for a moment, for the upload that is stored and submitted in this block."""
        with self._changed:
            self._arriving += 1
        try:
            yield
        finally:
            with self._changed:
                self._arriving -= 1
                self._changed.notify_all()

    def submit(self, year: int, receipt: str, *, heavy: bool) -> "Future[bool]":
        """Add a receipt; the future says whether it was validated, once it was or is left to the next round.

        A heavy file is validated alone, and only one at a time.
        """
        with self._changed:
            job = self._known.get(receipt)
            if job is None:
                job = self._known[receipt] = ValidationJob(year, receipt, heavy)
                self._jobs.append(job)
                self._changed.notify_all()
            elif not heavy:  # it was found meanwhile as one that an earlier service left
                job.heavy = False
                self._changed.notify_all()
            return job.done

    def pending(self, receipt: str) -> "Future[bool] | None":
        """Return the future of a receipt that is pending here; None where it is not."""
        with self._changed:
            job = self._known.get(receipt)
            return job.done if job else None

    def next_batch(self, heavy: bool, seconds: float) -> list[ValidationJob] | None:
        """Wait for work: light files of one year together, or one heavy file.

        Returns:
            the jobs; an empty list where none came in so many seconds, None once the queue is closed.
        """
        with self._changed:
            deadline = time.monotonic() + seconds
            while not self.closed:
                now = time.monotonic()
                ready = [job for job in self._jobs if job.heavy == heavy and job.not_before <= now]
                gathered = heavy or not self._arriving or any(now - job.submitted_at >= _GATHER for job in ready)
                if ready and gathered:
                    batch = [job for job in ready if job.year == ready[0].year][: 1 if heavy else _TOGETHER]
                    for job in batch:
                        self._jobs.remove(job)
                    return batch
                if now >= deadline and not ready:
                    return []
                put_back = [job.not_before for job in self._jobs if job.heavy == heavy and job.not_before > now]
                gathering = [job.submitted_at + _GATHER for job in ready]
                self._changed.wait(max(min([*put_back, *gathering, deadline]) - now, 0.01))
            return None

    def finish(self, batch: list[ValidationJob], unvalidated: set[str]) -> None:
        """Finish the jobs whose receipts are validated; the others are tried again, and in the end left."""
        now = time.monotonic()
        finished: list[tuple[ValidationJob, bool]] = []
        with self._changed:
            for job in batch:
                if job.receipt not in unvalidated or now - job.submitted_at > _GIVE_UP_AFTER:
                    self._known.pop(job.receipt, None)
                    finished.append((job, job.receipt not in unvalidated))
                else:
                    job.not_before = now + _AGAIN_AFTER
                    self._jobs.append(job)
            self._changed.notify_all()  # a job that has become heavy is for another thread
        for job, validated in finished:
            job.done.set_result(validated)

    def close(self) -> None:
        """Give no more batches."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()


def is_heavy(file: BinaryIO, size: int) -> bool:
    """Say whether a file may take long to read: large, or a package that expands to much more than a return.

    A package that cannot be looked into is heavy too.
    """
    if size > _LARGE:
        return True
    file.seek(0)
    if file.read(2) != b"PK":
        return False
    try:
        with zipfile.ZipFile(file) as package:
            return sum(part.file_size for part in package.infolist()) > _LARGE_EXPANDED
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return True
