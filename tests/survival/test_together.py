"""Four workers that collect, two that build and one that publishes, all at once: as if one had done all in turn."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_SCRIPT = Path(__file__).with_name("together.py")


@pytest.mark.parametrize("registry", ["sqlite", "postgresql"])
def test_many_workers_at_once(
    registry: str, request: pytest.FixtureRequest, tmp_path: Path, full: bool, record_summary: Callable[..., None]
) -> None:
    if registry == "sqlite" and not full:
        pytest.skip("by make survive")
    options = ["--organisations=100" if full else "--organisations=8", "--times=5"]
    if registry == "postgresql":
        options.append(f"--postgres={request.getfixturevalue('postgres_server')}")
    done = subprocess.run(
        [sys.executable, _SCRIPT, tmp_path / "world", *options],
        env={**os.environ, "PYTHONPATH": str(_SCRIPT.parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout.splitlines()[-1])
    record_summary(**facts)
    assert facts["failures"] == []
    assert min(facts["done"].get(step, 0) for step in ("collect", "build", "publish")) > 1, facts["done"]
