"""The landing store: every file ever received, its bytes kept once under their SHA-256, in a folder or a bucket."""

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from pipeline.errors import WresError
from pipeline.intake.landing_bucket import LandingBucket
from pipeline.settings import Settings
from pipeline.unfinished import flush, unfinished_file

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Landed:
    """The hash and the size of what was stored."""

    sha256: str
    size: int


def land(settings: Settings, source: BinaryIO) -> Landed:
    """Store a stream; when this returns its bytes are kept for good. Storing the same bytes twice does no harm.

    Raises:
        WresError: the stream is longer than anything that is kept, and nothing of it is stored; or the bucket cannot
            be used.
    """
    return _land(settings, source, settings.max_landed_bytes)


def land_own(settings: Settings, source: BinaryIO) -> Landed:
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


def forget_landed(settings: Settings, sha256s: Collection[str]) -> None:
    """Remove files that must not be kept; their receipts still name hash and size. Twice does no harm."""
    for sha256 in sha256s:
        if settings.landing_uri:
            LandingBucket(settings).forget(sha256)
        else:
            _place(settings, sha256).unlink(missing_ok=True)


def landed_at(settings: Settings, sha256: str) -> str:
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
    with unfinished_file(settings.landing) as temporary:
        with temporary.open("wb") as target:
            landed = _copy(source, target, limit)
            target.flush()
            os.fsync(target.fileno())
        place = _place(settings, landed.sha256)
        place.parent.mkdir(exist_ok=True)
        temporary.replace(place)
        flush(place.parent)
        flush(settings.landing)
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
