"""The page that shows how a collection goes: one HTML file, no script, nothing fetched."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from wres.database.receipts import pending_report
from wres.html_templates import open_templates
from wres.monitoring.attention import recent_failures
from wres.monitoring.build_status import LastBuild, corrections_or_fault, last_build
from wres.monitoring.chase_list import chase_rows, due_now, write_chase_list
from wres.monitoring.contacts_file import contacts_of
from wres.monitoring.cumulative_chart import chart_svg
from wres.monitoring.cumulative_returns import Curves, cumulative_returns
from wres.monitoring.reminders import ReminderContext, state_sentence, time_words
from wres.monitoring.status_counts import TYPE_NAMES, by_region, by_type, count_statuses, most_common_edits
from wres.monitoring.submission_status import EditCount, OrganisationStatus, submission_statuses
from wres.reference.misplaced import Misplaced
from wres.reference.year_config import CollectionYear, load_year_before
from wres.returns.corrections import Correction
from wres.settings import Settings
from wres.storage.atomic import write_whole

if TYPE_CHECKING:
    from jinja2 import Environment

STATUSES = {
    "accepted": "Accepted",
    "accepted_with_queries": "Accepted, with queries",
    "rejected": "Rejected",
    "received": "Waiting to be checked",
    "not_received": "Outstanding",
    "superseded": "Replaced by a later return",
}
_SEVERITIES = {"reject": "Rejects", "query": "Asks", "note": "Notes"}
_REFRESH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PageFacts:
    """All that the page shows. `titles` names the edits by code; `chased` counts the organisations by reason.

    `misplaced` are the files that lie where none is taken from, `failures` the steps that failed lately, `unsent` the
    answers that are not sent yet. `built` is the last build, None before the first; `corrections` are those of the
    year, and what is wrong with them.
    """

    due: ReminderContext
    written_at: datetime
    clock_set: bool
    simulated: bool
    organisations: Sequence[OrganisationStatus]
    curves: Curves
    chased: Mapping[str, int]
    titles: Mapping[str, str]
    built: LastBuild | None
    corrections: tuple[Sequence[Correction], str]
    misplaced: Sequence[Misplaced] = ()
    failures: Sequence[Mapping[str, Any]] = ()
    unsent: int = 0


def write_progress(
    settings: Settings,
    engine: Engine,
    calendar: CollectionYear,
    titles: Mapping[str, str],
    misplaced: Sequence[Misplaced] = (),
) -> Path:
    """Write WRES_HOME/progress/YEAR/index.html again, and the chase list beside it; return the page's path.

    still.html beside it is the same page, without reloading.

    Raises:
        WresError: a file cannot be written.
    """
    now = settings.clock.now()
    due = due_now(engine, calendar, now)
    organisations = submission_statuses(engine, calendar)
    contacts = contacts_of(engine)
    rows = chase_rows(calendar, due, organisations, contacts, misplaced, simulated=settings.simulated)
    write_chase_list(settings, rows, calendar.year)
    facts = PageFacts(
        due=due,
        written_at=now,
        clock_set=settings.clock.source == "as_of",
        simulated=settings.simulated,
        organisations=organisations,
        curves=cumulative_returns(engine, calendar, load_year_before(calendar, settings.years), now),
        chased=Counter({row["organisation_code"]: row["why"] for row in rows if row["organisation_code"]}.values()),
        titles=titles,
        built=last_build(engine, calendar.year),
        corrections=corrections_or_fault(settings, calendar),
        misplaced=misplaced,
        failures=recent_failures(settings, calendar.year),
        unsent=len(pending_report(engine, calendar.year)),
    )
    folder = settings.progress / str(calendar.year)
    for name, content in zip(("still.html", "index.html"), pages(facts), strict=True):
        write_whole(folder / name, content)
    return folder / "index.html"


def pages(facts: PageFacts) -> Iterator[bytes]:
    """Render the page that a browser reloads and the same without reloading; render their shared part once."""
    england = count_statuses("England", facts.organisations)
    shared = {"facts": facts, "calendar": facts.due.calendar, "england": england}
    body = (
        _open_templates()
        .get_template("body.html.j2")
        .render(
            shared,
            state_sentence=state_sentence(facts.due),
            chart=chart_svg(facts.curves, england.expected),
            regions=by_region(facts.organisations),
            types=by_type(facts.organisations),
            edits=most_common_edits(facts.organisations),
        )
    )
    page = _open_templates().get_template("page.html.j2")
    for refresh in (None, _REFRESH_SECONDS):
        yield page.render(shared, refresh=refresh, body=body).encode()


def state_words(due: ReminderContext) -> str:
    """Say in a sentence how the collection stands."""
    calendar = due.calendar
    deadline = time_words(calendar.deadline)
    if due.state == "not_open":
        return f"Not open yet: it opens on {time_words(calendar.opens)}."
    closes = f" until {time_words(due.closes)}" if due.closes else ""
    if due.state == "late":
        return f"The deadline, {deadline}, has passed; late returns are taken{closes}."
    if due.state == "closed":
        return f"Closed{f' since {time_words(due.closes)}' if due.closes else ''}: nothing more is taken."
    time_left = "today" if due.days_left == 0 else f"in {due.days_left} day{'s' if due.days_left != 1 else ''}"
    return f"Open: the deadline is {time_left}, on {deadline}."


@cache
def _open_templates() -> "Environment":
    templates = open_templates(Path(__file__).resolve().parent)
    templates.filters |= _FILTERS
    return templates


def _describe_hits(hits: Sequence[EditCount]) -> str:
    """Write the findings by code, as in V203 x 2, Q309."""
    return ", ".join(f"{hit.code} x {hit.findings}" if hit.findings > 1 else hit.code for hit in hits)


_FILTERS: dict[str, Any] = {
    "hits": _describe_hits,
    "severity": lambda severity: _SEVERITIES.get(severity, severity),
    "state": state_words,
    "status": lambda status: STATUSES.get(status, status),
    "time": time_words,
    "type_name": lambda kind: TYPE_NAMES.get(kind, kind),
}
