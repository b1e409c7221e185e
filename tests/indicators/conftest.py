"""The helpers beside these tests (the exact_ modules, made_returns, sql_fixtures) within reach; Spark for who asks."""

from collections.abc import Iterator

import pytest

from wres.indicators.engine import Engine


@pytest.fixture(scope="module")
def spark(spark_here: None) -> Iterator[Engine]:
    """Spark on two threads of this machine, the same for a whole file."""
    from wres.indicators.spark_engine import open_spark

    with open_spark("local[2]") as engine:
        yield engine
