"""The steps of a demonstration without Airflow: years in their order, and no year waits for one that failed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from wres import steps
from wres.context import Context
from wres.errors import WresError
from wres.settings import Settings
from wres.simulation import direct_steps
from wres.simulation.direct_steps import DirectSteps

AS_OF = datetime(2023, 3, 1, tzinfo=UTC)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Records the steps that run, in place of the steps; building 2021 fails."""
    recorded: list[tuple[str, int]] = []

    def record(step: str) -> Any:
        def run(context: Context, *_: Any, **__: Any) -> bool:
            recorded.append((step, context.year))
            if (step, context.year) == ("build", 2021):
                raise WresError("No return of 2021 has been accepted yet.")
            return True

        return run

    for step in ("collect", "build", "send_local_reports"):
        monkeypatch.setattr(steps, step, record(step))
    for step in ("_approve", "_publish"):
        monkeypatch.setattr(direct_steps, step, record(step))
    return recorded


@pytest.fixture
def run_step(settings: Settings) -> Iterator[DirectSteps]:
    """Runs steps in two threads, in place of the two processes."""
    with ThreadPoolExecutor(1) as last, ThreadPoolExecutor(1) as earlier:
        yield DirectSteps(settings, [2022, 2021], last, earlier)


def test_a_year_is_published_after_the_one_before_it(run_step: DirectSteps, ran: list[tuple[str, int]]) -> None:
    with ThreadPoolExecutor(1) as other:
        later = other.submit(run_step, "publish", 2022, AS_OF, None)
        while ("_approve", 2022) not in ran:
            pass
        run_step("publish", 2021, AS_OF, None)
        later.result(60)
    assert [year for step, year in ran if step == "_publish"] == [2021, 2022, 2022]
    assert [step for step, year in ran if year == 2021] == ["_approve", "_publish", "send_local_reports"]
    steps_of_last = [step for step, year in ran if year == 2022]
    assert steps_of_last == ["_approve", "_publish", "_publish", "send_local_reports"]  # management, then official


def test_the_last_years_management_release_goes_before_local_reports(
    run_step: DirectSteps, ran: list[tuple[str, int]]
) -> None:
    with ThreadPoolExecutor(1) as other:
        earlier = other.submit(run_step, "publish", 2021, AS_OF, None)
        while ("_publish", 2021) not in ran:
            pass
        run_step("publish", 2022, AS_OF, None)
        earlier.result(60)
    assert ran.index(("_publish", 2022)) < ran.index(("send_local_reports", 2021))


@pytest.mark.parametrize("failing", ["collect", "build"])
def test_local_reports_wait_for_no_year_that_failed(
    run_step: DirectSteps, ran: list[tuple[str, int]], failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Context) -> None:
        raise WresError("It cannot be done.")

    monkeypatch.setattr(steps, failing, fail)
    with ThreadPoolExecutor(1) as other:
        earlier = other.submit(run_step, "publish", 2021, AS_OF, None)
        with pytest.raises(WresError, match="cannot be done"):
            run_step(failing, 2022, AS_OF, None)
        earlier.result(60)
    assert ("send_local_reports", 2021) in ran


def test_no_thread_waits_when_the_demonstration_ends_early(settings: Settings, ran: list[tuple[str, int]]) -> None:
    with ThreadPoolExecutor(1) as other, ThreadPoolExecutor(1) as process:
        run_step = DirectSteps(settings, [2022, 2021], process, process)
        waiting = other.submit(run_step, "publish", 2021, AS_OF, None)
        while ("_publish", 2021) not in ran:
            pass
        process.shutdown()
        run_step.end_waiting()
        with pytest.raises(RuntimeError, match="after shutdown"):
            waiting.result(60)
    assert ("send_local_reports", 2021) not in ran


def test_no_year_waits_for_one_that_failed(run_step: DirectSteps, ran: list[tuple[str, int]]) -> None:
    with pytest.raises(WresError, match="of 2021"):
        run_step("build", 2021, AS_OF, None)
    with ThreadPoolExecutor(1) as other:
        other.submit(run_step, "publish", 2022, AS_OF, None).result(60)
    assert ("_publish", 2022) in ran
