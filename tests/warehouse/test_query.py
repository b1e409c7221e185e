"""A query of an analyst is read in batches; one that fails, takes too long or is stopped ends with a sentence."""

import gc
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse.test_counted_builds import built
from wres.cli.standard_streams import BROKEN_PIPE
from wres.errors import WresError
from wres.settings import Settings
from wres.warehouse import connect
from wres.warehouse.query import QueryResult, run_query

ENDLESS = (
    # One task of DuckDB, during which it does not look for Ctrl-C.
    "WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT 1 FROM endless) SELECT count(*) FROM endless",
    "SELECT count(*) FROM range(100000000000) a, range(10000000) b",
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def rows_of(result: QueryResult) -> list[tuple[Any, ...]]:
    """Read a result to its end."""
    return [row for batch in result.read_batches() for row in batch]


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
    assert rows_of(run_query(connection, "SELECT 1", 10, 60)) == [(1,)]


@pytest.mark.parametrize("query", ENDLESS)
def test_ctrl_c_stops_a_query_at_once(query: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_query(InterruptedConnection(connection), query, 10)  # type: ignore[arg-type]
    assert rows_of(run_query(connection, "SELECT 1", 10)) == [(1,)]


def test_the_command_says_that_the_query_was_stopped(
    settings: Settings, wres: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(settings, 2022, 20, 20)

    def press(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wres.warehouse.query.run_query", press)
    status, out, err = wres("sql", "SELECT 1")
    assert (status, out) == (130, "")
    assert err == "The query was stopped before its end: rows are missing. Nothing was changed.\n"


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


def test_rows_are_read_in_batches_up_to_the_number_asked_for(connection: duckdb.DuckDBPyConnection) -> None:
    result = run_query(connection, "SELECT range FROM range(100000000000)", 10_000)
    batches = list(result.read_batches())
    assert len(batches) > 1
    assert [row for batch in batches for row in batch] == [(number,) for number in range(10_000)]
    assert result.has_more
    whole = run_query(connection, "SELECT range FROM range(10000)", 10_000)
    assert len(rows_of(whole)) == 10_000
    assert not whole.has_more


def test_a_query_that_fails_after_its_first_rows_says_that_rows_are_missing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("SET threads = 1")  # others would run ahead, to the row that fails
    result = run_query(
        connection, "SELECT CASE WHEN range < 500000 THEN 1 ELSE error('no') END FROM range(600000)", 10**6
    )
    batches = result.read_batches()
    assert len(next(batches)) > 0
    with pytest.raises(WresError, match=r"^The rows shown are not the whole result\. The query cannot be run: no\."):
        list(batches)


def test_the_time_limit_holds_for_later_batches_too(connection: duckdb.DuckDBPyConnection) -> None:
    result = run_query(connection, "SELECT * FROM range(100000) a, range(100000000) b", 10**12, 0.2)
    with pytest.raises(WresError, match=r"not the whole result\. The query was stopped after 0\.2 seconds"):
        rows_of(result)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_large_result_is_printed_as_it_is_read(form: str, settings: Settings) -> None:
    built(settings, 2022, 20, 20)
    query = "SELECT range AS n, repeat('x', 1000) AS text FROM range(100000000)"
    with subprocess.Popen(
        [Path(sys.executable).with_name("wres"), "sql", query, "--format", form, "--rows", "100000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"WRES_HOME": str(settings.home)},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1_000_000)
        process.stdout.close()  # as `| head` does, which would wait for ever if all rows were made first
        assert process.wait(300) == BROKEN_PIPE
        assert process.stderr.read() == b""


def test_each_form_says_the_same_of_any_value(settings: Settings, wres: Any) -> None:
    built(settings, 2022, 20, 20)
    query = (
        "SELECT '=1+1' AS formula, NULL AS none, 1.50::DECIMAL(5, 2) AS exact, DATE '2022-01-02' AS day, "
        "1 / 0 AS infinite, [1, NULL] AS list, 'é' AS exact"
    )
    status, out, _ = wres("sql", query, "--format", "csv")
    assert (status, out.splitlines()) == (
        0,
        ["formula,none,exact,day,infinite,list,exact_2", '\'=1+1,,1.50,2022-01-02,inf,"[1, None]",é'],
    )
    status, out, _ = wres("sql", query, "--format", "json")
    assert status == 0
    assert json.loads(out, parse_constant=pytest.fail) == [
        {"formula": "=1+1", "none": None, "exact": "1.50", "day": "2022-01-02", "infinite": None}
        | {"list": [1, None], "exact_2": "é"}
    ]
    assert wres("sql", "SELECT 1 AS one WHERE false", "--format", "csv")[1] == "one\n"
    assert wres("sql", "SELECT 1 AS one WHERE false", "--format", "json")[1] == "[]\n"
    assert wres("sql", "SELECT 1 AS one WHERE false")[1:] == ("", "Nothing to show.\n")


def test_a_query_is_read_from_a_file_or_standard_input(
    settings: Settings, wres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(settings, 2022, 20, 20)
    file = tmp_path / "query.sql"
    file.write_bytes("\ufeff-- how many\nSELECT 42 AS many; -- no more\n".encode())
    assert wres("sql", "--file", str(file), "--format", "csv")[:2] == (0, "many\n42\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes()), encoding="utf-8"))
    assert wres("sql", "--file", "-", "--format", "csv")[:2] == (0, "many\n42\n")
    assert "not both" in wres("sql", "SELECT 1", "--file", str(file))[2]
    file.write_bytes(b"\xff\xfe")
    assert wres("sql", "--file", str(file)) == (2, "", "The file of --file is not text in UTF-8. Save it as UTF-8.\n")
    status, out, err = wres("sql", "--file", str(tmp_path / "none.sql"))
    assert (status, out) == (2, "")
    assert "No such file" in " ".join(err.replace("│", " ").split())  # wherever the box around it breaks the line


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * FROM sqlite_scan('registry.db', 'receipts')", "reads the tables of the warehouse and no other file"),
        ("SELECT * FROM st_read('x')", "reads the tables of the warehouse and no other file"),
        ("SELECT * FROM read_text('/etc/passwd')", "reads the tables of the warehouse and no other file"),
        ("SELECT * FROM glob('/*')", "reads the tables of the warehouse and no other file"),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO 'x.csv'", "reads the tables of the warehouse and no other file"),
        ("PIVOT mart.organisation ON range USING count(*)", "PIVOT needs the values that become columns"),
        ("WITH gone AS (DELETE FROM raw.figures) SELECT 1", "Can only delete from base table"),
        ("SET enable_external_access = true", "Nothing in the warehouse can be changed"),
        ("COPY raw.figures TO 'x.csv'", "Nothing in the warehouse can be changed"),
        ("ATTACH 'x.db'", "no other database opened"),
        ("INSTALL httpfs", "Nothing in the warehouse can be changed"),
        ("EXPORT DATABASE 'x'", "Nothing in the warehouse can be changed"),
        ("SELECT '\0' FROM raw.nothing", "no table nothing"),
        ("SELECT " + "(" * 5000 + "1" + ")" * 5000, "expression depth"),
    ],
)
def test_no_query_writes_anything_or_reads_another_file(
    query: str, message: str, settings: Settings, wres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(settings, 2022, 20, 20)
    monkeypatch.chdir(tmp_path)
    status, out, err = wres("sql", query)
    assert (status, out) == (2, "")
    assert message in err
    assert os.listdir(tmp_path) == ["home"]  # noqa: PTH208 - with what is hidden
