"""Compare releases with the audit log: as they were made, where they belong, and not public before their time."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from wres.clock import LONDON
from wres.database.audit_chain import ChainedEvent
from wres.database.audit_replay import ReplayedState
from wres.database.models import Release
from wres.database.releases import MADE_PUBLIC, edition_key
from wres.outputs.metadata import OFFICIAL
from wres.reference.year_config import CollectionYear, load_year
from wres.release.edition_history import superseded_under_embargo
from wres.release.manifest import MANIFEST, verify_release
from wres.release.repository import ReleaseName, ReleaseRepository, latest_content, published_releases
from wres.settings import Settings

_MOST_PROBLEMS = 3  # of the things that are wrong with a release, in one line
_TOLERANCE = timedelta(minutes=5)  # between an event and what it states of the machine's clock


def published(events: Sequence[ChainedEvent]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the facts that the audit log recorded of each written release, by edition and audience."""
    facts = [event.content()["facts"] for event in events if event.kind == "published"]
    return {(release["edition"], release["audience"]): release for release in facts}


def release_faults(
    settings: Settings, year: int, replayed: ReplayedState, events: Sequence[ChainedEvent]
) -> Iterator[str]:
    """Yield a sentence for each release that was changed, is gone, is out early, or that nobody published."""
    written = published(events)
    opened = {event.content()["facts"]["edition"]: event for event in events if event.kind == MADE_PUBLIC}
    for (edition, audience), facts in written.items():
        yield from _written_faults(settings, ReleaseName(year, edition, audience), facts["manifest"])
    yield from _reservation_faults(settings, year, replayed, written)
    yield from _opening_faults(load_year(year, settings.years), opened, written)
    for place in (ReleaseRepository(settings.published), ReleaseRepository(settings.sealed), *_bucket(settings)):
        for name in place.all():
            if name.year == year and (year, name.edition, name.audience) not in replayed.rows["releases"]:
                yield f"the {name} was put in: nobody published it"
    yield from _early_faults(settings, year, set(opened), replayed)
    yield from _link_faults(settings, year)
    public = {
        ReleaseName(year, edition, audience)
        for edition, audience in written
        if audience != OFFICIAL or edition in opened
    }
    yield from _latest_faults(settings, year, public)


def _written_faults(settings: Settings, name: ReleaseName, manifest: str) -> Iterator[str]:
    """Yield what is wrong with the files of a release, wherever it is stored."""
    present = False
    for problems in _problems_by_place(settings, name, manifest):
        present = True
        if problems:
            more = [f"{len(problems) - _MOST_PROBLEMS} more"] * (len(problems) > _MOST_PROBLEMS)
            yield f"the {name} is not as it was made: {'; '.join([*problems[:_MOST_PROBLEMS], *more])}"
    if not present:
        yield f"the {name} is gone; make it again: wres publish {name.year}"


def _reservation_faults(
    settings: Settings, year: int, replayed: ReplayedState, written: Mapping[tuple[str, str], object]
) -> Iterator[str]:
    """Yield a sentence for each reserved release that is not written and still is to be."""
    reserved = [Release(**row) for row in replayed.rows["releases"].values() if row["collection_year"] == year]
    official = [release for release in reserved if release.audience == OFFICIAL]
    gone = {
        release.edition
        for release in superseded_under_embargo(
            settings, sorted(official, key=lambda release: edition_key(release.edition))
        )
    }
    for release in reserved:
        if release.audience == OFFICIAL and release.edition in gone:
            continue
        if (release.edition, release.audience) not in written:
            name = ReleaseName(year, release.edition, release.audience)
            yield (
                f"the {name} was reserved and is not written: publish it (wres publish {year}, with another --note if "
                f"its note was at fault), or take it back (wres withdraw {year} {release.edition} --reason ...)"
            )


def _opening_faults(
    calendar: CollectionYear, opened: Mapping[str, ChainedEvent], written: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Iterator[str]:
    """Yield a sentence for each official release that was made public early, by either clock."""
    release_time = calendar.release_time
    for edition, event in opened.items():
        name, facts = ReleaseName(calendar.year, edition, OFFICIAL), event.content()["facts"]
        happened = datetime.fromisoformat(event.at)
        machine, clock = (datetime.fromisoformat(facts[key]) for key in ("machine_time", "clock_time"))
        document = written.get((edition, OFFICIAL), {}).get("document", {})
        simulated = facts["simulated"] and document.get("simulated", True)
        first = clock if simulated else min(happened, clock)
        if first < release_time:
            yield f"the {name} was made public before its release time, {_shown(release_time)}: at {_shown(first)}"
        if not simulated and clock > machine + _TOLERANCE:
            yield f"the {name} was made public by a clock set ahead of the machine's, to {_shown(clock)}"
        if abs(happened - machine) > _TOLERANCE:
            yield f"the {name}: its making public states {_shown(machine)}, but was recorded at {_shown(happened)}"


def _early_faults(settings: Settings, year: int, opened: set[str], replayed: ReplayedState) -> Iterator[str]:
    """Yield a sentence for each official release that is public without an event that made it so."""
    editions = sorted(
        row["edition"]
        for row in replayed.rows["releases"].values()
        if (row["collection_year"], row["audience"]) == (year, OFFICIAL) and row["edition"] not in opened
    )
    for edition in editions:
        name = ReleaseName(year, edition, OFFICIAL)
        in_folder = [str(settings.published / name.path)] if os.path.lexists(settings.published / name.path) else []
        in_bucket = [place.address(name) for place in _bucket(settings) if place.holds(name)]
        for place in [*in_folder, *in_bucket]:
            yield f"the {name} lies among the published releases, but was never made public: take {place} away at once"


def _link_faults(settings: Settings, year: int) -> Iterator[str]:
    """Yield a sentence for each folder of a release's path that a link has replaced."""
    for root in (settings.published, settings.sealed):
        places = [root / str(year), *sorted((root / str(year)).glob("*")), *sorted((root / str(year)).glob("*/*"))]
        for place in places:
            if place.is_symlink():
                yield f"{place} is a link, and not what was published: put the folder or file itself there"


def _latest_faults(settings: Settings, year: int, public: set[ReleaseName]) -> Iterator[str]:
    """Yield a sentence where the file of the newest editions does not name those that are published."""
    place = published_releases(settings)
    content = place.read_latest(year)
    where, remedy = place.address_of_latest(year), f"write it again: wres publish {year}"
    if content is None and public:
        yield f"{where} is gone; {remedy}"
    elif content is not None and content != latest_content(year, public):
        yield f"{where} names other editions than those that are published; {remedy}"


def _problems_by_place(settings: Settings, name: ReleaseName, manifest: str) -> Iterator[list[str]]:
    """Yield the problems of a release at each place where it is; none where it is as it was made."""
    for folder in (settings.published / name.path, settings.sealed / name.path):
        if folder.is_dir():
            yield _problems(folder, manifest)
    for releases in _bucket(settings):
        if releases.holds(name):
            with TemporaryDirectory() as copy:
                releases.copy(name, Path(copy))
                yield _problems(Path(copy), manifest)


def _problems(folder: Path, manifest: str) -> list[str]:
    problems = verify_release(folder)
    if (folder / MANIFEST).is_file() and hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest() != manifest:
        problems.insert(0, f"its {MANIFEST} is not the one that was published")
    return problems


def _bucket(settings: Settings) -> list[ReleaseRepository]:
    return [published_releases(settings)] if settings.published_uri else []


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%H:%M on %-d %B %Y}"
