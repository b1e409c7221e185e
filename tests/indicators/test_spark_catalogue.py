"""Spark counts a build from Iceberg tables that it finds itself, in the warehouse's own catalogue.

It needs an Iceberg runtime and a driver of SQLite as jars, which no package of the lock brings:
WRES_TEST_ICEBERG_JARS=/path/iceberg-spark-runtime.jar,/path/sqlite-jdbc.jar, with the PySpark that the runtime is for.
docs/analysts.md says where they come from.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from tests.warehouse.test_counted_builds import built
from wres.database.models import Build
from wres.database.releases import get_snapshots
from wres.errors import WresError
from wres.indicators.compute import published_tables
from wres.indicators.from_warehouse import indicator_tables, register_warehouse
from wres.indicators.spark_engine import SparkEngine
from wres.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JARS = os.environ.get("WRES_TEST_ICEBERG_JARS", "")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not JARS, reason="WRES_TEST_ICEBERG_JARS names no jars")]


class AnySpark(SparkEngine):
    """The engine on PySpark 3.5 too, which takes and gives no Arrow tables."""

    def register(self, name: str, rows: pa.Table) -> None:
        from pyspark.sql.pandas.types import from_arrow_schema

        values = [tuple(row.values()) for row in rows.to_pylist()]
        self._session.createDataFrame(values, from_arrow_schema(rows.schema)).createOrReplaceTempView(name)

    def query(self, select: str) -> pa.Table:
        from pyspark.sql.pandas.types import to_arrow_schema

        frame = self._session.sql(select)
        schema = to_arrow_schema(frame.schema)
        return pa.Table.from_batches(frame._collect_as_arrow(), schema)


@pytest.fixture
def build(settings: Settings) -> Build:
    built(settings, 2021, 30, 10)
    return built(settings, 2022, 20, 20)


@pytest.fixture
def session(settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch) -> "Iterator[SparkSession]":
    from pyspark.sql import SparkSession

    from wres.indicators.spark_engine import _ANYWHERE, _ONE_MACHINE

    monkeypatch.chdir(settings.home)  # a home's metadata names its files from the home on
    catalogue = {
        "spark.jars": JARS,
        "spark.sql.catalog.wres": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.wres.type": "jdbc",
        "spark.sql.catalog.wres.uri": f"jdbc:sqlite:{settings.home.resolve()}/registry.db",
        "spark.sql.catalog.wres.warehouse": f"{settings.home.resolve()}/warehouse",
        "spark.sql.catalog.wres.jdbc.init-catalog-tables": "false",
    }
    session = SparkSession.builder.master("local[1]").config(map=_ANYWHERE | _ONE_MACHINE | catalogue).getOrCreate()
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # PySpark leaves its socket open
def test_it_counts_the_same_tables(settings: Settings, build: Build, session: "SparkSession") -> None:
    engine, snapshots = AnySpark(session), dict(get_snapshots(build))
    register_warehouse(settings.model_copy(update={"spark_catalog": "wres"}), engine, snapshots, 2022)
    expected = indicator_tables(settings, snapshots, 2022)
    for name, rows in published_tables(engine).items():
        assert rows == expected[name], name
    elsewhere = settings.model_copy(update={"spark_catalog": "other"})
    with pytest.raises(WresError, match="unset WRES_SPARK_CATALOG"):
        engine.register_snapshot(elsewhere, "figures", snapshots["figures"], 2022)
