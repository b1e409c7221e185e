"""Keep every received file under its SHA-256, in a folder or an object store."""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO

from wres.errors import WresError
from wres.settings import Settings
from wres.storage.file_store import FileStore
from wres.storage.object_store import S3Location

_CHUNK = 1 << 20
_IN_MEMORY = 8 << 20  # bytes of a stream that are kept in memory until its hash is known; a return is smaller


@dataclass(frozen=True, slots=True)
class Landed:
    """The hash and the size of what was stored."""

    sha256: str
    size: int


def landing_store(settings: Settings) -> FileStore:
    """Return the landing zone. A bucket needs the rights to list, get, put and delete below its prefix.

    The bucket must keep no versions below the prefix, for what is forgotten must be gone.
    """
    if settings.landing_uri:
        return FileStore(S3Location(settings.landing_uri, "WRES_LANDING_URI", "landing zone"))
    return FileStore(settings.landing)


def store_file(settings: Settings, source: BinaryIO) -> Landed:
    """Store a stream; when this returns its bytes are kept for good. Storing the same bytes twice does no harm.

    Raises:
        WresError: the stream is longer than anything that is kept, and nothing of it is stored; or the bucket cannot
            be used.
    """
    return _store(settings, source, settings.max_landed_bytes)


def store_internal_file(settings: Settings, source: BinaryIO) -> Landed:
    """Store a file of the pipeline's own, of any size: the limit is for files that come from outside.

    Raises:
        WresError: the bucket cannot be used.
    """
    return _store(settings, source, None)


def read_landed(settings: Settings, sha256: str, limit: int) -> bytes:
    """Return the first `limit` bytes stored under a hash: enough to see that a file is too large.

    Raises:
        FileNotFoundError: nothing is stored under it.
        WresError: the bucket cannot be used.
    """
    return landing_store(settings).read(_path(sha256), limit)


@contextmanager
def open_landed(settings: Settings, sha256: str) -> Iterator[BinaryIO]:
    """Open all bytes stored under a hash as a stream; raises as `read_landed`."""
    with landing_store(settings).open(_path(sha256)) as source:
        yield source


def delete_files(settings: Settings, sha256s: Collection[str]) -> None:
    """Remove files that must not be kept; their receipts still name hash and size. Twice does no harm."""
    store = landing_store(settings)
    for sha256 in sha256s:
        store.delete(_path(sha256))


def get_landed_address(settings: Settings, sha256: str) -> str:
    """Return where the bytes of a hash are, for people: a path or an s3:// address."""
    return landing_store(settings).address(_path(sha256))


def _store(settings: Settings, source: BinaryIO, limit: int | None) -> Landed:
    """Store a stream under its hash. A whole file is never written again, so that no failure can harm it."""
    store = landing_store(settings)
    with SpooledTemporaryFile(_IN_MEMORY) as copy:
        landed = _copy(source, copy, limit)
        path = _path(landed.sha256)
        if store.size(path) != landed.size or _hash_of(store, path) != landed.sha256:
            copy.seek(0)
            store.write(path, copy)
    return landed


def _hash_of(store: FileStore, path: str) -> str:
    with store.open(path) as source:
        return hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]


def _copy(source: BinaryIO, target: IO[bytes], limit: int | None) -> Landed:
    """Copy a stream, of at most `limit` bytes if there is a limit."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += target.write(chunk)
        if limit is not None and size > limit:
            raise WresError(f"It is larger than {limit:,} bytes, so it was left where it is. Remove it.")
    return Landed(digest.hexdigest(), size)


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
