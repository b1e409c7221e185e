"""The daily chase list, taken through its task in this process (`dag.test`)."""

import csv
from collections.abc import Callable
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag

from wres.database.collection_state import set_state
from wres.database.registry import open_registry
from wres.settings import Settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("airflow_database"),
    pytest.mark.filterwarnings("ignore:Using .httpx. with .starlette.testclient. is deprecated"),
]


@pytest.fixture
def chase(dags_folder: str) -> Callable[[str], str]:
    """Runs the DAG as of a time; gives the state of its task."""

    def run(as_of: str) -> str:
        done: Any = DagBag(dags_folder).dags["chase_outstanding"].test(run_conf={"as_of": as_of})
        [task] = done.get_task_instances()
        return str(task.state)

    return run


def test_the_years_that_are_open_or_late_are_chased(chase: Callable[[str], str], settings: Settings) -> None:
    set_state(open_registry(settings), 2021, "open", settings.clock.now())  # by hand: late long after its hard close
    assert chase("2022-08-30T07:00") == "success"
    lists = {path.parent.name: path for path in settings.progress.glob("*/chase-list.csv")}
    assert sorted(lists) == ["2021", "2022"]
    rows = list(csv.DictReader(lists["2022"].read_text().splitlines()))
    assert len(rows) == 209
    assert {row["days_left"] for row in rows} == {"1"}
    assert (lists["2022"].parent / "index.html").is_file()


def test_with_no_collection_under_way_there_is_nobody_to_chase(chase: Callable[[str], str], settings: Settings) -> None:
    assert chase("2022-10-01T07:00") == "skipped"
    assert not settings.progress.exists()


def test_a_place_that_cannot_be_written_fails_at_once(
    chase: Callable[[str], str], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.home.mkdir(parents=True)
    settings.progress.write_text("in the way")
    assert chase("2022-08-30T07:00") == "failed"
    assert "cannot be written" in caplog.text
