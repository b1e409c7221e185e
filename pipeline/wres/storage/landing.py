"""Keep every received file under its SHA-256, in a folder or an object store."""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from wres.errors import WresError
from wres.settings import Settings
from wres.storage.atomic import atomic_file, fsync_path
from wres.storage.object_store import S3Location


class LandingBucket:
    """Keeps, reads and forgets objects; it needs the rights to list, get, put and delete below its prefix.

    The bucket must keep no versions below the prefix, for what is forgotten must be gone.
    """

    def __init__(self, settings: Settings) -> None:
        self._place = S3Location(settings.landing_uri, "WRES_LANDING_URI", "landing store")

    def keep(self, source: BinaryIO, sha256: str, size: int) -> None:
        """Store bytes under their hash; when this returns the store has confirmed them.

        A whole object is never written again, so that a failure half-way cannot harm what a receipt rests on.
        """
        key = self._key(sha256)
        with self._place.translate_errors():
            if self._place.store.get_file_info(key).size == size:
                return
            with self._place.store.open_output_stream(key, compression=None) as target:
                shutil.copyfileobj(source, target)

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        """An object as a stream; FileNotFoundError when there is none."""
        with (
            self._place.translate_errors(),
            self._place.store.open_input_stream(self._key(sha256), compression=None) as source,
        ):
            yield source

    def read(self, sha256: str, limit: int) -> bytes:
        """The first `limit` bytes; FileNotFoundError when there are none."""
        with self.open(sha256) as source:
            return source.read(limit)

    def forget(self, sha256: str) -> None:
        """Remove an object; twice does no harm."""
        with self._place.translate_errors():
            try:
                self._place.store.delete_file(self._key(sha256))
            except FileNotFoundError:
                return

    def address(self, sha256: str) -> str:
        """The object's address, for people."""
        return f"s3://{self._key(sha256)}"

    def _key(self, sha256: str) -> str:
        return f"{self._place.root}/{sha256[:2]}/{sha256}"


_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Landed:
    """The hash and the size of what was stored."""

    sha256: str
    size: int


def store_file(settings: Settings, source: BinaryIO) -> Landed:
    """Store a stream; when this returns its bytes are kept for good. Storing the same bytes twice does no harm.

    Raises:
        WresError: the stream is longer than anything that is kept, and nothing of it is stored; or the bucket cannot
            be used.
    """
    return _land(settings, source, settings.max_landed_bytes)


def store_internal_file(settings: Settings, source: BinaryIO) -> Landed:
    """Store what the pipeline made or kept itself, of any size: the limit is for what comes from outside.

    Raises:
        WresError: the bucket cannot be used.
    """
    return _land(settings, source, None)


def read_landed(settings: Settings, sha256: str, limit: int) -> bytes:
    """The first `limit` bytes that were stored under a hash: enough to see that a file is too large.

    Raises:
        FileNotFoundError: nothing is stored under it.
        WresError: the bucket cannot be used.
    """
    if settings.landing_uri:
        return LandingBucket(settings).read(sha256, limit)
    with _place(settings, sha256).open("rb") as source:
        return source.read(limit)


@contextmanager
def open_landed(settings: Settings, sha256: str) -> Iterator[BinaryIO]:
    """All that was stored under a hash, as a stream.

    Raises:
        FileNotFoundError: nothing is stored under it.
        WresError: the bucket cannot be used.
    """
    if settings.landing_uri:
        with LandingBucket(settings).open(sha256) as source:
            yield source
    else:
        with _place(settings, sha256).open("rb") as source:
            yield source


def delete_file(settings: Settings, sha256s: Collection[str]) -> None:
    """Remove files that must not be kept; their receipts still name hash and size. Twice does no harm."""
    for sha256 in sha256s:
        if settings.landing_uri:
            LandingBucket(settings).forget(sha256)
        else:
            _place(settings, sha256).unlink(missing_ok=True)


def uri_of(settings: Settings, sha256: str) -> str:
    """Where the bytes of a hash lie, for people: a path or an s3:// address."""
    return LandingBucket(settings).address(sha256) if settings.landing_uri else str(_place(settings, sha256))


def _land(settings: Settings, source: BinaryIO, limit: int | None) -> Landed:
    if settings.landing_uri:
        with TemporaryFile() as copy:
            landed = _copy(source, copy, limit)
            copy.seek(0)
            LandingBucket(settings).keep(copy, landed.sha256, landed.size)
        return landed
    return _land_in_folder(settings, source, limit)


def _land_in_folder(settings: Settings, source: BinaryIO, limit: int | None) -> Landed:
    settings.landing.mkdir(mode=0o700, parents=True, exist_ok=True)
    with atomic_file(settings.landing) as temporary:
        with temporary.open("wb") as target:
            landed = _copy(source, target, limit)
            target.flush()
            os.fsync(target.fileno())
        place = _place(settings, landed.sha256)
        place.parent.mkdir(exist_ok=True)
        temporary.replace(place)
        fsync_path(place.parent)
        fsync_path(settings.landing)
    return landed


def _copy(source: BinaryIO, target: BinaryIO, limit: int | None) -> Landed:
    """Copy a stream, of at most `limit` bytes if there is a limit."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += target.write(chunk)
        if limit is not None and size > limit:
            raise WresError(f"It is larger than {limit:,} bytes, so it was left where it is. Remove it.")
    return Landed(digest.hexdigest(), size)


def _place(settings: Settings, sha256: str) -> Path:
    return settings.landing / sha256[:2] / sha256
