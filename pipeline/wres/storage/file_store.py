"""Files below a folder or below a bucket's prefix, through one class."""

import io
import mimetypes
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, NamedTuple

from wres.storage.atomic import atomic_file, fsync_path
from wres.storage.object_store import S3Location

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo

mimetypes.add_type("application/atom+xml", ".atom")  # not in every machine's list
# Files that office programs and file managers leave beside those that people work on.
_BYPRODUCT = re.compile(
    r"^(~\$.*"  # the lock file of Microsoft Office
    r"|\.~lock\..*\#"  # the lock file of LibreOffice
    r"|(eh)?thumbs(_vista)?\.db|desktop\.ini"  # Windows Explorer
    r"|(.*[:.\uf03a])?zone\.identifier(:\$data)?"  # where Windows says that a file came from the internet
    r"|\.ds_store|\._.*|icon\r"  # macOS Finder
    r"|\.directory|\.nfs[0-9a-f]+"  # Dolphin; a file that was removed on a network share while it was open
    r")$",
    re.IGNORECASE | re.DOTALL,
)


class StoredFile(NamedTuple):
    """A file as it was listed: its path in the store, its size in bytes, and when it was written."""

    path: str
    size: int
    written_at: datetime | None


class FileStore:
    """The files below one place, each named by its path there, such as 2022/1.0/official/manifest.json.

    A folder's files are written atomically and survive a power cut, `private` ones readable by their owner alone. An
    object appears when it is whole; who may read it is the bucket's matter. pyarrow's client of S3 cannot put on a
    condition, so two that write the same path at once must write the same bytes. A folder is read without pyarrow,
    whose import would be most of what a quick command takes.

    What a bucket raises is translated as `S3Location.translate_errors` says; a folder's OSError is left as it is.
    """

    def __init__(self, place: Path | S3Location, *, private: bool = True) -> None:
        self._place = place
        self._private = private

    def size(self, path: str) -> int | None:
        """Return a file's size in bytes; None where there is no such file."""
        if isinstance(self._place, Path):
            file = self._place / path
            return file.stat().st_size if file.is_file() else None
        with self._place.translate_errors():
            info = self._place.store.get_file_info(self.key(path))
        return info.size if info.is_file else None

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """Open a file as a stream.

        Raises:
            FileNotFoundError: there is no such file.
        """
        if isinstance(self._place, Path):
            with (self._place / path).open("rb") as source:
                yield source
            return
        with (
            self._place.translate_errors(),
            self._place.store.open_input_stream(self.key(path), compression=None) as source,
        ):
            yield source

    def read(self, path: str, limit: int = -1) -> bytes:
        """Return a file's bytes, the first `limit` if that is given; raises as `open`."""
        with self.open(path) as source:
            return bytes(source.read() if limit < 0 else source.read(limit))

    def files(self, folder: str = "", *, recursive: bool = True) -> list[StoredFile]:
        """List the files below a folder; a folder that is not there holds none."""
        if isinstance(self._place, Path):
            root = Path(self.key(folder))
            paths = root.rglob("*") if recursive else root.glob("*")
            return [self._stored(path) for path in paths if path.is_file()]
        return [
            StoredFile(info.path.removeprefix(f"{self._place.root}/"), info.size, info.mtime)
            for info in self._objects(self._place, folder, recursive=recursive)
            if info.is_file
        ]

    def folders(self, folder: str = "") -> list[str]:
        """List the names of the folders in a folder."""
        if isinstance(self._place, Path):
            return [path.name for path in Path(self.key(folder)).glob("*") if path.is_dir()]
        return [info.base_name for info in self._objects(self._place, folder) if not info.is_file]

    def write(self, path: str, content: bytes | IO[bytes]) -> None:
        """Write a file, in place of one that is there; when this returns its bytes are kept for good."""
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        if isinstance(self._place, Path):
            self._write_in_folder(path, source)
            return
        kind = {"Content-Type": mimetypes.guess_type(path)[0] or "application/octet-stream"}
        with (
            self._place.translate_errors(),
            self._place.store.open_output_stream(self.key(path), compression=None, metadata=kind) as target,
        ):
            shutil.copyfileobj(source, target)

    def delete(self, path: str) -> None:
        """Remove a file; twice does no harm."""
        if isinstance(self._place, Path):
            (self._place / path).unlink(missing_ok=True)
            return
        with self._place.translate_errors():
            try:
                self._place.store.delete_file(self.key(path))
            except FileNotFoundError:
                return

    def address(self, path: str) -> str:
        """Say where a file lies, for people: a path or an s3:// address."""
        return str(self._place / path) if isinstance(self._place, Path) else f"s3://{self.key(path)}"

    def key(self, path: str) -> str:
        """Return the name by which the file system knows a file."""
        root = str(self._place.resolve()) if isinstance(self._place, Path) else self._place.root
        return f"{root}/{path}".rstrip("/")

    def _objects(self, place: S3Location, folder: str, *, recursive: bool = False) -> "list[FileInfo]":
        from pyarrow.fs import FileSelector

        with place.translate_errors():
            try:
                return list(place.store.get_file_info(FileSelector(f"{self.key(folder)}/", recursive=recursive)))
            except FileNotFoundError:  # a missing bucket is another error
                return []

    def _stored(self, path: Path) -> StoredFile:
        state = path.stat()
        name = path.relative_to(self.key("")).as_posix()
        return StoredFile(name, state.st_size, datetime.fromtimestamp(state.st_mtime, UTC))

    def _write_in_folder(self, path: str, source: IO[bytes]) -> None:
        """Write a file under its name once it is whole and on the disk."""
        root, target = Path(self.key("")), Path(self.key(path))
        root.mkdir(mode=0o700 if self._private else 0o777, parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(root) as temporary:
            with temporary.open("wb") as stream:
                shutil.copyfileobj(source, stream)
                stream.flush()
                os.fsync(stream.fileno())
            if not self._private:
                temporary.chmod(0o644)
            temporary.replace(target)
            for folder in PurePosixPath(path).parents:
                fsync_path(root / folder)


def is_byproduct(name: str) -> bool:
    """Return whether a file of this name was left behind by a program, and not put there by a person."""
    return _BYPRODUCT.match(name) is not None
