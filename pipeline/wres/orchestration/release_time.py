"""The task that seals an approved official release and waits for its time."""

from typing import Any

from airflow.sdk import BaseOperator

from wres.orchestration.approval_operator import changed
from wres.orchestration.task_context import skipped, step_context
from wres.orchestration.triggers import BuildTrigger, approval_state


class ReleaseTimeOperator(BaseOperator):
    """Makes the official release, sealed before its time, and waits for that time; past it, it does not wait.

    Made at once rather than on the day, it shows early what would stop it; and a build that changes is said at once.

    Args:
        build: the build that was approved.
    """

    template_fields = ("build",)

    def __init__(self, *, build: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.build = build

    def execute(self, context: Any) -> dict[str, Any] | None:  # noqa: ARG002 - Airflow's interface
        """Seal and wait."""
        from wres import steps

        with step_context() as request:
            if approval_state(request.context, self.build) != "approved":
                raise changed(request.year, self.build)
            published = steps.publish(request.context)
        at, settings = request.context.calendar.release_time, request.context.settings
        if settings.clock.now() >= at:
            return published
        if settings.as_of:  # the clock of a simulated home runs on: it is waited for
            raise skipped(
                f"The clock of this run stands still before the release time, {at:%H:%M on %-d %B %Y}: the official "
                "release stays sealed. Start publish_tables with a later time, or with none, to unseal it."
            )
        self.log.info("%s", published["official_state"])
        self.defer(trigger=BuildTrigger(request.year, self.build, at.isoformat(), 30.0), method_name="its_time")
        return None

    def its_time(self, context: Any, event: dict[str, Any]) -> None:  # noqa: ARG002 - Airflow's interface
        """The time has come, unless the build changed while it was waited for."""
        if event["seen"] != "time":
            with step_context() as request:
                raise changed(request.year, self.build)
