"""The whole workflow on one page: collect (receive, check, report), build, approve, publish.

Each step is a plain function of a context: the settings, the registry and the collection year, which a front door opens
(`open_context`). A step keeps its state in the registry, the landing zone and the warehouse, and may be killed anywhere
and run again: finished work is kept, the rest is done then. It returns a small summary that is fit for JSON.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wres.context import Context, Pipeline, Progress, no_progress, open_context, open_pipeline
from wres.errors import UnavailableError, WresError
from wres.event_log import log_event

if TYPE_CHECKING:
    from wres.database.models import Build
    from wres.intake.deliver_reports import DeliverySummary
    from wres.intake.receive import Received
    from wres.intake.rounds import RoundPart, Shard
    from wres.reference.misplaced import Misplaced

__all__ = [
    "Context", "Pipeline", "Progress", "approve", "build", "checklist", "collect", "is_public", "misplaced",
    "open_context", "open_pipeline", "open_years", "overdue", "plan_round", "publish", "receive", "reject",
    "require_latest_build", "require_newest", "run", "send_local_reports", "send_pending_reports",
    "set_collection_state", "validate_pending", "withdraw", "write_progress_page", "years_to_collect",
]  # fmt: skip

Summary = dict[str, Any]
Via = Literal["wres", "airflow"]  # by which way a person said something
_WHOLE = (0, 1)  # all senders


def collect(context: Context, progress: Progress = no_progress, processes: int = 1) -> Summary:
    """Receive, check and answer all returns that wait; `failures` says which channel failed, and why.

    `misplaced` counts the files that lie where none are taken from. Returns for a year that is closed are answered too
    (S111), since no round may run for that year any more. Many returns are checked and answered by so many processes.
    """
    from wres.intake.rounds import closed_years_with_returns

    summary = _collect(context, progress, processes)
    for closed in closed_years_with_returns(context):
        if closed != context.year:
            summary["failures"] += _collect(context.for_year(closed), progress, processes)["failures"]
    return summary


def _collect(context: Context, progress: Progress, processes: int) -> Summary:
    """Run one round for one year."""
    received = _receive(context, progress)
    checked = validate_pending(context, progress, processes)
    answered = _answer(context, progress, processes)
    write_progress_page(context)
    return {
        "collection_year": context.year,
        "received": len(received.receipts),
        **checked,
        "answered": answered.delivered,
        "misplaced": sum(place.files for place in misplaced(context)),
        "failures": received.failures + answered.failures,
    }


def receive(context: Context, progress: Progress = no_progress, shard: "Shard" = _WHOLE) -> list[str]:
    """Take in what senders left: bytes to the landing zone, then a receipt, then off the channel.

    Raises:
        WresError: the collection is not open yet, and nothing is taken; or a channel failed, after all others were
            received.
    """
    received = _receive(context, progress, shard)
    _fail_with(received.failures)
    return received.receipts


def _receive(context: Context, progress: Progress, shard: "Shard" = _WHOLE) -> "Received":
    """Receive the returns of one shard of the senders, and log the files that lie where none are taken from."""
    from wres.database.collection_state import get_state
    from wres.intake.receive import receive_all, shard_filter
    from wres.intake.rounds import channels_in_use, current_year

    require_newest(context)
    year = context.year
    if get_state(context.database, context.calendar, context.clock.now()) == "not_open":
        raise WresError(
            f"The {year} collection opens on {context.calendar.opens:%-d %B %Y}, so nothing was taken. "
            "Wait until then, "
            f"open it by hand (wres collection open {year}), or set the clock (--as-of)."
        )
    received = receive_all(
        context.settings,
        context.database,
        channels_in_use(context.settings, current_year(context)),
        year,
        lambda done, of: progress("Receiving", done, of),
        shard_filter(*shard),
    )
    for place in misplaced(context) if shard[0] == 0 else ():
        log_event("not taken", year, place.organisation_code or None, files=place.files, reason=place.reason)
    return received


def validate_pending(
    context: Context, progress: Progress = no_progress, processes: int = 1, only: Collection[str] | None = None
) -> Summary:
    """Read and check all returns that wait, and store findings, figures and reports; counts them by status.

    `only` names the receipts to check; by default all.
    """
    from wres.feedback.validate_pending import validate_all_pending

    return validate_all_pending(context, progress, processes, only)


def send_pending_reports(context: Context, progress: Progress = no_progress, processes: int = 1) -> int:
    """Send every report that is still owed, and write the progress page; returns how many reports were sent.

    Raises:
        WresError: a channel failed, after all other reports were sent.
    """
    answered = _answer(context, progress, processes)
    write_progress_page(context)
    _fail_with(answered.failures)
    return answered.delivered


def _answer(context: Context, progress: Progress, processes: int) -> "DeliverySummary":
    """Write and deliver reports, many of them by so many processes."""
    from wres.feedback.report import report_files, write_atomically
    from wres.intake.deliver_reports import ReportRenderer, deliver_all
    from wres.intake.rounds import channels_in_use

    answered = deliver_all(
        context.settings,
        context.database,
        channels_in_use(context.settings),
        context.year,
        ReportRenderer(report_files, write_atomically),
        lambda done, of: progress("Answering", done, of),
        processes,
    )
    _export_audit_log(context)
    return answered


def plan_round(pipeline: Pipeline, year: int | None = None) -> "list[RoundPart]":
    """Cut a collecting round into parts, for one year or for all that need a round."""
    from wres.intake import rounds

    return rounds.plan_round(pipeline, year)


def open_years(pipeline: Pipeline) -> list[int]:
    """Return the collection years that are open, or late but not closed yet."""
    from wres.intake import rounds

    return rounds.open_years(pipeline)


def years_to_collect(pipeline: Pipeline) -> list[int]:
    """Return the collection years that need a round: open ones, and closed ones with returns to be answered."""
    from wres.intake import rounds

    return rounds.years_to_collect(pipeline)


def misplaced(context: Context) -> "list[Misplaced]":
    """Return the files on the channels where none are taken from: those of a year, or of no year that there is."""
    from wres.intake import rounds

    return rounds.misplaced(context)


def write_progress_page(context: Context) -> Path:
    """Write the page that shows how a collection goes, and its chase list; returns the page's path.

    Raises:
        WresError: a file cannot be written.
    """
    from wres.monitoring.progress_page import write_progress
    from wres.validation.edit_catalogue import load_catalogue

    titles = {code: edit.title for code, edit in load_catalogue().items()}
    return write_progress(context.settings, context.database, context.calendar, titles, misplaced(context))


def set_collection_state(context: Context, state: Literal["open", "closed"]) -> None:
    """Open or close a collection by hand, also against its calendar; the audit log records it."""
    from wres.database.collection_state import set_state

    set_state(context.database, context.year, state, context.clock.now())
    _export_audit_log(context)
    log_event("state set", context.year, state=state)


def overdue(pipeline: Pipeline) -> list[str]:
    """Return a sentence for each thing of any collection that should have happened by now."""
    from wres.monitoring.attention import overdue as overdue_of

    contexts = [pipeline.for_year(year) for year in pipeline.configured_years()]
    return [text for context in contexts for text in overdue_of(context.settings, context.database, context.calendar)]


def build(context: Context) -> Summary:
    """Write the standing returns of a year to the warehouse, replacing what the year held, count and review them.

    `national_checks` are the codes of the national edits that found something, each once. A second build of the same
    year at the same time waits.

    Raises:
        WresError: no return of the year has been accepted yet.
    """
    from wres.database.work_queue import build_lock

    require_newest(context)
    with build_lock(context.database, context.year):
        return _build(context)


def _build(context: Context) -> Summary:
    """Build a year that no other process builds now."""
    from wres.database.models import Build
    from wres.database.releases import save_build
    from wres.indicators.counted_builds import tables_of_build
    from wres.recovery.build_archive import archive_build, keep_counted
    from wres.release.remembered_checks import breaches_once
    from wres.signoff.national_review import review_build
    from wres.warehouse.build import write_year
    from wres.warehouse.extract import year_tables

    settings, database, year = context.settings, context.database, context.year
    tables = year_tables(settings, database, context.calendar)
    if not tables["figures"].num_rows:
        raise WresError(
            f"No {year} return has been accepted yet, so there is nothing to build. Run: wres collect {year}"
        )
    written = write_year(settings, year, tables)
    corrected = tables["figures"]["corrected_from"]
    corrections = len(corrected) - corrected.null_count
    del tables, corrected  # a large nation's take half a gigabyte
    made = save_build(
        database,
        Build(
            collection_year=year,
            content=written.content,
            built_at=context.clock.now(),
            figures_snapshot=written.snapshots["figures"],
            organisations_snapshot=written.snapshots["organisations"],
            findings_snapshot=written.snapshots["findings"],
        ),
        archive_build(settings, year, dict(written.snapshots)),
    )
    counted = tables_of_build(settings, made.build, written.snapshots, year, mend=True)
    keep_counted(settings, database, counted.key)
    breaches_once(settings, counted)  # found now, and kept for checklists and releases
    review = review_build(database, settings, context.calendar, made, counted.tables)
    national = counted.tables["national"].to_pylist()
    headline = next(row for row in national if row["collection_year"] == year and row["organisation_group"] == "all")
    _export_audit_log(context)
    write_progress_page(context)
    log_event("built", year, build=made.build, changed=written.changed)
    return {
        "collection_year": year,
        "build": made.build,
        "changed": written.changed,
        "corrected_figures": corrections,
        "organisations": headline["organisations"],
        "relative_likelihood": _text(headline["relative_likelihood"]),
        "range": headline["range"],
        "national_checks": sorted({finding.code for finding in review.findings}),
        "not_checked": sorted(review.edits_not_run),
    }


def checklist(context: Context) -> list[dict[str, str]]:
    """Return the release checklist of the last build: a row an item, with code, severity, message and what to do.

    Raises:
        WresError: the year is not built.
    """
    from wres.signoff.checklist import get_checklist

    require_newest(context)
    built = require_latest_build(context)
    return [asdict(item) for item in get_checklist(context.settings, context.database, context.calendar, built)]


def approve(
    context: Context,
    by: str,
    role: str,
    accept: Sequence[str] = (),
    via: Via = "wres",
    build: str | None = None,
    reason: str | None = None,
) -> Summary:
    """Record that a named person approves the last build for official release, after its checklist.

    Args:
        context: the collection year.
        by: the person's name.
        role: their role.
        accept: the codes of the warnings that they accept.
        via: by which way they said so.
        build: the build that they looked at; by default the latest.
        reason: why every figure may be shown, where the year's disclosure policy is `open`.

    Raises:
        WresError: the year is not built, or `build` is no longer its latest build; the checklist holds an error; a
            warning is not accepted by name; or the reason is missing where the policy is open.
    """
    from wres.signoff.approval import Answer, approve_build
    from wres.signoff.checklist import get_checklist

    require_newest(context)
    built = require_latest_build(context, build)
    items = get_checklist(context.settings, context.database, context.calendar, built)
    made = approve_build(context.settings, context.database, built, items, Answer(by, role, via, accept, reason))
    _export_audit_log(context)
    write_progress_page(context)
    log_event("approved", context.year, build=made.build, role=made.role, via=made.via)
    return {
        "collection_year": context.year,
        "build": made.build,
        "approved_by": made.approved_by,
        "role": made.role,
        "approved_at": made.approved_at,
        "accepted": made.accepted,
        **({"reason": made.reason} if made.reason else {}),
    }


def reject(context: Context, by: str, role: str, reason: str, via: Via = "wres", build: str | None = None) -> Summary:
    """Record that a named person does not approve the last build, and why; the checklist shows it from then on.

    Raises:
        WresError: the year is not built, or `build` is no longer its latest build; or the name, the role or the reason
            is missing.
    """
    from wres.signoff.approval import reject_build

    require_newest(context)
    built = require_latest_build(context, build)
    made = reject_build(context.settings, context.database, built, by=by, role=role, reason=reason, via=via)
    _export_audit_log(context)
    log_event("rejected", context.year, build=made.build, role=made.role, via=made.via)
    return {
        "collection_year": context.year,
        "build": made.build,
        "rejected_by": made.rejected_by,
        "reason": made.reason,
    }


def publish(context: Context, edition: str | None = None, note: str | None = None) -> Summary:
    """Make the management release of the last build, and its official one where a person has approved that build.

    Before the year's release time the official release is sealed in a folder of its own; publishing after that time
    unseals it. One that another replaced before that time is never published. `official` is its folder, None without
    one; `failures` says which earlier edition is not as it must be.

    Raises:
        WresError: nothing is built, the edition is taken or out of order, a revision has no note, or the clock is set
            ahead of the machine's in a collection that is not simulated.
    """
    from wres.catalogue.write_catalogue import write_catalogue
    from wres.database.work_queue import PUBLISHING, build_lock
    from wres.recovery.build_archive import keep_release
    from wres.release.embargo import embargo_status
    from wres.release.publication_time import require_clock_not_ahead
    from wres.release.publish import publish_build

    def keep(folder: Path) -> None:
        keep_release(context.database, context.year, folder)

    require_newest(context)
    with build_lock(context.database, PUBLISHING):
        require_clock_not_ahead(context.settings, context.database)
        try:
            published = publish_build(context, require_latest_build(context), edition, note, keep)
        finally:  # an earlier edition may have become public also where this one could not be written
            write_catalogue(context.settings, context.database)
    release, official = published.release, published.official
    log_event("published", context.year, edition=release.edition, build=release.build, official=official is not None)
    return {
        "collection_year": context.year,
        "edition": release.edition,
        "build": release.build,
        "folder": str(published.folder),
        "official": str(official) if official else None,
        "official_state": embargo_status(context.settings, context.calendar, official),
        "failures": published.failures,
    }


def is_public(context: Context, published: Summary) -> bool:
    """Say whether what `publish` returned has an official release that everybody may read."""
    return str(published["official"]).startswith(str(context.settings.published))


def send_local_reports(context: Context, progress: Progress = no_progress) -> Summary:
    """Give each organisation its own report of the newest official release, once; again after a revision.

    Raises:
        WresError: nothing official is published for the year, or a channel failed, after all others were given.
    """
    from wres.intake.rounds import channels_in_use
    from wres.local_report.deliver_local_reports import deliver_local_reports

    require_newest(context)
    channels = channels_in_use(context.settings)
    given = deliver_local_reports(context, channels, lambda done, of: progress("Local reports", done, of))
    _export_audit_log(context)
    _fail_with(given.failures)
    return {"collection_year": context.year, "edition": given.edition, "local_reports": given.delivered}


def withdraw(context: Context, edition: str, why: str) -> Summary:
    """Take back an edition that was reserved and never written; its number can be used again.

    Raises:
        WresError: there is no such edition, all of it is written, or the reason is no sentence.
    """
    from wres.database.work_queue import PUBLISHING, build_lock
    from wres.release.editions import withdraw as take_back

    require_newest(context)
    with build_lock(context.database, PUBLISHING):
        releases = take_back(context.settings, context.database, context.year, edition, why)
    _export_audit_log(context)
    log_event("withdrawn", context.year, edition=edition)
    return {
        "collection_year": context.year,
        "edition": edition,
        "withdrawn": [release.audience for release in releases],
    }


def run(context: Context, progress: Progress = no_progress) -> Summary:
    """Collect, build, publish what may be published."""
    from wres.release.publication_time import require_clock_not_ahead

    require_newest(context)
    require_clock_not_ahead(context.settings, context.database)
    collected = collect(context, progress)
    built = build(context)
    published = publish(context)
    if is_public(context, published):
        send_local_reports(context, progress)
    return {**collected, **built, **published, "failures": collected["failures"] + published["failures"]}


def require_latest_build(context: Context, expected: str | None = None) -> "Build":
    """Return the last build of a year.

    Raises:
        WresError: the year is not built, or its last build is not the expected one.
    """
    from wres.database.releases import latest_build

    year = context.year
    if (built := latest_build(context.database, year)) is None:
        raise WresError(f"The {year} collection is not built yet. Run: wres build {year}")
    if expected not in (None, built.build):
        raise WresError(
            f"The {year} collection was built again: {expected} is no longer its latest build, and what was said of it "
            "does not hold for the new one. Look at the new checklist."
        )
    return built


def require_newest(context: Context) -> None:
    """Refuse to work with an older registry that was put back.

    Raises:
        WresError: the landing zone holds events that the registry lacks.
    """
    from wres.database.audit_log import GENERAL
    from wres.intake.audit_log_export import require_newest_registry

    require_newest_registry(context.settings, context.database, GENERAL, context.year)


def _export_audit_log(context: Context) -> None:
    """Copy new events to the landing zone, from which everything can be rebuilt."""
    from wres.intake.audit_log_export import export_journal

    export_journal(context.settings, context.database)


def _fail_with(failures: list[str]) -> None:
    if failures:
        raise UnavailableError(" ".join(failures))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
