"""Has uploads checked at once, in processes of their own with limits of time and memory.

Heavy files, which may take long to read, have a process of their own, so that nobody else waits for them. A file that
ends a process, or takes too long, costs the page nothing: the process is replaced, the file is tried again with fewer
others (database/attempts.py), then as a heavy one, and in the end refused. What cannot be checked now is left to the
next scheduled round.
"""

import io
import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from wres.context import Pipeline
from wres.database.attempts import attempts_at
from wres.database.models import Receipt
from wres.errors import WresError
from wres.event_log import log_event
from wres.intake.web_channel import NAME
from wres.storage.landing import read_landed
from wres.web.heavy import is_heavy
from wres.web.judge_process import run

_SECONDS = 300.0  # for one batch; a machine under load takes many times as long as a quiet one
_SECONDS_TO_START = 600.0
_MAX_BYTES = 2_000_000_000  # of data of one process; it needs about 300 MB
_TOGETHER = 50  # receipts of one batch
_GATHER = 0.4  # seconds that a batch waits for uploads that are being stored; it takes as long for one as for twenty
_AGAIN_AFTER = 0.25  # seconds, where another worker had the receipt in hand
_GIVE_UP_AFTER = 120.0  # seconds; then the next scheduled round checks it
_LOOK_EVERY = 30.0  # seconds; for uploads that another service received and could not check


@dataclass(slots=True)
class _Job:
    year: int
    receipt: str
    heavy: bool
    since: float = field(default_factory=time.monotonic)
    not_before: float = 0.0
    tried: bool = False  # whether a process ended while it had it in hand
    done: "Future[bool]" = field(default_factory=Future)


class Judge:
    """Processes that check uploads, each looked after by a thread: `web_workers`, and one for heavy files.

    The last one runs only while there are heavy files. `ready` is set once the first of the others is warm.
    """

    def __init__(self, pipeline: Pipeline, check: Callable[..., Any] = run) -> None:
        self._settings = pipeline.settings
        self._database = pipeline.database
        self._workers = pipeline.settings.web_workers
        self._target = check
        self.ready = threading.Event()
        self._arriving = 0  # uploads that are being stored
        self._jobs: deque[_Job] = deque()
        self._known: dict[str, _Job] = {}
        self._changed = threading.Condition()
        self._ended = False
        self._threads: list[threading.Thread] = []
        self.processes: dict[int, SpawnProcess] = {}

    def start(self) -> None:
        """Start the processes, and have checked what an earlier service received and did not."""
        for number in range(self._workers + 1):
            thread = threading.Thread(
                target=self._look_after, args=(number, number == self._workers), name=f"judge-{number}", daemon=True
            )
            thread.start()
            self._threads.append(thread)
        self._find_unchecked()

    def stop(self) -> None:
        """End the processes; what they had in hand is free again."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        for process in list(self.processes.values()):
            process.kill()
        for thread in self._threads:
            thread.join(10)

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
        """Have a receipt checked; the future says whether it was, once it was or is left to the next round.

        A heavy file, which may take long to read, is checked alone, and only one at a time.
        """
        with self._changed:
            job = self._known.get(receipt)
            if job is None:
                job = self._known[receipt] = _Job(year, receipt, heavy)
                self._jobs.append(job)
                self._changed.notify_all()
            elif not heavy:  # it was found meanwhile as one that an earlier service left
                job.heavy = False
                self._changed.notify_all()
            return job.done

    def pending(self, receipt: str) -> "Future[bool] | None":
        """Return the future of a receipt that is being checked here; None where it is not."""
        with self._changed:
            job = self._known.get(receipt)
            return job.done if job else None

    def _look_after(self, number: int, heavy: bool) -> None:
        """Keep one process going and give it one batch after the other."""
        connection: Connection | None = None
        try:
            while (batch := self._next_batch(number, heavy)) is not None:
                if not batch and heavy:
                    connection = None
                    self._end(number)
                    continue
                connection = connection or self._start(number, heavy)
                if not batch:
                    self._find_unchecked()
                    continue
                if connection is None or not self._ask(number, connection, batch):
                    connection = None
                    self._end(number)
                    for job in batch:
                        job.heavy |= job.tried  # it may be what ended the process
                        job.tried = True
                self._put_back(batch)
        finally:
            self._end(number)

    def _next_batch(self, number: int, heavy: bool) -> list[_Job] | None:
        """Wait for work: light files of one year together, or one heavy file; empty to look around, None to end."""
        with self._changed:
            until = time.monotonic() + (_LOOK_EVERY if heavy or number in self.processes else 0)
            while not self._ended:
                now = time.monotonic()
                ready = [job for job in self._jobs if job.heavy == heavy and job.not_before <= now]
                gathered = heavy or not self._arriving or any(now - job.since >= _GATHER for job in ready)
                if ready and gathered:
                    batch = [job for job in ready if job.year == ready[0].year][: 1 if heavy else _TOGETHER]
                    for job in batch:
                        self._jobs.remove(job)
                    return batch
                if now >= until and not ready:
                    return []
                later = [job.not_before for job in self._jobs if job.heavy == heavy and job.not_before > now]
                full = [job.since + _GATHER for job in ready]
                self._changed.wait(max(min([*later, *full, until]) - now, 0.01))
            return None

    def _ask(self, number: int, connection: Connection, batch: list[_Job]) -> bool:
        """Have one batch checked; False where the process ended or took too long."""
        try:
            connection.send((batch[0].year, [job.receipt for job in batch]))
            if connection.poll(_SECONDS):
                connection.recv()
                return True
        except (EOFError, OSError):
            pass
        if not self._ended:
            log_event("checker ended", batch[0].year, failed=True, worker=number, receipts=len(batch))
        return False

    def _put_back(self, batch: list[_Job]) -> None:
        """Finish the jobs whose receipts are checked; the others are tried again, and in the end left."""
        try:
            unchecked = self._unchecked_of([job.receipt for job in batch])
        except SQLAlchemyError:
            unchecked = {job.receipt for job in batch}
        now = time.monotonic()
        finished: list[tuple[_Job, bool]] = []
        with self._changed:
            for job in batch:
                if job.receipt not in unchecked or now - job.since > _GIVE_UP_AFTER:
                    self._known.pop(job.receipt, None)
                    finished.append((job, job.receipt not in unchecked))
                else:
                    job.not_before = now + _AGAIN_AFTER
                    self._jobs.append(job)
        for job, checked in finished:
            job.done.set_result(checked)

    def _start(self, number: int, heavy: bool) -> Connection | None:
        """Start a process and wait until it is warm; None where it does not come up."""
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(
            target=self._target,
            args=(theirs, self._settings, _MAX_BYTES),
            daemon=True,
            name=f"judge-{number}",
        )
        process.start()
        theirs.close()
        self.processes[number] = process
        with suppress(EOFError, OSError):
            if ours.poll(_SECONDS_TO_START):
                ours.recv()
                if not heavy:
                    self.ready.set()
                return ours
        log_event("checker not started", failed=True, worker=number)
        ours.close()
        time.sleep(1)
        return None

    def _end(self, number: int) -> None:
        process = self.processes.pop(number, None)
        if process is not None:
            process.kill()
            process.join(10)

    def _unchecked_of(self, receipts: list[str]) -> set[str]:
        with Session(self._database) as session:
            waits = select(Receipt.receipt).where(Receipt.receipt.in_(receipts), Receipt.status == "received")
            return set(session.scalars(waits))

    def _find_unchecked(self) -> None:
        """Take up uploads that wait: an earlier service was killed, or another one could not check them."""
        with suppress(SQLAlchemyError):
            with Session(self._database) as session:
                columns = Receipt.collection_year, Receipt.receipt, Receipt.sha256, Receipt.size
                query = select(*columns).where(Receipt.channel == NAME, Receipt.status == "received")
                unchecked = session.execute(query.order_by(Receipt.order_time)).all()
            attempts = attempts_at(self._database, [receipt for _, receipt, _, _ in unchecked])
            for year, receipt, sha256, size in unchecked:
                if self.pending(receipt) is None:
                    self.submit(year, receipt, heavy=receipt in attempts or self._is_heavy(sha256, size))

    def _is_heavy(self, sha256: str, size: int) -> bool:
        try:
            content = read_landed(self._settings, sha256, self._settings.max_landed_bytes)
        except (FileNotFoundError, WresError):
            return True  # whoever checks it says what is wrong
        return is_heavy(io.BytesIO(content), size)
