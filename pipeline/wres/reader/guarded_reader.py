"""Read files in a process of limited memory and time, so that no file can end its reader's caller or hold it up."""

import atexit
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Lock, Timer
from typing import Literal

from wres.errors import UnavailableError
from wres.interrupts import block_interrupts
from wres.reader.reader_process import ERROR, MEMORY, READY, RETURN, read_frame, write_frame
from wres.returns.parsed_return import FileError, ParsedReturn
from wres.settings import Settings

Reason = Literal["time", "memory", "crash"]
_LIMITS = {"max_file_bytes", "max_expanded_bytes", "max_cells", "max_reader_bytes", "max_reader_seconds"}
_SECRETS = ("WRES_", "AWS_", "AIRFLOW_", "PG")  # of no use to a process that reads what a stranger sent
_SECONDS_TO_START = 120.0
_TIMES_SLOWER = 15  # a machine under load gives a process less than a processor
_TOO_MUCH = (
    "Reading the file takes more {what} than a return needs, so it was not read. Copy the figures into the template "
    "as it was sent"
)
_CRASHED = "The program that reads files fails at this one. Copy the figures into the template as it was sent"


class ReaderEndedError(Exception):
    """The process that read a file ended or failed; `fault` is what its sender is to hear, where it does so again.

    `reason` is fit for a log: it names the line that failed, if one did, and nothing of the file.
    """

    def __init__(self, reason: Reason, where: str = "") -> None:
        super().__init__(reason)
        # The same file takes the same time in another process. Memory may have been left by the files before it.
        self.is_certain = reason == "time"
        self.reason = f"{reason}: {where}" if where else reason
        self.fault = (
            FileError("S101", _CRASHED) if reason == "crash" else FileError("S112", _TOO_MUCH.format(what=reason))
        )


class GuardedReader:
    """Reads any number of files, one after the other, in a process that is started when it is first needed.

    When a file ends the process, the next file gets a new one. Threads may share a reader.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._lock = Lock()

    def read(self, content: bytes, file_name: str) -> ParsedReturn:
        """Read one file as `read_return` does.

        Raises:
            ReaderEndedError: the process ended over this file, failed at it, or took longer than it may.
            UnavailableError: no process could be started.
        """
        with self._lock:
            answer, late = self._exchange(pickle.dumps((content, file_name)))
            if answer is None:
                raise ReaderEndedError(self._reason(late))
            if answer == MEMORY:
                self.close()
                raise ReaderEndedError("memory")
        if answer.startswith(ERROR):
            raise ReaderEndedError("crash", answer[len(ERROR) :].decode(errors="replace"))
        read: ParsedReturn = pickle.loads(answer[len(RETURN) :])  # noqa: S301 - from our own process
        return read

    def read_alone(self, content: bytes, file_name: str) -> ParsedReturn:
        """Read one file in a process that has read no other one; where that ends too, the return is one fault."""
        with self._lock:
            self.close()
        try:
            return self.read(content, file_name)
        except ReaderEndedError as ended:
            return ParsedReturn(faults=[ended.fault])

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():  # a forked process leaves its parent's reader alone
            return
        process.kill()
        _close_pipes(process)
        process.wait()

    def _exchange(self, request: bytes) -> tuple[bytes | None, bool]:
        """Return the process's answer, None where it ended; and whether it was ended for taking too long."""
        if self._process is None or self._owner != os.getpid():
            self._process, self._owner = self._start(), os.getpid()
        return _ask(self._process, request, 10 + _TIMES_SLOWER * self._settings.max_reader_seconds)

    def _start(self) -> "subprocess.Popen[bytes]":
        """Start the process that reads files."""
        limits = self._settings.model_dump(include=_LIMITS)
        environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(_SECRETS)}
        command = [sys.executable, "-P", "-m", "wres.reader.reader_process"]
        try:
            with block_interrupts():
                process = subprocess.Popen(  # noqa: S603 - this project's own module
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
                )
        except OSError as error:
            raise UnavailableError(
                f"No process can be started to read files: {error.strerror}. Run it again."
            ) from None
        answer, _ = _ask(process, pickle.dumps(limits), _SECONDS_TO_START)
        if answer != READY:
            process.kill()
            _close_pipes(process)
            process.wait()
            raise UnavailableError(
                "The process that reads files did not start; the machine may have too little memory. Run it again."
            )
        return process

    def _reason(self, late: bool) -> Reason:
        """Say why the process ended, by the signal that ended it."""
        process, self._process = self._process, None
        if process is None:
            return "crash"
        _close_pipes(process)
        ended = process.wait()
        if late or ended == -getattr(signal, "SIGPROF", 0):
            return "time"
        # The system's own answer to too much memory, and that of compiled code which gets none.
        return "memory" if ended in (-getattr(signal, "SIGKILL", 9), -signal.SIGABRT) else "crash"


def _ask(process: "subprocess.Popen[bytes]", request: bytes, seconds: float) -> tuple[bytes | None, bool]:
    """Send a frame and wait for the answer so long; whoever takes longer is ended."""
    if process.stdin is None or process.stdout is None:
        return None, False
    late: list[bool] = []

    def end() -> None:
        late.append(True)
        process.kill()

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        with suppress(BrokenPipeError, ConnectionError, OSError):
            write_frame(process.stdin, request)
        answer = read_frame(process.stdout)
    finally:
        timer.cancel()
    return answer, bool(late)


def _close_pipes(process: "subprocess.Popen[bytes]") -> None:
    """Close both pipes of a process, also one that has ended."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


_shared: dict[str, list[GuardedReader]] = {}  # by the limits under which they read


def shared_readers(settings: Settings, number: int) -> list[GuardedReader]:
    """Return so many readers of this process under the limits of these settings; they end with the process."""
    limits = settings.model_dump_json(include=_LIMITS)
    if limits not in _shared:
        close_shared()
    readers = _shared.setdefault(limits, [])
    readers += [GuardedReader(settings) for _ in range(number - len(readers))]
    return readers[:number]


def shared_reader(settings: Settings) -> GuardedReader:
    """Return the reader of this process under the limits of these settings; it ends with the process."""
    return shared_readers(settings, 1)[0]


@atexit.register
def close_shared() -> None:
    """End the shared readers, if there are any."""
    for readers in _shared.values():
        for reader in readers:
            reader.close()
    _shared.clear()
