"""Write files and directories atomically: beside their place first and then moved there in one step."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from wres.errors import WresError, why_refused

_FILE, _FOLDER = ".part", ".partial"
_MADE_HERE = f".{'[0-9a-f]' * 32}"


@contextmanager
def atomic_file(folder: Path, *, shared: bool = False) -> Iterator[Path]:
    """A new, empty file in a folder that is there, for its owner alone; gone at the end unless it was moved.

    In a folder that is shared with other programs their hidden files are not taken for left over.

    Raises:
        OSError: the folder cannot be written to.
    """
    names = _MADE_HERE if shared else ".*"
    with _open_atomic(folder, _FILE, lambda path: path.touch(mode=0o600, exist_ok=False), names) as path:
        yield path


@contextmanager
def atomic_directory(folder: Path) -> Iterator[Path]:
    """A new, empty folder in a folder that is there; gone at the end, with all in it, unless it was moved.

    Raises:
        OSError: the folder cannot be written to.
    """
    with _open_atomic(folder, _FOLDER, Path.mkdir) as path:
        yield path


def remove_left_over(folder: Path) -> None:
    """Remove the files that killed runs left unfinished in a folder that is shared with other programs.

    Raises:
        OSError: the folder cannot be listed, or one cannot be removed.
    """
    for path in folder.glob(f"{_MADE_HERE}{_FILE}"):
        if path.is_file() and not path.is_symlink():
            _remove_if_left_over(path)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Wait until no other process holds a folder, and hold it. The lock ends with the process, and leaves no file.

    Raises:
        OSError: the folder cannot be opened.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _open_atomic(folder: Path, ending: str, make: Callable[[Path], None], names: str = ".*") -> Iterator[Path]:
    for path in folder.glob(f"{names}{ending}"):
        _remove_if_left_over(path)
    path, handle = _locked(folder, ending, make)
    try:
        yield path
    finally:
        _remove(path)
        os.close(handle)


def _locked(folder: Path, ending: str, make: Callable[[Path], None]) -> tuple[Path, int]:
    """A new file or folder and the handle that holds its lock."""
    while True:
        path = folder / f".{uuid4().hex}{ending}"
        make(path)
        with suppress(FileNotFoundError):  # another worker took it for left over before it was locked
            handle = os.open(path, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if path.exists():
                return path, handle
            os.close(handle)


def _remove_if_left_over(path: Path) -> None:
    with suppress(FileNotFoundError, BlockingIOError):  # another worker removed it, or is writing it
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe would keep it for ever
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(path)
        finally:
            os.close(handle)


def fsync_path(path: Path) -> None:
    """Make a file's content, or what was moved within a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


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
