"""The form in which a person decides on a release in Airflow's pages, and what an answer to it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow.sdk import Param
from airflow.sdk.definitions.param import ParamsDict  # airflow.sdk has it too, but does not say so to type checkers

from wres.signoff import OPEN_POLICY

APPROVE, REJECT = "Approve", "Reject"
ACCEPTED, NOT_ACCEPTED = "Accepted", "Not accepted"
_ROLE, _REASON = "role", "reason"

_HOW_TO_ANSWER = (
    "Your name goes into the record. Give your role and decide on each warning. To approve, every warning must be "
    "accepted. To reject, give a reason. A build that changes later is not approved."
)

Item = Mapping[str, str]  # one of the checklist: code, severity, message, what_to_do


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of a person on a release."""

    by: str
    approves: bool
    role: str
    accepted: list[str]
    reason: str


def question(year: int, build: str, complaint: str = "") -> str:
    """Return the headline; after an answer that could not be taken it begins with what that lacked."""
    return f"{complaint} Approve the official release of {year}, build {build}?".strip()


def explanation(year: int, build: str, items: Sequence[Item], complaint: str = "") -> str:
    """Return the checklist as Markdown, above it how to answer."""
    lines = [
        f"**{complaint}** Nothing is decided yet: please answer again." if complaint else "",
        f"Build `{build}` of the {year} collection. Its management release is made and can be looked at.",
        _HOW_TO_ANSWER,
        *(f"* **{item['severity']} {item['code']}**: {item['message']} *{item['what_to_do']}*" for item in items),
        "" if items else "The checklist has nothing to say.",
    ]
    return "\n\n".join(line for line in lines if line)


def form(items: Sequence[Item], answer: Mapping[str, Any] | None = None) -> ParamsDict:
    """Return the fields: role, a choice for each warning, and the reason; filled in as an earlier answer was.

    A field whose type is not also null must be filled in before Airflow's pages take an answer.
    """
    values = answer or {}
    fields = {
        _ROLE: Param(
            values.get(_ROLE) or "",
            type="string",
            minLength=1,
            title="Your role",
            description="What you are, such as head of profession.",
        )
    }
    for code in _warnings(items):
        fields[code] = Param(
            values.get(code) or "",
            type="string",
            enum=[ACCEPTED, NOT_ACCEPTED],
            title=f"Warning {code}",
            description="Say if you accept it. The text above says what it is about.",
        )
    fields[_REASON] = _reason_field(items, values.get(_REASON))
    return ParamsDict(fields)


def _reason_field(items: Sequence[Item], reason: str | None) -> Param:
    """Return the field for the reason, which an approval needs too where every figure is to be shown."""
    if any(item["code"] == OPEN_POLICY for item in items):
        return Param(
            reason or "",
            type="string",
            minLength=1,
            title="Reason",
            description="To approve: why every figure may be shown; the release prints it. To reject: what is wrong.",
        )
    return Param(
        reason,
        type=["null", "string"],
        title="Reason, if you reject",
        description="What is wrong with this build. Leave it empty to approve.",
    )


def read_answer(items: Sequence[Item], event: Mapping[str, Any]) -> Decision:
    """Return the decision that an answer holds, complete or not."""
    answer = event["params_input"] or {}
    return Decision(
        by=str(event["responded_by_user"]["name"]),
        approves=event["chosen_options"] == [APPROVE],
        role=str(answer.get(_ROLE) or ""),
        accepted=[code for code in _warnings(items) if answer.get(code) == ACCEPTED],
        reason=str(answer.get(_REASON) or ""),
    )


def accept_everything(asked_question: Mapping[str, Any], role: str) -> dict[str, Any]:
    """Return the filled-in form that accepts every warning of a question, as Airflow's API gives that."""
    choices = [name for name, field in asked_question["params"].items() if (field.get("schema") or {}).get("enum")]
    schema = (asked_question["params"].get(_REASON) or {}).get("schema") or {}
    reason = "To show what a release with every figure looks like." if schema.get("minLength") else None
    return {_ROLE: role, **dict.fromkeys(choices, ACCEPTED), _REASON: reason}


def _warnings(items: Sequence[Item]) -> list[str]:
    return [item["code"] for item in items if item["severity"] == "warning"]
