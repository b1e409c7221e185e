"""Ctrl-C while the indicators are counted ends the step at once, as it ends any other, however long a query takes."""

import signal
import threading
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from wres.indicators.duckdb_engine import DuckDBEngine, open_duckdb

# While the first becomes an Arrow table, and while the second is sorted, DuckDB itself does not look for Ctrl-C.
LONG = (
    "SELECT count(*) AS n FROM range(100000000000) AS a, range(10000000) AS b",
    "SELECT sum(range) OVER (ORDER BY hash(range)) AS s FROM range(100000000)",
)


class InterruptedDatabase:
    """A database whose user presses Ctrl-C at the moment at which a query begins."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        if name in ("execute", "sql"):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return getattr(self._database, name)


@pytest.mark.parametrize("select", LONG)
@pytest.mark.parametrize(
    "count", [DuckDBEngine.query, lambda engine, select: engine.materialise("held", select)], ids=["query", "hold"]
)
def test_ctrl_c_ends_a_long_query_at_once(count: Callable[[DuckDBEngine, str], object], select: str) -> None:
    with duckdb.connect() as database:
        with pytest.raises(KeyboardInterrupt):
            count(DuckDBEngine(InterruptedDatabase(database)), select)  # type: ignore[arg-type]
        assert database.execute("SELECT 1").fetchall() == [(1,)]


def test_an_error_of_a_query_stays_what_it_is() -> None:
    with open_duckdb() as engine, pytest.raises(duckdb.ConversionException):
        engine.query("SELECT 'a'::INTEGER")
