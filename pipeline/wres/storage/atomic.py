"""Write files and directories atomically: beside their place first and then moved there in one step."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from wres.errors import WresError, why_refused
from wres.storage.file_locks import lock_if_free, open_locked

_FILE, _FOLDER = ".part", ".partial"
_OWN_NAME = f".{'[0-9a-f]' * 32}"  # as `uuid4().hex` gives it: no other program's hidden file has such a name


@contextmanager
def atomic_file(folder: Path, *, shared: bool = False) -> Iterator[Path]:
    """Make a new, empty file in an existing folder, for its owner alone; gone at the end unless it was moved.

    The file is locked while it is written: an unlocked one was left by a killed run, and the next that writes there
    removes it. In a folder that is `shared` with other programs their hidden files are left alone.

    Raises:
        OSError: the folder cannot be written to.
    """
    names = _OWN_NAME if shared else ".*"
    with _open_atomic(folder, _FILE, lambda path: path.touch(mode=0o600, exist_ok=False), names) as path:
        yield path


@contextmanager
def atomic_directory(folder: Path) -> Iterator[Path]:
    """Make a new, empty folder in an existing folder; gone at the end, with all in it, unless it was moved.

    Raises:
        OSError: the folder cannot be written to.
    """
    with _open_atomic(folder, _FOLDER, Path.mkdir) as path:
        yield path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there; its folder is made, for the pipeline's own user alone.

    Raises:
        WresError: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with atomic_file(path.parent) as temporary:
            temporary.write_bytes(content)
            temporary.replace(path)
    except OSError as error:
        raise WresError(f"{path} cannot be written: {why_refused(error)}. Put that right and run it again.") from None


def write_output(path: Path, content: bytes) -> None:
    """Write a file where a person asked for it, whole or not at all; a device or a pipe is written as it is.

    Raises:
        OSError: it cannot be written; what was there before is unchanged.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    target = path.resolve()  # a link stays a link
    with atomic_file(target.parent, shared=True) as temporary:
        temporary.write_bytes(content)
        temporary.chmod(target.stat().st_mode if target.exists() else _usual_mode())
        temporary.replace(target)


def _usual_mode() -> int:
    """Return the rights of a new file of this process."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def remove_unfinished(folder: Path) -> None:
    """Remove the files that killed runs left unfinished in a folder that is shared with other programs.

    Raises:
        OSError: the folder cannot be listed, or one cannot be removed.
    """
    for path in folder.glob(f"{_OWN_NAME}{_FILE}"):
        if path.is_file() and not path.is_symlink():
            _remove_if_unlocked(path)


def fsync_path(path: Path) -> None:
    """Make a file's content, or what was moved within a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _open_atomic(folder: Path, ending: str, make: Callable[[Path], None], names: str = ".*") -> Iterator[Path]:
    """Remove what killed runs left, make a new path and hold its lock until the block ends."""
    for path in folder.glob(f"{names}{ending}"):
        _remove_if_unlocked(path)
    path, descriptor = _make_locked(folder, ending, make)
    try:
        yield path
    finally:
        _remove(path)
        os.close(descriptor)


def _make_locked(folder: Path, ending: str, make: Callable[[Path], None]) -> tuple[Path, int]:
    """Make a new file or folder; returns it and the descriptor that holds its lock."""
    while True:
        path = folder / f".{uuid4().hex}{ending}"
        make(path)
        with suppress(FileNotFoundError):  # another worker took it for left by a killed run before it was locked
            descriptor = open_locked(path)
            if path.exists():
                return path, descriptor
            os.close(descriptor)


def _remove_if_unlocked(path: Path) -> None:
    """Remove a file or folder that no process is writing."""
    with suppress(FileNotFoundError, BlockingIOError), lock_if_free(path) as free:  # another may have removed it
        if free:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
