"""Approval: a named person says that a build may be released, having seen its checklist.

One record, whether it is given by `wres approve` or in Airflow's pages. Nothing approves by itself, and a build that
changes is another build: what was approved is no longer what would be released.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Engine

from wres.database.approvals import add_approval, add_rejection, current_approval, rejections_of
from wres.database.models import Approval, Build, Rejection
from wres.errors import WresError
from wres.reference.year_config import load_year
from wres.safe_text import tidy_line, unfit_characters, words_of
from wres.settings import Settings
from wres.signoff.checklist import ChecklistItem

_LONGEST = 100  # characters of a name or a role
_LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class ApprovalAnswer:
    """The answer of a person who approves a build.

    `by` is the person's name and `role` what they are, for example head of profession; `accept` are the codes of the
    warnings that they accept. `via` is `wres` or `airflow`. `reason` says why every figure may be shown, where the
    year's disclosure policy is `open`; the manifest prints it.
    """

    by: str
    role: str
    via: str
    accept: Sequence[str] = ()
    reason: str | None = None


def approve_build(
    settings: Settings,
    engine: Engine,
    build: Build,
    items: Sequence[ChecklistItem],
    answer: ApprovalAnswer,
) -> Approval:
    """Store that a person approves a build with this checklist in sight.

    Args:
        settings: the clock.
        engine: the registry.
        build: the latest build of the year.
        items: its checklist, as `get_checklist` gives it.
        answer: what the person says.

    Returns: the approval that now stands; one that stood already for the same person and warnings is left as it is.

    Raises:
        WresError: a name or role is missing; the person may not approve; the checklist holds an error; a warning is
            not accepted by name; something is accepted that the checklist does not warn of; or a reason is missing
            where the policy is open, or given where it is not.
    """
    by, role = _require_person(settings, answer.by, answer.role, "Not approved")
    accepted = sorted({tidy_line(code) for code in answer.accept} - {""})
    _require_clean(items, accepted, answer.via)
    reason = _reason_for_open_policy(settings, build.collection_year, answer.reason, answer.via)
    approval = current_approval(engine, build)
    if approval and (approval.approved_by, approval.role, approval.accepted, approval.reason) == (
        by,
        role,
        accepted,
        reason,
    ):
        return approval
    add_approval(
        engine,
        Approval(
            collection_year=build.collection_year,
            build=build.build,
            sequence=build.sequence,
            approved_by=by,
            role=role,
            approved_at=settings.clock.now(),
            clock_source=settings.clock.source,
            via=answer.via,
            checklist=[asdict(item) for item in items],
            accepted=accepted,
            reason=reason,
        ),
    )
    approval = current_approval(engine, build)
    if approval is None:
        raise RuntimeError(f"the approval of {build.build} was not remembered")
    return approval


def reject_build(
    settings: Settings, engine: Engine, build: Build, *, by: str, role: str, reason: str, via: str
) -> Rejection:
    """Record that a person does not approve a build, and why.

    Raises:
        WresError: a name, role or reason is missing, or the person may not approve.
    """
    by, role = _require_person(settings, by, role, "Not recorded")
    reason = _require_text(reason, "reason for rejecting it", "Not recorded", _LONGEST_REASON)
    add_rejection(
        engine,
        Rejection(
            collection_year=build.collection_year,
            build=build.build,
            rejected_by=by,
            role=role,
            reason=reason,
            rejected_at=settings.clock.now(),
            clock_source=settings.clock.source,
            via=via,
        ),
    )
    return rejections_of(engine, build.build)[-1]


def _reason_for_open_policy(settings: Settings, year: int, reason: str | None, via: str) -> str | None:
    """Return the reason in plain form where the year's policy is open, which needs one; None where it is not."""
    policy = load_year(year, settings.years).disclosure.policy
    if policy == "open":
        if not words_of(tidy_line(reason or "")):
            option = ' Give it in a sentence: --reason "..."' if via == "wres" else " Write it in the field Reason."
            raise WresError(
                f"Not approved: the disclosure policy of {year} is open, so the official release shows every figure, "
                f"also small counts. Say why that is right; the manifest prints your reason.{option}"
            )
        return _require_text(reason or "", "reason", "Not approved", _LONGEST_REASON)
    if reason and via == "wres":
        raise WresError(
            f"Not approved: a reason is needed only where the disclosure policy is open, and that of {year} is "
            f"{policy}. Leave --reason out."
        )
    return None


def _require_person(settings: Settings, by: str, role: str, outcome: str) -> tuple[str, str]:
    """Return the name and the role in plain form, of a person who may decide on a build."""
    by = _require_text(by, "approver's name", outcome)
    role = _require_text(role, "approver's role", outcome)
    if settings.approvers and by.casefold() not in {name.casefold() for name in settings.approvers}:
        raise WresError(f"{outcome}: {by} may not approve a release. WRES_APPROVERS lists who may.")
    return by, role


def _require_text(text: str, name: str, outcome: str, longest: int = _LONGEST) -> str:
    line = tidy_line(text)
    if not words_of(line) or len(line) > longest or unfit_characters(line):
        raise WresError(f"{outcome}: give the {name} in full, in letters, with at most {longest} characters.")
    return line


def _require_clean(items: Sequence[ChecklistItem], accepted: Sequence[str], via: str) -> None:
    """Refuse where the checklist holds errors, or warnings that are not accepted by name."""
    errors = [item.code for item in items if item.severity == "error"]
    warnings = [item.code for item in items if item.severity == "warning"]
    if errors:
        raise WresError(
            f"Not approved: the checklist holds errors ({', '.join(errors)}), and these cannot be accepted. Each item "
            "of the checklist says what to do."
        )
    if unknown := sorted(set(accepted) - set(warnings)):
        raise WresError(
            f"Not approved: {', '.join(unknown)} was accepted but is no warning of this checklist"
            f"{' (its warnings: ' + ', '.join(warnings) + ')' if warnings else ', which has none'}. Look at it again."
        )
    if missing := [code for code in warnings if code not in accepted]:
        options = f" Missing: {' '.join(f'--accept {code}' for code in missing)}" if via == "wres" else ""
        raise WresError(f"Not approved: the answer lacked {', '.join(missing)}. Accept each warning by name.{options}")
