"""Waiting without a worker, for days or weeks: Airflow's triggerer looks at the registry now and then."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from airflow.sdk.execution_time.hitl import get_hitl_detail_content_detail
from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from pipeline.errors import WresError

_log = logging.getLogger(__name__)

_SOONEST = 3.0  # seconds
Seen = Literal["approved", "changed", "waiting"]


def look(year: int, build: str) -> Seen:
    """How a build stands: approved, no longer the latest of its year, or still waiting for approval."""
    from pipeline.registry.approvals import standing_approval
    from pipeline.registry.releases import latest_build
    from pipeline.steps import open_house

    engine = open_house(year).engine
    latest = latest_build(engine, year)
    if latest is None or latest.build != build:
        return "changed"
    return "approved" if standing_approval(engine, latest) else "waiting"


class BuildTrigger(BaseTrigger):
    """Fires at a time, and before it when the build is no longer the latest of its year, or no longer approved.

    The payload is `{"seen": "time" | "changed"}`. It looks for the first time after a while: Airflow takes a task that
    goes on at the moment in which it began to wait for one that was killed.
    """

    def __init__(self, year: int, build: str, until: str | None = None, every: float = 5.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._year, self._build, self._until, self._every = year, build, until, every

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """As Airflow keeps it."""
        kept = {"year": self._year, "build": self._build, "until": self._until, "every": self._every}
        return f"{type(self).__module__}.{type(self).__qualname__}", kept

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look again and again; a registry that is away is asked again later."""
        while True:
            await asyncio.sleep(self._pause())
            try:
                found = await self.look()
            except WresError as error:
                _log.warning("%s It is asked again.", error)
                continue
            if found:
                yield TriggerEvent(found)  # type: ignore[no-untyped-call]
                return

    def _pause(self) -> float:
        """Seconds until the next look; the last one is at the time itself."""
        if self._until is None:
            return self._every
        left = datetime.fromisoformat(self._until) - datetime.now(UTC)
        return min(self._every, max(left.total_seconds(), _SOONEST))

    async def look(self) -> dict[str, Any] | None:
        """The payload, once there is one."""
        if await self._seen() != "approved":
            return {"seen": "changed"}
        due = self._until is not None and datetime.now(UTC) >= datetime.fromisoformat(self._until)
        return {"seen": "time"} if due else None

    async def _seen(self) -> Seen:
        return await asyncio.to_thread(look, self._year, self._build)


class ApprovalTrigger(BuildTrigger):
    """Fires when a build is approved by whatever way, is no longer the latest, or a person has answered the task.

    The payload is `{"seen": "approved" | "changed"}` or the answer. An answer given while the task already waits comes
    from Airflow itself, with the same payload; this finds one that came a moment before. Time alone never ends it.
    """

    def __init__(self, year: int, build: str, task_instance_id: str) -> None:
        super().__init__(year, build)
        self._asker = task_instance_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """As Airflow keeps it."""
        path, _ = super().serialize()
        return path, {"year": self._year, "build": self._build, "task_instance_id": self._asker}

    async def look(self) -> dict[str, Any] | None:
        """The payload, once there is one."""
        seen = await self._seen()
        return await self._answer() if seen == "waiting" else {"seen": seen}

    async def _answer(self) -> dict[str, Any] | None:
        said = await sync_to_async(get_hitl_detail_content_detail)(ti_id=UUID(self._asker))
        if not said.response_received or said.responded_by_user is None:
            return None
        return {
            "chosen_options": list(said.chosen_options or []),
            "params_input": said.params_input or {},
            "responded_by_user": {"id": said.responded_by_user.id, "name": said.responded_by_user.name},
        }
