"""Each SQL file by itself on Spark: the same small tables in, the same rows out as on DuckDB."""

import pytest

from tests.indicators.sql_fixtures import VIEWS, check
from wres.indicators.engine import Engine


@pytest.mark.parametrize("view", VIEWS)
def test_its_fixture(view: str, spark: Engine) -> None:
    check(spark, view)
