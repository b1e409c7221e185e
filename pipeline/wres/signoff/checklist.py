"""Build the release checklist of a build: what stands in the way of its official release."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Engine

from wres.commentary.commentary_text import render_commentary
from wres.database.approvals import get_build_findings, rejections_of
from wres.database.collection_state import get_state
from wres.database.models import Build
from wres.database.releases import edition_key, get_releases, get_snapshots
from wres.disclosure.narrowed import FEW, count_narrowed
from wres.errors import WresError
from wres.indicators.counted_builds import CountedTables, tables_of_build
from wres.indicators.from_warehouse import is_simulated
from wres.monitoring.submission_status import submission_statuses
from wres.outputs.formatting import number_of
from wres.outputs.metadata import OFFICIAL
from wres.outputs.pre_release_access import access_sentence
from wres.outputs.schema_check import ReleaseCheckError
from wres.reference.year_config import CollectionYear, load_year
from wres.release.editions import AUDIENCE, unwritten
from wres.release.preview import preview
from wres.release.remembered_checks import count_once, find_breaches_once
from wres.returns.findings import NationalFinding
from wres.settings import Settings
from wres.signoff import OPEN_POLICY
from wres.validation.edit_catalogue import load_catalogue
from wres.warehouse.build import content_digest
from wres.warehouse.extract import year_tables

if TYPE_CHECKING:
    import pyarrow as pa

    from wres.outputs.metadata import ReleaseMetadata


_SHOWN = 3  # findings of one code that are named in full


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One line of the checklist. `code` is that of an edit, or a word of its own for what no edit says."""

    code: str
    severity: Literal["error", "warning", "note"]
    message: str
    what_to_do: str


def summarise(sentences: Sequence[str]) -> str:
    """Give the first few sentences in full, and the number of the others."""
    more = len(sentences) - _SHOWN
    return " ".join(sentences[:_SHOWN]) + (f" And {more} more." if more > 0 else "")


def listed(codes: Sequence[str]) -> str:
    """Give the first few codes, and the number of the others."""
    more = len(codes) - _SHOWN
    return ", ".join(codes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def official_items(settings: Settings, engine: Engine, build: Build, counted: CountedTables) -> Iterator[ChecklistItem]:
    """List what R502 and the commentary say of the official release as made now, what it shows, who sees it early.

    This takes as long as making the official tables: half a minute for 200 organisations and eight years.
    """
    year = build.collection_year
    try:
        tables, about = preview(settings, engine, build, OFFICIAL, counted)
    except ReleaseCheckError as error:
        yield ChecklistItem(
            error.code, "error", summarise([f"{breach}." for breach in error.breaches]), error.what_to_do
        )
        return
    except WresError as error:
        yield ChecklistItem(
            "official-release", "error", str(error), f"Then look at the checklist again: wres checklist {year}"
        )
        return
    try:
        render_commentary(tables, about)
    except WresError as error:
        yield ChecklistItem(
            "commentary",
            "error",
            str(error),
            f"Correct the text and look at it with its figures: wres commentary {year} --audience official",
        )
    yield from _notes(about)
    yield from _count_narrowed(settings, counted, tables, about)


def _open_policy(calendar: CollectionYear) -> Iterator[ChecklistItem]:
    """Say that a year's release shows every figure, where its policy is open."""
    year = calendar.year
    if calendar.disclosure.policy == "open":
        yield ChecklistItem(
            OPEN_POLICY,
            "note",
            f"The disclosure policy of {year} is open: the official release shows every figure, also small counts.",
            f'Approve with a written reason, which the manifest prints: wres approve {year} --reason "..."',
        )


def _count_narrowed(
    settings: Settings, counted: CountedTables, tables: "Mapping[str, pa.Table]", about: "ReleaseMetadata"
) -> Iterator[ChecklistItem]:
    """Say how many small numbers the policy `ratios` lets a reader narrow down."""
    year = about.collection_year
    policy = load_year(year, settings.years).disclosure
    if not policy.shows_ratios:
        return
    hidden, few = count_once(
        settings, counted, repr(about.published_before), lambda: count_narrowed(tables, year, policy)
    )
    if hidden:
        yield ChecklistItem(
            "narrowed-counts",
            "note",
            f"Entries of {number_of(hidden, 'organisation')} in {year} are not published (small numbers). For {few} of "
            f"them a reader could narrow one down to fewer than {FEW} values, from the ratio, the headcounts and the "
            "totals.",
            "Approve with that in sight, or set the policy protected in the year's file: then no small count can be "
            "worked out, and most ratios are not published.",
        )


def _notes(about: "ReleaseMetadata") -> Iterator[ChecklistItem]:
    """Yield what disclosure control hides in the official tables, and who may see them early."""
    year = about.collection_year
    shares = {name: share for name, share in (about.figures_shown or {}).items() if share < 100}
    if shares:
        shown = ", ".join(f"{share}% of {name}" for name, share in shares.items())
        yield ChecklistItem(
            "figures-shown",
            "note",
            f"After disclosure control the official tables show {shown}, and all of the others.",
            "Nothing to do; the manifest of the release states the same.",
        )
    if about.pre_release_access is not None:
        yield ChecklistItem(
            "pre-release-access",
            "note",
            access_sentence(about.pre_release_access),
            f"Correct the list before the release is sealed: pre-release-access/{year}.csv",
        )


def get_checklist(settings: Settings, engine: Engine, calendar: CollectionYear, build: Build) -> list[ChecklistItem]:
    """Build the checklist: errors first, then warnings, then notes; one item a code."""
    items = list(_check_up_to_date(settings, engine, calendar, build))
    out_of_date = any(item.severity == "error" for item in items)
    counted = tables_of_build(settings, build.build, get_snapshots(build), calendar.year)
    breaches = list(_check_tables(settings, counted))
    items += [
        *(breaches or (() if out_of_date else official_items(settings, engine, build, counted))),
        *_list_national_findings(engine, build),
        *_check_returns(settings, engine, calendar),
        *_check_release(settings, engine, build),
        *_open_policy(calendar),
    ]
    order = ("error", "warning", "note")
    return sorted(items, key=lambda item: order.index(item.severity))


def _check_up_to_date(
    settings: Settings, engine: Engine, calendar: CollectionYear, build: Build
) -> Iterator[ChecklistItem]:
    """Yield whether the registry holds other figures than the build, and which figures are corrected."""
    year = calendar.year
    try:
        tables = year_tables(settings, engine, calendar)
    except WresError as error:
        yield ChecklistItem(
            "build-impossible", "error", str(error), f"Put that right, then build again: wres build {year}"
        )
        return
    if codes := _list_corrected(tables["figures"]):
        yield ChecklistItem(
            "corrections",
            "note",
            f"Figures of {listed(codes)} are corrected by the national team.",
            f"See what was sent and why it was corrected: wres trace {year} {codes[0]}",
        )
    if content_digest(settings, year, tables) != build.content:
        yield ChecklistItem(
            "build-out-of-date",
            "error",
            f"Returns or corrections came after the build {build.build}, or an earlier year was built again.",
            f"Build again and look at the new checklist: wres build {year}",
        )


def _list_corrected(figures: "pa.Table") -> list[str]:
    """List the organisations with a corrected figure."""
    import pyarrow.compute as pc

    corrected = figures.filter(pc.is_valid(figures["corrected_from"]))
    return sorted(set(corrected["organisation_code"].to_pylist()))


def _check_tables(settings: Settings, counted: CountedTables) -> Iterator[ChecklistItem]:
    """List what R501, R503 and the R edits that are data find in the tables of the management release as made now."""
    sentences_of: dict[str, list[str]] = defaultdict(list)  # by the code of the edit
    for code, sentence in find_breaches_once(settings, counted):
        sentences_of[code].append(f"{sentence}.")
    for code, sentences in sorted(sentences_of.items()):
        yield ChecklistItem(code, "error", summarise(sentences), load_catalogue()[code].how_to_fix)


def _list_national_findings(engine: Engine, build: Build) -> Iterator[ChecklistItem]:
    """List the findings of the M edits, and those that could not run: an edit that did not run is not passed."""
    year = build.collection_year
    if build.edits_run is None:
        yield ChecklistItem(
            "national-checks",
            "error",
            f"The national checks have not been run on the build {build.build}.",
            f"Build again: wres build {year}",
        )
        return
    by_code: dict[str, list[NationalFinding]] = defaultdict(list)
    for finding in get_build_findings(engine, build.build):
        by_code[finding.code].append(finding)
    for code, findings in sorted(by_code.items()):
        yield ChecklistItem(
            code, "warning", summarise([finding.message for finding in findings]), findings[0].how_to_fix
        )
    for code, why in sorted((build.edits_not_run or {}).items()):
        if code not in by_code:
            yield ChecklistItem(
                code,
                "warning",
                f"{load_catalogue()[code].title}: not checked. {why}",
                "Look at this by hand, or accept that it was not checked.",
            )


def _check_returns(settings: Settings, engine: Engine, calendar: CollectionYear) -> Iterator[ChecklistItem]:
    """Yield whether returns are still to be checked, may still come, or are not signed off."""
    year, organisations = calendar.year, submission_statuses(engine, calendar)
    statuses = Counter(sent.status for organisation in organisations for sent in organisation.sent)
    if waiting := statuses["received"]:
        yield ChecklistItem(
            "returns-waiting",
            "warning",
            f"{waiting} {'return waits' if waiting == 1 else 'returns wait'} to be checked.",
            f"Check and build again: wres collect {year}, wres build {year}",
        )
    if (state := get_state(engine, calendar, settings.clock.now())) != "closed":
        words = {"not_open": "not open yet", "open": "open", "late": "open for late returns"}
        yield ChecklistItem(
            "collection-open",
            "warning",
            f"The {year} collection is still {words[state]}: returns may come that this release will not hold.",
            f"Wait for the hard close, or close it by hand: wres collection close {year}",
        )
    unsigned = [
        organisation.code
        for organisation in organisations
        if organisation.counting and "Q309" in organisation.counting.unexplained
    ]
    if unsigned:
        yield ChecklistItem(
            "Q309",
            "warning",
            f"{listed(unsigned)}: the return that counts is not signed off, or not completely.",
            f"Ask for the sign-off; the chase list says whom and what: wres chase {year}",
        )


def _check_release(settings: Settings, engine: Engine, build: Build) -> Iterator[ChecklistItem]:
    """Yield rejections of the build, what a revision needs, unwritten editions, and simulated returns."""
    year, releases = build.collection_year, get_releases(engine, build.collection_year, AUDIENCE)
    if rejections := rejections_of(engine, build.build):
        last = rejections[-1]
        yield ChecklistItem(
            "rejected",
            "note",
            f"{last.rejected_by} ({last.role}) rejected this build on {last.rejected_at:%-d %B %Y}: {last.reason}",
            "See to the reason before you approve. A build that changes is another build.",
        )
    if releases and releases[-1].build != build.build:
        yield ChecklistItem(
            "revision-note",
            "note",
            f"This build revises edition {releases[-1].edition}; a revision says what changed and why.",
            f'Publish it with a note: wres publish {year} --note "..."',
        )
    if reserved := unwritten(settings, engine, year):
        editions = listed(sorted({release.edition for release in reserved}, key=edition_key))
        yield ChecklistItem(
            "edition-unwritten",
            "note",
            f"Edition {editions} of {year} was reserved and is not written yet.",
            f'Complete it: wres publish {year}, with --note "..." if its note was not accepted. Or take it back: wres '
            f"withdraw {year} EDITION",
        )
    if is_simulated(settings, get_snapshots(build), year):
        yield ChecklistItem(
            "simulated",
            "note",
            "The build holds simulated returns, and the release will say so everywhere.",
            "Nothing to do in a demonstration; stop if this is a real collection.",
        )
