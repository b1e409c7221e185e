"""Run the SQL files on Spark, on a cluster, which reads the warehouse's Iceberg tables or Parquet files itself."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from wres.errors import WresError
from wres.indicators.schemas import INPUTS
from wres.settings import Settings
from wres.warehouse.iceberg import raw_identifier
from wres.warehouse.snapshot_reader import data_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_ANYWHERE = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.ansi.enabled": "true",  # what does not fit its type is an error, never a null
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.fieldId.read.enabled": "true",
}
# On one machine: no more parts than it has cores, and nothing that depends on how the machine's name resolves.
_ONE_MACHINE = {
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


class SparkEngine:
    """An `Engine` on Spark."""

    def __init__(self, session: "SparkSession") -> None:
        self._session = session

    def register(self, name: str, rows: pa.Table) -> None:
        """Hold these rows under a name."""
        self._session.createDataFrame(rows).createOrReplaceTempView(name)

    def register_snapshot(self, settings: Settings, name: str, snapshot: int, up_to: int) -> None:
        """Hold a warehouse table's rows up to a collection year, as they stood at a snapshot.

        Raises:
            WresError: Spark cannot read the warehouse's files.
        """
        if settings.spark_catalog:
            self._register_by_catalogue(settings, name, snapshot, up_to)
        else:
            self._register_files(settings, name, snapshot, up_to)

    def _register_by_catalogue(self, settings: Settings, name: str, snapshot: int, up_to: int) -> None:
        """Hold rows that Spark reads as an Iceberg table, of a catalogue that its own configuration names."""
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException
        from pyspark.sql.functions import lit

        table = f"{settings.spark_catalog}.{raw_identifier(name)}"
        try:
            rows = self._session.read.option("snapshot-id", snapshot).table(table)
            kinds = {field.name: field.dataType.simpleString() for field in self._session.table(table).schema}
        except (PySparkException, Py4JJavaError) as error:
            raise WresError(
                f"Spark cannot read the table {table}: {_first_line(error)} See that its configuration names the "
                f"catalogue {settings.spark_catalog} (docs/analysts.md), or unset WRES_SPARK_CATALOG: then Spark is "
                "given the files."
            ) from None
        # A column that is newer than the snapshot is null.
        columns = [
            rows[column] if column in rows.columns else lit(None).cast(kinds[column]).alias(column)
            for column in INPUTS[name].names
        ]
        rows.where(f"collection_year <= {up_to}").select(*columns).createOrReplaceTempView(name)

    def _register_files(self, settings: Settings, name: str, snapshot: int, up_to: int) -> None:
        """Hold rows of the Parquet files that the warehouse's own catalogue names."""
        from py4j.protocol import Py4JJavaError
        from pyspark.errors import PySparkException
        from pyspark.sql.pandas.types import from_arrow_type
        from pyspark.sql.types import StructField, StructType

        files = data_files(settings, name, snapshot, up_to)
        if not files.paths:
            self.register(name, INPUTS[name].empty_table())
            return
        # Iceberg knows columns by their ids, not by the names in a file.
        columns = [
            StructField(field.name, from_arrow_type(field.type), metadata={"parquet.field.id": files.ids[field.name]})
            for field in INPUTS[name]
        ]
        try:
            rows = self._session.read.schema(StructType(columns)).parquet(*map(_literal, files.paths))
        except (PySparkException, Py4JJavaError) as error:
            place = settings.warehouse_uri or settings.home.resolve() / "warehouse"
            raise WresError(
                f"Spark cannot read the warehouse at {place}: {_first_line(error)} Every "
                "machine of the cluster must reach it under this address; or build here: --engine duckdb."
            ) from None
        rows.where(f"collection_year <= {up_to}").createOrReplaceTempView(name)

    def materialise(self, name: str, select: str) -> None:
        """Run a query once and hold its rows under a name."""
        # Unions and joins add up their parts; no more of them than a shuffle makes.
        parts = int(self._session.conf.get("spark.sql.shuffle.partitions"))
        self._session.sql(select).coalesce(parts).localCheckpoint().createOrReplaceTempView(name)

    def query(self, select: str) -> pa.Table:
        """Run a query and give its rows, in no order."""
        return self._session.sql(select).toArrow()


@contextmanager
def open_spark(master: str, folder: Path = Path()) -> Iterator[SparkEngine]:
    """Open an application of its own on a cluster; it is stopped at the end.

    Args:
        master: Spark's master URL: local[2] is two threads of this machine, spark://host:7077 a cluster.
        folder: where Spark starts. Where Spark reads a catalogue itself, a warehouse in a home needs the home here: its
            metadata names the files from there.

    Raises:
        WresError: PySpark or Java is missing, or there is no such cluster.
    """
    session = _started(master, folder)
    try:
        yield SparkEngine(session)
    finally:
        session.stop()


def _started(master: str, folder: Path) -> "SparkSession":
    """Start a Spark session in a folder, or return the one that is running."""
    if missing := what_is_missing():
        raise WresError(f"The engine spark cannot be used: {missing} Or build without it: --engine duckdb.")
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    settings = _ANYWHERE | (_ONE_MACHINE if master.startswith("local") else {})
    try:
        with chdir(folder):  # Java takes the folder from the process that starts it, and keeps it
            return SparkSession.builder.master(master).appName("wres").config(map=settings).getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise WresError(
            f"Spark cannot be started with the master {master!r}: {_first_line(error)} Set WRES_SPARK_MASTER to one "
            "that is there, local[2] for this machine, and see that Java is 17 or newer."
        ) from None


def what_is_missing() -> str:
    """Say what this machine lacks for Spark and how to get it; empty when it lacks nothing."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed. Run: make spark (or pip install pyspark)."
    home = os.environ.get("JAVA_HOME")
    java = Path(home) / "bin" / "java" if home else Path(shutil.which("java") or "")
    if not java.is_file():
        return "there is no Java. Install version 17, for example openjdk-17-jre-headless."
    return ""


def _literal(path: str) -> str:
    """Escape what Spark would take for a pattern of file names."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", path)


def _first_line(error: Exception) -> str:
    """Return the message of an error of Spark without its trace: of Java's errors the last part of the first line."""
    java = getattr(error, "java_exception", None)
    text = str(java.getMessage()) if java is not None else str(error)
    line = text.strip().splitlines()[0].strip() if text.strip() else type(error).__name__
    return line if line.endswith(".") else f"{line}."
