"""Write the files of both releases of a build at the same time, one of them in a second process.

Only files are written there, into a folder of their own. Whoever holds the lock of publishing puts them in place, so
nothing appears after that process has ended. A second process needs as much memory again, so it is used for small
tables alone.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import active_children
from pathlib import Path
from typing import TYPE_CHECKING

from wres.errors import WresError
from wres.garbage import rare_garbage_collection
from wres.indicators.counted_builds import CountedTables
from wres.parallel import process_pool
from wres.release.builder import ReleaseInputs, write_release_files
from wres.release.repository import ReleaseName
from wres.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

# Of the tables of a build in memory: 206 organisations and eight years have 6 MB. A process that writes a release takes
# half a gigabyte and 30 times its tables.
_MOST_BYTES = 15_000_000


class SecondWriter:
    """Writes the files of two releases at the same time: one in a process of its own, one in this process."""

    def __init__(self, settings: Settings, pool: "ProcessPoolExecutor") -> None:
        """Let the process import what it needs, which takes a second, beside what is done first in this one."""
        self._settings, self._pool = settings, pool
        self._files: dict[ReleaseName, Future[Path]] = {}
        self._process = pool.submit(os.getpid)
        pool.submit(import_module, __name__)

    def write_both(
        self, there: tuple[ReleaseName, ReleaseInputs], here: tuple[ReleaseName, ReleaseInputs], counted: CountedTables
    ) -> None:
        """Write the files of two releases of a build; nothing where its tables are too large for two processes.

        Args:
            there: the release that the second process writes, and what it is made from.
            here: the release that this process writes; an error of it is raised by `finish`.
            counted: the tables of the build.
        """
        from concurrent.futures import Future

        if sum(table.nbytes for table in counted.tables.values()) > _MOST_BYTES:
            return
        self._files[there[0]] = self._pool.submit(_write_apart, self._settings, *there, counted)
        self._files[here[0]] = files = Future[Path]()
        try:
            files.set_result(_write_apart(self._settings, *here, counted))
        except WresError as error:
            files.set_exception(error)

    def finish(self, name: ReleaseName) -> Path | None:
        """Wait for the files of a release and return their folder; None where they are still to be written.

        That is so for a release that was not begun, and where the second process was ended from outside.

        Raises:
            WresError: as `write_release_files`.
        """
        from concurrent.futures.process import BrokenProcessPool

        try:
            return self._files.pop(name).result() if name in self._files else None
        except BrokenProcessPool:
            return None

    def stop(self) -> None:
        """End the process at once: what it still writes nobody will take, and its own end would take half a second."""
        from concurrent.futures.process import BrokenProcessPool

        with suppress(BrokenProcessPool):  # it ended before it said which it is
            for process in active_children():
                if process.pid == self._process.result():
                    process.kill()


@contextmanager
def second_writer(settings: Settings, *, wanted: bool) -> "Iterator[SecondWriter | None]":
    """Start a second process where it is wanted; it ends with the block, and with this process however that ends.

    The caller holds the lock of publishing. What a run that was killed left of files is removed.
    """
    try:
        if not wanted:
            yield None
            return
        with process_pool(1) as pool:
            writer = SecondWriter(settings, pool)
            try:
                yield writer
            finally:
                writer.stop()
    finally:
        shutil.rmtree(_place(settings), ignore_errors=True)


@rare_garbage_collection()
def _write_apart(settings: Settings, name: ReleaseName, origin: ReleaseInputs, counted: CountedTables) -> Path:
    """Write the files of a release into a new folder, and return it."""
    place = _place(settings)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=place))
    write_release_files(settings, name, origin, counted, folder)
    return folder


def _place(settings: Settings) -> Path:
    """Return the folder for files of releases that are not in place yet; nobody else may read it."""
    return settings.staging / "files"
