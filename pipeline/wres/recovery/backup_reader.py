"""Read a backup: its list, and each file held against it, so that nothing else is ever restored."""

import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wres.context import Progress
from wres.errors import WresError
from wres.recovery.audit_stores import hash_of
from wres.recovery.backup import LIST
from wres.release.stated import is_inside, shown

# Where a backup's files come from, and so the only places to which they may go.
_PLACES = (
    r"^(registry/[a-z_]+\.jsonl|landing/[0-9a-f]{64}|releases/\d{4}/\d+\.\d+/(management|official)/[^\x00]+"
    r"|(corrections|commentary|pre-release-access)/[^\x00]+|SIMULATED)$"
)


def check_backup(folder: Path, progress: Progress) -> dict[str, str]:
    """Return the SHA-256 of each file of a backup by its path, after checking that each is as it was written.

    Raises:
        WresError: the folder is no whole backup, or a file of it was changed.
    """
    stated = {listed.path: listed.sha256 for listed in _read_list(folder).files}
    for done, (path, sha256) in enumerate(stated.items()):
        progress("Checking", done, len(stated))
        try:
            with open_listed(folder, path) as source:
                actual = hash_of(source)
        except OSError:
            actual = "nothing"
        if actual != sha256:
            raise WresError(
                f"{folder / path} is not as it was backed up, so nothing was restored. Give another backup."
            )
    progress("Checking", len(stated), len(stated))
    return stated


class _ListedFile(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(strict=True)
    path: Annotated[str, Field(pattern=_PLACES)]
    bytes: int
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _List(BaseModel):
    """The content of `backup.json`."""

    model_config = ConfigDict(strict=True)
    files: list[_ListedFile]


def _read_list(folder: Path) -> _List:
    """Read the list of a backup, and refuse a path that leads anywhere else.

    Raises:
        WresError: the list cannot be read, or names a file that no backup has.
    """
    try:
        with open_listed(folder, LIST) as source:
            listed = _List.model_validate(json.loads(source.read()))
    except ValidationError as error:
        wrong = error.errors()[0]
        if wrong["type"] == "string_pattern_mismatch" and wrong["loc"][-1] == "path":
            listed_path = shown(str(wrong["input"]))
            raise WresError(f"{folder} lists {listed_path}, which is no file of a backup. Give another one.") from None
        raise WresError(
            f"{folder} is no whole backup: its {LIST} is not as it was written. Give another one."
        ) from None
    except (OSError, ValueError, RecursionError):
        raise WresError(f"{folder} is no whole backup: it has no {LIST} that can be read. Give another one.") from None
    for entry in listed.files:
        if not is_inside(entry.path):
            raise WresError(f"{folder} lists {shown(entry.path)}, which is no file of a backup. Give another one.")
    return listed


@contextmanager
def open_listed(folder: Path, path: str) -> Iterator[BinaryIO]:
    """Open a file of a backup; no part of the path below the folder may be a link, which could lead anywhere.

    Raises:
        OSError: it is not there, or it or a folder on its way is a link or no plain file.
    """
    *folders, name = path.split("/")
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = below
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle)
    finally:
        os.close(handle)
    with os.fdopen(opened, "rb") as source:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        yield source
