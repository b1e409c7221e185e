"""The whole workflow on one page: collect (receive, validate, report), build, approve, publish.

Each step is a plain function of a context: the settings, the registry and the collection year, which a front door opens
(`open_context`). A step keeps its state in the registry, the landing zone and the warehouse, and may be killed anywhere
and run again: finished work is kept, the rest is done then. It returns a small summary that is fit for JSON.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from wres.context import Context, Pipeline, Progress, no_progress, open_context, open_pipeline
from wres.errors import UnavailableError
from wres.event_log import log_event
from wres.garbage import rare_garbage_collection
from wres.summaries import (
    Summary,
    approval_summary,
    build_summary,
    is_public,
    publication_summary,
    rejection_summary,
    round_summary,
    withdrawal_summary,
)

if TYPE_CHECKING:
    from wres.intake.deliver_reports import DeliverySummary
    from wres.intake.receive import Received
    from wres.intake.rounds import Shard

__all__ = [
    "Context", "Pipeline", "Progress", "Summary", "approve", "build", "checklist", "collect", "open_context",
    "open_pipeline", "plan_pages", "publish", "receive", "reject", "require_newest", "run", "send_local_reports",
    "send_pending_reports", "set_collection_state", "validate_pending", "withdraw", "write_pages",
    "write_progress_page",
]  # fmt: skip

Via = Literal["wres", "airflow"]  # by which way a person approved or rejected
_ALL_SENDERS = (0, 1)  # the first shard of one


def collect(context: Context, progress: Progress = no_progress, processes: int = 1) -> Summary:
    """Receive, validate and answer all returns that were sent; see `round_summary`.

    Returns for a year that is closed are answered too (S111), since no round may run for that year any more. Many
    returns are validated and answered by this number of processes.
    """
    from wres.intake.rounds import closed_years_with_returns

    summary = _collect_year(context, progress, processes)
    for closed in closed_years_with_returns(context):
        if closed != context.year:
            summary["failures"] += _collect_year(context.for_year(closed), progress, processes)["failures"]
    return summary


def _collect_year(context: Context, progress: Progress, processes: int) -> Summary:
    """Run one round for one year."""
    from wres.intake.rounds import misplaced

    received = _receive(context, progress)
    validated = validate_pending(context, progress, processes)
    delivered = _deliver_reports(context, progress, processes)
    write_progress_page(context)
    misplaced_files = sum(place.files for place in misplaced(context))
    return round_summary(context.year, received, validated, delivered, misplaced_files)


def receive(context: Context, progress: Progress = no_progress, shard: "Shard" = _ALL_SENDERS) -> list[str]:
    """Receive what senders left: bytes to the landing zone, then a receipt, then off the channel.

    Returns: the receipts, new or found again.

    Raises:
        WresError: the collection is not open yet, and nothing is taken; or a channel failed, after all others were
            received.
    """
    received = _receive(context, progress, shard)
    _raise_failures(received.failures)
    return received.receipts


def _receive(context: Context, progress: Progress, shard: "Shard" = _ALL_SENDERS) -> "Received":
    """Receive the returns of one shard of the senders, and log the misplaced files."""
    from wres.database.collection_state import require_opened
    from wres.intake.receive import receive_all, shard_filter
    from wres.intake.rounds import channels_in_use, current_year, misplaced

    require_newest(context)
    settings, database, year = context.settings, context.database, context.year
    require_opened(database, context.calendar, context.clock.now())
    channels = channels_in_use(settings, current_year(context))
    received = receive_all(settings, database, channels, year, partial(progress, "Receiving"), shard_filter(*shard))
    for place in misplaced(context) if shard[0] == 0 else ():
        log_event("not taken", year, place.organisation_code or None, files=place.files, reason=place.reason)
    return received


def validate_pending(
    context: Context, progress: Progress = no_progress, processes: int = 1, only: Collection[str] | None = None
) -> Summary:
    """Read and validate all received returns, and store findings, figures and reports; counts them by status.

    `only` names the receipts to validate; by default all.
    """
    from wres.feedback.validate_pending import validate_all_pending

    return validate_all_pending(context, progress, processes, only)


def send_pending_reports(context: Context, progress: Progress = no_progress, processes: int = 1) -> int:
    """Send every report that is not sent yet, and write the progress page; returns how many reports were sent.

    Raises:
        WresError: a channel failed, after all other reports were sent.
    """
    delivered = _deliver_reports(context, progress, processes)
    write_progress_page(context)
    _raise_failures(delivered.failures)
    return delivered.delivered


def _deliver_reports(context: Context, progress: Progress, processes: int) -> "DeliverySummary":
    """Write and deliver the reports of a year; this number of processes writes the files of many."""
    from wres.feedback.report import report_files, write_atomically
    from wres.intake.deliver_reports import ReportRenderer, deliver_all
    from wres.intake.rounds import channels_in_use

    settings, database = context.settings, context.database
    channels, renderer = channels_in_use(settings), ReportRenderer(report_files, write_atomically)
    progress_of_reports = partial(progress, "Answering")
    delivered = deliver_all(settings, database, channels, context.year, renderer, progress_of_reports, processes)
    _export_audit_log(context)
    return delivered


def write_progress_page(context: Context) -> Path:
    """Write the page that shows how a collection goes, and its chase list; returns the page's path.

    Raises:
        WresError: a file cannot be written.
    """
    from wres.intake.rounds import misplaced
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


def build(context: Context) -> Summary:
    """Write the standing returns of a year to the warehouse, replacing what the year held, count and review them.

    A second build of the same year at the same time waits; see `build_summary`.

    Raises:
        WresError: no return of the year has been accepted yet, or somebody changed rows in the warehouse.
    """
    from wres.database.work_queue import build_lock

    require_newest(context)
    with build_lock(context.database, context.year):
        return _build(context)


def _build(context: Context) -> Summary:
    """Build a year that no other process builds now."""
    from wres.database.models import Build
    from wres.database.releases import get_snapshots, list_builds, save_build, snapshot_columns
    from wres.indicators.counted_builds import ensure_counted, tables_of_build
    from wres.recovery.build_archive import archive_build, record_counted_tables, require_rows_as_built
    from wres.release.remembered_checks import find_breaches_once
    from wres.signoff.national_review import review_build
    from wres.warehouse.build import write_year
    from wres.warehouse.extract import count_corrections, require_figures, year_tables

    settings, database, year = context.settings, context.database, context.year
    tables = year_tables(settings, database, context.calendar)
    require_figures(tables, year)
    written, corrected_figures = write_year(settings, year, tables), count_corrections(tables)
    del tables  # a large nation's take half a gigabyte
    columns = snapshot_columns(written.snapshots)
    new = Build(collection_year=year, content=written.content, built_at=context.clock.now(), **columns)
    archived = archive_build(settings, year, written.snapshots)
    require_rows_as_built(settings, database, archived["tables"])
    saved = save_build(database, new, archived)
    counted = tables_of_build(settings, saved.build, written.snapshots, year, mend=True)
    record_counted_tables(settings, database, counted.key)
    for older in list_builds(database, year):
        if older.build != saved.build and (key := ensure_counted(settings, older.build, get_snapshots(older), year)):
            record_counted_tables(settings, database, key)
    find_breaches_once(settings, counted)  # R501 and R506, kept for checklists and releases
    review = review_build(database, settings, context.calendar, saved, counted.tables)
    _export_audit_log(context)
    write_progress_page(context)
    log_event("built", year, build=saved.build, changed=written.changed)
    return build_summary(year, saved.build, written, counted.tables, review, corrected_figures)


@rare_garbage_collection()
def checklist(context: Context) -> list[dict[str, str]]:
    """Return the release checklist of the last build: a row an item, with code, severity, message and what to do.

    Raises:
        WresError: the year is not built.
    """
    from wres.database.releases import require_latest_build
    from wres.signoff.checklist import get_checklist

    require_newest(context)
    latest = require_latest_build(context.database, context.year)
    return [asdict(item) for item in get_checklist(context.settings, context.database, context.calendar, latest)]


@rare_garbage_collection()
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
        via: by which way they approved.
        build: the build that they looked at; by default the latest.
        reason: why every figure may be shown, where the year's disclosure policy is `open`.

    Raises:
        WresError: the year is not built, or `build` is no longer its latest build; the checklist holds an error; a
            warning is not accepted by name; or the reason is missing where the policy is open.
    """
    from wres.database.releases import require_latest_build
    from wres.signoff.approval import ApprovalAnswer, approve_build
    from wres.signoff.checklist import get_checklist

    require_newest(context)
    settings, database = context.settings, context.database
    latest = require_latest_build(database, context.year, build)
    items = get_checklist(settings, database, context.calendar, latest)
    approval = approve_build(settings, database, latest, items, ApprovalAnswer(by, role, via, accept, reason))
    _export_audit_log(context)
    write_progress_page(context)
    log_event("approved", context.year, build=approval.build, role=approval.role, via=approval.via)
    return approval_summary(approval)


def reject(context: Context, by: str, role: str, reason: str, via: Via = "wres", build: str | None = None) -> Summary:
    """Record that a named person does not approve the last build, and why; the checklist shows it from then on.

    Raises:
        WresError: the year is not built, or `build` is no longer its latest build; or the name, the role or the reason
            is missing.
    """
    from wres.database.releases import require_latest_build
    from wres.signoff.approval import reject_build

    require_newest(context)
    latest = require_latest_build(context.database, context.year, build)
    rejection = reject_build(context.settings, context.database, latest, by=by, role=role, reason=reason, via=via)
    _export_audit_log(context)
    log_event("rejected", context.year, build=rejection.build, role=rejection.role, via=rejection.via)
    return rejection_summary(rejection)


@rare_garbage_collection()
def publish(context: Context, edition: str | None = None, note: str | None = None, processes: int = 1) -> Summary:
    """Make the management release of the last build, and its official one where a person has approved that build.

    Before the year's release time the official release is sealed in a folder of its own; publishing after that time
    unseals it. One that another replaced before that time is never published. See `publication_summary`. With two
    processes both releases of a build are written side by side.

    Raises:
        WresError: nothing is built, the edition is taken or out of order, a revision has no note, or the clock is set
            ahead of the machine's in a collection that is not simulated.
    """
    from wres.catalogue.write_catalogue import write_catalogue
    from wres.database.releases import require_latest_build
    from wres.database.work_queue import PUBLISHING, build_lock
    from wres.recovery.build_archive import record_release
    from wres.release.publication_time import require_clock_not_ahead
    from wres.release.publish import publish_build

    require_newest(context)
    settings, database, year = context.settings, context.database, context.year
    with build_lock(database, PUBLISHING):
        require_clock_not_ahead(settings, database)
        try:
            latest = require_latest_build(database, year)
            on_written = partial(record_release, database, year)
            published = publish_build(context, latest, edition, note, on_written, processes)
        finally:  # an earlier edition may have become public also where this one could not be written
            write_catalogue(settings, database)
    release, official = published.release, published.official
    log_event("published", year, edition=release.edition, build=release.build, official=official is not None)
    return publication_summary(context, published)


def plan_pages(context: Context, edition: str | None = None, note: str | None = None) -> "list[Shard]":
    """Plan the shards in which several workers write the pages of a large release, and reserve its edition.

    None where one process writes all pages: for up to `pages_per_task` organisations, or where nothing is built.

    Raises:
        WresError: as `publish`.
    """
    from wres.database.releases import latest_build
    from wres.database.work_queue import PUBLISHING, build_lock
    from wres.recovery.build_archive import record_release
    from wres.release.large_release import reserve_large_release
    from wres.release.publication_time import require_clock_not_ahead

    require_newest(context)
    settings, database, year = context.settings, context.database, context.year
    with build_lock(database, PUBLISHING):
        require_clock_not_ahead(settings, database)
        latest = latest_build(database, year)
        return reserve_large_release(context, latest, edition, note, partial(record_release, database, year))


def write_pages(context: Context, audience: str, shard: "Shard") -> None:
    """Write the pages of one shard of the organisations for a release that `publish` then puts together.

    It may be killed and run again, and `publish` makes the same release without it.
    """
    from wres.database.releases import require_latest_build
    from wres.database.work_queue import PUBLISHING, build_lock
    from wres.release.large_release import reserved_release, stage_release_pages

    require_newest(context)
    with build_lock(context.database, PUBLISHING):
        release = reserved_release(context, require_latest_build(context.database, context.year), audience)
    if release:
        stage_release_pages(context, release, shard)
        log_event("pages written", context.year, edition=release.edition, audience=audience, shard=shard[0] + 1)


def send_local_reports(context: Context, progress: Progress = no_progress) -> Summary:
    """Give each organisation its own report of the newest official release, once; again after a revision.

    Raises:
        WresError: nothing official is published for the year, or a channel failed, after all others were given.
    """
    from wres.intake.rounds import channels_in_use
    from wres.local_report.deliver_local_reports import deliver_local_reports

    require_newest(context)
    channels = channels_in_use(context.settings)
    delivery = deliver_local_reports(context, channels, partial(progress, "Local reports"))
    _export_audit_log(context)
    _raise_failures(delivery.failures)
    return {"collection_year": context.year, "edition": delivery.edition, "local_reports": delivery.delivered}


def withdraw(context: Context, edition: str, why: str) -> Summary:
    """Take back an edition that was reserved and never written; its number can be used again.

    Raises:
        WresError: there is no such edition, all of it is written, or the reason is no sentence.
    """
    from wres.database.work_queue import PUBLISHING, build_lock
    from wres.release.editions import withdraw_edition

    require_newest(context)
    with build_lock(context.database, PUBLISHING):
        releases = withdraw_edition(context.settings, context.database, context.year, edition, why)
    _export_audit_log(context)
    log_event("withdrawn", context.year, edition=edition)
    return withdrawal_summary(context.year, edition, releases)


def run(context: Context, progress: Progress = no_progress) -> Summary:
    """Collect, build, and publish what may be published.

    Raises:
        WresError: as `collect`, `build`, `publish` and `send_local_reports`.
    """
    from wres.release.publication_time import require_clock_not_ahead

    require_newest(context)
    require_clock_not_ahead(context.settings, context.database)
    collected = collect(context, progress)
    built = build(context)
    published = publish(context)
    if is_public(context, published):
        send_local_reports(context, progress)
    return {**collected, **built, **published, "failures": collected["failures"] + published["failures"]}


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
    from wres.intake.audit_log_export import export_audit_log

    export_audit_log(context.settings, context.database)


def _raise_failures(failures: list[str]) -> None:
    """Raise an UnavailableError that says each failure of a channel, where there is any."""
    if failures:
        raise UnavailableError(" ".join(failures))
