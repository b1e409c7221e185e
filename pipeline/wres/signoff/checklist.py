"""The release checklist: what stands in the way of a release, and what a person must have seen before approving it.

Errors stop a release. Warnings are accepted one by one, by name. Notes are there to be known.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear
from pipeline.errors import WresError
from pipeline.indicators.release import indicator_tables, is_simulated
from pipeline.progress.standing import standings
from pipeline.publication.editions import AUDIENCE, unwritten
from pipeline.publication.release_checks import release_breaches
from pipeline.registry.approvals import findings_of_build, rejections_of
from pipeline.registry.collections import state_of
from pipeline.registry.releases import build_id, edition_key, releases_of, snapshots_of
from pipeline.registry.tables import Build, BuildFinding
from pipeline.settings import Settings
from pipeline.signoff.items import Item, listed, told
from pipeline.signoff.rehearsed import official_items
from pipeline.validation.catalogue import load_catalogue
from pipeline.warehouse.build import content_now
from pipeline.warehouse.contents import year_tables

if TYPE_CHECKING:
    import pyarrow as pa


def checklist_of(settings: Settings, engine: Engine, calendar: CollectionYear, build: Build) -> list[Item]:
    """The checklist of a build: errors first, then warnings, then notes; one item a code."""
    items = list(_up_to_date(settings, engine, calendar, build))
    out_of_date = any(item.severity == "error" for item in items)
    counted = indicator_tables(settings, snapshots_of(build), calendar.year)
    breaches = list(_tables(counted, calendar.year))
    items += [
        *(breaches or (() if out_of_date else official_items(settings, engine, build, counted))),
        *_national(engine, build),
        *_returns(settings, engine, calendar),
        *_release(settings, engine, build),
    ]
    order = ("error", "warning", "note")
    return sorted(items, key=lambda item: order.index(item.severity))


def _up_to_date(settings: Settings, engine: Engine, calendar: CollectionYear, build: Build) -> Iterator[Item]:
    year = calendar.year
    try:
        tables = year_tables(engine, calendar)
    except WresError as error:
        yield Item("build-impossible", "error", str(error), f"Put that right, then build again: wres build {year}")
        return
    if codes := _corrected(tables["figures"]):
        yield Item(
            "corrections",
            "note",
            f"Figures of {listed(codes)} are corrected by the national team.",
            f"See what was sent and why it was corrected: wres trace {year} {codes[0]}",
        )
    if build_id(year, content_now(settings, year, tables)) != build.build:
        yield Item(
            "build-out-of-date",
            "error",
            f"Returns or corrections came after the build {build.build}, or an earlier year was built again.",
            f"Build again and look at the new checklist: wres build {year}",
        )


def _corrected(figures: "pa.Table") -> list[str]:
    """The organisations of which a figure is corrected."""
    import pyarrow.compute as pc

    corrected = figures.filter(pc.is_valid(figures["corrected_from"]))
    return sorted(set(corrected["organisation_code"].to_pylist()))


def _tables(counted: "Mapping[str, pa.Table]", year: int) -> Iterator[Item]:
    """R501 and R503, on the tables as they would be released to the management audience."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, sentence in release_breaches(counted, year):
        found[code].append(f"{sentence}.")
    for code, sentences in sorted(found.items()):
        yield Item(code, "error", told(sentences), load_catalogue()[code].how_to_fix)


def _national(engine: Engine, build: Build) -> Iterator[Item]:
    """The M edits: what they found, and which could not run; an edit that did not run is not passed."""
    year = build.collection_year
    if build.edits_run is None:
        yield Item(
            "national-checks",
            "error",
            f"The national checks have not been run on the build {build.build}.",
            f"Build again: wres build {year}",
        )
        return
    by_code: dict[str, list[BuildFinding]] = defaultdict(list)
    for finding in findings_of_build(engine, build.build):
        by_code[finding.code].append(finding)
    for code, findings in sorted(by_code.items()):
        yield Item(code, "warning", told([one.message for one in findings]), findings[0].how_to_fix)
    for code, why in sorted((build.edits_not_run or {}).items()):
        if code not in by_code:
            yield Item(
                code,
                "warning",
                f"{load_catalogue()[code].title}: not checked. {why}",
                "Look at this by hand, or accept that it was not checked.",
            )


def _returns(settings: Settings, engine: Engine, calendar: CollectionYear) -> Iterator[Item]:
    year, organisations = calendar.year, standings(engine, calendar)
    statuses = Counter(sent.status for one in organisations for sent in one.sent)
    if waiting := statuses["received"]:
        yield Item(
            "returns-waiting",
            "warning",
            f"{waiting} {'return waits' if waiting == 1 else 'returns wait'} to be checked.",
            f"Check and build again: wres collect {year}, wres build {year}",
        )
    if (state := state_of(engine, calendar, settings.now())) != "closed":
        words = {"not_open": "not open yet", "open": "open", "late": "open for late returns"}
        yield Item(
            "collection-open",
            "warning",
            f"The {year} collection is still {words[state]}: returns may come that this release will not hold.",
            f"Wait for the hard close, or close it by hand: wres collection close {year}",
        )
    unsigned = [one.code for one in organisations if one.counting and "Q309" in one.counting.unexplained]
    if unsigned:
        yield Item(
            "Q309",
            "warning",
            f"{listed(unsigned)}: the return that counts is not signed off, or not completely.",
            f"Ask for the sign-off; the chase list says whom and what: wres chase {year}",
        )


def _release(settings: Settings, engine: Engine, build: Build) -> Iterator[Item]:
    year, made = build.collection_year, releases_of(engine, build.collection_year, AUDIENCE)
    if rejections := rejections_of(engine, build.build):
        last = rejections[-1]
        yield Item(
            "rejected",
            "note",
            f"{last.rejected_by} ({last.role}) rejected this build on {last.rejected_at:%-d %B %Y}: {last.reason}",
            "See to the reason before you approve. A build that changes is another build.",
        )
    if made and made[-1].build != build.build:
        yield Item(
            "revision-note",
            "note",
            f"This build revises edition {made[-1].edition}; a revision says what changed and why.",
            f'Publish it with a note: wres publish {year} --note "..."',
        )
    if claimed := unwritten(settings, engine, year):
        editions = listed(sorted({release.edition for release in claimed}, key=edition_key))
        yield Item(
            "edition-unwritten",
            "note",
            f"Edition {editions} of {year} was claimed and is not written yet.",
            f'Complete it: wres publish {year}, with --note "..." if its note was not accepted. Or take it back: wres '
            f"withdraw {year} EDITION",
        )
    if is_simulated(settings, snapshots_of(build), year):
        yield Item(
            "simulated",
            "note",
            "The build holds simulated returns, and the release will say so everywhere.",
            "Nothing to do in a demonstration; stop if this is a real collection.",
        )
