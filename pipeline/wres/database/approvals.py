"""Store the national checks of a build, and the approvals and rejections of builds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from wres.database.audit_chain import Event
from wres.database.audit_log import append, recorded_values
from wres.database.models import Approval, Build, BuildFinding, Rejection
from wres.returns.findings import NationalFinding


def save_checks(
    engine: Engine, build: str, findings: Sequence[NationalFinding], edits_run: list[str], edits_not_run: dict[str, str]
) -> None:
    """Store the findings of the national checks of a build, in place of those of its last check.

    The content of a build may be the same while its queries have been explained since.
    """
    with Session(engine) as session, session.begin():
        built = session.get_one(Build, build)
        before = _check_rows(session, built)
        built.edits_run, built.edits_not_run = edits_run, edits_not_run
        session.execute(delete(BuildFinding).where(BuildFinding.build == build))
        session.add_all(
            BuildFinding(build=build, position=position, finding=finding) for position, finding in enumerate(findings)
        )
        session.flush()
        if (checked := _check_rows(session, built)) != before:
            event = Event("checked", checked, replaces={"build_findings": {"build": build}})
            append(session, built.collection_year, [event])


def _check_rows(session: Session, built: Build) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a build's checks as the audit log records them."""
    checked = {"build": built.build, "edits_run": built.edits_run, "edits_not_run": built.edits_not_run}
    query = select(BuildFinding).where(BuildFinding.build == built.build).order_by(BuildFinding.position)
    return {"builds": [checked], "build_findings": [recorded_values(finding) for finding in session.scalars(query)]}


def get_build_findings(engine: Engine, build: str) -> list[NationalFinding]:
    """Return the findings of the national checks of a build, in order."""
    with Session(engine) as session:
        query = select(BuildFinding).where(BuildFinding.build == build).order_by(BuildFinding.position)
        return [row.finding for row in session.scalars(query)]


def add_approval(engine: Engine, approval: Approval) -> None:
    """Store an approval; none is ever changed or taken away."""
    with Session(engine) as session, session.begin():
        session.add(approval)
        session.flush()
        append(session, approval.collection_year, [Event("approved", {"approvals": [recorded_values(approval)]})])


def current_approval(engine: Engine, build: Build) -> Approval | None:
    """Return the last approval of exactly this build, as the year's warehouse holds it now; None without one."""
    with Session(engine) as session:
        query = (
            select(Approval)
            .where(Approval.build == build.build, Approval.sequence == build.sequence)
            .order_by(Approval.number.desc())
            .limit(1)
        )
        return session.scalar(query)


def add_rejection(engine: Engine, rejection: Rejection) -> None:
    """Record a rejection under the next number of its year; none is ever changed or taken away."""
    with Session(engine) as session, session.begin():
        highest = select(func.max(Rejection.number)).where(Rejection.collection_year == rejection.collection_year)
        rejection.number = (session.scalar(highest) or 0) + 1
        session.add(rejection)
        session.flush()
        append(session, rejection.collection_year, [Event("rejected", {"rejections": [recorded_values(rejection)]})])


def rejections_of(engine: Engine, build: str) -> list[Rejection]:
    """Return every rejection of a build, oldest first."""
    with Session(engine) as session:
        query = select(Rejection).where(Rejection.build == build).order_by(Rejection.number)
        return list(session.scalars(query))
