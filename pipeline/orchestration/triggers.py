"""Waiting without a worker, for days or weeks: Airflow's triggerer looks at the registry now and then."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Literal

from airflow.triggers.base import BaseTrigger, TriggerEvent

from pipeline.errors import WresError

_log = logging.getLogger(__name__)

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
    """Fires when a build is approved, or at a time; at once when the build is no longer the latest of its year.

    The payload is `{"seen": "approved" | "time" | "changed"}`. Nothing else ends it; it never approves anything.
    """

    def __init__(self, year: int, build: str, until: str | None = None, every: float = 5.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._year, self._build, self._every = year, build, every
        self._until = datetime.fromisoformat(until) if until else None

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """As Airflow keeps it."""
        until = self._until.isoformat() if self._until else None
        kept = {"year": self._year, "build": self._build, "until": until, "every": self._every}
        return f"{type(self).__module__}.{type(self).__qualname__}", kept

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look again and again; a registry that is away is asked again later."""
        while True:
            seen = await self._look()
            if seen is not None:
                yield TriggerEvent({"seen": seen})  # type: ignore[no-untyped-call]
                return
            await asyncio.sleep(self._every)

    async def _look(self) -> str | None:
        try:
            seen = await asyncio.to_thread(look, self._year, self._build)
        except WresError as error:
            _log.warning("%s It is asked again.", error)
            return None
        if self._until is None:
            return None if seen == "waiting" else seen
        if seen != "approved":
            return "changed"
        return "time" if datetime.now(UTC) >= self._until else None
