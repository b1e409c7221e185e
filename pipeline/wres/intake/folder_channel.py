"""The folder channel: inbox/YEAR/ORG/any-name, or ORG/test/any-name to try it out; the folder is who sent it."""

import errno
import io
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from wres.database.models import Receipt
from wres.errors import WresError, why_refused
from wres.intake.channel import (
    TEST_FOLDER,
    IncomingFile,
    OnFailure,
    SenderFilter,
    any_sender,
    fail,
    is_left_alone,
    sort_by_time_and_name,
    to_org_code,
)
from wres.intake.folder_misplaced import misplaced_in
from wres.reference.misplaced import Misplaced
from wres.reference.year_config import configured_years
from wres.settings import Settings
from wres.storage.atomic import remove_unfinished


@dataclass(frozen=True, slots=True)
class _SenderFile:
    """A file that a sender left, as it was when it was listed."""

    path: Path
    organisation_code: str
    test: bool
    state: os.stat_result


class FolderChannel:
    """Lists, opens and takes the files that senders left under WRES_HOME/inbox, and answers in WRES_HOME/outbox."""

    name = "folder"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def count(self, year: int) -> int:
        """Count the files of a year, finished or not; those of a sender that cannot be listed count for none."""
        return len(self._sender_files(year, any_sender, lambda _code, _error: None))

    def waiting(self, year: int, accepts: SenderFilter = any_sender, failed: OnFailure = fail) -> list[IncomingFile]:
        """Return the finished files of a year, by sender; one still being written is for the next round."""
        before = self._sender_files(year, accepts, failed)
        self._let_settle(before)
        finished = [file for file in before if _state(file.path) == file.state]
        return sort_by_time_and_name(self._delivery(file) for file in finished)

    def years(self) -> set[int]:
        """Return the years in whose folders there is a file."""
        try:
            names = [entry.name for entry in _folders_in(self._settings.inbox)]
        except OSError as error:
            raise _file_error(self._settings.inbox, "listed", error) from None
        return {int(name) for name in names if name.isascii() and name.isdigit() and self.count(int(name))}

    def misplaced(self) -> list[Misplaced]:
        """Return what is beside senders' folders, deeper in them, in folders of unknown years, or is no file."""
        return misplaced_in(self._settings.inbox, configured_years(self._settings.years))

    @contextmanager
    def open(self, delivery: IncomingFile) -> Iterator[BinaryIO]:
        """Open the file's bytes. The target of a link is never read: a link counts as an empty file.

        FileNotFoundError at the end, too, when the file is no longer the one that was listed: it may be half of each.
        """
        try:
            handle = os.open(delivery.place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise _file_error(delivery.place, "read", error) from None
            yield io.BytesIO(b"")
            return
        with os.fdopen(handle, "rb") as source:
            yield source
            if _delivery_id(Path(delivery.place), delivery.test, os.fstat(handle)) != delivery.delivery_id:
                raise FileNotFoundError  # it was written to meanwhile: as it is now it comes in the next round

    def acknowledge(self, delivery: IncomingFile) -> None:
        """Remove a file whose receipt is durable, unless it has changed since it was listed: then it comes again."""
        path = Path(delivery.place)
        try:
            state = _state(path)
            if state is not None and _delivery_id(path, delivery.test, state) == delivery.delivery_id:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise _file_error(delivery.place, "removed", error) from None

    def deliver_report(self, receipt: Receipt, write_reports: Callable[[Path], None], name: str = "") -> None:
        """Write the reports to outbox/YEAR/ORG/RECEIPT/, or NAME/, where the sender looks for them."""
        sender = self._settings.outbox / str(receipt.collection_year) / receipt.organisation_code
        folder = sender / (name or receipt.receipt)
        try:
            self._settings.outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_reports(folder)
        except OSError as error:
            raise _file_error(folder, "written", error) from None

    def _sender_files(self, year: int, accepts: SenderFilter, failed: OnFailure) -> list[_SenderFile]:
        """Return the files of senders for a year; a sender that cannot be listed fails by itself."""
        folder = self._settings.inbox / str(year)
        try:
            senders = sorted(_folders_in(folder)) if folder.is_dir() else []
        except OSError as error:
            raise _file_error(folder, "listed", error) from None
        files: list[_SenderFile] = []
        for sender in senders:
            code = to_org_code(sender.name)
            if not code or is_test_folder(sender) or not accepts(code):
                continue
            try:
                files += list(_files_of(sender, code))
            except OSError as error:
                problem = f"The folder of {code}, {sender}, cannot be listed: {why_refused(error)}."
                failed(code, WresError(f"{problem} Give the pipeline's user the right to read it, then collect again."))
        return files

    def _let_settle(self, files: list[_SenderFile]) -> None:
        """Wait once a round, and only when some file is so fresh that it may still be growing."""
        youngest = max((file.state.st_mtime for file in files), default=0.0)
        wait = youngest + self._settings.settle_seconds - time.time()
        if wait > 0:
            time.sleep(min(wait, self._settings.settle_seconds))  # at most this: a clock may be ahead

    def _delivery(self, file: _SenderFile) -> IncomingFile:
        """Return a file of a sender as it is received."""
        # A sender can set the time of modification, never the inode's change time: moving a file in sets it too.
        arrived_at = _as_time(file.state.st_ctime_ns)
        return IncomingFile(
            channel=self.name,
            delivery_id=_delivery_id(file.path, file.test, file.state),
            organisation_code=file.organisation_code,
            file_name=file.path.name,
            place=str(file.path),
            arrived_at=arrived_at,
            test=file.test,
            modified_at=_as_time(min(file.state.st_mtime_ns, file.state.st_ctime_ns)),
        )


def is_test_folder(folder: Path) -> bool:
    """Return whether the returns in this folder of a sender are test submissions."""
    return folder.name.lower() == TEST_FOLDER


def _files_of(sender: Path, code: str) -> Iterator[_SenderFile]:
    """Yield the files in a sender's folder and its folder test."""
    folders = [sender, *(inner for inner in _folders_in(sender) if is_test_folder(inner))]
    for folder in folders:
        remove_unfinished(folder)
        for path in folder.iterdir():
            state = None if is_left_alone(path.name) else _state(path)
            if state is not None and (stat.S_ISREG(state.st_mode) or stat.S_ISLNK(state.st_mode)):
                yield _SenderFile(path, code, folder is not sender, state)


def _folders_in(folder: Path) -> list[Path]:
    if not folder.exists():
        return []
    return [entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink()]


def _state(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _as_time(nanoseconds: int) -> datetime:
    """Return a time of the file system, to the microsecond, brought within bounds."""
    seconds = min(max(nanoseconds // 1_000_000_000, 0), int(datetime.max.replace(tzinfo=UTC).timestamp()) - 86_400)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=nanoseconds // 1000 % 1_000_000)


def _delivery_id(path: Path, test: bool, state: os.stat_result) -> str:
    """Return the id of a delivery: another file under the same name, or the same file put there again, has another."""
    depth = 4 if test else 3  # YEAR/ORG/file, YEAR/ORG/test/file
    name = os.fsencode("/".join(path.parts[-depth:])).decode("utf-8", "backslashreplace")
    kind = stat.S_IFMT(state.st_mode)
    return f"{name}|{kind}|{state.st_ino}|{state.st_size}|{state.st_mtime_ns}|{state.st_ctime_ns}"


def _file_error(path: Path | str, be_done: str, error: OSError) -> WresError:
    return WresError(f"{path} cannot be {be_done}: {why_refused(error)}. Put that right and collect again.")
