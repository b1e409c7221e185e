"""The order in which the demonstration takes years through the DAGs."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Any, cast

import pytest

from wres.errors import WresError
from wres.orchestration.demo import DagRuns
from wres.orchestration.local_airflow import LocalAirflow

WHEN = datetime(2022, 6, 10, tzinfo=UTC)


class RecordedAirflow:
    """Stands in for a local Airflow: notes what is asked of it, and lets a test say when a release is out."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.is_out = Event()
        self.fails = ""

    def start(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Note the start of a run."""
        run = f"{dag_id} {conf['year']}"
        self.calls.append(f"start {run}")
        if run == self.fails:
            raise WresError(f"{run} is refused.")
        return run

    def finish(self, _dag_id: str, run_id: str, person: Any = None) -> None:
        """Note that a run is waited for."""
        self.calls.append(f"finish {run_id}" + (" with a person" if person else ""))

    def finish_triggered_runs(self, _dag_id: str, run_id: str) -> None:
        """Note that the builds of a round are waited for."""
        self.calls.append(f"builds of {run_id}")

    def wait_for_task(self, _dag_id: str, run_id: str, task_id: str) -> None:
        """Wait until the test says that the release is out."""
        assert self.is_out.wait(300)
        self.calls.append(f"{task_id} of {run_id}")


@pytest.fixture
def airflow() -> RecordedAirflow:
    return RecordedAirflow()


@pytest.fixture
def run_step(airflow: RecordedAirflow) -> DagRuns:
    return DagRuns(cast("LocalAirflow", airflow), [2022, 2021])


def test_a_step_waits_for_the_build_of_the_round_before(run_step: DagRuns, airflow: RecordedAirflow) -> None:
    for step in ("collect", "collect", "build", "publish"):
        run_step(step, 2021, WHEN, None)
    collected = ["start collect_returns 2021", "finish collect_returns 2021"]
    published = ["start publish_tables 2021", "finish publish_tables 2021 with a person"]
    assert airflow.calls == [*collected, "builds of collect_returns 2021"] * 2 + published


def test_a_year_is_published_once_the_release_of_the_year_before_is_out(
    run_step: DagRuns, airflow: RecordedAirflow
) -> None:
    with ThreadPoolExecutor(1) as publisher:
        later = publisher.submit(run_step, "publish", 2022, WHEN, None)
        run_step("publish", 2021, WHEN, None)
        assert airflow.calls == ["start publish_tables 2021", "finish publish_tables 2021 with a person"]
        airflow.is_out.set()
        later.result(60)
    assert airflow.calls[2:] == [
        "publish_official of publish_tables 2021",
        "start publish_tables 2022",
        "finish publish_tables 2022 with a person",
    ]


@pytest.mark.parametrize(("step", "dag_id"), [("collect", "collect_returns"), ("publish", "publish_tables")])
def test_no_year_waits_for_one_that_failed(run_step: DagRuns, airflow: RecordedAirflow, step: str, dag_id: str) -> None:
    airflow.fails = f"{dag_id} 2021"
    with pytest.raises(WresError, match="2021 is refused"):
        run_step(step, 2021, WHEN, None)
    with pytest.raises(WresError, match="2021 is refused"):
        run_step("publish", 2022, WHEN, None)
