"""The landing store: every file ever received, its bytes kept once under their SHA-256."""

import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pipeline.errors import WresError
from pipeline.settings import Settings

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Landed:
    """The hash and the size of what was stored."""

    sha256: str
    size: int


def land(settings: Settings, source: BinaryIO) -> Landed:
    """Store a stream; when this returns its bytes are on disk for good. Storing the same bytes twice does no harm.

    Raises:
        WresError: the stream is longer than anything that is kept; nothing of it is stored.
    """
    settings.landing.mkdir(parents=True, exist_ok=True)
    temporary = settings.landing / f".{uuid4().hex}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with temporary.open("wb") as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += target.write(chunk)
                if size > settings.max_landed_bytes:
                    raise WresError(
                        f"It is larger than {settings.max_landed_bytes:,} bytes, so it was left where it is. Remove it."
                    )
            target.flush()
            os.fsync(target.fileno())
        landed = Landed(digest.hexdigest(), size)
        place = _place(settings, landed.sha256)
        place.parent.mkdir(exist_ok=True)
        temporary.replace(place)
        _sync_folder(place.parent)
        _sync_folder(settings.landing)
    finally:
        temporary.unlink(missing_ok=True)
    return landed


def read_landed(settings: Settings, sha256: str, limit: int) -> bytes:
    """The first `limit` bytes that were stored under a hash: enough to see that a file is too large."""
    with _place(settings, sha256).open("rb") as source:
        return source.read(limit)


def forget_landed(settings: Settings, sha256s: Collection[str]) -> None:
    """Remove files that must not be kept; their receipts still name hash and size. Twice does no harm."""
    for sha256 in sha256s:
        _place(settings, sha256).unlink(missing_ok=True)


def _place(settings: Settings, sha256: str) -> Path:
    return settings.landing / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
