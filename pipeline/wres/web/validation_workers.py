"""Have uploads validated at once, in processes of their own with limits of time and memory.

A file that ends a process, or takes too long, costs the page nothing: the process is replaced, the file is tried again
with fewer others (database/attempts.py), then as a heavy one, and in the end refused. What cannot be validated now is
left to the next scheduled round.
"""

import io
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from wres.child_processes import ChildProcess
from wres.context import Pipeline
from wres.database.attempts import count_attempts
from wres.database.models import Receipt
from wres.errors import WresError
from wres.event_log import log_event
from wres.intake.web_channel import NAME
from wres.storage.landing import read_landed
from wres.web.validation_process import run
from wres.web.validation_queue import ValidationJob, ValidationQueue, is_heavy

_SECONDS = 300.0  # for one batch; a machine under load takes many times as long as a quiet one
_SECONDS_TO_START = 600.0
_SECONDS_TO_END = 5.0  # by itself, with what its libraries leave to be tidied up
_MAX_BYTES = 2_000_000_000  # of data of one process; it needs about 300 MB
_LOOK_EVERY = 30.0  # seconds; for uploads that another service received and could not validate


class ValidationWorkers:
    """Processes that validate uploads, each looked after by a thread: `web_workers`, and one for heavy files.

    The last one runs only while there are heavy files. `ready` is set once the first of the others is warm.
    """

    def __init__(self, pipeline: Pipeline, target: Callable[..., Any] = run) -> None:
        self.queue = ValidationQueue()
        self.ready = threading.Event()
        self.processes: dict[int, ChildProcess] = {}
        self._settings = pipeline.settings
        self._database = pipeline.database
        self._workers = pipeline.settings.web_workers
        self._target = target
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the processes, and have validated what an earlier service received and did not."""
        for number in range(self._workers + 1):
            thread = threading.Thread(
                target=self._look_after,
                args=(number, number == self._workers),
                name=f"validation-{number}",
                daemon=True,
            )
            thread.start()
            self._threads.append(thread)
        self._find_unvalidated()

    def stop(self) -> None:
        """End the processes; what they still have in hand after a few seconds is free again."""
        self.queue.close()
        end = time.monotonic() + _SECONDS_TO_END
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        for process in list(self.processes.values()):
            process.kill()
        for thread in self._threads:
            thread.join(10)

    def _look_after(self, number: int, heavy: bool) -> None:
        """Keep one process going and give it one batch after the other."""
        connection: Connection | None = None
        try:
            while (batch := self.queue.next_batch(heavy, self._seconds_to_wait(number, heavy))) is not None:
                if not batch and heavy:
                    self._end(number, connection)
                    connection = None
                    continue
                connection = connection or self._start(number, heavy)
                if not batch:
                    self._find_unvalidated()
                    continue
                if connection is None or not self._validate(number, connection, batch):
                    self._end(number, connection)
                    connection = None
                    for job in batch:
                        job.heavy |= job.tried  # it may be what ended the process
                        job.tried = True
                self._finish(batch)
        finally:
            self._end(number, connection)

    def _seconds_to_wait(self, number: int, heavy: bool) -> float:
        """Return how long a thread waits for work: none where its process is still to be started and made warm."""
        return _LOOK_EVERY if heavy or number in self.processes else 0.0

    def _validate(self, number: int, connection: Connection, batch: list[ValidationJob]) -> bool:
        """Have one batch validated; False where the process ended or took too long."""
        try:
            connection.send((batch[0].year, [job.receipt for job in batch]))
            if connection.poll(_SECONDS):
                connection.recv()
                return True
        except (EOFError, OSError):
            pass
        if not self.queue.closed:
            log_event("checker ended", batch[0].year, failed=True, worker=number, receipts=len(batch))
        return False

    def _finish(self, batch: list[ValidationJob]) -> None:
        """Look up which receipts of a batch are validated, and finish their jobs."""
        receipts = [job.receipt for job in batch]
        try:
            unvalidated = self._unvalidated(receipts)
        except SQLAlchemyError:
            unvalidated = set(receipts)
        self.queue.finish(batch, unvalidated)

    def _start(self, number: int, heavy: bool) -> Connection | None:
        """Start a process and wait until it is warm; None where it does not come up."""
        ours, theirs = Pipe()
        process = ChildProcess(
            target=self._target,
            args=(theirs, self._settings, _MAX_BYTES),
            daemon=True,
            name=f"validation-{number}",
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

    def _end(self, number: int, connection: Connection | None) -> None:
        """End a process: it ends by itself when nobody sends it batches any more, and is killed where it does not."""
        if connection is not None:
            connection.close()
        if process := self.processes.pop(number, None):
            process.join(_SECONDS_TO_END if connection is not None else 0)
            process.kill()
            process.join(10)

    def _unvalidated(self, receipts: list[str]) -> set[str]:
        with Session(self._database) as session:
            query = select(Receipt.receipt).where(Receipt.receipt.in_(receipts), Receipt.status == "received")
            return set(session.scalars(query))

    def _find_unvalidated(self) -> None:
        """Submit uploads that are pending: an earlier service was killed, or another one could not validate them."""
        with suppress(SQLAlchemyError):
            with Session(self._database) as session:
                columns = Receipt.collection_year, Receipt.receipt, Receipt.sha256, Receipt.size
                query = select(*columns).where(Receipt.channel == NAME, Receipt.status == "received")
                unvalidated = session.execute(query.order_by(Receipt.order_time)).all()
            attempts = count_attempts(self._database, [receipt for _, receipt, _, _ in unvalidated])
            for year, receipt, sha256, size in unvalidated:
                if self.queue.pending(receipt) is None:
                    self.queue.submit(year, receipt, heavy=receipt in attempts or self._is_heavy(sha256, size))

    def _is_heavy(self, sha256: str, size: int) -> bool:
        try:
            content = read_landed(self._settings, sha256, self._settings.max_landed_bytes)
        except (FileNotFoundError, WresError):
            return True  # whoever validates it says what is wrong
        return is_heavy(io.BytesIO(content), size)
