"""Children of a process that has imported everything: each costs some milliseconds to begin, and may die."""

import importlib
import os
import pickle
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ChildResult:
    """How a child ended: `killed`, or with a `result` or an `error` (the exception), and its last message."""

    killed: bool
    result: Any = None
    error: BaseException | None = None
    trace: str = ""
    message: str = ""
    seconds: float = 0.0
    processor: float = 0.0


class Child:
    """A child process at work, which may stop on its way."""

    def __init__(self, work: Callable[[Callable[[str], None]], Any]) -> None:
        self._result_out, result_in = os.pipe()
        self._messages_out, messages_in = os.pipe()
        self._begun = time.monotonic()
        self.message = ""
        self._child = os.fork()
        if self._child == 0:
            os.close(self._result_out)
            os.close(self._messages_out)
            _run_and_exit(work, result_in, messages_in)
        os.close(result_in)
        os.close(messages_in)

    def wait(self, seconds: float) -> None:
        """Wait until it ends, this many seconds at most."""
        select.select([self._result_out], [], [], max(0.0, seconds))

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)

    def wait_until_stopped(self) -> None:
        """Wait until it has stopped or ended."""
        os.waitid(os.P_PID, self._child, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        os.kill(self._child, signal.SIGCONT)

    def end(self) -> ChildResult:
        """Wait for its end and return its result; a result longer than a pipe holds is read while it writes."""
        result, self.message = _read_all(self._result_out), _read_all(self._messages_out).decode()
        _, status, used = os.wait4(self._child, 0)
        spent = (time.monotonic() - self._begun, used.ru_utime + used.ru_stime)
        if os.WIFSIGNALED(status):
            return ChildResult(True, message=self.message, seconds=spent[0], processor=spent[1])
        value, error, trace = pickle.loads(result)
        return ChildResult(False, value, error, trace, self.message, *spent)


def run_in_child(work: Callable[[Callable[[str], None]], Any], *, kill_after: float | None = None) -> ChildResult:
    """Do `work` in a child and wait for its end; kill it after so many seconds if it lives that long.

    `work` is given a function that reports a message, which outlives the child.
    """
    child = Child(work)
    if kill_after is not None:
        child.wait(kill_after)
        child.kill()
    return child.end()


def stop_this_process() -> None:
    """Stop this process until another one resumes it."""
    os.kill(os.getpid(), signal.SIGSTOP)


def _run_and_exit(work: Callable[[Callable[[str], None]], Any], result_in: int, messages_in: int) -> None:
    """Do the work, send its result and end the process."""
    result: tuple[Any, BaseException | None, str]
    try:
        result = (work(lambda text: (os.write(messages_in, text.encode()), None)[1]), None, "")
    except BaseException as error:
        result = (None, error, traceback.format_exc())
    try:
        content = pickle.dumps(result)
    except Exception:
        content = pickle.dumps((None, RuntimeError(repr(result[1])), result[2]))
    view = memoryview(content)
    while view:
        view = view[os.write(result_in, view) :]
    os._exit(0)


def _read_all(handle: int) -> bytes:
    with os.fdopen(handle, "rb") as source:
        return source.read()


def import_all(names: Iterable[str]) -> None:
    """Import what a child had to import, so that the next ones find it there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            if name not in sys.modules:
                try:
                    importlib.import_module(name)
                except Exception:
                    continue
