"""Spark counts a build from Iceberg tables that it finds itself, in the warehouse's own catalogue.

It needs an Iceberg runtime, a driver of SQLite and for S3 Amazon's SDK as jars, which no package of the lock brings:
WRES_TEST_ICEBERG_JARS=/path/iceberg-spark-runtime.jar,/path/sqlite-jdbc.jar,/path/s3.jar, with the PySpark that the
runtime is for. docs/analysts.md says where they come from.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from tests.warehouse.test_counted_builds import built
from wres.database.models import Build
from wres.database.registry import open_registry
from wres.database.releases import find_build, get_snapshots
from wres.errors import WresError
from wres.indicators.compute import published_tables
from wres.indicators.counted_builds import count_build, counted_build
from wres.indicators.from_warehouse import indicator_tables, register_warehouse
from wres.indicators.spark_engine import SparkEngine
from wres.settings import Settings, load_settings
from wres.warehouse.marts import read_counted

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JARS = os.environ.get("WRES_TEST_ICEBERG_JARS", "")
ROOT = Path(__file__).parents[2]
# `wres` as it is, but for the engine where PySpark is older than the product asks for.
COMMAND = """
import sys, pyspark, wres.indicators.spark_engine as spark_engine
from tests.indicators.test_spark_catalogue import AnySpark
from wres.cli.main import main
if __name__ == "__main__":
    if pyspark.__version__ < "4.1":
        spark_engine.SparkEngine = AnySpark
    main()
"""
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


def describe_catalogue(settings: Settings) -> str:
    """Return the lines of spark-defaults.conf in docs/analysts.md for a registry in SQLite."""
    catalogue = "spark.sql.catalog.wres"
    place = settings.warehouse_uri or settings.home.resolve() / "warehouse"
    io = f"{catalogue}.io-impl org.apache.iceberg.aws.s3.S3FileIO\n" if settings.warehouse_uri else ""
    return io + (
        f"spark.jars {JARS}\n"
        f"{catalogue} org.apache.iceberg.spark.SparkCatalog\n"
        f"{catalogue}.type jdbc\n"
        f"{catalogue}.uri jdbc:sqlite:{settings.home.resolve()}/registry.db\n"
        f"{catalogue}.jdbc.init-catalog-tables false\n"
        f"{catalogue}.warehouse {place}\n"
    )


@pytest.mark.parametrize("place", ["home", "object store"])
def test_a_build_on_the_command_line_is_counted_by_spark_as_by_duckdb(
    place: str,
    tmp_path: Path,
    wres: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if place == "object store":
        server = request.getfixturevalue("s3_server")
        request.getfixturevalue("bucket")
        monkeypatch.setenv("WRES_WAREHOUSE_URI", "s3://wres/warehouse")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{server}")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "keeper")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "keeper-secret")
    assert wres("demo", "--years", "2022", "--returns", "5")[0] == 0
    settings = load_settings()
    (tmp_path / "spark-defaults.conf").write_text(describe_catalogue(settings))
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "build", "2022"],
        env=os.environ
        | {"SPARK_CONF_DIR": str(tmp_path), "WRES_ENGINE": "spark", "WRES_SPARK_CATALOG": "wres"}
        | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,  # not the home, from which the warehouse's metadata names its files
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    build: Any = find_build(open_registry(settings), None)
    snapshots = dict(get_snapshots(build))
    by_spark = counted_build(settings.model_copy(update={"engine": "spark"}), build.build, snapshots, 2022)
    counted = read_counted(settings, by_spark)
    assert counted is not None
    for name, rows in count_build(settings, snapshots, 2022).items():
        in_order = [(column, "ascending") for column in rows.schema.names]
        assert counted[name].select(rows.schema.names).cast(rows.schema).sort_by(in_order) == rows.sort_by(in_order)
