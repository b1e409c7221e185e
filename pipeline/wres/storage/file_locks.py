"""Lock files, folders and open descriptors: the kernel's locks, which end with their process however it ends.

They are all filelock's, so that one kind of lock holds on every system. Where a file system has none, that is an error:
a lock by the presence of a file would outlive a killed process.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout, lock_descriptor


@contextmanager
def file_lock(path: str, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of a file, which is made and stays; where there is to be no waiting, False: another holds it.

    Raises:
        OSError: the file cannot be opened, or its file system has no locks.
    """
    lock = FileLock(path, mode=0o600, fallback_to_soft=False)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Wait until no other process holds the lock of a folder, and hold it; no file is left.

    Raises:
        OSError: the folder cannot be opened, or its file system has no locks.
    """
    descriptor = open_locked(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def open_locked(path: Path) -> int:
    """Open a file or a folder, wait for its lock and return the descriptor that holds it, for the caller to close.

    Raises:
        OSError: there is no such path, it cannot be opened, or its file system has no locks.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        lock_descriptor(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def lock_if_free(path: Path) -> Iterator[bool]:
    """Hold the lock of a file or a folder that nobody holds; False where somebody does.

    Raises:
        OSError: there is no such path, it is a link, or it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe would keep it for ever
    try:
        yield lock_descriptor(descriptor, blocking=False)
    finally:
        os.close(descriptor)
