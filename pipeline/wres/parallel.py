"""One step on several processors: the same function over many things, in processes of their own."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Protocol, TypeVar

from wres.errors import UnavailableError

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class MapFunction(Protocol):
    """A `map`: the result of a function for each argument, in their order."""

    def __call__(self, function: Callable[[Thing], Result], things: Iterable[Thing], /) -> Iterator[Result]:
        """One result a thing."""


def cpu_count() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def process_map(processes: int) -> "Iterator[MapFunction]":
    """A `map` over so many processes, which end with the block; for one process the built-in `map`.

    Functions, things and results have to be fit for pickling. Each process is a new Python, not a copy of this one: it
    has neither its connections nor its locks. It ends with this one, however this one ends.

    Raises:
        UnavailableError: a process was ended from outside; what it had in hand is not done.
    """
    if processes == 1:
        yield map
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(processes, get_context("spawn"), _end_with_parent)
    try:
        yield pool.map
    except BrokenProcessPool:
        raise UnavailableError(
            "A process that shared the work was ended from outside; the machine may have too little memory. What was "
            "done before is kept; run it again."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Whoever ends the parent by force ends this process too; Ctrl+C is the parent's to answer."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent := parent_process():

        def end() -> None:
            parent.join()
            os._exit(1)

        Thread(target=end, daemon=True).start()
