"""The helpers beside these tests (the exact_ modules, made_returns, sql_fixtures) within reach; Spark for who asks."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.indicators.engine import Engine

sys.path.insert(0, str(Path(__file__).resolve().parent))

# Small data, short life: half the work of starting is compiling what is then hardly used.
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(scope="module")
def spark_here() -> Iterator[None]:
    """Spark can be started here; else the test is skipped with the reason."""
    from pipeline.indicators.spark_engine import what_is_missing

    if missing := what_is_missing():
        pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", QUICK_JAVA)
        yield


@pytest.fixture(scope="module")
def spark(spark_here: None) -> Iterator[Engine]:
    """Spark on two threads of this machine, the same for a whole file."""
    from pipeline.indicators.spark_engine import open_spark

    with open_spark("local[2]") as engine:
        yield engine
