"""Tell by one digest whether any of several files has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest_of_files(files: Iterable[Path]) -> str:
    """Return a digest of the names and the bytes of files, in order of their paths."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
