"""Restore a backup: checked by its hashes first, then put where the settings say, on either kind of database."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from wres.catalogue.write_catalogue import write_catalogue
from wres.context import Progress
from wres.database.audit_log import get_chains, get_events
from wres.database.models import JournalHead, Release
from wres.database.registry import open_registry
from wres.database.releases import get_build, get_releases, get_snapshots, years_released
from wres.errors import WresError
from wres.home import make_home
from wres.intake.audit_log_export import copied_chains, copied_events, export_audit_log
from wres.outputs.metadata import OFFICIAL
from wres.recovery.audit_stores import hash_of
from wres.recovery.backup_reader import check_backup, open_listed
from wres.recovery.db_dump import TABLES, fill_table
from wres.recovery.rebuild import require_empty, restore_warehouse
from wres.release.bucket_upload import upload
from wres.release.edition_history import release_name
from wres.release.editions import public_names, release_paths
from wres.release.publication_time import is_public
from wres.release.repository import ReleaseName
from wres.release.writer import atomic_publish, require_intact
from wres.settings import Settings
from wres.storage.atomic import atomic_file
from wres.storage.landing import store_internal_file
from wres.warehouse.tags import tag_release

_BEGUN = ".restore-begun"  # in the home, while a restore is under way


def restore(settings: Settings, folder: Path, progress: Progress) -> dict[str, Any]:
    """Put a backup into an empty home; a killed run is continued by the next.

    Every file is held against the backup's list before anything is written. The warehouse's files are made again.

    Raises:
        WresError: the folder is no whole backup, the home is not empty, or the landing zone is newer than the backup.
    """
    listed = check_backup(folder, progress)
    require_empty(settings, _BEGUN)
    _require_no_other_files(settings, listed)
    _mark_home(settings, listed)
    _restore_files(settings, folder, listed, progress)
    engine = open_registry(settings)
    _restore_registry(engine, folder)
    events = {head.chain: get_events(engine, head.chain) for head in get_chains(engine)}
    _require_not_newer(settings, {chain: len(of_chain) for chain, of_chain in events.items()})
    restore_warehouse(settings, engine, [event for chain in events.values() for event in chain], progress)
    count = _restore_releases(settings, engine, folder, listed, progress)
    write_catalogue(settings, engine)
    export_audit_log(settings, engine)
    (settings.home / _BEGUN).unlink()
    return {"files": len(listed), "events": sum(map(len, events.values())), "releases": count}


def _require_no_other_files(settings: Settings, listed: Mapping[str, str]) -> None:
    """Refuse a home whose own files, which staff keep by hand, differ from those of the backup.

    Raises:
        WresError: another file, or a link, stands where one of the backup would go.
    """
    for path, sha256 in listed.items():
        if path.startswith(("landing/", "registry/", "releases/")):
            continue
        try:
            with open_listed(settings.home, path) as source:
                same = hash_of(source) == sha256
        except FileNotFoundError:
            continue
        except OSError:
            same = False
        if not same:
            raise WresError(
                f"{settings.home / path} is there, and nothing is written over. Move it, or give an empty home "
                "(WRES_HOME)."
            )


def _restore_files(settings: Settings, folder: Path, listed: Mapping[str, str], progress: Progress) -> None:
    """Put the landed files and the files of staff in their places."""
    for done, path in enumerate(listed):
        progress("Files", done, len(listed))
        if path.startswith("landing/"):
            with open_listed(folder, path) as source:
                store_internal_file(settings, source)
        elif not path.startswith(("registry/", "releases/")):
            target = settings.home / path
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open_listed(folder, path) as source, atomic_file(target.parent) as part:
                with part.open("wb") as to:
                    shutil.copyfileobj(source, to)
                part.replace(target)
    progress("Files", len(listed), len(listed))


def _restore_registry(engine: Engine, folder: Path) -> None:
    """Fill all tables in one transaction; the landing zone holds no event yet that this registry has copied."""
    with Session(engine) as session, session.begin():
        if session.scalar(select(JournalHead.chain).limit(1)) is not None:  # a killed run came this far
            return
        for table in TABLES:
            with open_listed(folder, f"registry/{table.name}.jsonl") as source:
                fill_table(session, table, source)
        session.execute(update(JournalHead).values(exported=0))


def _require_not_newer(settings: Settings, lengths: dict[int, int]) -> None:
    """Refuse a landing zone with events that the backup does not have.

    Raises:
        WresError: it has some.
    """
    for chain in copied_chains(settings):
        if max(copied_events(settings, chain).events, default=0) > lengths.get(chain, 0):
            raise WresError(
                "The landing zone that the settings name holds later events than the backup, which would be lost. "
                "Make all again from it, in an empty home (wres rebuild), or name another landing zone."
            )


def _mark_home(settings: Settings, listed: Mapping[str, str]) -> None:
    """Mark the home as one into which this backup is being restored.

    Raises:
        WresError: another backup was, and that run was killed.
    """
    digest = hashlib.sha256(json.dumps(sorted(listed.items())).encode()).hexdigest()
    make_home(settings)
    marker = settings.home / _BEGUN
    if marker.exists() and marker.read_text(encoding="ascii") not in ("", digest):
        raise WresError(
            f"Another backup was being restored into {settings.home}. Restore that one to its end, or give an empty "
            "home (WRES_HOME)."
        )
    marker.write_text(digest, encoding="ascii")


def _restore_releases(
    settings: Settings, engine: Engine, folder: Path, listed: Mapping[str, str], progress: Progress
) -> int:
    """Put the releases that the backup holds in their places, tag their snapshots, and return how many there are."""
    reserved = [
        release
        for audience in ("management", OFFICIAL)
        for year in years_released(engine, audience)
        for release in get_releases(engine, year, audience)
    ]
    count = 0
    for done, release in enumerate(reserved):
        progress("Releases", done, len(reserved))
        tag_release(settings, get_snapshots(get_build(engine, release.build)), release_name(release).tag)
        prefix = f"releases/{release_name(release).path}/"
        if files := [path for path in listed if path.startswith(prefix)]:
            _place(settings, engine, release, partial(_copy, folder, prefix, files))
            count += 1
    progress("Releases", len(reserved), len(reserved))
    return count


def _place(settings: Settings, engine: Engine, release: Release, fill: Callable[[Path], None]) -> None:
    """Put a release among the public or the sealed ones, where it is not there yet."""
    target, sealed = release_paths(settings, release)
    place = target if is_public(engine, release) else sealed
    if place == sealed:
        settings.sealed.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.is_dir():
        require_intact(place)
    else:
        atomic_publish(place, fill)
    if place == target:
        name: ReleaseName = release_name(release)
        upload(settings, name, place, public_names(engine, name.year))


def _copy(folder: Path, prefix: str, files: Sequence[str], target: Path) -> None:
    """Copy the files of a release that the backup lists, and no others that lie beside them."""
    for path in files:
        place = target / path.removeprefix(prefix)
        place.parent.mkdir(parents=True, exist_ok=True)
        with open_listed(folder, path) as source, place.open("wb") as to:
            shutil.copyfileobj(source, to)
