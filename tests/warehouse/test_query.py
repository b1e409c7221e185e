"""A query of an analyst that takes too long, is stopped by hand or needs too much memory ends with a sentence."""

import gc
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.test_counted_builds import built
from wres.errors import WresError
from wres.settings import Settings
from wres.warehouse import connect
from wres.warehouse.query import run_query

ENDLESS = (
    # One task of DuckDB, during which it does not look for Ctrl-C.
    "WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT 1 FROM endless) SELECT count(*) FROM endless",
    "SELECT count(*) FROM range(100000000000) a, range(10000000) b",
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


class InterruptedConnection:
    """A connection whose user presses Ctrl-C at the moment at which the query begins."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, query: Any) -> Any:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return self._connection.execute(query)


@pytest.mark.parametrize("query", ENDLESS)
def test_a_query_without_end_is_stopped_when_its_time_is_up(query: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(WresError, match=r"stopped after 0\.1 seconds.*--seconds"):
        run_query(connection, query, 10, 0.1)
    assert run_query(connection, "SELECT 1", 10, 60).rows == [(1,)]


@pytest.mark.parametrize("query", ENDLESS)
def test_ctrl_c_stops_a_query_at_once(query: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_query(InterruptedConnection(connection), query, 10)  # type: ignore[arg-type]
    assert run_query(connection, "SELECT 1", 10).rows == [(1,)]


def test_the_command_says_that_the_query_was_stopped(
    settings: Settings, wres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(settings, 2022, 20, 20)

    def press(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wres.warehouse.query.run_query", press)
    status, out, err = wres("sql", "SELECT 1")
    assert (status, out) == (130, "")
    assert err == "The query was stopped. Nothing was shown, and nothing was changed.\n"


def test_a_query_that_needs_more_memory_than_there_is_says_so() -> None:
    with (
        duckdb.connect(config={"memory_limit": "60MB", "temp_directory": ""}) as connection,
        pytest.raises(WresError, match=r"needs more memory.*WHERE"),
    ):
        run_query(connection, "SELECT list(n) FROM range(100000000) numbers(n)", 10)


def test_what_does_not_fit_into_memory_goes_where_nobody_else_reads_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(settings, 2022, 20, 20)
    monkeypatch.chdir(tmp_path)
    connection = connect(settings=settings)
    [(named,)] = connection.execute("SELECT current_setting('temp_directory')").fetchall()
    folder = Path(named)
    assert folder.is_absolute()
    assert folder.stat().st_mode & 0o777 == 0o700
    connection.close()
    del connection
    gc.collect()
    assert not folder.exists()
    assert os.listdir(tmp_path) == ["home"]  # noqa: PTH208 - with what is hidden
