"""Store builds and releases: which content was built when, and which editions were made from it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from wres.database.audit_chain import Event
from wres.database.audit_log import append, append_once, get_events, lock_chain, recorded_values
from wres.database.models import Build, Release
from wres.errors import WresError

MADE_PUBLIC = "made public"  # the kind of the event: an official release lies where everybody may read it


def save_build(engine: Engine, build: Build, facts: Mapping[str, Any] | None = None) -> Build:
    """Store a build and return it as stored: the same content built again is the same build, confirmed.

    Args:
        engine: the registry.
        build: what was built.
        facts: further facts of it for the audit log.
    """
    with Session(engine, expire_on_commit=False) as session, session.begin():
        last = session.scalar(select(func.max(Build.sequence)).where(Build.collection_year == build.collection_year))
        known = _build_of_content(session, build) if build.content else session.get(Build, build.build)
        if known is None:
            build.build = build.build or _next_name(session, build.collection_year)
            session.add(build)
        stored = known or build
        if known is None or known.sequence != last:
            stored.sequence = (last or 0) + 1
            session.flush()
            event = Event("built", {"builds": [recorded_values(stored)]}, facts=facts or {})
            append(session, build.collection_year, [event])
        return stored


def _build_of_content(session: Session, build: Build) -> Build | None:
    """Return the stored build of the same year with the same content."""
    same = Build.collection_year == build.collection_year, Build.content == build.content
    return session.scalar(select(Build).where(*same))


def _next_name(session: Session, year: int) -> str:
    """Return the name of a new build: 2022-b001 and on. It is public, so it says nothing of its content."""
    count = session.scalar(select(func.count()).select_from(Build).where(Build.collection_year == year))
    return f"{year}-b{(count or 0) + 1:03}"


def latest_build(engine: Engine, year: int) -> Build | None:
    """Return the last build of a year; None where it is not built."""
    with Session(engine) as session:
        query = select(Build).where(Build.collection_year == year).order_by(Build.sequence.desc()).limit(1)
        return session.scalar(query)


def list_builds(engine: Engine, year: int) -> list[Build]:
    """List the builds of a year, oldest first."""
    with Session(engine) as session:
        return list(session.scalars(select(Build).where(Build.collection_year == year).order_by(Build.sequence)))


def require_latest_build(engine: Engine, year: int, expected: str | None = None) -> Build:
    """Return the latest build of a year.

    Raises:
        WresError: the year is not built, or its latest build is not the expected one.
    """
    if (latest := latest_build(engine, year)) is None:
        raise WresError(f"The {year} collection is not built yet. Run: wres build {year}")
    if expected not in (None, latest.build):
        raise WresError(
            f"The {year} collection was built again: {expected} is no longer its latest build, and what was said of it "
            "does not hold for the new one. Look at the new checklist."
        )
    return latest


def get_build(engine: Engine, build: str) -> Build:
    """Return one build by its id."""
    with Session(engine) as session:
        return session.get_one(Build, build)


def find_build(engine: Engine, build: str | None) -> Build | None:
    """Find a build by its id, or the latest one of the newest collection year; None where there is none."""
    with Session(engine) as session:
        if build is not None:
            return session.get(Build, build)
        order = (Build.collection_year.desc(), Build.sequence.desc())
        return session.scalar(select(Build).order_by(*order).limit(1))


def snapshot_columns(snapshots: Mapping[str, int]) -> dict[str, int]:
    """Return the columns of a build that hold the Iceberg snapshot of each warehouse table."""
    return {f"{table}_snapshot": snapshot for table, snapshot in snapshots.items()}


def get_snapshots(build: Build) -> dict[str, int]:
    """Return the Iceberg snapshot of each warehouse table on which a build rests.

    Raises:
        WresError: a rebuild was ended before it came to this build.
    """
    snapshots = {
        "figures": build.figures_snapshot,
        "organisations": build.organisations_snapshot,
        "findings": build.findings_snapshot,
    }
    known = {name: snapshot for name, snapshot in snapshots.items() if snapshot is not None}
    if len(known) < len(snapshots):
        raise WresError(f"The warehouse does not hold the build {build.build} yet. Run wres rebuild again.")
    return known


def get_releases(engine: Engine, year: int, audience: str) -> list[Release]:
    """Return the editions of a year for an audience, oldest first."""
    with Session(engine) as session:
        query = select(Release).where(Release.collection_year == year, Release.audience == audience)
        return sorted(session.scalars(query), key=lambda release: edition_key(release.edition))


def years_released(engine: Engine, audience: str) -> list[int]:
    """Return the collection years with an edition for an audience, in order."""
    with Session(engine) as session:
        query = select(Release.collection_year).where(Release.audience == audience).distinct()
        return sorted(session.scalars(query))


def set_revision_note(engine: Engine, release: Release, note: str) -> None:
    """Store why a reserved release, which is not written yet, differs from the one before."""
    with Session(engine) as session, session.begin():
        reserved = session.get_one(Release, (release.collection_year, release.edition, release.audience))
        if reserved.note != note:
            reserved.note = note
            session.flush()
            append(session, release.collection_year, [Event("note given", {"releases": [recorded_values(reserved)]})])


def edition_key(edition: str) -> tuple[int, ...]:
    """Return the key that sorts 1.10 after 1.9."""
    return tuple(int(part) for part in edition.split("."))


def save_reservation(engine: Engine, release: Release) -> None:
    """Reserve an edition of a build, before anything of it is written."""
    with Session(engine) as session, session.begin():
        session.add(release)
        session.flush()
        append(session, release.collection_year, [Event("claimed", {"releases": [recorded_values(release)]})])


def save_published(engine: Engine, year: int, facts: Mapping[str, Any]) -> None:
    """Record once that a release is written, with the facts that identify it."""
    append_once(engine, year, Event("published", facts=facts), lambda earlier: earlier == facts)


def save_made_public(engine: Engine, year: int, facts: Mapping[str, Any]) -> None:
    """Record once for each edition that an official release is made public."""
    event = Event(MADE_PUBLIC, facts=facts)
    append_once(engine, year, event, lambda earlier: earlier.get("edition") == facts["edition"])


def public_editions(engine: Engine, year: int) -> set[str]:
    """Return the official editions of a year that the audit log records as made public."""
    return {event.content()["facts"]["edition"] for event in get_events(engine, year, kind=MADE_PUBLIC)}


def written_editions(engine: Engine, year: int) -> set[tuple[str, str]]:
    """Return edition and audience of every release of a year that the audit log records as written."""
    return set(written_documents(engine, year))


def written_documents(engine: Engine, year: int) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the manifests of a year's written releases without their files, by edition and audience."""
    facts = [event.content()["facts"] for event in get_events(engine, year, kind="published")]
    return {(release["edition"], release["audience"]): release["document"] for release in facts}


def withdraw_reservation(engine: Engine, release: Release, why: str) -> None:
    """Take back the reservation of an edition that was never written, so that its number can be used again."""
    key = {"collection_year": release.collection_year, "edition": release.edition, "audience": release.audience}
    with Session(engine) as session, session.begin():
        lock_chain(session, release.collection_year)
        if (reserved := session.get(Release, tuple(key.values()))) is None:
            return
        session.delete(reserved)
        session.flush()
        facts = {**key, "build": release.build, "note": release.note, "reason": why}
        append(session, release.collection_year, [Event("withdrawn", replaces={"releases": key}, facts=facts)])
