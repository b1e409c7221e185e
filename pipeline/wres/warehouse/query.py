"""Run one SELECT of an analyst on the warehouse, with errors that say what is wrong and how to put it right."""

import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from difflib import get_close_matches
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from wres.errors import WresError, is_full_disk
from wres.warehouse.layer_schema import CORE, LAYERS, MART

if TYPE_CHECKING:
    import duckdb

Result = TypeVar("Result")

_BETWEEN_INTERRUPTS = 0.1  # seconds
_LIST_TABLES = "List the tables and columns: wres sql"
_NO_TABLE = re.compile(
    r'Table with name "?(?P<table>[^\s"]+)"? does not exist(?:.*?Did you mean "(?P<near>[^"]+)")?', re.S
)
_NO_COLUMN = re.compile(
    r'Referenced column "(?P<column>[^"]+)" not found.*?(?:Candidate bindings: (?P<near>.*))?$', re.S
)
_MISTAKE = re.compile(r'syntax error at or near "(?P<word>[^"]*)"')


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The names of a result's columns, each once, its rows, and whether there are more rows than these."""

    names: list[str]
    rows: list[tuple[Any, ...]]
    has_more: bool


def run_query(
    connection: "duckdb.DuckDBPyConnection", query: str, most_rows: int, most_seconds: float | None = None
) -> QueryResult:
    """Run one SELECT and return its first rows; the others are not read.

    Args:
        connection: of `wres.warehouse.connect`.
        query: one SELECT, or EXPLAIN of one.
        most_rows: how many rows to return at most.
        most_seconds: how long it may run; by default until it ends.

    Raises:
        WresError: it is no SELECT or more than one statement, takes too long, or cannot be run; the text says why.
        KeyboardInterrupt: the user stopped it, and it does not run any more.
    """
    import duckdb

    try:
        statements = connection.extract_statements(query)
        if len(statements) != 1:
            raise WresError("Write one SELECT at a time, without a semicolon inside it.")
        if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
            raise WresError(
                "Nothing in the warehouse can be changed, and no other database opened. Write a query that starts with "
                "SELECT or WITH."
            )

        def fetch() -> list[tuple[Any, ...]]:
            rows: list[tuple[Any, ...]] = connection.execute(statements[0]).fetchmany(most_rows + 1)
            return rows

        rows = _interruptible(connection, fetch, most_seconds)
    except TimeoutError:
        raise WresError(
            f"The query was stopped after {most_seconds:g} seconds. Narrow it with WHERE, see that every JOIN has its "
            "condition, or give it more time with --seconds."
        ) from None
    except duckdb.Error as error:
        raise WresError(_explain(connection, error)) from None
    names: list[str] = []
    for name, *_ in connection.description or ():
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    return QueryResult(names, rows[:most_rows], len(rows) > most_rows)


def _interruptible(
    connection: "duckdb.DuckDBPyConnection", work: Callable[[], Result], most_seconds: float | None
) -> Result:
    """Do work on a connection so that Ctrl-C and the time limit end it at once.

    DuckDB looks for Ctrl-C only between the tasks of a query, and one task may never end. So the work has a thread of
    its own, and what ends it is `interrupt`.

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
        return result.result(most_seconds)
    finally:
        while thread.is_alive() and not result.done():  # again, for a query that has not begun yet does not hear it
            connection.interrupt()
            thread.join(_BETWEEN_INTERRUPTS)


def _explain(connection: "duckdb.DuckDBPyConnection", error: "duckdb.Error") -> str:
    """Return what is wrong with a query in plain words, from what DuckDB says."""
    import duckdb

    message = str(error).split("\n\n", maxsplit=1)[0]
    if missing := _NO_TABLE.search(message):
        return _explain_missing_table(connection, missing["table"])
    if unknown := _NO_COLUMN.search(message):
        nearest = f" Columns with a name like it: {unknown['near'].strip()}." if unknown["near"] else ""
        return f"No table of the query has a column {unknown['column']}.{nearest} {_LIST_TABLES}"
    if mistake := _MISTAKE.search(message):
        return f'The query is not SQL: the mistake is at "{mistake["word"]}". {_LIST_TABLES}'
    if isinstance(error, duckdb.OutOfMemoryException) or is_full_disk(error):
        return (
            "The query needs more memory, or more room for temporary files (TMPDIR), than this machine has. Narrow it "
            "with WHERE, or add up with GROUP BY."
        )
    if isinstance(error, duckdb.PermissionException | duckdb.IOException):
        return f"A query reads the tables of the warehouse and no other file. {_LIST_TABLES}"
    reason = " ".join(message.partition(": ")[2].split())
    return f"The query cannot be run: {reason}{'' if reason.endswith(('.', '!', '?')) else '.'} {_LIST_TABLES}"


def _explain_missing_table(connection: "duckdb.DuckDBPyConnection", table: str) -> str:
    """Return that the build has no such table, and those with a name like it."""
    present = {
        str(name)
        for (name,) in connection.execute(
            "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE list_contains($layers, schema_name)",
            {"layers": list(LAYERS)},
        ).fetchall()
    }
    if not any(name.startswith((f"{CORE}.", f"{MART}.")) for name in present):
        return (
            f"There is no table {table}: the tables of {CORE} and {MART} of this build are not counted yet. Count "
            "them with the command wres build and the year."
        )
    names = {name: name.partition(".")[2] for name in sorted(present)}
    nearest = get_close_matches(table.rpartition(".")[2], names.values(), n=1)
    similar = [name for name, bare_name in names.items() if bare_name in nearest]
    hint = f" Perhaps you mean {' or '.join(similar)}." if similar else ""
    return f"This build has no table {table}.{hint} {_LIST_TABLES}"
