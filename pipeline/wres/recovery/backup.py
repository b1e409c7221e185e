"""Back up into a folder all that cannot be made again from other things, consistent while the pipeline runs."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from wres.context import Progress
from wres.database.audit_log import chained_event
from wres.database.models import JournalEvent, Receipt, Release
from wres.database.receipts import hashes_not_kept
from wres.errors import WresError, why_refused
from wres.home import require_apart_from_home
from wres.intake.audit_log_export import export_audit_log
from wres.recovery.audit_stores import hash_of
from wres.recovery.build_archive import code_version, get_archived, list_archived_builds
from wres.recovery.db_dump import TABLES, consistent_snapshot, lines_of
from wres.release.repository import ReleaseName, release_in
from wres.settings import Settings
from wres.storage.atomic import fsync_path
from wres.storage.file_locks import file_lock
from wres.storage.landing import open_landed

LIST = "backup.json"
BEGUN = ".backup-begun"  # in the folder, while a backup is under way
_CHUNK = 1 << 20


def backup(settings: Settings, engine: Engine, folder: Path, progress: Progress) -> dict[str, Any]:
    """Copy registry, landed files, the warehouse's rows, staff's own files and the releases into a folder of its own.

    First the registry as it is at one moment, then what it speaks of: that was stored before it, and is never changed.
    What arrives meanwhile is in the next backup. The warehouse is kept as the rows of every build, which are in the
    landing zone; its files are made again when it is restored, wherever that is. `backup.json` comes last and lists
    every file with its SHA-256: without it the folder is no backup. A killed run is continued by the next into the
    same folder: the registry is copied again as it then is, landed files that are there are not.

    Raises:
        WresError: the folder holds something else, is one that the pipeline or others read, or is being written; or
            a file that the registry names is gone.
    """
    require_apart_from_home(settings, folder)
    begun = folder / BEGUN
    if os.path.lexists(folder) and (not folder.is_dir() or (any(folder.iterdir()) and not begun.is_file())):
        raise WresError(f"{folder} is not empty. Give a backup a folder of its own.")
    export_audit_log(settings, engine)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file_lock(str(begun), wait=False) as mine:
            if not mine:
                raise WresError(f"Another run is writing a backup into {folder}. Wait for it, or give another folder.")
            return _write_backup(settings, engine, folder, progress)
    except OSError as error:
        raise WresError(
            f"{folder} cannot be written ({why_refused(error)}), so there is no backup. Put that right, then run it "
            "again: it goes on where it stopped."
        ) from None


def _write_backup(settings: Settings, engine: Engine, folder: Path, progress: Progress) -> dict[str, Any]:
    """Write all files of a backup, its list last; return where it is and how large."""
    (folder / LIST).unlink(missing_ok=True)  # until all is written again the folder is no backup
    files = _Files(folder)
    with consistent_snapshot(engine) as frozen:
        for done, table in enumerate(TABLES):
            progress("Registry", done, len(TABLES))
            files.write(f"registry/{table.name}.jsonl", lines_of(frozen, table))
        progress("Registry", len(TABLES), len(TABLES))
        _copy_landed(settings, engine, frozen, files, progress)
        copy_staff_files(settings, files)
        _copy_releases(settings, frozen, files, progress)
    _remove_unlisted(folder, {str(entry["path"]) for entry in files.listed})
    document = {"made_at": settings.clock.now().isoformat(), "code_version": code_version(), "files": files.listed}
    files.write_list((json.dumps(document, indent=1) + "\n").encode())
    return {"folder": str(folder), "files": len(files.listed), "bytes": sum(file["bytes"] for file in files.listed)}


def _remove_unlisted(folder: Path, listed: set[str]) -> None:
    """Remove files of a killed run that this one did not write, such as one that must not be kept any more."""
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif name not in listed and name != BEGUN:
            path.unlink()


def list_staff_files(settings: Settings) -> dict[str, Path]:
    """Return the files that staff keep by hand in the home, by their path in a backup."""
    folders = (settings.corrections, settings.commentary, settings.pre_release_access)
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    marker = settings.home / "SIMULATED"
    return {path.relative_to(settings.home).as_posix(): path for path in [*paths, *([marker] * marker.is_file())]}


class _Files:
    """Write the files of a backup and list them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.listed: list[dict[str, Any]] = []

    def has(self, path: str, sha256: str) -> bool:
        """Return whether a killed run wrote a file whole; it is then listed."""
        target = self._folder / path
        if target.is_symlink() or not target.is_file():
            return False
        with target.open("rb") as source:
            if hash_of(source) != sha256:
                return False
        self.listed.append({"path": path, "bytes": target.stat().st_size, "sha256": sha256})
        return True

    def write_list(self, content: bytes) -> None:
        """Write the list of all files in one step: then the folder is a backup."""
        part = self._folder / f"{LIST}.part"
        with part.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        part.replace(self._folder / LIST)
        (self._folder / BEGUN).unlink()
        fsync_path(self._folder)

    def write(self, path: str, chunks: Iterable[bytes]) -> str:
        """Write a file, list it and return its SHA-256."""
        target, digest, size = self._folder / path, hashlib.sha256(), 0
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # never through a link that lies there
        with target.open("wb") as to:
            for chunk in chunks:
                digest.update(chunk)
                size += to.write(chunk)
            to.flush()
            os.fsync(to.fileno())
        self.listed.append({"path": path, "bytes": size, "sha256": digest.hexdigest()})
        return digest.hexdigest()


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _copy_landed(settings: Settings, engine: Engine, frozen: Connection, files: _Files, progress: Progress) -> None:
    """Copy the landed files that the registry names; those that a killed run copied are left as they are."""
    wanted = _landed_hashes(frozen)
    for done, sha256 in enumerate(wanted):
        progress("Landed files", done, len(wanted))
        if files.has(f"landing/{sha256}", sha256):
            continue
        try:
            with open_landed(settings, sha256) as source:
                actual = files.write(f"landing/{sha256}", _chunks(source))
        except FileNotFoundError:
            with Session(engine) as now:
                refused = hashes_not_kept(now)
            if sha256 in refused:  # it was validated meanwhile and must not be kept
                continue
            actual = "gone"
        if actual != sha256:
            raise WresError(f"The landed file {sha256} is not as it was, so there is no backup. Look: wres audit")
    progress("Landed files", len(wanted), len(wanted))


def _landed_hashes(frozen: Connection) -> list[str]:
    """Return the SHA-256 of every landed file that the registry names and that may be kept."""
    query = select(JournalEvent).where(JournalEvent.kind == "built")
    with Session(frozen) as session:
        sent = set(session.scalars(select(Receipt.sha256))) - hashes_not_kept(session)
        events = [chained_event(event) for event in session.scalars(query)]
    return sorted(sent | {sha256 for event in list_archived_builds(events) for sha256 in get_archived(event)})


def copy_staff_files(settings: Settings, files: _Files) -> None:
    """Copy the files of the home that are made by people and in no store."""
    for name, path in list_staff_files(settings).items():
        with path.open("rb") as source:
            files.write(name, _chunks(source))


def _copy_releases(settings: Settings, frozen: Connection, files: _Files, progress: Progress) -> None:
    """Copy every file of every release that is written."""
    columns = Release.__table__.columns
    reserved = frozen.execute(select(columns.collection_year, columns.edition, columns.audience)).all()
    for done, (year, edition, audience) in enumerate(reserved):
        progress("Releases", done, len(reserved))
        name = ReleaseName(year, edition, audience)
        try:
            releases = release_in(settings, name)
        except WresError:  # reserved, not written yet: the next publish does it, here or where it is restored
            continue
        for file in releases.files(name):
            with ExitStack() as opened:
                source = opened.enter_context(releases.open(name, file))
                files.write(f"releases/{name.path}/{file}", _chunks(source))
    progress("Releases", len(reserved), len(reserved))
