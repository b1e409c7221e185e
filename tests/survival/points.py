"""The points at which a run may be killed, found by watching it: before and after each lasting change.

Watched are the calls by which Python changes a file system below the home, commits of every database, and what is put
into or taken out of an object store and the warehouse's file system. Nobody lists the points: what the program comes
to do is watched as it does it.
"""

import builtins
import functools
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PIPELINE = str(Path(__file__).resolve().parents[2] / "pipeline")
_PATHS = (
    "rename", "replace", "link", "symlink", "unlink", "remove", "mkdir", "rmdir", "chmod", "truncate", "utime",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR

# What is called at a point, with its name.
Reached = Callable[[str], None]


class Watch:
    """Finds the points of a run and calls `reached` at each."""

    def __init__(self, home: Path, reached: Reached) -> None:
        self._home, self._reached = str(home), reached
        self._inside = threading.local()

    def around(self, operation: str, real: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Call a real operation, with a point before and one after it; operations inside it are no points."""
        if getattr(self._inside, "busy", False):
            return real(*args, **named)
        self._inside.busy = True
        try:
            place = _place()
            self._reached(f"before {operation} {place}")
            result = real(*args, **named)
            self._reached(f"after {operation} {place}")
            return result
        finally:
            self._inside.busy = False

    def is_ours(self, path: Any) -> bool:
        """Whether a path is below the home; what is written elsewhere is scratch."""
        return isinstance(path, str | bytes | os.PathLike) and str(Path(os.fsdecode(path)).absolute()).startswith(
            self._home
        )


def _place() -> str:
    """Name the innermost function of the pipeline on the stack."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename.startswith(_PIPELINE):
            file = Path(frame.f_code.co_filename)
            return f"{file.parent.name}/{file.stem}.{frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment]
    return "elsewhere"


@contextmanager
def watched(home: Path, reached: Reached) -> Iterator[None]:
    """Call `reached` at every point while the block lasts; for a process that ends after it."""
    watch = Watch(home, reached)
    _watch_files(watch)
    _watch_databases(watch)
    _watch_warehouse(watch)
    _watch_object_store(watch)
    yield


def _watch_files(watch: Watch) -> None:
    for name in _PATHS:
        _wrap(os, name, watch, lambda path, *_args, **_named: watch.is_ours(path))
    _wrap(os, "fsync", watch, lambda *_args: True)
    _wrap(os, "open", watch, lambda path, flags, *_args, **_named: bool(flags & _WRITES) and watch.is_ours(path))
    for module in (io, builtins):
        _wrap(module, "open", watch, lambda path, mode="r", *_args, **_named: _writes(mode) and watch.is_ours(path))


def _writes(mode: str) -> bool:
    return any(letter in mode for letter in "wax+")


def _watch_databases(watch: Watch) -> None:
    from sqlalchemy.engine.default import DefaultDialect

    _wrap(DefaultDialect, "do_commit", watch, lambda *_args: True, "commit")


def _watch_warehouse(watch: Watch) -> None:
    from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

    _wrap(PyArrowFile, "create", watch, lambda *_args, **_named: True, "warehouse file")
    _wrap(PyArrowFileIO, "delete", watch, lambda *_args: True, "warehouse delete")


def _watch_object_store(watch: Watch) -> None:
    from wres.storage.object_store import S3Location

    real = S3Location.store.fget  # type: ignore[attr-defined]
    assert real is not None
    S3Location.store = property(lambda place: _Store(real(place), watch))  # type: ignore[assignment]


class _Store:
    """A file system of pyarrow, whose puts (when they are closed) and deletions are points."""

    def __init__(self, store: Any, watch: Watch) -> None:
        self._store, self._watch = store, watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def delete_file(self, key: str) -> None:
        self._watch.around("object delete", self._store.delete_file, key)

    def open_output_stream(self, *args: Any, **named: Any) -> "_Stream":
        return _Stream(self._store.open_output_stream(*args, **named), self._watch)


class _Stream:
    """An object that is being put; it is there when it is closed."""

    def __init__(self, stream: Any, watch: Watch) -> None:
        self._stream, self._watch = stream, watch

    def __enter__(self) -> "_Stream":
        return self

    def __exit__(self, *error: object) -> None:
        self._watch.around("object put", self._stream.close)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _wrap(owner: Any, name: str, watch: Watch, counts: Callable[..., bool], operation: str = "") -> None:
    real = getattr(owner, name)

    @functools.wraps(real)
    def instead(*args: Any, **named: Any) -> Any:
        if counts(*args, **named):
            return watch.around(operation or name, real, *args, **named)
        return real(*args, **named)

    setattr(owner, name, instead)


def die() -> None:
    """End this process as a power cut would: nothing is closed, flushed or reported."""
    os.kill(os.getpid(), signal.SIGKILL)
