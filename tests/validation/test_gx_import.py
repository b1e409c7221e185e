"""Great Expectations without what no suite uses finds what it finds as it comes, and leaves the rest to be imported."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wres.validation import validate
from wres.validation.edit_catalogue import SUITES
from wres.validation.gx_adapter import run_suite

AS_IT_COMES = """
import pickle, sys, warnings
sys.modules["pyspark"] = None  # where it is installed, it ends a program of which it misses a part
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import great_expectations
from wres.validation.gx_adapter import run_suite
assert "great_expectations.datasource.fluent.spark_datasource" in sys.modules
for suite, frame, parameters, found in pickle.loads(sys.stdin.buffer.read()):
    assert [(one.meta, one.rows) for one in run_suite(suite, frame, parameters)] == found, suite["name"]
    print(suite["name"])
"""
WITHOUT_THE_REST = """
import gc, sys
from wres.validation.gx_import import great_expectations
great_expectations()
assert gc.isenabled()
left_out = ("datasource.fluent.spark_datasource", "expectations.core.expect_column_mean_to_be_between")
assert not any(f"great_expectations.{name}" in sys.modules for name in left_out)
print(gc.get_freeze_count(), len(gc.get_objects()))
"""


def python(code: str, given: bytes = b"") -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().split()


def test_every_suite_finds_what_it_finds_with_the_library_as_it_comes(
    single: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = []

    def remembered(suite: dict[str, Any], frame: Any, parameters: dict[str, float]) -> Any:
        found = run_suite(suite, frame, parameters)
        ran.append((suite, frame, parameters, [(finding.meta, finding.rows) for finding in found]))
        return found

    monkeypatch.setattr(validate, "run_suite", remembered)
    nurse, total, entered = (
        ("workforce.clinical.band_5", "bme"),
        ("workforce.total", "white"),
        ("disciplinary.entered", "bme"),
    )
    mistakes = (
        {},
        {nurse: ""},
        {nurse: "x"},
        {nurse: "6.5"},
        {entered: "-1"},
        {entered: "193"},
        {total: "1"},
        {nurse: None},
    )
    reads = [single.read(mistake) for mistake in mistakes]
    reads += [single.read(collection_year="2016", signoff_name=None), single.unreadable()]
    single.judge(*map(single.submission, reads))
    assert {suite["name"] for suite, *_ in ran} == set(SUITES) - {"national"}
    assert sum(bool(found) for *_, found in ran) >= 5
    assert python(AS_IT_COMES, pickle.dumps(ran)) == [suite["name"] for suite, *_ in ran]


def test_the_rest_is_left_out_and_the_garbage_collector_passes_over_what_is_there() -> None:
    frozen, looked_at = map(int, python(WITHOUT_THE_REST))
    assert frozen > 100_000 > 100 * looked_at


def test_duckdb_has_nothing_to_complain_of() -> None:
    code = "import duckdb, pandas; from wres.validation.gx_import import great_expectations; great_expectations()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr == b""


def test_what_is_left_out_can_be_imported_when_it_is_wanted(single: Any) -> None:
    single.judge_one(single.read())
    from great_expectations.datasource.fluent.sqlite_datasource import SqliteDatasource
    from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as module
    from scipy import stats

    assert module.stats.norm is stats.norm
    assert sys.modules["scipy.stats"] is stats
    assert Path(sys.modules[SqliteDatasource.__module__].__file__ or "").is_file()
