"""The landing store in an S3 bucket: an object a hash, below the prefix that WRES_LANDING_URI names."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from pipeline.intake.s3 import S3Place
from pipeline.settings import Settings


class LandingBucket:
    """Keeps, reads and forgets objects; it needs the rights to list, get, put and delete below its prefix.

    The bucket must keep no versions below the prefix, for what is forgotten must be gone.
    """

    def __init__(self, settings: Settings) -> None:
        self._place = S3Place(settings.landing_uri, "WRES_LANDING_URI", "landing store")

    def keep(self, source: BinaryIO, sha256: str, size: int) -> None:
        """Store bytes under their hash; when this returns the store has confirmed them.

        A whole object is never written again, so that a failure half-way cannot harm what a receipt rests on.
        """
        key = self._key(sha256)
        with self._place.in_words():
            if self._place.store.get_file_info(key).size == size:
                return
            with self._place.store.open_output_stream(key, compression=None) as target:
                shutil.copyfileobj(source, target)

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        """An object as a stream; FileNotFoundError when there is none."""
        with (
            self._place.in_words(),
            self._place.store.open_input_stream(self._key(sha256), compression=None) as source,
        ):
            yield source

    def read(self, sha256: str, limit: int) -> bytes:
        """The first `limit` bytes; FileNotFoundError when there are none."""
        with self.open(sha256) as source:
            return source.read(limit)

    def forget(self, sha256: str) -> None:
        """Remove an object; twice does no harm."""
        with self._place.in_words():
            try:
                self._place.store.delete_file(self._key(sha256))
            except FileNotFoundError:
                return

    def address(self, sha256: str) -> str:
        """The object's address, for people."""
        return f"s3://{self._key(sha256)}"

    def _key(self, sha256: str) -> str:
        return f"{self._place.root}/{sha256[:2]}/{sha256}"
