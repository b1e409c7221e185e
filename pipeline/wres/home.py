"""The home: a folder for its owner alone, and a file in it that says where it stands: a move or a copy is noticed."""

import json
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
# What two homes may share without a word, though each of them is a folder of its own.
_SHARED = ("database_url", "landing_uri", "warehouse_uri", "published_uri", "s3_url", "mesh_url")


@dataclass(frozen=True, slots=True)
class Standing:
    """Which home this is, and the folder in which it last stood."""

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
    """Make the home, and say so where it was moved or copied since it was last used; before anything is written.

    Raises:
        WresError: it cannot be made, or it is a copy of a home that is still there and has the same database.
    """
    make_home(settings)
    here = settings.home.resolve()
    known = _read_marker(here)
    if known is None:
        _write_marker(Standing(uuid4().hex, here))
        return
    if known.path == here or _is_same_folder(known.path, here):
        return
    original = _read_marker(known.path)
    if original is None or original.home != known.home:
        _tell("home moved", f"This home was moved: it was {known.path} and is now {here}. It works there as it did.")
        _write_marker(Standing(known.home, here))
        return
    if settings.database_url:
        raise WresError(
            f"{here} is a copy of {known.path}, and WRES_DATABASE_URL names the database of both, so nothing was done. "
            "Give the copy a database of its own: wres backup in the original, then wres restore in a new home. If "
            f"{known.path} is no longer used, delete {known.path / MARKER} and run this again."
        )
    _tell(
        "home copied", f"{here} is a copy of {known.path}: what is done here changes nothing there.{_shared(settings)}"
    )
    _write_marker(Standing(uuid4().hex, here))


def _shared(settings: Settings) -> str:
    names = [f"WRES_{name.upper()}" for name in _SHARED if getattr(settings, name)]
    return f" Both use what these settings name: {', '.join(names)}." if names else ""


def _tell(event: str, sentence: str) -> None:
    print(printable(sentence), file=sys.stderr)  # noqa: T201 - on a terminal and in the log of an Airflow task alike
    log_event(event)


def _is_same_folder(before: Path, here: Path) -> bool:
    """Say whether two paths lead to one folder, as they do where it is mounted twice."""
    with suppress(OSError):
        return before.samefile(here)
    return False


def _read_marker(folder: Path) -> Standing | None:
    try:
        content = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return Standing(str(content["home"]), Path(content["path"]))
    except (OSError, ValueError, KeyError, TypeError):  # missing, or not as it was written
        return None


def _write_marker(standing: Standing) -> None:
    with suppress(OSError), atomic_file(standing.path) as part:  # a reader's home may be read-only
        content = {"home": standing.home, "path": str(standing.path)}
        part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        part.replace(standing.path / MARKER)
