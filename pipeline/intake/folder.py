"""The folder channel: inbox/YEAR/ORG/any-name, or ORG/test/any-name to try it out; the folder is who sent it."""

import errno
import io
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pipeline.errors import WresError
from pipeline.intake.channel import TEST_FOLDER, UNFINISHED, Delivery, Mine, as_code, everybodys
from pipeline.machine import why_refused
from pipeline.registry.tables import Receipt
from pipeline.settings import Settings


class FolderChannel:
    """Lists, opens and takes the files that senders left under WRES_HOME/inbox, and answers in WRES_HOME/outbox."""

    name = "folder"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def count(self, year: int) -> int:
        """The files of a year, whether or not they are finished."""
        try:
            return len(self._files(year))
        except OSError as error:
            raise self._cannot_list(year, error) from None

    def waiting(self, year: int, mine: Mine = everybodys) -> list[Delivery]:
        """The finished files of a year, by sender; one still being written waits for the next round."""
        try:
            before = {path: _state(path) for path in self._files(year) if mine(_sender(path))}
        except OSError as error:
            raise self._cannot_list(year, error) from None
        self._let_settle(before)
        finished = [
            self._delivery(path, state) for path, state in before.items() if state is not None and _state(path) == state
        ]
        return sorted(finished, key=lambda delivery: (delivery.organisation_code, delivery.file_name))

    @contextmanager
    def open(self, delivery: Delivery) -> Iterator[BinaryIO]:
        """The file's bytes. What a link points at is never read: a link counts as an empty file.

        FileNotFoundError at the end, too, when the file is no longer the one that was listed: it may be half of each.
        """
        try:
            handle = os.open(delivery.place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise _cannot(delivery.place, "read", error) from None
            yield io.BytesIO(b"")
            return
        with os.fdopen(handle, "rb") as source:
            yield source
            if _identity(Path(delivery.place), os.fstat(handle)) != delivery.delivery_id:
                raise FileNotFoundError  # it was written to meanwhile: as it is now it comes in the next round

    def take(self, delivery: Delivery) -> None:
        """Remove a file whose receipt is durable, unless it has changed since it was listed: then it comes again."""
        path = Path(delivery.place)
        state = _state(path)
        if state is not None and _identity(path, state) == delivery.delivery_id:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise _cannot(delivery.place, "removed", error) from None

    def answer(self, receipt: Receipt, write_reports: Callable[[Path], None]) -> None:
        """Write the reports to outbox/YEAR/ORG/RECEIPT/, where the sender looks for them."""
        folder = self._settings.outbox / str(receipt.collection_year) / receipt.organisation_code / receipt.receipt
        try:
            self._settings.outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_reports(folder)
        except OSError as error:
            raise _cannot(folder, "written", error) from None

    def _cannot_list(self, year: int, error: OSError) -> WresError:
        return _cannot(self._settings.inbox / str(year), "listed", error)

    def _files(self, year: int) -> list[Path]:
        folder = self._settings.inbox / str(year)
        if not folder.is_dir():
            return []
        senders = _folders_in(folder)
        folders = [*senders, *(inner for sender in senders for inner in _folders_in(sender) if _is_test(inner))]
        files = [path for each in folders for path in each.iterdir() if not UNFINISHED.search(path.name)]
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
            organisation_code=_sender(path),
            file_name=path.name,
            place=str(path),
            test=_is_test(path.parent),
        )


def _folders_in(folder: Path) -> list[Path]:
    return [entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink()]


def _sender(path: Path) -> str:
    return as_code((path.parent.parent if _is_test(path.parent) else path.parent).name)


def _is_test(folder: Path) -> bool:
    return folder.name.lower() == TEST_FOLDER


def _state(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _identity(path: Path, state: os.stat_result) -> str:
    """A name for this delivery: another file under the same name, or the same file put there again, gets another."""
    depth = 4 if _is_test(path.parent) else 3  # YEAR/ORG/file, YEAR/ORG/test/file
    name = os.fsencode("/".join(path.parts[-depth:])).decode("utf-8", "backslashreplace")
    kind = stat.S_IFMT(state.st_mode)
    return f"{name}|{kind}|{state.st_ino}|{state.st_size}|{state.st_mtime_ns}|{state.st_ctime_ns}"


def _cannot(path: Path | str, be_done: str, error: OSError) -> WresError:
    return WresError(f"{path} cannot be {be_done}: {why_refused(error)}. Put that right and collect again.")


def put_in_inbox(settings: Settings, year: int, organisation_code: str, file: Path, *, test: bool = False) -> Path:
    """Copy a file into an organisation's inbox, to be tried out or to count; it is seen there only when it is whole.

    Raises:
        WresError: the file cannot be read, or the code is no organisation code.
    """
    if not re.fullmatch(r"[A-Z0-9]{3,6}", organisation_code):
        raise WresError(f"{organisation_code!r} is no organisation code. Give the ODS code, for example RXY.")
    folder = settings.inbox / str(year) / organisation_code / (TEST_FOLDER if test else "")
    settings.inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{uuid4().hex}.part"
    try:
        shutil.copyfile(file, unfinished)
        return unfinished.replace(_free_name(folder, file.name))
    except OSError as error:
        raise WresError(
            f"{file} cannot be sent: {why_refused(error)}. Check the name and that you may read it."
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)


def _free_name(folder: Path, name: str) -> Path:
    """A name that no waiting file has, so that a second return does not overwrite the first."""
    wanted = Path(UNFINISHED.sub("_", name))
    names = (folder / f"{wanted.stem}{f'-{n}' if n else ''}{wanted.suffix}" for n in count())
    return next(path for path in names if not path.exists())
