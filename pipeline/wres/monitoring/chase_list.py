"""The chase list: who is asked for what, whom to write to, and what to write."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import MAXYEAR, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from wres.clock import LONDON
from wres.database.collection_state import get_state, hard_close_of
from wres.errors import WresError
from wres.monitoring.contacts_file import contacts_of
from wres.monitoring.reminders import Reminder, ReminderContext, not_taken, nothing_received, rejected, unexplained
from wres.monitoring.submission_status import OrganisationStatus, submission_statuses
from wres.reference.misplaced import Misplaced
from wres.reference.year_config import CollectionYear
from wres.safe_text import escape_row
from wres.settings import Settings
from wres.storage.atomic import write_whole

NOTHING_RECEIVED = "nothing received"
NOT_SENT_AGAIN = "rejected and not sent again"
UNEXPLAINED = "queries without explanation"
NOT_TAKEN = "files where none are taken from"
COLUMNS = (
    "organisation_code",
    "name",
    "region",
    "why",
    "since",
    "deadline",
    "days_left",
    "contact_role",
    "contact_address",
    "subject",
    "text",
)
_SIMULATED = "Simulated, not to be sent: "
_NO_CONTACT = [("", "")]


def chase_rows(
    calendar: CollectionYear,
    due: ReminderContext,
    organisations: Iterable[OrganisationStatus],
    contacts: Mapping[str, Sequence[tuple[str, str]]],
    misplaced: Iterable[Misplaced] = (),
    *,
    simulated: bool,
) -> list[dict[str, Any]]:
    """Return a row for each contact of each organisation that owes something; none before the opening.

    An organisation without a contact has one row, both contact columns empty. `why` is one of the four reasons above,
    `since` the date from which it holds, `days_left` those to the deadline (below 0 after it). An organisation with
    files where none are taken from is reminded of them beside what it owes; files that are nobody's have a row without
    an organisation. In a simulated collection each subject says so: nobody owes anything.
    """
    if due.state == "not_open":
        return []
    places: dict[str, list[Misplaced]] = defaultdict(list)
    for place in misplaced:
        places[place.organisation_code].append(place)
    rows = []
    for organisation in organisations:
        theirs = places.pop(organisation.code, [])
        if owed := _find_owed(organisation, calendar, due, theirs):
            about = (organisation.code, organisation.name, organisation.region)
            rows += _rows_of(about, owed, calendar, due, contacts, simulated=simulated)
    for code, others in sorted(places.items()):
        owed = (NOT_TAKEN, None, not_taken(code, others, due))
        rows += _rows_of((code, "", ""), owed, calendar, due, contacts, simulated=simulated)
    return rows


def _rows_of(
    about: tuple[str, str, str],
    owed: "_Owed",
    calendar: CollectionYear,
    due: ReminderContext,
    contacts: Mapping[str, Sequence[tuple[str, str]]],
    *,
    simulated: bool,
) -> list[dict[str, Any]]:
    """Return a row for each contact of an organisation, given its code, name and region."""
    code, name, region = about
    why, since, letter = owed
    return [
        {
            "organisation_code": code,
            "name": name,
            "region": region,
            "why": why,
            "since": since.astimezone(LONDON).date().isoformat() if since else "",
            "deadline": calendar.deadline.date().isoformat(),
            "days_left": due.days_left,
            "contact_role": role,
            "contact_address": address,
            "subject": f"{_SIMULATED}{letter.subject}" if simulated else letter.subject,
            "text": letter.text,
        }
        for role, address in contacts.get(code, _NO_CONTACT)
    ]


_Owed = tuple[str, datetime | None, Reminder]


def _find_owed(
    status: OrganisationStatus, calendar: CollectionYear, due: ReminderContext, misplaced: Sequence[Misplaced]
) -> _Owed | None:
    """Say why an organisation is chased, since when, and with what; None when it owes nothing or we owe an answer."""
    owed = _find_owed_return(status, calendar, due)
    if not misplaced:
        return owed
    reminder = not_taken(status.code, misplaced, due)
    if owed is None:
        return NOT_TAKEN, None, reminder
    why, since, letter = owed
    return why, since, Reminder(letter.subject, f"{letter.text} {reminder.text}")


def _find_owed_return(status: OrganisationStatus, calendar: CollectionYear, due: ReminderContext) -> _Owed | None:
    """Say what an organisation owes; a voluntary one owes no return, only explanations of the return that counts."""
    if not status.counted:
        return None
    if not status.sent:
        return NOTHING_RECEIVED, calendar.opens, nothing_received(status, due)
    last = status.sent[-1]
    if last.status == "rejected" and status.expected:
        return NOT_SENT_AGAIN, last.received_at, rejected(status, last, due)
    if last == status.counting and last.unexplained:
        return UNEXPLAINED, last.received_at, unexplained(status, last, due)
    return None


def due_now(engine: Engine, calendar: CollectionYear, now: datetime) -> ReminderContext:
    """Return the state of the collection now; days are London's."""
    today = now.astimezone(LONDON).date()
    closes = hard_close_of(engine, calendar)
    return ReminderContext(
        calendar=calendar,
        state=get_state(engine, calendar, now),
        days_left=(calendar.deadline.date() - today).days,
        closes=None if closes.year == MAXYEAR else closes,
    )


def chase_list(
    settings: Settings, engine: Engine, calendar: CollectionYear, misplaced: Iterable[Misplaced] = ()
) -> list[dict[str, Any]]:
    """Return the chase list as it is now; see `chase_rows`."""
    due = due_now(engine, calendar, settings.clock.now())
    organisations = submission_statuses(engine, calendar)
    return chase_rows(calendar, due, organisations, contacts_of(engine), misplaced, simulated=settings.simulated)


def write_chase_list(
    settings: Settings, rows: Sequence[Mapping[str, Any]], year: int, path: Path | None = None
) -> Path:
    """Write chase rows as CSV, to WRES_HOME/progress/YEAR/chase-list.csv or elsewhere; returns where.

    Raises:
        WresError: the file cannot be written, or the folder that was given is not there.
    """
    if path and not path.parent.is_dir():
        raise WresError(f"{path} cannot be written: there is no folder {path.parent}. Make it, or give another place.")
    target = path or settings.progress / str(year) / "chase-list.csv"
    write_whole(target, csv_bytes(rows))
    return target


def csv_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write the rows as CSV in UTF-8; a text that a spreadsheet might take for a formula is escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(escape_row(row[column] for column in COLUMNS) for row in rows)
    return out.getvalue().encode()
