"""An edit that does not run is a fault of the pipeline: never a pass, never a finding."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from wres.validation.edit_catalogue import load_suites
from wres.validation.gx_adapter import EditExecutionError, run_suite

BETWEEN = "expect_column_values_to_be_between"


def suite(*expectations: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "tried",
        "expectations": [
            {"type": kind, "kwargs": kwargs, "meta": {"edit": f"V{number}"}}
            for number, (kind, kwargs) in enumerate(expectations, start=901)
        ],
    }


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"row": [7, 8, 9], "number": [1.0, -2.0, None], "text": ["a", "b", "c"]})


def test_failures_come_in_the_order_of_the_suite_with_their_rows(frame: pd.DataFrame) -> None:
    tried = suite(
        ("expect_column_values_to_not_be_null", {"column": "number"}),
        (BETWEEN, {"column": "number", "min_value": {"$PARAMETER": "least"}}),
        ("expect_column_values_to_be_in_set", {"column": "text", "value_set": ["a", "b", "c"]}),
        (BETWEEN, {"column": "number", "max_value": -3}),
    )
    failures = run_suite(tried, frame, {"least": 0})
    assert [(failure.meta["edit"], failure.rows) for failure in failures] == [
        ("V901", [9]),
        ("V902", [8]),
        ("V904", [7, 8]),
    ]


def test_where_there_is_nothing_to_test_nothing_fails(frame: pd.DataFrame) -> None:
    tried = suite((BETWEEN, {"column": "number", "min_value": 0}))
    assert run_suite(tried, frame[:0], {}) == []
    assert run_suite(tried, frame.assign(number=None), {}) == []


def test_a_column_of_missing_values_is_still_tested_for_them(frame: pd.DataFrame) -> None:
    tried = suite(("expect_column_values_to_not_be_null", {"column": "number"}))
    assert [failure.rows for failure in run_suite(tried, frame.assign(number=None), {})] == [[7, 8, 9]]


def test_an_expectation_may_have_a_condition_on_a_column_that_it_does_not_test(frame: pd.DataFrame) -> None:
    rows_of_b = {"type": "comparison", "column": {"name": "text"}, "operator": "==", "parameter": "b"}
    tried = suite((BETWEEN, {"column": "number", "min_value": 5, "row_condition": rows_of_b}))
    assert [failure.rows for failure in run_suite(tried, frame, {})] == [[8]]


NOWHERE_IS_THERE = {"type": "nullity", "column": {"name": "nowhere"}, "is_null": False}
CANNOT_RUN = {
    "missing column": (BETWEEN, {"column": "nowhere", "min_value": 0}),
    "type that cannot be compared": (BETWEEN, {"column": "text", "min_value": 0}),
    "faulty condition": (BETWEEN, {"column": "number", "min_value": 0, "row_condition": NOWHERE_IS_THERE}),
    "missing second column": (
        "expect_column_pair_values_to_be_equal",
        {"column_A": "number", "column_B": "nowhere"},
    ),
    "names no rows": ("expect_column_mean_to_be_between", {"column": "number", "min_value": 5}),
}


@pytest.mark.parametrize("expectation", CANNOT_RUN.values(), ids=CANNOT_RUN)
def test_an_expectation_that_cannot_run_stops_everything(
    expectation: tuple[str, dict[str, Any]], frame: pd.DataFrame
) -> None:
    with pytest.raises(EditExecutionError, match="V901 of tried"):
        run_suite(suite(expectation), frame, {})


def test_an_edit_that_raises_fails_the_whole_batch(single: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {**load_suites(), "figures": suite((BETWEEN, {"column": "nowhere", "min_value": 0}))}
    monkeypatch.setattr("wres.validation.validate.load_suites", lambda: broken)
    with pytest.raises(EditExecutionError, match="V901 of tried raised"):
        single.validate_one(single.read())


def test_validating_uses_no_network_and_writes_no_files(
    single: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError(f"tried to connect to {args}")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert single.validate_one(single.read()).status == "accepted"
    assert list(tmp_path.iterdir()) == []


RUN_A_SUITE = """
import duckdb, pandas
from wres.validation.gx_adapter import run_suite
kwargs = {"column": "number", "min_value": 0}
expectation = {"type": "expect_column_values_to_be_between", "kwargs": kwargs, "meta": {"edit": "V901"}}
frame = pandas.DataFrame({"row": [7, 8], "number": [1, -2]})
failures = run_suite({"name": "tried", "expectations": [expectation]}, frame, {})
print([failure.rows for failure in failures])
"""


def test_a_new_process_raises_no_warning_and_writes_nothing_else() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN_A_SUITE], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[[8]]\n", "")
