"""National checks of a build, and the approvals of builds for release."""

from collections.abc import Sequence

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from pipeline.registry.journal import Event, append, row_of
from pipeline.registry.tables import Approval, Build, BuildFinding


def remember_checks(
    engine: Engine, build: str, findings: Sequence[BuildFinding], edits_run: list[str], edits_not_run: dict[str, str]
) -> None:
    """Keep what the national checks found on a build, in place of what they found when it was built before.

    The content of a build may be the same while its queries have been explained since.
    """
    with Session(engine) as session, session.begin():
        built = session.get_one(Build, build)
        built.edits_run, built.edits_not_run = edits_run, edits_not_run
        session.execute(delete(BuildFinding).where(BuildFinding.build == build))
        session.add_all(findings)
        session.flush()
        checked = {"build": build, "edits_run": edits_run, "edits_not_run": edits_not_run}
        found = [row_of(finding) for finding in findings]
        event = Event("checked", {"builds": [checked], "build_findings": found}, {"build_findings": {"build": build}})
        append(session, built.collection_year, [event])


def findings_of_build(engine: Engine, build: str) -> list[BuildFinding]:
    """What the national checks found on a build, in order."""
    with Session(engine) as session:
        query = select(BuildFinding).where(BuildFinding.build == build).order_by(BuildFinding.position)
        return list(session.scalars(query))


def add_approval(engine: Engine, approval: Approval) -> None:
    """Remember an approval; none is ever changed or taken away."""
    with Session(engine) as session, session.begin():
        session.add(approval)
        session.flush()
        append(session, approval.collection_year, [Event("approved", {"approvals": [row_of(approval)]})])


def standing_approval(engine: Engine, build: Build) -> Approval | None:
    """The last approval of exactly this build, as the year's warehouse holds it now; None when there is none."""
    with Session(engine) as session:
        query = (
            select(Approval)
            .where(Approval.build == build.build, Approval.turn == build.turn)
            .order_by(Approval.number.desc())
            .limit(1)
        )
        return session.scalar(query)


def approvals_of(engine: Engine, year: int) -> list[Approval]:
    """Every approval of a year's builds, oldest first, whether it stands or not."""
    with Session(engine) as session:
        return list(session.scalars(select(Approval).where(Approval.collection_year == year).order_by(Approval.number)))
