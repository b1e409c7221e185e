"""Run work of DuckDB so that Ctrl-C and a time limit end it at once."""

from collections.abc import Callable
from concurrent.futures import Future
from math import inf
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import duckdb

Result = TypeVar("Result")

_BETWEEN_INTERRUPTS = 0.1  # seconds


def run_interruptible(
    connection: "duckdb.DuckDBPyConnection", work: Callable[[], Result], most_seconds: float = inf
) -> Result:
    """Do work on a connection so that Ctrl-C and the time limit end it at once.

    DuckDB looks for Ctrl-C only between the tasks of some queries, one task may never end, and while a result becomes
    an Arrow table it does not look at all. So the work has a thread of its own, and what ends it is `interrupt`.

    Args:
        connection: which the work uses, and nothing else meanwhile.
        work: one query.
        most_seconds: how long it may take; by default until it ends.

    Raises:
        TimeoutError: the time was up.
        KeyboardInterrupt: the user stopped it.
    """
    result: Future[Result] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    thread = Thread(target=run, daemon=True)
    try:
        thread.start()
        return result.result(None if most_seconds == inf else most_seconds)
    finally:
        while thread.is_alive() and not result.done():  # again, for a query that has not begun yet does not hear it
            connection.interrupt()
            thread.join(_BETWEEN_INTERRUPTS)
