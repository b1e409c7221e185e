"""The folder channel: inbox/YEAR/ORG/any-name; the folder is who sent it."""

import errno
import io
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pipeline.errors import WresError
from pipeline.settings import Settings

# Names under which office programs, browsers and copy tools keep a file that is not finished.
_UNFINISHED = re.compile(r"^(\.|~\$)|\.(part|tmp|crdownload|filepart|swp)$", re.IGNORECASE)
_NOT_IN_A_CODE = re.compile(r"[^A-Z0-9-]")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file that waits on a channel. `delivery_id` is the same however often it is listed."""

    channel: str
    delivery_id: str
    organisation_code: str
    file_name: str
    path: Path


class FolderChannel:
    """Lists, opens and takes the files that senders left under WRES_HOME/inbox, and says where answers go."""

    name = "folder"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def waiting(self, year: int) -> list[Delivery]:
        """The finished files of a year, by sender; one still being written waits for the next round."""
        before = {path: _state(path) for path in self._files(year)}
        self._let_settle(before)
        finished = [
            self._delivery(path, state) for path, state in before.items() if state is not None and _state(path) == state
        ]
        return sorted(finished, key=lambda delivery: (delivery.organisation_code, delivery.path.name))

    @contextmanager
    def open(self, delivery: Delivery) -> Iterator[BinaryIO]:
        """The file's bytes. What a link points at is never read: a link counts as an empty file."""
        try:
            handle = os.open(delivery.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            yield io.BytesIO(b"")
            return
        with os.fdopen(handle, "rb") as source:
            yield source

    def take(self, delivery: Delivery) -> None:
        """Remove a file whose receipt is durable, unless it has changed since it was listed: then it comes again."""
        state = _state(delivery.path)
        if state is not None and _identity(delivery.path, state) == delivery.delivery_id:
            delivery.path.unlink(missing_ok=True)

    def answer_folder(self, year: int, organisation_code: str, receipt: str) -> Path:
        """The folder in which the sender looks for the report of a receipt."""
        return self._settings.outbox / str(year) / organisation_code / receipt

    def _files(self, year: int) -> list[Path]:
        folder = self._settings.inbox / str(year)
        if not folder.is_dir():
            return []
        senders = [entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink()]
        files = [path for sender in senders for path in sender.iterdir() if not _UNFINISHED.search(path.name)]
        return [path for path in files if path.is_symlink() or path.is_file()]

    def _let_settle(self, states: dict[Path, os.stat_result | None]) -> None:
        """Wait once a round, and only when some file is so fresh that it may still be growing."""
        youngest = max((state.st_mtime for state in states.values() if state), default=0.0)
        wait = youngest + self._settings.settle_seconds - time.time()
        if wait > 0:
            time.sleep(min(wait, self._settings.settle_seconds))  # at most this: a clock may be ahead

    def _delivery(self, path: Path, state: os.stat_result) -> Delivery:
        return Delivery(
            channel=self.name,
            delivery_id=_identity(path, state),
            organisation_code=_NOT_IN_A_CODE.sub("-", path.parent.name.strip().upper())[:20],
            file_name=path.name,
            path=path,
        )


def _state(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _identity(path: Path, state: os.stat_result) -> str:
    """A name for this delivery: another file under the same name, or the same file put there again, gets another."""
    kind = stat.S_IFMT(state.st_mode)
    return (
        f"{path.parent.name}/{path.name}|{kind}|{state.st_ino}|{state.st_size}|{state.st_mtime_ns}|{state.st_ctime_ns}"
    )


def put_in_inbox(settings: Settings, year: int, organisation_code: str, file: Path) -> Path:
    """Copy a file into an organisation's inbox; it is seen there only when it is whole.

    Raises:
        WresError: the file cannot be read, or the code is no organisation code.
    """
    if not re.fullmatch(r"[A-Z0-9]{3,6}", organisation_code):
        raise WresError(f"{organisation_code!r} is no organisation code. Give the ODS code, for example RXY.")
    folder = settings.inbox / str(year) / organisation_code
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{uuid4().hex}.part"
    try:
        shutil.copyfile(file, unfinished)
        return unfinished.replace(_free_name(folder, file.name))
    except OSError as error:
        raise WresError(f"{file} cannot be sent: {error.strerror}. Check the name and that you may read it.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def _free_name(folder: Path, name: str) -> Path:
    """A name that no waiting file has, so that a second return does not overwrite the first."""
    wanted = Path(_UNFINISHED.sub("_", name))
    names = (folder / f"{wanted.stem}{f'-{n}' if n else ''}{wanted.suffix}" for n in count())
    return next(path for path in names if not path.exists())
