"""Make and enter the home, a folder for its owner alone; notice by a file in it that it was moved or copied."""

import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from wres.errors import WresError
from wres.event_log import log_event
from wres.safe_text import printable
from wres.settings import Settings
from wres.storage.atomic import atomic_file

MARKER = "home.json"
# Settings that two homes may share, though each of them is a folder of its own.
_SHARED = ("database_url", "landing_uri", "warehouse_uri", "published_uri", "s3_url", "mesh_url")
# The folders of the home in which the pipeline alone writes, or from which it takes what it finds.
_STORES = ("airflow", "inbox", "landing", "logs", "outbox", "published", "sealed", "staging", "warehouse")


@dataclass(frozen=True, slots=True)
class HomeMarker:
    """The id of a home, and the folder in which it was last used."""

    home: str
    path: Path


def make_home(settings: Settings) -> None:
    """Make the home's folder, where it is missing, for its owner alone.

    Raises:
        WresError: it cannot be made, for example because a file stands there.
    """
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WresError(
            f"WRES_HOME is {settings.home}, which cannot be made: {error.strerror}. Set it to a folder that you may "
            "write to."
        ) from None


def enter_home(settings: Settings) -> None:
    """Make the home, and print a sentence where it was moved or copied since it was last used.

    Raises:
        WresError: it cannot be made, or it is a copy of a home that is still there and has the same database.
    """
    make_home(settings)
    folder = settings.home.resolve()
    marker = _read_marker(folder)
    if marker is None:
        _write_marker(HomeMarker(uuid4().hex, folder))
        return
    if marker.path == folder or _is_same_folder(marker.path, folder):
        return
    original = _read_marker(marker.path)
    if original is None or original.home != marker.home:
        _announce(
            "home moved", f"This home was moved: it was {marker.path} and is now {folder}. It works there as it did."
        )
        _write_marker(HomeMarker(marker.home, folder))
        return
    if settings.database_url:
        raise WresError(
            f"{folder} is a copy of {marker.path}, and WRES_DATABASE_URL names the database of both, so nothing was "
            "done. Give the copy a database of its own: wres backup in the original, then wres restore in a new home. "
            f"If {marker.path} is no longer used, delete {marker.path / MARKER} and run this again."
        )
    _announce(
        "home copied",
        f"{folder} is a copy of {marker.path}: what is done here changes nothing there.{_shared(settings)}",
    )
    _write_marker(HomeMarker(uuid4().hex, folder))


def require_outside_stores(settings: Settings, path: Path) -> None:
    """Refuse to write a person's file where the pipeline keeps its own, also by way of a link.

    What staff keep by hand, the progress pages and new files beside all these may be written.

    Raises:
        WresError: the path is in a store of the home, or is a file of the home itself.
    """
    home, place = _real_path(settings.home), _real_path(path)
    if not place.is_relative_to(home) or place == home:
        return
    first = place.relative_to(home).parts[0]
    if first in _STORES or (home / first).is_file() or first.startswith("registry.db"):
        sent = " To send a return: wres submit --help." if first == "inbox" else ""
        raise WresError(
            f"{path} is in {home / first}, where the pipeline keeps its own files, so nothing was written. Give a "
            f"place outside {home}.{sent}"
        )


def require_apart_from_home(settings: Settings, folder: Path) -> None:
    """Refuse a folder that is the home, lies in it or holds it, also by way of a link.

    Raises:
        WresError: the folder is not apart from the home.
    """
    home, place = _real_path(settings.home), _real_path(folder)
    if place == home:
        where = "is the home itself"
    elif place.is_relative_to(home):
        where = f"lies in the home, {home}"
    elif home.is_relative_to(place):
        where = f"holds the home, {home}"
    else:
        return
    raise WresError(f"{folder} {where}, so nothing was written. Give a backup a folder of its own, on another disk.")


def _real_path(path: Path) -> Path:
    """Follow all links of a path; one that leads nowhere, or in a circle, stays as it is."""
    return Path(os.path.realpath(path))


def _shared(settings: Settings) -> str:
    """Return a sentence that names the settings by which two homes share a store."""
    names = [f"WRES_{name.upper()}" for name in _SHARED if getattr(settings, name)]
    return f" Both use what these settings name: {', '.join(names)}." if names else ""


def _announce(event: str, sentence: str) -> None:
    """Print a sentence on standard error and log its event."""
    print(printable(sentence), file=sys.stderr)  # noqa: T201 - on a terminal and in the log of an Airflow task alike
    log_event(event)


def _is_same_folder(before: Path, folder: Path) -> bool:
    """Return whether two paths lead to one folder, as they do where it is mounted twice."""
    with suppress(OSError):
        return before.samefile(folder)
    return False


def _read_marker(folder: Path) -> HomeMarker | None:
    try:
        content = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return HomeMarker(str(content["home"]), Path(content["path"]))
    except (OSError, ValueError, KeyError, TypeError):  # missing, or not as it was written
        return None


def _write_marker(marker: HomeMarker) -> None:
    with suppress(OSError), atomic_file(marker.path) as part:  # a reader's home may be read-only
        content = {"home": marker.home, "path": str(marker.path)}
        part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        part.replace(marker.path / MARKER)
