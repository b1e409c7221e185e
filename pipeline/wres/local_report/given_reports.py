"""List the local reports that were given, as the audit log has them, and those that are still owed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from wres.context import Context
from wres.database.audit_chain import Event
from wres.database.audit_log import append_events, get_events
from wres.database.organisations import current_register
from wres.local_report.data_quality import standing_receipts
from wres.outputs.metadata import OFFICIAL
from wres.release.read import find_release, read_table
from wres.release.repository import published_releases

GIVEN = "local report given"  # the kind of the audit log's event


@dataclass(frozen=True, slots=True)
class GivenReport:
    """One report that an organisation got: its edition, when, by which channel, and its files' hash."""

    organisation_code: str
    edition: str
    given_at: str
    channel: str
    sha256: str
    receipt: str  # of the return that it answers to


def given_reports(database: Engine, year: int) -> list[GivenReport]:
    """Read the reports that were given, with their editions, in the order in which they were given."""
    return [GivenReport(**event.content()["facts"]) for event in get_events(database, year, kind=GIVEN)]


def record_given(database: Engine, year: int, reports: Sequence[GivenReport]) -> None:
    """Record in the audit log that reports are given, in one transaction.

    The caller holds the lock `LOCAL_REPORTS` and knows that they are new.
    """
    append_events(database, year, [Event(GIVEN, facts=asdict(report)) for report in reports])


def list_local_reports(context: Context) -> list[dict[str, Any]]:
    """List the reports given of each official edition, and those of the newest that are still owed, a row each.

    Raises:
        WresError: nothing official is published for the year.
    """
    newest = find_release(published_releases(context.settings), context.year, None, OFFICIAL)
    reports = given_reports(context.database, context.year)
    has_it = {report.organisation_code for report in reports if report.edition == newest.edition}
    frame = read_table("organisation", context.year, newest.edition, OFFICIAL, context.settings)
    released = set(frame.loc[frame["collection_year"] == context.year, "code"])
    owed = set(standing_receipts(context.database, context.year)) & released - has_it
    names = current_register(context.database).set_index("code")["name"].to_dict()

    def row(code: str, edition: str, state: str, at: datetime | None, channel: str) -> dict[str, Any]:
        name = str(names.get(code, ""))
        return {"code": code, "name": name, "edition": edition, "state": state, "at": at, "channel": channel}

    return [
        row(report.organisation_code, report.edition, "given", datetime.fromisoformat(report.given_at), report.channel)
        for report in reports
    ] + [row(code, newest.edition, "owed", None, "") for code in sorted(owed)]
