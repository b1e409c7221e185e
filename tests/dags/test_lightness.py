"""Airflow reads DAG files again and again, so reading one must not bring in what only a step needs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).resolve().parents[2] / "dags"
HEAVY = {
    "alembic",
    "duckdb",
    "great_expectations",
    "gptables",
    "numpy",
    "pandas",
    "wres.steps",
    "pyarrow",
    "pyiceberg",
    "scipy",
    "xlsxwriter",
}

READ = """
import json, runpy, sys, time
import airflow.sdk
from airflow.sdk import DAG, Asset, Param, dag, task
began, before = time.process_time(), set(sys.modules)
runpy.run_path(sys.argv[1])
print(json.dumps({"seconds": time.process_time() - began, "modules": sorted(set(sys.modules) - before)}))
"""


@pytest.mark.parametrize("path", sorted(DAGS.glob("*.py")), ids=lambda path: path.stem)
def test_reading_a_dag_file_brings_in_nothing_heavy(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    read = json.loads(done.stdout.splitlines()[-1])
    assert set(read["modules"]) & HEAVY == set()
    assert "wres.orchestration.task_context" in read["modules"]
    assert read["seconds"] < 1
