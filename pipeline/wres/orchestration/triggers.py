"""Waiting without a worker, for days or weeks: Airflow's triggerer looks at the registry now and then."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from airflow.providers.standard.triggers.hitl import HITLTrigger
from airflow.triggers.base import BaseTrigger, TriggerEvent

from wres.context import Context, open_context
from wres.errors import WresError
from wres.orchestration.approval_form import APPROVE, REJECT
from wres.settings import load_settings

_log = logging.getLogger(__name__)

_SOONEST = 3.0  # seconds
State = Literal["approved", "changed", "waiting"]


def approval_state(context: Context, build: str) -> State:
    """Return whether a build is approved, no longer the latest of its year, or still waiting for approval."""
    from wres.database.approvals import current_approval
    from wres.database.releases import latest_build

    latest = latest_build(context.database, context.year)
    if latest is None or latest.build != build:
        return "changed"
    return "approved" if current_approval(context.database, latest) else "waiting"


class BuildTrigger(BaseTrigger):
    """Fires at a time, and before it when the build is no longer the latest of its year, or no longer approved.

    The payload is `{"seen": "time" | "changed"}`. It looks for the first time after a while: Airflow takes a task that
    goes on at the moment in which it began to wait for one that was killed.
    """

    def __init__(self, year: int, build: str, until: str | None = None, every: float = 5.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._year, self._build, self._until, self._every = year, build, until, every

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class and its arguments, as Airflow keeps a trigger."""
        arguments = {"year": self._year, "build": self._build, "until": self._until, "every": self._every}
        return f"{type(self).__module__}.{type(self).__qualname__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look at the registry again and again; one that cannot be reached is asked again later."""
        while True:
            await asyncio.sleep(self._pause())
            try:
                payload = await self.look()
            except WresError as error:
                _log.warning("%s It is asked again.", error)
                continue
            if payload:
                yield TriggerEvent(payload)  # type: ignore[no-untyped-call]
                return

    def _pause(self) -> float:
        """Return the seconds until the next look; the last one is at the time itself."""
        if self._until is None:
            return self._every
        remaining = datetime.fromisoformat(self._until) - load_settings().clock.now()
        return min(self._every, max(remaining.total_seconds(), _SOONEST))

    async def look(self) -> dict[str, Any] | None:
        """Return the payload of the event; None while the task is to wait."""
        if await self._state() != "approved":
            return {"seen": "changed"}
        due = self._until is not None and load_settings().clock.now() >= datetime.fromisoformat(self._until)
        return {"seen": "time"} if due else None

    async def _state(self) -> State:
        return await asyncio.to_thread(lambda: approval_state(open_context(self._year), self._build))


class ApprovalTrigger(BuildTrigger):
    """Fires when a build is approved in any way, is no longer the latest, or a person has answered the task.

    The payload is `{"seen": "approved" | "changed"}` or the answer. An answer given while the task already waits comes
    from Airflow itself, with the same payload; this finds one that came a moment before. Time alone never ends it.
    """

    def __init__(self, year: int, build: str, task_instance_id: str) -> None:
        super().__init__(year, build)
        self._task_instance_id = task_instance_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class and its arguments, as Airflow keeps a trigger."""
        path, _ = super().serialize()
        return path, {"year": self._year, "build": self._build, "task_instance_id": self._task_instance_id}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait for an answer, as Airflow's own trigger does, and for a change of the registry; the first one counts."""
        answers = HITLTrigger(
            ti_id=UUID(self._task_instance_id), options=[APPROVE, REJECT], params={}, timeout_datetime=None
        )
        waits = [asyncio.ensure_future(anext(events)) for events in (super().run(), answers.run())]
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            yield done.pop().result()
        finally:
            for wait in waits:
                wait.cancel()

    async def look(self) -> dict[str, Any] | None:
        """Return the payload of the event; None while the task is to wait."""
        state = await self._state()
        return None if state == "waiting" else {"seen": state}
