"""Restoring a backup: checked by its hashes first, then put where the settings say, on either kind of database."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from pipeline.errors import WresError
from pipeline.home import make_home
from pipeline.intake.journal_copy import copied_chains, copied_events, export_journal
from pipeline.intake.landing import land_own
from pipeline.publication.about import OFFICIAL
from pipeline.publication.bucket import hand_on
from pipeline.publication.editions import places_of
from pipeline.publication.release import put_in_place, require_whole
from pipeline.publication.revising import name_of
from pipeline.publication.store import ReleaseName
from pipeline.recovery.audit_stores import hash_of
from pipeline.recovery.backup import LIST
from pipeline.recovery.rebuild import require_empty, warehouse_again
from pipeline.recovery.releases_again import stays_sealed
from pipeline.recovery.tables_as_files import TABLES, fill_table
from pipeline.registry.database import open_registry
from pipeline.registry.journal import chains_of, events_of
from pipeline.registry.releases import build_of, releases_of, snapshots_of, years_released
from pipeline.registry.tables import JournalHead, Release
from pipeline.settings import Settings
from pipeline.warehouse.read import tag_release

Progress = Callable[[str, int, int], None]
_BEGUN = ".restore-begun"  # in the home, while a restore is under way


def restore(settings: Settings, folder: Path, progress: Progress) -> dict[str, Any]:
    """Put a backup into an empty home; a killed run is gone on with by the next.

    Every file is held against the backup's list before anything is written. The warehouse's files are made again.

    Raises:
        WresError: the folder is no whole backup, the home is not empty, or the landing store is newer than the backup.
    """
    listed = _checked(folder, progress)
    require_empty(settings, _BEGUN)
    make_home(settings)
    (settings.home / _BEGUN).touch()
    _files_back(settings, folder, listed, progress)
    engine = open_registry(settings)
    _registry_back(engine, folder)
    events = {head.chain: events_of(engine, head.chain) for head in chains_of(engine)}
    _require_not_newer(settings, {chain: len(of_chain) for chain, of_chain in events.items()})
    warehouse_again(settings, [one for chain in events.values() for one in chain], progress)
    count = _releases_back(settings, engine, folder, progress)
    export_journal(settings, engine)
    (settings.home / _BEGUN).unlink()
    return {"files": len(listed), "events": sum(map(len, events.values())), "releases": count}


def _checked(folder: Path, progress: Progress) -> list[str]:
    """The paths of a backup, every file as it was written."""
    try:
        listed = json.loads((folder / LIST).read_bytes())["files"]
        stated = {str(one["path"]): str(one["sha256"]) for one in listed}
    except (OSError, ValueError, KeyError, TypeError):
        raise WresError(f"{folder} is no whole backup: it has no {LIST} that can be read. Give another one.") from None
    for done, (path, sha256) in enumerate(stated.items()):
        progress("Checking", done, len(stated))
        if ".." in PurePosixPath(path).parts or path.startswith("/"):
            raise WresError(f"{folder} lists {path}, which is no file of a backup. Give another one.")
        try:
            with (folder / path).open("rb") as source:
                found = hash_of(source)
        except OSError:
            found = "nothing"
        if found != sha256:
            raise WresError(
                f"{folder / path} is not as it was backed up, so nothing was restored. Give another backup."
            )
    progress("Checking", len(stated), len(stated))
    return list(stated)


def _files_back(settings: Settings, folder: Path, listed: list[str], progress: Progress) -> None:
    for done, path in enumerate(listed):
        progress("Files", done, len(listed))
        if path.startswith("landing/"):
            with (folder / path).open("rb") as source:
                land_own(settings, source)
        elif not path.startswith(("registry/", "releases/")):
            target = settings.home / path
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(folder / path, target)
    progress("Files", len(listed), len(listed))


def _registry_back(engine: Engine, folder: Path) -> None:
    """All tables in one transaction; the landing store holds no event yet that this registry has copied."""
    with Session(engine) as session, session.begin():
        if session.scalar(select(JournalHead.chain).limit(1)) is not None:  # a killed run came this far
            return
        for table in TABLES:
            with (folder / "registry" / f"{table.name}.jsonl").open("rb") as source:
                fill_table(session, table, source)
        session.execute(update(JournalHead).values(exported=0))


def _require_not_newer(settings: Settings, lengths: dict[int, int]) -> None:
    for chain in copied_chains(settings):
        if max(copied_events(settings, chain).events, default=0) > lengths.get(chain, 0):
            raise WresError(
                "The landing store that the settings name holds later events than the backup, which would be lost. "
                "Make all again from it, in an empty home (wres rebuild), or name another landing store."
            )


def _releases_back(settings: Settings, engine: Engine, folder: Path, progress: Progress) -> int:
    claimed = [
        one
        for audience in ("management", OFFICIAL)
        for year in years_released(engine, audience)
        for one in releases_of(engine, year, audience)
    ]
    count = 0
    for done, release in enumerate(claimed):
        progress("Releases", done, len(claimed))
        tag_release(settings, snapshots_of(build_of(engine, release.build)), name_of(release).tag)
        source = folder / "releases" / name_of(release).path
        if source.is_dir():
            _place(settings, engine, release, source)
            count += 1
    progress("Releases", len(claimed), len(claimed))
    return count


def _place(settings: Settings, engine: Engine, release: Release, source: Path) -> None:
    target, sealed = places_of(settings, release)
    place = sealed if stays_sealed(settings, engine, release) else target
    if place == sealed:
        settings.sealed.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.is_dir():
        require_whole(place)
    else:
        put_in_place(place, lambda partial: _copy(source, partial))
    if place == target:
        name: ReleaseName = name_of(release)
        hand_on(settings, name, place)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, dirs_exist_ok=True, copy_function=shutil.copyfile)
