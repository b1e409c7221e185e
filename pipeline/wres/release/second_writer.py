"""Write the files of both releases of a build at the same time, one of them in a second process.

Only files are written there, from tables that are ready and into a folder of their own. Whoever holds the lock of
publishing puts them in place, so nothing appears after that process has ended. A second process needs as much memory
again, so it is used for small tables alone.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import active_children
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from wres.errors import WresError
from wres.garbage import rare_garbage_collection
from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.schema_check import checked_tables
from wres.parallel import process_pool
from wres.release.repository import ReleaseName
from wres.release.writer import write_files
from wres.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    import pyarrow as pa

# Of the tables of a build in memory: 206 organisations and eight years have 6 MB. Two processes that write
# releases take 1.2 GB then, and 60 times what the tables have more.
_MOST_BYTES = 15_000_000
_FOLDER = "files"  # below staging, of files that are not in place yet; nobody else may read it


class SecondWriter:
    """Writes the files of several releases: those that are begun in a process of its own, others in this process."""

    def __init__(self, staging: Path, signing_key: SecretStr, pool: "ProcessPoolExecutor") -> None:
        """Let the process import what it needs, which takes a while, beside what is done first in this one."""
        self._place, self._signing_key, self._pool = staging / _FOLDER, signing_key, pool
        self._files: dict[ReleaseName, Future[Path]] = {}
        self._process = pool.submit(os.getpid)
        pool.submit(import_module, __name__)

    def begin(self, name: ReleaseName, tables: "Mapping[str, pa.Table]", about: ReleaseMetadata) -> None:
        """Begin to write the files of a release in the second process."""
        self._files[name] = self._pool.submit(_write_apart, self._place, tables, about, self._signing_key)

    def write(self, name: ReleaseName, tables: "Mapping[str, pa.Table]", about: ReleaseMetadata) -> None:
        """Write the files of a release in this process; an error of the release is raised by `finish`."""
        from concurrent.futures import Future

        self._files[name] = files = Future[Path]()
        try:
            files.set_result(_write_apart(self._place, tables, about, self._signing_key))
        except WresError as error:
            files.set_exception(error)

    def finish(self, name: ReleaseName) -> Path | None:
        """Wait for the files of a release and return their folder; None where they are still to be written.

        That is so for a release that was not begun, and where the second process was ended from outside.

        Raises:
            WresError: as `write_release`.
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
            writer = SecondWriter(settings.staging, settings.signing_key, pool)
            try:
                yield writer
            finally:
                writer.stop()
    finally:
        shutil.rmtree(settings.staging / _FOLDER, ignore_errors=True)


def is_small(tables: "Mapping[str, pa.Table]") -> bool:
    """Return whether two processes may write releases of a build at once, by the size of its tables in memory."""
    return sum(int(table.nbytes) for table in tables.values()) <= _MOST_BYTES


@rare_garbage_collection()
def _write_apart(place: Path, tables: "Mapping[str, pa.Table]", about: ReleaseMetadata, signing_key: SecretStr) -> Path:
    """Write the files of a release into a new folder, and return it."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=place))
    write_files(folder, checked_tables(tables, about.collection_year), about, signing_key)
    return folder
