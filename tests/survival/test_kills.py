"""Killed, failed or stalled at any point of any step and run again, the pipeline ends as if nothing had been.

The points are found by watching a run (points.py); what must be so is in truth.py. The suite takes a sample of them,
`make survive` some hundreds.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

_SCRIPT = Path(__file__).with_name("survive.py")
_ALL = {"kills": 70, "moments": 10, "faults": 16, "stalls": 6}
Survive = Callable[..., dict[str, Any]]


@pytest.fixture
def survive(tmp_path: Path, full: bool, record_summary: Callable[..., None]) -> Survive:
    """Runs the harness in one world and gives its summary."""

    def run(sample: dict[str, int], **where: str) -> dict[str, Any]:
        wanted = _ALL if full else sample
        options = [f"--{name}={value}" for name, value in {**wanted, **where}.items()]
        done = subprocess.run(
            [sys.executable, _SCRIPT, tmp_path / "world", *options],
            env={**os.environ, "PYTHONPATH": str(_SCRIPT.parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        record_summary(**summary)
        assert summary["failures"] == []
        harm = summary["harm"]
        assert harm["killed"] >= wanted["kills"] * 0.9, "the points of a run have changed while it was repeated"
        assert (harm.get("failed", 0) > 0, harm.get("stalled", 0) > 0) == (
            wanted["faults"] > 0,
            wanted["stalls"] > 0,
        )
        return summary

    return run


@pytest.fixture
def object_store(s3_server: str, bucket: Any) -> str:
    return s3_server


def test_over_sqlite_and_folders(survive: Survive, full: bool) -> None:
    stages = {} if full else {"stages": "5"}
    result = survive({"kills": 7, "moments": 1, "faults": 2, "stalls": 1}, **stages)
    assert sum(result["points"].values()) > 500
    assert result["places"] > 50


def test_over_postgresql_and_s3(survive: Survive, postgres_server: str, object_store: str) -> None:
    result = survive({"kills": 6, "moments": 1, "faults": 2, "stalls": 1}, postgres=postgres_server, s3=object_store)
    assert {"publish", "release", "revise"} <= set(result["points"])


def test_over_sqlite_and_s3(survive: Survive, full: bool, object_store: str) -> None:
    if not full:
        pytest.skip("by make survive")
    survive({}, s3=object_store, policy="protected")


def test_over_postgresql_and_folders(survive: Survive, full: bool, postgres_server: str) -> None:
    if not full:
        pytest.skip("by make survive")
    survive({}, postgres=postgres_server, policy="protected")
