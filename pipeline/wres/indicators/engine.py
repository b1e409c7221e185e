"""The engines that run the SQL files: DuckDB in this process, or Spark on a cluster. Both give the same tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from wres.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


class Engine(Protocol):
    """Holds tables by name, and answers queries over them in the SQL that all engines have in common."""

    def register(self, name: str, rows: "pa.Table") -> None:
        """Hold these rows under a name."""

    def register_snapshot(self, settings: Settings, name: str, snapshot: int, up_to: int) -> None:
        """Hold a warehouse table's rows up to a collection year, as they stood at a snapshot.

        Of its columns those of `schemas.INPUTS`; one that is newer than the rows is null.
        """

    def materialise(self, name: str, select: str) -> None:
        """Run a query once and hold its rows under a name."""

    def query(self, select: str) -> "pa.Table":
        """Run a query and give its rows, in no order."""


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """Open the engine that the settings name, empty; its tables are dropped at the end.

    Raises:
        WresError: Spark is asked for and cannot be started.
    """
    if settings.engine == "spark":
        from wres.indicators.spark_engine import open_spark

        names_files_from_home = bool(settings.spark_catalog) and not settings.warehouse_uri
        with open_spark(settings.spark_master, settings.home if names_files_from_home else Path()) as spark:
            yield spark
    else:
        from wres.indicators.duckdb_engine import open_duckdb

        with open_duckdb() as database:
            yield database
