"""The last build of a collection: what its national checks found, whether it is approved; and what is corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from wres.database.approvals import current_approval, get_build_findings
from wres.database.releases import latest_build
from wres.errors import WresError
from wres.reference.year_config import CollectionYear
from wres.returns.corrections import Correction, read_corrections
from wres.returns.findings import NationalFinding
from wres.settings import Settings


@dataclass(frozen=True, slots=True)
class LastBuild:
    """A build and its checks. `run` is None where none were run on it; `approved` is the role and when, None without.

    An approval of an earlier build, or of this one before it changed and came back, is none.
    """

    build: str
    built_at: datetime
    run: Sequence[str] | None
    not_run: Mapping[str, str]
    findings: Sequence[NationalFinding]
    approved: tuple[str, datetime] | None


def last_build(engine: Engine, year: int) -> LastBuild | None:
    """Return the last build of a year; None before the first."""
    built = latest_build(engine, year)
    if built is None:
        return None
    approval = current_approval(engine, built)
    return LastBuild(
        build=built.build,
        built_at=built.built_at,
        run=built.edits_run,
        not_run=built.edits_not_run or {},
        findings=get_build_findings(engine, built.build),
        approved=(approval.role, approval.approved_at) if approval else None,
    )


def corrections_or_fault(settings: Settings, calendar: CollectionYear) -> tuple[Sequence[Correction], str]:
    """Return the corrections of a year and what is wrong with their file (empty: nothing)."""
    try:
        return read_corrections(settings.corrections, calendar), ""
    except WresError as error:
        return [], str(error)
