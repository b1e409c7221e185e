"""The wheel in a team's own Airflow, set up as the guide says, collects a year that the image does not know."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SHIPPED_YEAR, NEW_YEAR = 2025, 2026
DAGS = ["build_warehouse", "chase_outstanding", "collect_returns", "publish_tables", "watch_collections"]


class OwnAirflow:
    """An Airflow with a home of its own, whose environment holds the wheel."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.home, self._bin, self._folder = folder / "home", image / "venv" / "bin", folder
        self._environment = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ} | {
            "PATH": f"{self._bin}:{os.environ['PATH']}",
            "WRES_HOME": str(self.home),
            "WRES_YEARS": str(folder / "years"),
            "AIRFLOW_HOME": str(folder / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        }
        self._environment["AIRFLOW__CORE__DAGS_FOLDER"] = self.run("wres", "airflow", "dags-folder").strip()

    def run(self, *command: str | Path) -> str:
        """Run a command as the team does; return its standard output."""
        done = subprocess.run(
            command, cwd=self._folder, env=self._environment, check=False, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def open_year(image: Path, folder: Path) -> None:
    """Add a year to the folder that WRES_YEARS names: a copy of the last, whose collection is open now."""
    [shipped] = (image / "venv").glob(f"lib/*/site-packages/wres/reference/years/{SHIPPED_YEAR}.toml")
    text = shipped.read_text(encoding="utf-8")
    for year in (SHIPPED_YEAR, SHIPPED_YEAR - 1):
        text = text.replace(f"year = {year}", f"year = {year + 1}").replace(f" = {year}-", f" = {year + 1}-")
    for key, day in {"deadline": "2099-08-31", "hard_close": "2099-09-30", "release_time": "2100-02-25"}.items():
        text, number = re.subn(rf"(?m)^{key} = [0-9-]+T", f"{key} = {day}T", text)
        assert number == 1
    folder.mkdir()
    (folder / f"{NEW_YEAR}.toml").write_text(text, encoding="utf-8")


def test_a_year_added_by_file_is_collected(image: Path, tmp_path: Path) -> None:
    open_year(image, tmp_path / "years")
    airflow = OwnAirflow(image, tmp_path)
    airflow.run("airflow", "db", "migrate")
    airflow.run("airflow", "dags", "reserialize")
    *_, listed = airflow.run("airflow", "dags", "list", "--output", "json").splitlines()  # after Airflow's remarks
    dags = json.loads(listed)
    assert sorted(dag["dag_id"] for dag in dags) == DAGS
    assert {dag["is_paused"] for dag in dags} == {"True"}

    airflow.run("wres", "prepare", "--example", "extracts")
    extracts = ("--staff", "extracts/example-staff.csv", "--cases", "extracts/example-cases.csv")
    airflow.run("wres", "prepare", str(NEW_YEAR), "RXY", *extracts, "--output", "return.xlsx")
    airflow.run("wres", "submit", str(NEW_YEAR), "RXY", "return.xlsx")
    airflow.run("airflow", "dags", "test", "collect_returns", "--conf", json.dumps({"year": NEW_YEAR}))
    [received] = json.loads(airflow.run("wres", "history", str(NEW_YEAR), "RXY", "--format", "json"))
    assert (received["status"], received["clock"]) == ("accepted_with_queries", "machine")
    [report] = (airflow.home / "outbox" / str(NEW_YEAR) / "RXY").glob("*/report.json")
    assert json.loads(report.read_text(encoding="utf-8"))["status"] == "accepted_with_queries"
