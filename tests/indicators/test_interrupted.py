"""Ctrl-C while the indicators are counted ends the step as it ends any other, not with an error of DuckDB's."""

import pytest

from wres.indicators.duckdb_engine import open_duckdb


def count(error: Exception) -> None:
    with open_duckdb():
        raise error


def test_what_duckdb_raises_at_ctrl_c_is_an_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt):
        count(RuntimeError("Query interrupted"))


def test_another_error_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="something else"):
        count(RuntimeError("something else"))
