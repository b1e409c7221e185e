"""The whole pipeline on one page: collect (receive, judge, answer), build, approve, publish.

Each step is a plain function of a collection year. It takes its settings from the environment, keeps its state in the
registry, the landing store and the warehouse, and may be killed anywhere and run again: what is done stays done, what
is not is done then. A step returns a small summary that is fit for JSON.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wres.errors import UnavailableError, WresError, use_a_time_zone_that_exists
from wres.event_log import configure_logging, log_event
from wres.parallel import process_map
from wres.reference.year_config import CollectionYear, configured_years, load_year
from wres.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from wres.database.models import Build
    from wres.intake.deliver_reports import DeliverySummary
    from wres.intake.receive import Received
    from wres.reference.misplaced import Misplaced
    from wres.reference.year_config import State

Summary = dict[str, Any]
_SHARDS = 8  # of a round at most: what two workers of docker/compose.yaml do at the same time
Shard = tuple[int, int]  # which, from 0 on, of how many
RoundPart = dict[str, Any]  # what one mapped task collects: `year`, `shard` (a Share), and the `label` that names it
_WHOLE: Shard = (0, 1)
Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many


def _quiet(_what: str, _done: int, _of: int) -> None:
    """The progress of a run that nobody watches."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every step needs: the settings, the open registry, the year's calendar."""

    settings: Settings
    engine: "Engine"
    calendar: CollectionYear


def open_context(year: int) -> Context:
    """Open everything for one collection year; an unknown year is an error before anything is touched."""
    from wres.database.registry import open_registry

    use_a_time_zone_that_exists()
    calendar = load_year(year)
    settings = load_settings()
    configure_logging(settings.home)
    return Context(settings, open_registry(settings), calendar)


def open_newest(year: int) -> Context:
    """Open everything as `open_context`, for a step that must not work with an older registry that was put back.

    Raises:
        WresError: the landing store holds events that the registry lacks.
    """
    from wres.database.audit_log import GENERAL
    from wres.intake.audit_log_export import require_newest_registry

    context = open_context(year)
    require_newest_registry(context.settings, context.engine, GENERAL, year)
    return context


def collect(year: int, progress: Progress = _quiet, processes: int = 1) -> Summary:
    """Receive, judge and answer all that waits; `failures` says what a channel that failed kept back.

    `misplaced` counts the files that lie where none is taken from. Returns for a year that is closed are answered too
    (S111), since no round may run for that year any more. Many returns are judged and answered by so many processes.
    """
    summary = _collect(year, progress, processes)
    for closed in _closed_years_with_returns():
        if closed != year:
            summary["failures"] += _collect(closed, progress, processes)["failures"]
    return summary


def _collect(year: int, progress: Progress, processes: int) -> Summary:
    received = _receive(year, progress)
    judged = validate_pending(year, progress, processes)
    answered = _answer(year, progress, processes)
    write_progress_page(year)
    return {
        "collection_year": year,
        "received": len(received.receipts),
        **judged,
        "answered": answered.delivered,
        "misplaced": sum(place.files for place in misplaced(year)),
        "failures": received.failures + answered.failures,
    }


def plan_round(year: int | None = None) -> list[RoundPart]:
    """Return the parts into which a collecting round is best cut: at least one for each collection under way,
    and for each closed one with returns that are still to be answered.

    How many parts a year has follows from what waits now and how many returns make a batch. Senders are divided among
    the parts for receiving, so that one sender's files keep their order. Checking and answering need not know their
    part: every worker takes batches until none is left, however many more or fewer there are than was foreseen.

    Args:
        year: the one collection to collect, under way or not; by default all of these.
    """
    years = years_to_collect() if year is None else [year]
    return [
        {"year": planned, "shard": list(shard), "label": str(planned) if shard == _WHOLE else _label(planned, shard)}
        for planned in years
        for shard in _plan_shards(planned)
    ]


def _label(year: int, shard: Shard) -> str:
    """Return the name of one part of several, as Airflow's pages show it."""
    return f"{year}, part {shard[0] + 1} of {shard[1]}"


def _plan_shards(year: int) -> list[Shard]:
    """Return one shard for each batch of what waits, at least one."""
    from wres.database.receipts import pending_report, pending_validation
    from wres.intake.channels import channels_in_use
    from wres.intake.receive import count_waiting

    context = open_context(year)
    found = count_waiting(channels_in_use(context.settings), year)
    found += len(pending_validation(context.engine, year)) + len(pending_report(context.engine, year))
    shares = min(max(1, -(-found // context.settings.batch_returns)), _SHARDS)
    return [(number, shares) for number in range(shares)]


def receive(year: int, progress: Progress = _quiet, share: Shard = _WHOLE) -> list[str]:
    """Take in what senders left: bytes to the landing store, then a receipt, then off the channel.

    Raises:
        WresError: the collection is not open yet, and nothing is taken; or a channel failed, after all others were
            received.
    """
    received = _receive(year, progress, share)
    _fail_with(received.failures)
    return received.receipts


def _receive(year: int, progress: Progress, share: Shard = _WHOLE) -> "Received":
    from wres.database.collection_state import get_state
    from wres.intake.channels import channels_in_use
    from wres.intake.receive import receive_all, shard_filter

    context = open_newest(year)
    if get_state(context.engine, context.calendar, context.settings.now()) == "not_open":
        raise WresError(
            f"The {year} collection opens on {context.calendar.opens:%-d %B %Y}, so nothing was taken. "
            "Wait until then, "
            f"open it by hand (wres collection open {year}), or set the clock (--as-of)."
        )
    channels, mine = channels_in_use(context.settings, _current_year()), shard_filter(*share)
    received = receive_all(
        context.settings, context.engine, channels, year, lambda done, of: progress("Receiving", done, of), mine
    )
    for place in misplaced(year) if share[0] == 0 else ():
        log_event("not taken", year, place.organisation_code or None, files=place.files, reason=place.reason)
    return received


def misplaced(year: int) -> "list[Misplaced]":
    """What lies on the channels where no file is taken from: for a year, or for no year that there is."""
    from wres.intake.channels import channels_in_use
    from wres.intake.receive import misplaced_files

    return misplaced_files(channels_in_use(open_context(year).settings), year)


def validate_pending(year: int, progress: Progress = _quiet, processes: int = 1) -> Summary:
    """Read and judge all returns that wait, in large batches; remember findings, figures, what the sender is told.

    Many are read and judged by so many processes. What another worker has in hand is left to it. Of a file that
    cannot be read or looks like data about people nothing is kept but its hash, its size and the answer.
    """
    from functools import partial

    from sqlalchemy.orm import Session

    from wres.database.attempts import attempts_at, batches_by_attempts
    from wres.database.receipts import hashes_not_kept, pending_validation
    from wres.feedback.batch_runner import ValidationRun
    from wres.storage.landing import delete_file, read_landed
    from wres.validation.claimed_batch import judge_claimed

    context = open_context(year)
    # One byte more than is let in shows that a file is too large.
    load = partial(read_landed, context.settings, limit=context.settings.max_file_bytes + 1)
    statuses: Counter[str] = Counter()
    waits, done = pending_validation(context.engine, year), 0
    begun: ValidationRun | None = None
    size, helpers = context.settings.batch_returns, 1 if len(waits) <= context.settings.batch_returns else processes
    attempts = attempts_at(context.engine, [receipt.receipt for receipt in waits])
    with process_map(helpers) as run_each:
        for batch in batches_by_attempts(waits, attempts, size):
            begun = begun or ValidationRun(context.settings, context.engine, context.calendar, load)
            judge = partial(begun.validate, run_each=run_each, parts=helpers)
            for judged in judge_claimed(context.engine, year, batch, attempts, judge, context.settings.now):
                log_event("judged", year, judged.report["organisation_code"], judged.receipt, status=judged.status)
                statuses[judged.status] += 1
            done += len(batch)
            progress("Judging", done, len(waits))
    _export_audit_log(context)
    with Session(context.engine) as session:
        unwanted = hashes_not_kept(session, year)
    delete_file(context.settings, unwanted)
    counted = {status: statuses.pop(status, 0) for status in ("accepted", "accepted_with_queries", "rejected")}
    return {**counted, "tests": statuses.total()}


def send_pending_reports(year: int, progress: Progress = _quiet, processes: int = 1) -> int:
    """Give every sender the report that is still owed, and show how the collection goes; returns how many were given.

    The files of many reports are made by so many processes.

    Raises:
        WresError: a channel failed, after all other answers were given.
    """
    answered = _answer(year, progress, processes)
    write_progress_page(year)
    _fail_with(answered.failures)
    return answered.delivered


def _answer(year: int, progress: Progress, processes: int) -> "DeliverySummary":
    from wres.feedback.report import report_files, write_atomically
    from wres.intake.channels import channels_in_use
    from wres.intake.deliver_reports import ReportRenderer, deliver_all

    context = open_context(year)
    answered = deliver_all(
        context.settings,
        context.engine,
        channels_in_use(context.settings),
        year,
        ReportRenderer(report_files, write_atomically),
        lambda done, of: progress("Answering", done, of),
        processes,
    )
    _export_audit_log(context)
    return answered


def open_years() -> list[int]:
    """The collection years that are open, or late but not closed yet."""
    return [year for year, state in _states().items() if state in ("open", "late")]


def years_to_collect() -> list[int]:
    """The collection years for which a round is to run: those under way, and closed ones with returns to be answered.

    What arrived before the close and was not collected yet counts; what came later is answered with S111.
    """
    return sorted([*open_years(), *_closed_years_with_returns()])


def _closed_years_with_returns() -> list[int]:
    from wres.database.receipts import years_unfinished
    from wres.intake.channels import channels_in_use
    from wres.intake.receive import years_waiting

    if not (closed := [year for year, state in _states().items() if state == "closed"]):
        return []
    context = open_context(closed[0])
    wanted = years_waiting(channels_in_use(context.settings, _current_year())) | years_unfinished(context.engine)
    return [year for year in closed if year in wanted]


def _current_year() -> int | None:
    """The year to which a return belongs that names none: the last that is under way, or else the last that closed."""
    states = _states()
    for wanted in (("open", "late"), ("closed",)):
        if years := [year for year, state in states.items() if state in wanted]:
            return max(years)
    return None


def _states() -> "dict[int, State]":
    """Where every collection stands now."""
    from wres.database.collection_state import get_state

    context = open_context(configured_years()[0])
    years = [load_year(year) for year in configured_years()]
    return {calendar.year: get_state(context.engine, calendar, context.settings.now()) for calendar in years}


def write_progress_page(year: int) -> Path:
    """Write the page that shows how a collection goes, and its chase list, anew; returns the page's path.

    Raises:
        WresError: a file cannot be written.
    """
    from wres.monitoring.progress_page import write_progress
    from wres.validation.edit_catalogue import load_catalogue

    context = open_context(year)
    titles = {code: edit.title for code, edit in load_catalogue().items()}
    return write_progress(context.settings, context.engine, context.calendar, titles, misplaced(year))


def overdue() -> list[str]:
    """Return a sentence for each thing of any collection that should have happened by now."""
    from wres.monitoring.attention import overdue as overdue_of

    contexts = [open_context(year) for year in configured_years()]
    return [text for context in contexts for text in overdue_of(context.settings, context.engine, context.calendar)]


def _export_audit_log(context: Context) -> None:
    """Copy what was done to the landing store, from which all can be made again; a killed copy is caught up here."""
    from wres.intake.audit_log_export import export_journal

    export_journal(context.settings, context.engine)


def _fail_with(failures: list[str]) -> None:
    if failures:
        raise UnavailableError(" ".join(failures))


def build(year: int) -> Summary:
    """Write the standing returns of a year to the warehouse, replacing what the year held, count and review them.

    `national_checks` are the codes of the national edits that found something, each once. Whoever builds the same year
    at the same time waits.

    Raises:
        WresError: no return of the year has been accepted yet.
    """
    from wres.database.locks import build_lock

    context = open_newest(year)
    with build_lock(context.engine, year):
        return _build(context)


def _build(context: Context) -> Summary:
    from wres.database.models import Build
    from wres.database.releases import build_id, save_build
    from wres.indicators.from_warehouse import indicator_tables
    from wres.recovery.build_archive import archive_build
    from wres.signoff.national_review import review_build
    from wres.warehouse.build import write_year
    from wres.warehouse.extract import year_tables

    year = context.calendar.year
    tables = year_tables(context.engine, context.calendar)
    if not tables["figures"].num_rows:
        raise WresError(
            f"No {year} return has been accepted yet, so there is nothing to build. Run: wres collect {year}"
        )
    written = write_year(context.settings, year, tables)
    corrected = tables["figures"]["corrected_from"]
    corrections = len(corrected) - corrected.null_count
    del tables, corrected  # a large nation's take half a gigabyte
    made = save_build(
        context.engine,
        Build(
            build=build_id(year, written.content),
            collection_year=year,
            built_at=context.settings.now(),
            figures_snapshot=written.snapshots["figures"],
            organisations_snapshot=written.snapshots["organisations"],
            findings_snapshot=written.snapshots["findings"],
        ),
        archive_build(context.settings, year, dict(written.snapshots)),
    )
    counted = indicator_tables(context.settings, dict(written.snapshots), year)
    review = review_build(context.engine, context.settings, context.calendar, made, counted)
    national = counted["national"].to_pylist()
    headline = next(row for row in national if row["collection_year"] == year and row["organisation_group"] == "all")
    _export_audit_log(context)
    write_progress_page(year)
    log_event("built", year, build=made.build, changed=written.changed)
    return {
        "collection_year": year,
        "build": made.build,
        "changed": written.changed,
        "corrected_figures": corrections,
        "organisations": headline["organisations"],
        "relative_likelihood": _text(headline["relative_likelihood"]),
        "range": headline["range"],
        "national_checks": sorted({found.code for found in review.findings}),
        "not_checked": sorted(review.edits_not_run),
    }


def checklist(year: int) -> list[dict[str, str]]:
    """The release checklist of the last build: a row an item, with code, severity, message and what to do.

    Raises:
        WresError: the year is not built.
    """
    from wres.signoff.checklist import get_checklist

    context = open_newest(year)
    built = require_latest_build(context)
    return [asdict(item) for item in get_checklist(context.settings, context.engine, context.calendar, built)]


def approve(
    year: int,
    by: str,
    role: str,
    accept: Sequence[str] = (),
    via: Literal["wres", "airflow"] = "wres",
    build: str | None = None,
    reason: str | None = None,
) -> Summary:
    """Remember that a named person approves the last build for official release, with its checklist in sight.

    Args:
        year: the collection year.
        by: the person's name.
        role: what they are.
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

    context = open_newest(year)
    built = require_latest_build(context, build)
    items = get_checklist(context.settings, context.engine, context.calendar, built)
    made = approve_build(context.settings, context.engine, built, items, Answer(by, role, via, accept, reason))
    _export_audit_log(context)
    write_progress_page(year)
    log_event("approved", year, build=made.build, role=made.role, via=made.via)
    return {
        "collection_year": year,
        "build": made.build,
        "approved_by": made.approved_by,
        "role": made.role,
        "approved_at": made.approved_at,
        "accepted": made.accepted,
        **({"reason": made.reason} if made.reason else {}),
    }


def reject(
    year: int,
    by: str,
    role: str,
    reason: str,
    via: Literal["wres", "airflow"] = "wres",
    build: str | None = None,
) -> Summary:
    """Record that a named person does not approve the last build, and why; the checklist shows it from then on.

    Raises:
        WresError: the year is not built, or `build` is no longer its latest build; or the name, the role or the reason
            is missing.
    """
    from wres.signoff.approval import reject_build

    context = open_newest(year)
    made = reject_build(
        context.settings, context.engine, require_latest_build(context, build), by=by, role=role, reason=reason, via=via
    )
    _export_audit_log(context)
    log_event("rejected", year, build=made.build, role=made.role, via=made.via)
    return {"collection_year": year, "build": made.build, "rejected_by": made.rejected_by, "reason": made.reason}


def publish(year: int, edition: str | None = None, note: str | None = None) -> Summary:
    """Make the management release of the last build, and its official one where a person has approved that build.

    The same build published again is the release that there is. All that people typed is checked first; then an
    edition is claimed in the registry, and then written, so that a killed run is completed by the next one. A claimed
    edition of an earlier build that cannot be written is withdrawn, and its number is used again. Before the year's
    release time the official release is sealed in a folder of its own; publishing after that time unseals it. One that
    another takes the place of before that time is never published. `official` is its folder, None without one;
    `failures` says which earlier edition is not as it must be.

    Raises:
        WresError: nothing is built, the edition is taken or out of order, a revision has no note, or the clock is set
            ahead of the machine's in a collection that is not simulated.
    """
    from wres.database.locks import PUBLISHING, build_lock

    context = open_newest(year)
    with build_lock(context.engine, PUBLISHING):
        return _publish(context, edition, note)


def _publish(context: Context, edition: str | None, note: str | None) -> Summary:
    from wres.database.approvals import current_approval
    from wres.outputs.metadata import OFFICIAL
    from wres.recovery.build_archive import keep_release
    from wres.release.editions import (
        AUDIENCE,
        checked_note,
        edition_to_be,
        reserve_edition,
        reserve_official_edition,
        set_note,
        withdraw_broken,
    )
    from wres.release.embargo import embargo_status
    from wres.release.publication_time import require_clock_not_ahead
    from wres.release.publish import require_staff_files, write_reserved

    year = context.calendar.year
    require_clock_not_ahead(context.settings, context.engine)
    built, note = require_latest_build(context), checked_note(note)
    require_staff_files(context.settings, year)

    def tell_written(folder: Path) -> None:
        keep_release(context.engine, year, folder)

    to_be = edition_to_be(context.engine, built)
    being_published = built.build if edition in (None, to_be) else None
    earlier = write_reserved(context.settings, context.engine, year, tell_written, without=being_published)
    withdraw_broken(context.settings, context.engine, year, earlier.failed)
    release = reserve_edition(context.engine, built, edition, note, context.settings.now())
    if current_approval(context.engine, built):
        reserve_official_edition(context.settings, context.engine, release)
    set_note(context.settings, context.engine, release, note)
    completed = write_reserved(context.settings, context.engine, year, tell_written)
    _export_audit_log(context)
    for audience in (AUDIENCE, OFFICIAL):
        if error := completed.failed.pop((release.edition, audience), None):
            raise error
    official = completed.folders.get((release.edition, OFFICIAL))
    log_event("published", year, edition=release.edition, build=release.build, official=official is not None)
    return {
        "collection_year": year,
        "edition": release.edition,
        "build": release.build,
        "folder": str(completed.folders[release.edition, AUDIENCE]),
        "official": str(official) if official else None,
        "official_state": embargo_status(context.settings, context.calendar, official),
        "failures": [
            f"The {audience} edition {edition}: {error}" for (edition, audience), error in completed.failed.items()
        ],
    }


def withdraw(year: int, edition: str, why: str) -> Summary:
    """Take back an edition that was claimed and never written; its number can be used again.

    Raises:
        WresError: there is no such edition, all of it is written, or the reason is no sentence.
    """
    from wres.database.locks import PUBLISHING, build_lock
    from wres.release.editions import withdraw as take_back

    context = open_newest(year)
    with build_lock(context.engine, PUBLISHING):
        releases = take_back(context.settings, context.engine, year, edition, why)
    _export_audit_log(context)
    log_event("withdrawn", year, edition=edition)
    return {"collection_year": year, "edition": edition, "withdrawn": [release.audience for release in releases]}


def require_latest_build(context: Context, expected: str | None = None) -> "Build":
    """The last build of a year.

    Raises:
        WresError: the year is not built, or its last build is not the expected one.
    """
    from wres.database.releases import latest_build

    year = context.calendar.year
    if (built := latest_build(context.engine, year)) is None:
        raise WresError(f"The {year} collection is not built yet. Run: wres build {year}")
    if expected not in (None, built.build):
        raise WresError(
            f"The {year} collection was built again: {expected} is no longer its latest build, and what was said of it "
            "does not hold for the new one. Look at the new checklist."
        )
    return built


def run(year: int, progress: Progress = _quiet) -> Summary:
    """Collect, build, publish what may be published."""
    from wres.release.publication_time import require_clock_not_ahead

    context = open_newest(year)
    require_clock_not_ahead(context.settings, context.engine)
    collected = collect(year, progress)
    built = build(year)
    published = publish(year)
    return {**collected, **built, **published, "failures": collected["failures"] + published["failures"]}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
