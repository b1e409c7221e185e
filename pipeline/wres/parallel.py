"""Run one function over many arguments: on several processors in processes, or in threads that wait for a disk."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Protocol, TypeVar

from wres.errors import UnavailableError

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing.context import BaseContext

_THREADS = 8  # with more a disk or a bucket is hardly faster

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class MapFunction(Protocol):
    """A `map`: the result of a function for each argument, in their order."""

    def __call__(self, function: Callable[[Argument], Result], arguments: Iterable[Argument], /) -> Iterator[Result]:
        """Yield a result for each argument."""


def cpu_count() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def thread_map(function: Callable[[Argument], Result], arguments: Iterable[Argument]) -> list[Result]:
    """Return the result of a function for each argument, in their order; several run at once, in threads.

    For work that waits for a disk or a bucket: several files are kept there in little more than the time of one file.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_THREADS) as threads:
        return list(threads.map(function, arguments))


@contextmanager
def process_map(processes: int) -> "Iterator[MapFunction]":
    """Open a `map` over this number of processes, which end with the block; for one process the built-in `map`.

    Functions, arguments and results have to be fit for pickling. Each process is a new Python, not a copy of this one:
    it has neither its connections nor its locks. It ends with this one, however this one ends.

    Raises:
        UnavailableError: a process was ended from outside; what it had in hand is not done.
    """
    if processes == 1:
        yield map
        return
    with process_pool(processes) as pool:
        yield pool.map


@contextmanager
def process_pool(processes: int, libraries: str | None = None) -> "Iterator[ProcessPoolExecutor]":
    """Start processes as `process_map` does, for work that is given to them piece by piece.

    `libraries` names a module with imports that take long. A process without any work imports it at once, beside what
    this one does, and every process of the pool is a copy of that one. All pools of a process share one such module.

    Raises:
        UnavailableError: as `process_map`.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(processes, _start_method(libraries), _end_with_parent)
    try:
        yield pool
    except BrokenProcessPool:
        raise UnavailableError(
            "A process that shared the work was ended from outside; the machine may have too little memory. What was "
            "done before is kept; run it again."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _start_method(libraries: str | None) -> "BaseContext":
    """Return how processes are started: each as a new Python, or as a copy of one that imports these libraries."""
    from multiprocessing import get_context

    from wres.child_processes import ChildContext, start_forkserver

    if libraries is None:
        return ChildContext()
    start_forkserver(libraries)
    return get_context("forkserver")


def _end_with_parent() -> None:
    """End this process when its parent ends, however that ends."""
    from multiprocessing import parent_process

    if parent := parent_process():

        def end() -> None:
            parent.join()
            os._exit(1)

        Thread(target=end, daemon=True).start()
