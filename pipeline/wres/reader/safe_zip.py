"""Open a zip package (.xlsx, .ods) without trusting a word of what it says about itself."""

import io
import struct
import zipfile
import zlib

from wres.returns.parsed_return import UnreadableError
from wres.settings import Settings

_MOST_PARTS = 500
_CORRUPT = "The file is damaged and cannot be opened"


def read_zip(content: bytes, settings: Settings) -> dict[str, bytes]:
    """Return every part under its name; nothing touches a disk, so names can do no harm.

    Raises:
        UnreadableError: S101 when it is corrupt or encrypted, S112 when it expands to more than the limit.
    """
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, struct.error, NotImplementedError, ValueError, OSError, OverflowError, EOFError):
        raise UnreadableError("S101", _CORRUPT) from None
    if len(entries) > _MOST_PARTS:
        raise UnreadableError("S112", f"The file has {len(entries):,} parts; a return has about 15.")
    _check_order(content, entries)
    parts: dict[str, bytes] = {}
    names: set[str] = set()
    remaining = settings.max_expanded_bytes
    for entry in entries:
        if entry.filename.endswith("/"):  # a folder; is_dir() fails on an empty name
            continue
        name = entry.filename.replace("\\", "/").lstrip("/")
        if entry.flag_bits & 0x1:
            raise UnreadableError("S101", "The file is protected by a password")
        if name.lower() in names:  # which of the two counts is anybody's guess
            raise UnreadableError("S101", _CORRUPT)
        names.add(name.lower())
        parts[name] = _expand(content, entry, remaining)
        remaining -= len(parts[name])
    return parts


def _check_order(content: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a part that lies in another one: no program writes that, and nobody could say what it holds."""
    end = 0
    for entry in sorted(entries, key=lambda it: it.header_offset):
        header = content[entry.header_offset : entry.header_offset + 30]
        names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
        if entry.header_offset < end:
            raise UnreadableError("S101", _CORRUPT)
        end = entry.header_offset + 30 + names + entry.compress_size


def _expand(content: bytes, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Expand one part by its own content, not by the size that its header states."""
    if entry.file_size > left:
        raise _too_much()
    header = content[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise UnreadableError("S101", _CORRUPT)
    start = entry.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        data = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        data = _inflate(packed, left)
    else:
        raise UnreadableError("S101", "The file is packed in a way that is not read")
    if len(data) > left:
        raise _too_much()
    if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
        raise UnreadableError("S101", _CORRUPT)
    return data


def _inflate(packed: bytes, left: int) -> bytes:
    """Expand compressed bytes, up to the limit."""
    expander = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = expander.decompress(packed, left + 1)
    except zlib.error:
        raise UnreadableError("S101", _CORRUPT) from None
    if len(data) > left:
        raise _too_much()
    if not expander.eof or expander.unused_data:
        raise UnreadableError("S101", _CORRUPT)
    return data


def _too_much() -> UnreadableError:
    return UnreadableError("S112", "The file expands to far more than a return holds.")


def write_zip(parts: dict[str, bytes]) -> io.BytesIO:
    """Return the parts as a plain package, so that the next reader sees what was looked at here and nothing else."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name), data)
    packed.seek(0)
    return packed
