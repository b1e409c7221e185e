"""Run one SELECT of an analyst on the warehouse, with errors that say what is wrong and how to put it right."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from itertools import chain, count
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any

from wres.errors import WresError, is_full_disk
from wres.warehouse.interruptible import run_interruptible
from wres.warehouse.layer_schema import LAYERS, explain_absent

if TYPE_CHECKING:
    import duckdb

Rows = list[tuple[Any, ...]]

_BATCH_ROWS = 4_096  # some megabytes of Python's objects where a row is wide
_LIST_TABLES = "List the tables and columns: wres sql"
_NO_TABLE = re.compile(
    r'Table with name "?(?P<table>[^\s"]+)"? does not exist(?:.*?Did you mean "(?P<near>[^"]+)")?', re.S
)
_NO_COLUMN = re.compile(
    r'Referenced column "(?P<column>[^"]+)" not found.*?(?:Candidate bindings: (?P<near>.*))?$', re.S
)
_KEYWORD_COLUMNS = frozenset({"window"})  # columns of the warehouse that are reserved words of SQL
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*")
_BARE_WORD = re.compile(r"\w+")
_MISTAKE = re.compile(r'syntax error at or near "(?P<word>[^"]*)"')


class QueryResult:
    """The rows of a query, read from DuckDB in batches as they are asked for.

    Attributes:
        names: of the columns, each once.
        has_more: whether there are more rows than were asked for; known when all batches are read.
    """

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", statement: "duckdb.Statement", most_rows: int, seconds: float
    ) -> None:
        """Run a statement up to its first batch; the others are read with `read_batches`."""
        self._connection, self._rows_left, self._seconds, self._seconds_left = connection, most_rows, seconds, seconds
        self.has_more = False
        self._first_batch = self._fetch_in_time(lambda: self._fetch(connection.execute(statement)))
        self.names = _unique_names(connection)

    def read_batches(self) -> Iterator[Rows]:
        """Give the rows, some thousands at a time, up to the number asked for.

        Raises:
            WresError: the query takes too long, or cannot be run to its end.
            KeyboardInterrupt: the user stopped it, and it does not run any more.
        """
        batch = self._first_batch
        self._first_batch = []
        while batch:
            self.has_more = len(batch) > self._rows_left
            yield batch[: self._rows_left]
            self._rows_left = max(0, self._rows_left - len(batch))
            if self.has_more:
                return
            try:
                batch = self._fetch_in_time(lambda: self._fetch(self._connection))
            except WresError as error:
                raise WresError(f"The rows shown are not the whole result. {error}") from None

    def _fetch(self, connection: "duckdb.DuckDBPyConnection") -> Rows:
        """Fetch the next rows, at most one more than are still wanted."""
        rows: Rows = connection.fetchmany(min(_BATCH_ROWS, self._rows_left + 1))
        return rows

    def _fetch_in_time(self, fetch: Callable[[], Rows]) -> Rows:
        """Fetch rows within the time that is left; the time between two batches, in which rows are shown, is free."""
        import duckdb

        begun = monotonic()
        try:
            return run_interruptible(self._connection, fetch, self._seconds_left)
        except TimeoutError:
            raise WresError(
                f"The query was stopped after {self._seconds:g} seconds. Narrow it with WHERE, see that every JOIN has "
                "its condition, or give it more time with --seconds."
            ) from None
        except duckdb.Error as error:
            raise WresError(_explain(self._connection, error)) from None
        finally:
            self._seconds_left = max(0, self._seconds_left - (monotonic() - begun))


def run_query(
    connection: "duckdb.DuckDBPyConnection", query: str, most_rows: int, most_seconds: float = inf
) -> QueryResult:
    """Run one SELECT up to its first rows; the others are read as they are asked for.

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
    except duckdb.Error as error:
        raise WresError(_explain(connection, error, query)) from None
    if len(statements) != 1:
        raise WresError("Write one SELECT at a time, without a semicolon inside it.")
    if statements[0].type is duckdb.StatementType.MULTI:
        raise WresError("PIVOT needs the values that become columns: PIVOT ... ON range IN ('within', 'above').")
    if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise WresError(
            "Nothing in the warehouse can be changed, and no other database opened. Write a query that starts with "
            "SELECT or WITH."
        )
    return QueryResult(connection, statements[0], most_rows, most_seconds)


def _unique_names(connection: "duckdb.DuckDBPyConnection") -> list[str]:
    """Return the names of a result's columns; a name that is there already has the first free number added."""
    names: dict[str, None] = {}
    for name, *_ in connection.description or ():
        numbered = (f"{name}_{number}" for number in count(2))
        names[next(free for free in chain([name], numbered) if free not in names)] = None
    return list(names)


def _explain(connection: "duckdb.DuckDBPyConnection", error: "duckdb.Error", query: str = "") -> str:
    """Return what is wrong with a query in plain words, from what DuckDB says."""
    import duckdb

    message = str(error).split("\n\n", maxsplit=1)[0]
    if missing := _NO_TABLE.search(message):
        return _explain_missing_table(connection, missing["table"])
    if unknown := _NO_COLUMN.search(message):
        nearest = f" Columns with a name like it: {unknown['near'].strip()}." if unknown["near"] else ""
        return f"No table of the query has a column {unknown['column']}.{nearest} {_LIST_TABLES}"
    if mistake := _MISTAKE.search(message):
        return f'The query is not SQL: the mistake is at "{mistake["word"]}".{_name_keywords(query)} {_LIST_TABLES}'
    if isinstance(error, duckdb.OutOfMemoryException) or is_full_disk(error):
        return (
            "The query needs more memory, or more room for temporary files (TMPDIR), than this machine has. Narrow it "
            "with WHERE, or add up with GROUP BY."
        )
    if isinstance(error, duckdb.PermissionException | duckdb.IOException) or "extension" in message:
        return f"A query reads the tables of the warehouse and no other file. {_LIST_TABLES}"
    reason = " ".join((message.partition(": ")[2] or message).split())
    return f"The query cannot be run: {reason}{'' if reason.endswith(('.', '!', '?')) else '.'} {_LIST_TABLES}"


def _name_keywords(query: str) -> str:
    """Return which words of a query that is not SQL are columns and keywords at once, and how to write them."""
    words = {word.lower() for word in _BARE_WORD.findall(_QUOTED.sub(" ", query))}
    if not (found := sorted(words & _KEYWORD_COLUMNS)):
        return ""
    return (
        " Write columns with the name of a keyword in double quotes: " + ", ".join(f'"{name}"' for name in found) + "."
    )


def _explain_missing_table(connection: "duckdb.DuckDBPyConnection", table: str) -> str:
    """Return that the build has no such table, and those with a name like it."""
    present = {
        str(name)
        for (name,) in connection.execute(
            "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE list_contains($layers, schema_name)",
            {"layers": list(LAYERS)},
        ).fetchall()
    }
    [(year,)] = connection.execute("SELECT max(collection_year) FROM raw.organisations").fetchall()
    if reason := explain_absent(table, present, year):
        return reason
    names = {name: name.partition(".")[2] for name in sorted(present)}
    nearest = get_close_matches(table.rpartition(".")[2], names.values(), n=1)
    similar = [name for name, bare_name in names.items() if bare_name in nearest]
    hint = f" Perhaps you mean {' or '.join(similar)}." if similar else ""
    return f"This build has no table {table}.{hint} {_LIST_TABLES}"
