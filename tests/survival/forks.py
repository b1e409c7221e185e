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
class Ended:
    """How a child ended: `killed`, or with a `result` or an `error` (the exception), and what it last said."""

    killed: bool
    result: Any = None
    error: BaseException | None = None
    trace: str = ""
    said: str = ""
    seconds: float = 0.0
    processor: float = 0.0


class Child:
    """A child at work, which may stand still on its way."""

    def __init__(self, work: Callable[[Callable[[str], None]], Any]) -> None:
        self._reading, writing = os.pipe()
        self._hearing, saying = os.pipe()
        self._begun = time.monotonic()
        self.said = ""
        self._child = os.fork()
        if self._child == 0:
            os.close(self._reading)
            os.close(self._hearing)
            _be_child(work, writing, saying)
        os.close(writing)
        os.close(saying)

    def wait(self, seconds: float) -> None:
        """Give it so long to come to its end."""
        select.select([self._reading], [], [], max(0.0, seconds))

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)

    def wait_until_it_stands(self) -> None:
        """Until it stands still, or has ended."""
        os.waitid(os.P_PID, self._child, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def go_on(self) -> None:
        os.kill(self._child, signal.SIGCONT)

    def end(self) -> Ended:
        """Wait for its end; a result that is longer than a pipe holds is read while it writes."""
        answer, self.said = _all(self._reading), _all(self._hearing).decode()
        _, status, used = os.wait4(self._child, 0)
        spent = (time.monotonic() - self._begun, used.ru_utime + used.ru_stime)
        if os.WIFSIGNALED(status):
            return Ended(True, said=self.said, seconds=spent[0], processor=spent[1])
        result, error, trace = pickle.loads(answer)
        return Ended(False, result, error, trace, self.said, *spent)


def run_in_child(work: Callable[[Callable[[str], None]], Any], *, kill_after: float | None = None) -> Ended:
    """Do `work` in a child and wait for its end; kill it after so many seconds if it lives that long.

    `work` is given a function with which the child can say something that outlives it.
    """
    child = Child(work)
    if kill_after is not None:
        child.wait(kill_after)
        child.kill()
    return child.end()


def stand_still() -> None:
    """Stop this process until somebody lets it go on."""
    os.kill(os.getpid(), signal.SIGSTOP)


def _be_child(work: Callable[[Callable[[str], None]], Any], writing: int, saying: int) -> None:
    answer: tuple[Any, BaseException | None, str]
    try:
        answer = (work(lambda text: (os.write(saying, text.encode()), None)[1]), None, "")
    except BaseException as error:
        answer = (None, error, traceback.format_exc())
    try:
        content = pickle.dumps(answer)
    except Exception:
        content = pickle.dumps((None, RuntimeError(repr(answer[1])), answer[2]))
    view = memoryview(content)
    while view:
        view = view[os.write(writing, view) :]
    os._exit(0)


def _all(handle: int) -> bytes:
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
