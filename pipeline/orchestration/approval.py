"""The task that asks a person for approval, in Airflow's pages; `wres approve` answers it just as well.

Both are one record in the registry. Nothing is approved by time running out: the task has no timeout at all.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.execution_time.hitl import upsert_hitl_detail

from pipeline.errors import WresError
from pipeline.orchestration.task_context import skipped, step_context
from pipeline.orchestration.triggers import ApprovalTrigger, look

_HOW_TO_ANSWER = (
    "Your name goes into the record as the approver. To approve, give your role and accept each warning by name; an "
    "answer that lacks one is asked for again, and the log of this task says what it lacked. A build that changes "
    "later is not approved."
)
# Airflow loses an answer that comes within a second of a task's beginning to wait (it takes the task for killed, and
# asks again); one that a program gives at once comes before that, and the trigger finds it.
_A_MOMENT = 2
APPROVE, REJECT = "Approve", "Reject"


class ApprovalOperator(HITLOperator):
    """Shows the checklist of a build and waits for a person's answer, or for an approval by `wres approve`.

    Args:
        build: the build that is to be approved.
        items: its checklist, as `steps.checklist` gives it, without errors.

    The result is the approval: build, approved_by, role, approved_at, accepted.
    """

    template_fields = (*HITLOperator.template_fields, "build", "items")

    def __init__(self, *, build: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(
            subject="Approve the official release",
            options=[APPROVE, REJECT],
            **{**kwargs, "execution_timeout": None},
        )
        self.build, self.items = build, items

    def execute(self, context: Any) -> Any:
        """Ask, unless it is approved already."""
        with step_context() as request:
            if approval := self._standing(request.year):
                return approval
        return self._ask(context, request.year)

    def _ask(self, context: Any, year: int) -> None:
        asker = context["task_instance"].id
        upsert_hitl_detail(
            ti_id=asker,
            options=self.options,
            subject=f"Approve the official release of {year}, build {self.build}?",
            body=_body(year, self.build, self.items),
            params=_form(self.items),
        )
        self.log.info("Waiting for an answer in Airflow's pages, or for: wres approve %s", year)
        time.sleep(_A_MOMENT)
        self.defer(trigger=ApprovalTrigger(year, self.build, str(asker)), method_name="execute_complete")

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Take the answer, or the approval that came by another way."""
        with step_context() as request:
            if (approval := self._standing(request.year)) or "chosen_options" not in event:
                return approval
            by = event["responded_by_user"]["name"]
            if event["chosen_options"] != [APPROVE]:
                raise skipped(
                    f"{by} did not approve the {request.year} build {self.build}, so no official release is made. "
                    "Start publish_tables again once it may be."
                )
            try:
                approval = _approve(request.year, by, event["params_input"] or {})
            except WresError as error:
                self.log.error("The answer of %s cannot be taken, so it is asked for again. %s", by, error)
                return self._ask(context, request.year)
            if approval["build"] != self.build:
                raise changed(request.year, self.build)
            return approval

    def _standing(self, year: int) -> dict[str, Any] | None:
        """The approval of this build where it has one; a build that changed meanwhile ends the run."""
        seen = look(year, self.build)
        if seen == "changed":
            raise changed(year, self.build)
        return _told(year) if seen == "approved" else None


def changed(year: int, build: str) -> AirflowFailException:
    """What ends a run whose build is no longer the one that would be released."""
    return AirflowFailException(
        f"The {year} collection was built again: {build} is no longer its latest build, and what was said of that one "
        "does not hold for the new one. Start publish_tables again (with a note if it revises an edition), look at the "
        "new checklist and approve that."
    )


def _approve(year: int, by: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    from pipeline import steps

    return steps.approve(
        year, by=by, role=str(answer.get("role") or ""), accept=answer.get("accept") or [], via="airflow"
    )


def _told(year: int) -> dict[str, Any]:
    """The standing approval of the latest build."""
    from pipeline.registry.approvals import standing_approval
    from pipeline.registry.releases import latest_build
    from pipeline.steps import open_house

    engine = open_house(year).engine
    built = latest_build(engine, year)
    found = standing_approval(engine, built) if built else None
    if found is None:
        raise RuntimeError(f"the approval of {year} went away")
    return {name: getattr(found, name) for name in ("build", "approved_by", "role", "approved_at", "accepted", "via")}


def _body(year: int, build: str, items: Sequence[Mapping[str, str]]) -> str:
    """The checklist as Markdown."""
    lines = [
        f"Build `{build}` of the {year} collection. Its management release is made and can be looked at.",
        _HOW_TO_ANSWER,
        *(f"* **{one['severity']} {one['code']}**: {one['message']} *{one['what_to_do']}*" for one in items),
        "" if items else "The checklist has nothing to say.",
    ]
    return "\n\n".join(line for line in lines if line)


def _form(items: Sequence[Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """What an approver fills in: the role, and each warning that is accepted, by name."""
    warnings = [one["code"] for one in items if one["severity"] == "warning"]
    fields = {
        "role": Param(
            "",
            type="string",
            title="Your role",
            description="What you are, such as head of profession. It goes into the record.",
        )
    }
    if warnings:
        fields["accept"] = Param(
            [],
            type=["array", "null"],
            items={"type": "string"},
            examples=warnings,
            title="Warnings accepted",
            description=f"Each of {', '.join(warnings)}.",
        )
    params = ParamsDict(fields)
    return {name: params.get_param(name).serialize() for name in params}
