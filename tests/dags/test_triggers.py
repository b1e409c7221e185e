"""What the triggerer waits for: an approval, a release time, and a build that is no longer the latest."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wres import steps
from wres.database.registry import open_registry
from wres.database.releases import latest_build
from wres.orchestration.triggers import ApprovalTrigger, BuildTrigger, approval_state
from wres.settings import load_settings

pytestmark = pytest.mark.slow


@pytest.fixture
def build(send: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """RXY sends so many white entries, and all is built; gives the build. The trigger goes by the machine's clock."""

    def make(entered: str) -> str:
        with monkeypatch.context() as june:
            june.setenv("WRES_AS_OF", "2022-06-10T12:00")
            send(2022, "RXY", (2505, 725, 66), (entered, "9", "0"))
            steps.collect(steps.open_context(2022))
            return str(steps.build(steps.open_context(2022))["build"])

    return make


def _approve() -> None:
    warnings = [item["code"] for item in steps.checklist(steps.open_context(2022)) if item["severity"] == "warning"]
    steps.approve(steps.open_context(2022), "A. Statistician", "Head of profession", warnings)


def _fired(trigger: BuildTrigger, within: float) -> Any:
    """The payload of the trigger's event, None when there is none in so many seconds."""

    async def first() -> Any:
        async for event in trigger.run():
            return event.payload
        return None

    async def waited() -> Any:
        try:
            return await asyncio.wait_for(first(), within)
        except TimeoutError:
            return None

    return asyncio.run(waited())


def test_a_build_waits_is_approved_and_changes(build: Callable[[str], str]) -> None:
    first = build("17")
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    assert approval_state(steps.open_context(2022), first) == "waiting"
    assert _fired(BuildTrigger(2022, first, soon, 0.05), 2) == {"seen": "changed"}  # time alone releases nothing
    _approve()
    assert approval_state(steps.open_context(2022), first) == "approved"
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert _fired(BuildTrigger(2022, first, later, 0.05), 1) is None
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    assert _fired(BuildTrigger(2022, first, soon, 0.05), 5) == {"seen": "time"}
    assert datetime.now(UTC) >= datetime.fromisoformat(soon)

    second = build("18")
    assert second != first
    assert (approval_state(steps.open_context(2022), first), approval_state(steps.open_context(2022), second)) == (
        "changed",
        "waiting",
    )
    assert _fired(BuildTrigger(2022, first, later, 0.05), 5) == {"seen": "changed"}


def test_a_registry_that_is_away_is_asked_again(
    build: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    name = build("17")
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    with monkeypatch.context() as away:
        away.setenv("WRES_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
        assert _fired(BuildTrigger(2022, name, later, 0.05), 2) is None
    assert "It is asked again." in caplog.text
    assert latest_build(open_registry(load_settings()), 2022) is not None


@pytest.mark.parametrize(
    "trigger",
    [BuildTrigger(2022, "2022-abc", "2023-02-22T09:30:00+00:00", 30.0), ApprovalTrigger(2022, "2022-abc", "0" * 32)],
)
def test_airflow_makes_the_same_trigger_again(trigger: BuildTrigger) -> None:
    path, arguments = trigger.serialize()
    assert path == f"wres.orchestration.triggers.{type(trigger).__name__}"
    assert type(trigger)(**arguments).serialize() == (path, arguments)
