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

from pipeline.collection.calendar import CollectionYear, known_years, load_year
from pipeline.errors import UnavailableError, WresError
from pipeline.logs import happened, keep_logs
from pipeline.machine import use_a_time_zone_that_exists
from pipeline.processes import spread
from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from pipeline.collection.calendar import State
    from pipeline.collection.misplaced import Misplaced
    from pipeline.intake.answer import Answered
    from pipeline.intake.receive import Received
    from pipeline.registry.tables import Build

Summary = dict[str, Any]
_SHARES = 8  # of a round at most: what two workers of docker/compose.yaml do at the same time
Share = tuple[int, int]  # which, from 0 on, of how many
RoundPart = dict[str, Any]  # what one mapped task collects: `year`, `shard` (a Share), and the `label` that names it
_WHOLE: Share = (0, 1)
Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many


def _quiet(_what: str, _done: int, _of: int) -> None:
    """The progress of a run that nobody watches."""


@dataclass(frozen=True, slots=True)
class House:
    """What every step needs: the settings, the open registry, the year's calendar."""

    settings: Settings
    engine: "Engine"
    calendar: CollectionYear


def open_house(year: int) -> House:
    """Open everything for one collection year; an unknown year is an error before anything is touched."""
    from pipeline.registry.database import open_registry

    use_a_time_zone_that_exists()
    calendar = load_year(year)
    settings = load_settings()
    keep_logs(settings.home)
    return House(settings, open_registry(settings), calendar)


def open_newest(year: int) -> House:
    """Open everything as `open_house`, for a step that must not work with an older registry that was put back.

    Raises:
        WresError: the landing store holds events that the registry lacks.
    """
    from pipeline.intake.journal_copy import require_newest_registry
    from pipeline.registry.journal import GENERAL

    house = open_house(year)
    require_newest_registry(house.settings, house.engine, GENERAL, year)
    return house


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
    judged = judge_waiting(year, progress, processes)
    answered = _answer(year, progress, processes)
    report_progress(year)
    return {
        "collection_year": year,
        "received": len(received.receipts),
        **judged,
        "answered": answered.given,
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


def _label(year: int, shard: Share) -> str:
    """Return the name of one part of several, as Airflow's pages show it."""
    return f"{year}, part {shard[0] + 1} of {shard[1]}"


def _plan_shards(year: int) -> list[Share]:
    """Return one shard for each batch of what waits, at least one."""
    from pipeline.intake.channels import channels_in_use
    from pipeline.intake.receive import count_waiting
    from pipeline.registry.receipts import unanswered, waiting

    house = open_house(year)
    found = count_waiting(channels_in_use(house.settings), year)
    found += len(waiting(house.engine, year)) + len(unanswered(house.engine, year))
    shares = min(max(1, -(-found // house.settings.batch_returns)), _SHARES)
    return [(number, shares) for number in range(shares)]


def receive(year: int, progress: Progress = _quiet, share: Share = _WHOLE) -> list[str]:
    """Take in what senders left: bytes to the landing store, then a receipt, then off the channel.

    Raises:
        WresError: the collection is not open yet, and nothing is taken; or a channel failed, after all others were
            received.
    """
    received = _receive(year, progress, share)
    _fail_with(received.failures)
    return received.receipts


def _receive(year: int, progress: Progress, share: Share = _WHOLE) -> "Received":
    from pipeline.intake.channels import channels_in_use
    from pipeline.intake.receive import receive_all, senders_of
    from pipeline.registry.collections import state_of

    house = open_newest(year)
    if state_of(house.engine, house.calendar, house.settings.now()) == "not_open":
        raise WresError(
            f"The {year} collection opens on {house.calendar.opens:%-d %B %Y}, so nothing was taken. Wait until then, "
            f"open it by hand (wres collection open {year}), or set the clock (--as-of)."
        )
    channels, mine = channels_in_use(house.settings, _current_year()), senders_of(*share)
    received = receive_all(
        house.settings, house.engine, channels, year, lambda done, of: progress("Receiving", done, of), mine
    )
    for place in misplaced(year) if share[0] == 0 else ():
        happened("not taken", year, place.organisation_code or None, files=place.files, reason=place.reason)
    return received


def misplaced(year: int) -> "list[Misplaced]":
    """What lies on the channels where no file is taken from: for a year, or for no year that there is."""
    from pipeline.intake.channels import channels_in_use
    from pipeline.intake.receive import misplaced_files

    return misplaced_files(channels_in_use(open_house(year).settings), year)


def judge_waiting(year: int, progress: Progress = _quiet, processes: int = 1) -> Summary:
    """Read and judge all returns that wait, in large batches; remember findings, figures, what the sender is told.

    Many are read and judged by so many processes. What another worker has in hand is left to it. Of a file that
    cannot be read or looks like data about people nothing is kept but its hash, its size and the answer.
    """
    from functools import partial

    from sqlalchemy.orm import Session

    from pipeline.intake.landing import forget_landed, read_landed
    from pipeline.registry.attempts import attempts_at, batches_by_attempts
    from pipeline.registry.receipts import hashes_not_kept, waiting
    from pipeline.validation.claimed_batch import judge_claimed
    from pipeline.validation.round import Round

    house = open_house(year)
    # One byte more than is let in shows that a file is too large.
    load = partial(read_landed, house.settings, limit=house.settings.max_file_bytes + 1)
    statuses: Counter[str] = Counter()
    waits, done = waiting(house.engine, year), 0
    begun: Round | None = None
    size, helpers = house.settings.batch_returns, 1 if len(waits) <= house.settings.batch_returns else processes
    attempts = attempts_at(house.engine, [receipt.receipt for receipt in waits])
    with spread(helpers) as each:
        for batch in batches_by_attempts(waits, attempts, size):
            begun = begun or Round(house.settings, house.engine, house.calendar, load)
            judge = partial(begun.judge, each=each, parts=helpers)
            for judged in judge_claimed(house.engine, year, batch, attempts, judge, house.settings.now):
                happened("judged", year, judged.report["organisation_code"], judged.receipt, status=judged.status)
                statuses[judged.status] += 1
            done += len(batch)
            progress("Judging", done, len(waits))
    _hand_on_journal(house)
    with Session(house.engine) as session:
        unwanted = hashes_not_kept(session, year)
    forget_landed(house.settings, unwanted)
    counted = {status: statuses.pop(status, 0) for status in ("accepted", "accepted_with_queries", "rejected")}
    return {**counted, "tests": statuses.total()}


def answer_waiting(year: int, progress: Progress = _quiet, processes: int = 1) -> int:
    """Give every sender the report that is still owed, and show how the collection goes; returns how many were given.

    The files of many reports are made by so many processes.

    Raises:
        WresError: a channel failed, after all other answers were given.
    """
    answered = _answer(year, progress, processes)
    report_progress(year)
    _fail_with(answered.failures)
    return answered.given


def _answer(year: int, progress: Progress, processes: int) -> "Answered":
    from pipeline.intake.answer import Reports, answer_all
    from pipeline.intake.channels import channels_in_use
    from pipeline.validation.feedback import put_reports, report_files

    house = open_house(year)
    answered = answer_all(
        house.settings,
        house.engine,
        channels_in_use(house.settings),
        year,
        Reports(report_files, put_reports),
        lambda done, of: progress("Answering", done, of),
        processes,
    )
    _hand_on_journal(house)
    return answered


def years_under_way() -> list[int]:
    """The collection years that are open, or late but not closed yet."""
    return [year for year, state in _states().items() if state in ("open", "late")]


def years_to_collect() -> list[int]:
    """The collection years for which a round is to run: those under way, and closed ones with returns to be answered.

    What arrived before the close and was not collected yet counts; what came later is answered with S111.
    """
    return sorted([*years_under_way(), *_closed_years_with_returns()])


def _closed_years_with_returns() -> list[int]:
    from pipeline.intake.channels import channels_in_use
    from pipeline.intake.receive import years_waiting
    from pipeline.registry.receipts import years_unfinished

    if not (closed := [year for year, state in _states().items() if state == "closed"]):
        return []
    house = open_house(closed[0])
    wanted = years_waiting(channels_in_use(house.settings, _current_year())) | years_unfinished(house.engine)
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
    from pipeline.registry.collections import state_of

    house = open_house(known_years()[0])
    years = [load_year(year) for year in known_years()]
    return {calendar.year: state_of(house.engine, calendar, house.settings.now()) for calendar in years}


def report_progress(year: int) -> Path:
    """Write the page that shows how a collection goes, and its chase list, anew; returns the page's path.

    Raises:
        WresError: a file cannot be written.
    """
    from pipeline.progress.page import write_progress
    from pipeline.validation.catalogue import load_catalogue

    house = open_house(year)
    titles = {code: edit.title for code, edit in load_catalogue().items()}
    return write_progress(house.settings, house.engine, house.calendar, titles, misplaced(year))


def overdue() -> list[str]:
    """Return a sentence for each thing of any collection that should have happened by now."""
    from pipeline.progress.attention import overdue as overdue_of

    houses = [open_house(year) for year in known_years()]
    return [text for house in houses for text in overdue_of(house.settings, house.engine, house.calendar)]


def _hand_on_journal(house: House) -> None:
    """Copy what was done to the landing store, from which all can be made again; a killed copy is caught up here."""
    from pipeline.intake.journal_copy import export_journal

    export_journal(house.settings, house.engine)


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
    from pipeline.registry.alone import alone

    house = open_newest(year)
    with alone(house.engine, year):
        return _build(house)


def _build(house: House) -> Summary:
    from pipeline.indicators.release import indicator_tables
    from pipeline.recovery.kept import keep_build
    from pipeline.registry.releases import build_id, remember_build
    from pipeline.registry.tables import Build
    from pipeline.signoff.review import review_build
    from pipeline.warehouse.build import write_year
    from pipeline.warehouse.contents import year_tables

    year = house.calendar.year
    tables = year_tables(house.engine, house.calendar)
    if not tables["figures"].num_rows:
        raise WresError(
            f"No {year} return has been accepted yet, so there is nothing to build. Run: wres collect {year}"
        )
    written = write_year(house.settings, year, tables)
    corrected = tables["figures"]["corrected_from"]
    corrections = len(corrected) - corrected.null_count
    del tables, corrected  # a large nation's take half a gigabyte
    made = remember_build(
        house.engine,
        Build(
            build=build_id(year, written.content),
            collection_year=year,
            built_at=house.settings.now(),
            figures_snapshot=written.snapshots["figures"],
            organisations_snapshot=written.snapshots["organisations"],
            findings_snapshot=written.snapshots["findings"],
        ),
        keep_build(house.settings, year, dict(written.snapshots)),
    )
    counted = indicator_tables(house.settings, dict(written.snapshots), year)
    review = review_build(house.engine, house.settings, house.calendar, made, counted)
    national = counted["national"].to_pylist()
    headline = next(row for row in national if row["collection_year"] == year and row["organisation_group"] == "all")
    _hand_on_journal(house)
    report_progress(year)
    happened("built", year, build=made.build, changed=written.changed)
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
    from pipeline.signoff.checklist import checklist_of

    house = open_newest(year)
    built = latest_build_of(house)
    return [asdict(item) for item in checklist_of(house.settings, house.engine, house.calendar, built)]


def approve(
    year: int,
    by: str,
    role: str,
    accept: Sequence[str] = (),
    via: Literal["wres", "airflow"] = "wres",
    build: str | None = None,
) -> Summary:
    """Remember that a named person approves the last build for official release, with its checklist in sight.

    Args:
        year: the collection year.
        by: the person's name.
        role: what they are.
        accept: the codes of the warnings that they accept.
        via: by which way they said so.
        build: the build that they looked at; by default the latest.

    Raises:
        WresError: the year is not built, or `build` is no longer its latest build; the checklist holds an error; or a
            warning is not accepted by name.
    """
    from pipeline.signoff.approval import approve_build
    from pipeline.signoff.checklist import checklist_of

    house = open_newest(year)
    built = latest_build_of(house, build)
    items = checklist_of(house.settings, house.engine, house.calendar, built)
    made = approve_build(house.settings, house.engine, built, items, by=by, role=role, accept=accept, via=via)
    _hand_on_journal(house)
    report_progress(year)
    happened("approved", year, build=made.build, role=made.role, via=made.via)
    return {
        "collection_year": year,
        "build": made.build,
        "approved_by": made.approved_by,
        "role": made.role,
        "approved_at": made.approved_at,
        "accepted": made.accepted,
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
    from pipeline.signoff.approval import reject_build

    house = open_newest(year)
    made = reject_build(
        house.settings, house.engine, latest_build_of(house, build), by=by, role=role, reason=reason, via=via
    )
    _hand_on_journal(house)
    happened("rejected", year, build=made.build, role=made.role, via=made.via)
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
    from pipeline.registry.alone import PUBLISHING, alone

    house = open_newest(year)
    with alone(house.engine, PUBLISHING):
        return _publish(house, edition, note)


def _publish(house: House, edition: str | None, note: str | None) -> Summary:
    from pipeline.publication.about import OFFICIAL
    from pipeline.publication.completing import complete_all, require_staff_files
    from pipeline.publication.editions import (
        AUDIENCE,
        checked_note,
        claim,
        claim_official,
        edition_to_be,
        explain,
        withdraw_broken,
    )
    from pipeline.publication.publication_time import require_clock_not_ahead
    from pipeline.publication.sealed import official_state
    from pipeline.recovery.kept import keep_release
    from pipeline.registry.approvals import standing_approval

    year = house.calendar.year
    require_clock_not_ahead(house.settings, house.engine)
    built, note = latest_build_of(house), checked_note(note)
    require_staff_files(house.settings, year)

    def tell_written(folder: Path) -> None:
        keep_release(house.engine, year, folder)

    to_be = edition_to_be(house.engine, built)
    being_published = built.build if edition in (None, to_be) else None
    earlier = complete_all(house.settings, house.engine, year, tell_written, without=being_published)
    withdraw_broken(house.settings, house.engine, year, earlier.failed)
    release = claim(house.engine, built, edition, note, house.settings.now())
    if standing_approval(house.engine, built):
        claim_official(house.settings, house.engine, release)
    explain(house.settings, house.engine, release, note)
    completed = complete_all(house.settings, house.engine, year, tell_written)
    _hand_on_journal(house)
    for audience in (AUDIENCE, OFFICIAL):
        if error := completed.failed.pop((release.edition, audience), None):
            raise error
    official = completed.folders.get((release.edition, OFFICIAL))
    happened("published", year, edition=release.edition, build=release.build, official=official is not None)
    return {
        "collection_year": year,
        "edition": release.edition,
        "build": release.build,
        "folder": str(completed.folders[release.edition, AUDIENCE]),
        "official": str(official) if official else None,
        "official_state": official_state(house.settings, house.calendar, official),
        "failures": [
            f"The {audience} edition {edition}: {error}" for (edition, audience), error in completed.failed.items()
        ],
    }


def withdraw(year: int, edition: str, why: str) -> Summary:
    """Take back an edition that was claimed and never written; its number can be used again.

    Raises:
        WresError: there is no such edition, all of it is written, or the reason is no sentence.
    """
    from pipeline.publication.editions import withdraw as take_back
    from pipeline.registry.alone import PUBLISHING, alone

    house = open_newest(year)
    with alone(house.engine, PUBLISHING):
        releases = take_back(house.settings, house.engine, year, edition, why)
    _hand_on_journal(house)
    happened("withdrawn", year, edition=edition)
    return {"collection_year": year, "edition": edition, "withdrawn": [release.audience for release in releases]}


def latest_build_of(house: House, expected: str | None = None) -> "Build":
    """The last build of a year.

    Raises:
        WresError: the year is not built, or its last build is not the expected one.
    """
    from pipeline.registry.releases import latest_build

    year = house.calendar.year
    if (built := latest_build(house.engine, year)) is None:
        raise WresError(f"The {year} collection is not built yet. Run: wres build {year}")
    if expected not in (None, built.build):
        raise WresError(
            f"The {year} collection was built again: {expected} is no longer its latest build, and what was said of it "
            "does not hold for the new one. Look at the new checklist."
        )
    return built


def run(year: int, progress: Progress = _quiet) -> Summary:
    """Collect, build, publish what may be published."""
    from pipeline.publication.publication_time import require_clock_not_ahead

    house = open_newest(year)
    require_clock_not_ahead(house.settings, house.engine)
    collected = collect(year, progress)
    built = build(year)
    published = publish(year)
    return {**collected, **built, **published, "failures": collected["failures"] + published["failures"]}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
