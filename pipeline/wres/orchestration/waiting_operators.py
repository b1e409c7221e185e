"""The tasks of publish_tables that wait: for a person's approval in Airflow's pages, and for the release time.

`wres approve` answers the question just as well; both are one record in the registry. Nothing is approved by time
running out: the task that asks has no timeout at all.
"""

import json
import time
from contextlib import suppress
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import BaseOperator, BranchMixIn, conf
from airflow.sdk.exceptions import AirflowFailException, TaskAwaitingInput

from wres.context import Context
from wres.errors import UnavailableError, WresError
from wres.orchestration.approval_form import APPROVE, REJECT, Decision, explanation, form, question, read_answer
from wres.orchestration.task_context import skipped, step_context
from wres.orchestration.triggers import ApprovalTrigger, BuildTrigger, approval_state

# Airflow loses an answer that comes within a second of a task's beginning to wait (it takes the task for killed, and
# asks again); one that a program gives at once comes before that, and the trigger finds it.
_A_MOMENT = 2
_ASKED_AGAIN = "asked_again"  # the XCom with what the next run is to ask, and the key of its own in that run's conf
# What follows on an approval, and on an answer that cannot be taken.
_NEXT, _ASK_AGAIN = ["official_pages", "release_time"], "ask_again"


class ApprovalOperator(HITLOperator, BranchMixIn):
    """Shows the checklist of a build and waits for a person's answer, or for an approval by `wres approve`.

    Args:
        build: the build that is to be approved.
        items: its checklist, as `steps.checklist` gives it, without errors.

    The result is the approval: build, approved_by, role, approved_at, accepted. Airflow keeps one question for a task
    of a run and never changes its text. So an answer that cannot be taken leads on to the task `ask_again`, which
    starts this DAG again, and the question of that run begins with what the answer lacked.
    """

    inherits_from_skipmixin = True  # as every operator that chooses what follows

    template_fields = (*HITLOperator.template_fields, "build", "items")

    def __init__(self, *, build: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(
            subject="Approve the official release",
            options=[APPROVE, REJECT],
            **{**kwargs, "execution_timeout": None},
        )
        self.build, self.items = build, items

    def execute(self, context: Any) -> Any:
        """Ask, unless it is approved already; after an answer that could not be taken, say first what it lacked."""
        with step_context() as request:
            if approval := self._current_approval(request.context):
                return self._go_on(context, approval)
        year, refused = request.year, (context["dag_run"].conf or {}).get(_ASKED_AGAIN) or {}
        complaint = refused.get("complaint", "") if refused.get("build") == self.build else ""
        self.subject = question(year, self.build, complaint)
        self.body = explanation(year, self.build, self.items, complaint)
        self.params = form(self.items, refused.get("answer"))
        self.assigned_users = _assigned_users()
        with suppress(TaskAwaitingInput):  # what it raises once the question is written
            super().execute(context)
        self.log.info("Waiting for an answer in Airflow's pages, or for: wres approve %s", year)
        time.sleep(_A_MOMENT)
        # The triggerer hears of an answer by whichever way it comes.
        self.defer(
            trigger=ApprovalTrigger(year, self.build, str(context["task_instance"].id)), method_name="execute_complete"
        )
        return None

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Take the answer, or the approval that came by another way."""
        with step_context() as request:
            if (approval := self._current_approval(request.context)) or "chosen_options" not in event:
                return self._go_on(context, approval)
            decision = read_answer(self.items, event)
            try:
                if decision.approves:
                    return self._go_on(context, self._approve(request.context, decision))
                self._reject(request.context, decision)
            except UnavailableError:
                raise
            except WresError as error:
                self._current_approval(request.context)  # a build that changed meanwhile ends the run
                complaint = str(error)
            else:
                raise skipped(
                    f"{decision.by} did not approve the {request.year} build {self.build}, so no official release is "
                    f"made: {decision.reason} Start publish_tables again once that is put right."
                )
        self.log.warning("The answer of %s cannot be taken, so it is asked for again. %s", decision.by, complaint)
        refused = {"build": self.build, "complaint": complaint, "answer": dict(event["params_input"] or {})}
        conf_again = {**dict(context["params"]), "year": request.year, _ASKED_AGAIN: refused}
        context["ti"].xcom_push(key=_ASKED_AGAIN, value=json.dumps(conf_again))
        self.do_branch(context, _ASK_AGAIN)
        return None

    def _go_on(self, context: Any, approval: dict[str, Any] | None) -> dict[str, Any] | None:
        self.do_branch(context, _NEXT)
        return approval

    def _approve(self, context: Context, decision: Decision) -> dict[str, Any]:
        """Record what the form says: the build that it showed is approved."""
        from wres import steps

        return steps.approve(
            context,
            decision.by,
            decision.role,
            decision.accepted,
            via="airflow",
            build=self.build,
            reason=decision.reason,
        )

    def _reject(self, context: Context, decision: Decision) -> None:
        from wres import steps

        steps.reject(context, decision.by, decision.role, decision.reason, via="airflow", build=self.build)

    def _current_approval(self, context: Context) -> dict[str, Any] | None:
        """Return the approval of this build where it has one; a build that changed meanwhile ends the run."""
        state = approval_state(context, self.build)
        if state == "changed":
            raise changed(context.year, self.build)
        return _approval_of_latest_build(context) if state == "approved" else None


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
        """Seal the release, and wait for its time."""
        from wres import steps

        with step_context() as request:
            if approval_state(request.context, self.build) != "approved":
                raise changed(request.year, self.build)
            published = steps.publish(request.context)
        release_time, settings = request.context.calendar.release_time, request.context.settings
        if settings.clock.now() >= release_time:
            return published
        if settings.as_of:  # the clock of a simulated home runs on: it is waited for
            raise skipped(
                f"The clock of this run stands still before the release time, {release_time:%H:%M on %-d %B %Y}: the "
                "official release stays sealed. Start publish_tables with a later time, or with none, to unseal it."
            )
        self.log.info("%s", published["official_state"])
        self.defer(
            trigger=BuildTrigger(request.year, self.build, release_time.isoformat(), 30.0), method_name="its_time"
        )
        return None

    def its_time(self, context: Any, event: dict[str, Any]) -> None:  # noqa: ARG002 - Airflow's interface
        """Go on at the release time, unless the build changed while it was waited for."""
        if event["seen"] != "time":
            with step_context() as request:
                raise changed(request.year, self.build)


def changed(year: int, build: str) -> AirflowFailException:
    """Return what ends a run whose build is no longer the one that would be released."""
    return AirflowFailException(
        f"The {year} collection was built again: {build} is no longer its latest build, and what was said of that one "
        "does not hold for the new one. Start publish_tables again (with a note if it revises an edition), look at the "
        "new checklist and approve that."
    )


def _assigned_users() -> Any:
    """Return who may answer, where Airflow knows people by their names; elsewhere an answer is checked when it comes.

    Airflow's simple accounts have their name as number; FAB's have numbers that no setting of ours knows.
    """
    from wres.settings import load_settings

    if not conf.get("core", "auth_manager").endswith(".SimpleAuthManager"):
        return None
    return [{"id": name, "name": name} for name in load_settings().approvers]


def _approval_of_latest_build(context: Context) -> dict[str, Any]:
    """Return the approval of the latest build, fit for JSON."""
    from wres.database.approvals import current_approval
    from wres.database.releases import latest_build

    built = latest_build(context.database, context.year)
    approval = current_approval(context.database, built) if built else None
    if approval is None:
        raise RuntimeError(f"the approval of {context.year} went away")
    return {
        name: getattr(approval, name) for name in ("build", "approved_by", "role", "approved_at", "accepted", "via")
    }
