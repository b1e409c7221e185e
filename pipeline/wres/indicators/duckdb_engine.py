"""Run the SQL files on DuckDB, in this process and in memory, which is enough for a national collection."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from wres.indicators.schemas import INPUTS
from wres.settings import Settings
from wres.warehouse.interruptible import run_interruptible
from wres.warehouse.snapshot_reader import read_years

_THREADS = 2  # a national run takes seconds; more would only take them from others


class DuckDBEngine:
    """An `Engine` on DuckDB."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def register(self, name: str, rows: pa.Table) -> None:
        """Hold these rows under a name."""
        self._database.register(name, rows)

    def register_snapshot(self, settings: Settings, name: str, snapshot: int, up_to: int) -> None:
        """Hold a warehouse table's rows up to a collection year, as they stood at a snapshot."""
        self.register(name, read_years(settings, name, snapshot, up_to, columns=INPUTS[name].names))

    def materialise(self, name: str, select: str) -> None:
        """Run a query once and hold its rows under a name."""
        run_interruptible(self._database, lambda: self._database.execute(f"CREATE TEMPORARY TABLE {name} AS {select}"))

    def query(self, select: str) -> pa.Table:
        """Run a query and give its rows, in no order."""
        return run_interruptible(self._database, lambda: self._database.sql(select).to_arrow_table())


@contextmanager
def open_duckdb() -> Iterator[DuckDBEngine]:
    """Open an empty database in memory without access to files or networks."""
    with duckdb.connect(
        config={
            "threads": _THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
        }
    ) as database:
        yield DuckDBEngine(database)
