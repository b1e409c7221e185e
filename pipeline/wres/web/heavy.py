"""Which uploads may take long to read, so that they are checked apart from the others."""

import zipfile
from typing import BinaryIO

_LARGE = 250_000  # bytes; a return has about 20,000
_LARGE_EXPANDED = 2_000_000


def is_heavy(file: BinaryIO, size: int) -> bool:
    """Say whether a file may take long to read: large, or a package that expands to much more than a return.

    A package that cannot be looked into is heavy too.
    """
    if size > _LARGE:
        return True
    file.seek(0)
    if file.read(2) != b"PK":
        return False
    try:
        with zipfile.ZipFile(file) as package:
            return sum(part.file_size for part in package.infolist()) > _LARGE_EXPANDED
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return True
