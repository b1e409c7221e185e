"""The Python of docs/analysts.md runs as it stands, on a small warehouse: DuckDB, pandas, polars, PyIceberg, Spark."""

import re
from importlib.util import find_spec
from typing import Any

import pytest

from tests.warehouse.test_counted_builds import built, tables
from wres.settings import Settings, package_data

BLOCKS = re.findall(r"```python\n(.*?)```", (package_data("docs") / "analysts.md").read_text(encoding="utf-8"), re.S)
PLAIN = [block for block in BLOCKS if "pyspark" not in block and "pyiceberg" not in block]
PYICEBERG = [block for block in BLOCKS if "pyiceberg" in block]
POLARS = find_spec("polars") is not None
SPARK = [block for block in BLOCKS if "pyspark" in block]


@pytest.fixture
def published_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    built(settings, 2021, 30, 10)
    tables(settings, built(settings, 2022, 20, 20))
    monkeypatch.setenv("WRES_HOME", str(settings.home))
    return settings


def test_every_tool_of_the_guide_reads_the_same_rows(
    published_home: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(PLAIN) == 3
    names: dict[str, Any] = {}
    for block in PLAIN:
        exec(_what_can_run(block), names)  # noqa: S102 - the guide's own lines
    assert "RAA" in capsys.readouterr().out
    assert names["table"].num_rows > 0
    assert list(names["frame"]["code"]) == ["RAA"] * (1 if POLARS else 2)


def test_pyiceberg_reads_the_catalogue_and_changes_nothing(
    published_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published_home.home)  # as the guide says
    (block,) = PYICEBERG
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102 - the guide's own lines
    assert list(names["frame"]["code"]) == ["RAA"]


def _what_can_run(block: str) -> str:
    """Leave out the lines with polars where it is not installed, as in the lock."""
    return (
        block if POLARS else "".join(line for line in block.splitlines(keepends=True) if "pl" not in line.split("#")[0])
    )


@pytest.mark.slow
@pytest.mark.skipif(find_spec("pyspark") is None, reason="PySpark is not installed: make spark")
def test_spark_reads_the_files(published_home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    for block in SPARK:
        exec(block, {})  # noqa: S102 - the guide's own lines
    assert "2022" in capsys.readouterr().out
