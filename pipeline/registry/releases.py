"""Builds and releases: which content was built when, and what was published from it."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from pipeline.registry.tables import Build, Release


def remember_build(engine: Engine, build: Build) -> Build:
    """The build as it is remembered: the same content built again is the same build, confirmed."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        last = session.scalar(select(func.max(Build.turn)).where(Build.collection_year == build.collection_year))
        known = session.get(Build, build.build)
        if known is None:
            session.add(build)
        remembered = known or build
        if known is None or known.turn != last:
            remembered.turn = (last or 0) + 1
        return remembered


def latest_build(engine: Engine, year: int) -> Build | None:
    """The build that holds what a year's warehouse held when it was last built."""
    with Session(engine) as session:
        query = select(Build).where(Build.collection_year == year).order_by(Build.turn.desc()).limit(1)
        return session.scalar(query)


def build_id(year: int, content: str) -> str:
    """The id of the build of a content digest; the same content gives the same id."""
    return f"{year}-{content[:12]}"


def build_of(engine: Engine, build: str) -> Build:
    """One build by its id."""
    with Session(engine) as session:
        return session.get_one(Build, build)


def snapshots_of(build: Build) -> dict[str, int]:
    """The Iceberg snapshot of each warehouse table on which a build rests."""
    return {"figures": build.figures_snapshot, "organisations": build.organisations_snapshot}


def releases_of(engine: Engine, year: int, audience: str) -> list[Release]:
    """The editions of a year for an audience, oldest first."""
    with Session(engine) as session:
        query = select(Release).where(Release.collection_year == year, Release.audience == audience)
        return sorted(session.scalars(query), key=lambda release: edition_key(release.edition))


def years_released(engine: Engine, audience: str) -> list[int]:
    """The collection years with an edition for an audience, in order."""
    with Session(engine) as session:
        query = select(Release.collection_year).where(Release.audience == audience).distinct()
        return sorted(session.scalars(query))


def give_note(engine: Engine, release: Release, note: str) -> None:
    """Remember why a claimed release differs from the one before; a note that stands is not changed."""
    with Session(engine) as session, session.begin():
        claimed = session.get_one(Release, (release.collection_year, release.edition, release.audience))
        claimed.note = claimed.note or note


def edition_key(edition: str) -> tuple[int, ...]:
    """Sorts 1.10 after 1.9."""
    return tuple(int(part) for part in edition.split("."))


def claim_edition(engine: Engine, release: Release) -> None:
    """Remember that an edition is made from a build, before anything of it is written."""
    with Session(engine) as session, session.begin():
        session.add(release)
