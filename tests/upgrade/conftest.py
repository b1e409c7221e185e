"""A home that the first release of this program made, kept as it was, at a place of its own for each test."""

import re
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.settings import Settings, load_settings

FIXTURE = Path(__file__).parent.parent / "fixtures" / "first_release.tar.xz"
MADE_AT = "/wres-home"  # Iceberg's files hold absolute paths: this stands in them for the home


@pytest.fixture
def first_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    home = tmp_path / "home"
    home.mkdir()
    with tarfile.open(FIXTURE) as archive:
        archive.extractall(home, filter="data")
    move(home, MADE_AT, str(home))
    with closing(sqlite3.connect(home / "registry.db")) as database:
        database.executescript((home / "registry.sql").read_text().replace(MADE_AT, str(home)))
    (home / "registry.sql").unlink()
    monkeypatch.setenv("WRES_HOME", str(home))
    yield load_settings()
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


def move(home: Path, old: str, new: str) -> None:
    """Put another home into the absolute paths of the warehouse's metadata."""
    for path in (home / "warehouse").rglob("*.metadata.json"):
        path.write_text(path.read_text().replace(old, new))
    for path in (home / "warehouse").rglob("*.avro"):
        path.write_bytes(_moved(path.read_bytes(), f"file://{old}".encode(), f"file://{new}".encode()))


def _moved(avro: bytes, old: bytes, new: bytes) -> bytes:
    """An Avro file with deflated blocks: what stands before the first sync marker, then count, size, data, marker."""
    sync, made = avro[-16:], b""
    head_end = avro.index(sync) + 16
    made, at = avro[:head_end], head_end
    while at < len(avro):
        count, at = _number(avro, at)
        size, at = _number(avro, at)
        data = zlib.decompress(avro[at : at + size], -15)
        # A text is its length and its bytes; of paths of 64 to 8,191 bytes the length takes two.
        data = re.sub(
            rb"([\x80-\xff][\x01-\x7f])" + re.escape(old),
            lambda found: _varint(_number(found[1], 0)[0] + len(new) - len(old)) + new,
            data,
        )
        packer = zlib.compressobj(wbits=-15)
        packed = packer.compress(data) + packer.flush()
        made += _varint(count) + _varint(len(packed)) + packed + sync
        at += size + 16
    return made


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A zigzag number of at least nought, and where it ends."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return value >> 1, at


def _varint(number: int) -> bytes:
    value, made = number << 1, b""
    while value > 0x7F:
        value, made = value >> 7, made + bytes([value & 0x7F | 0x80])
    return made + bytes([value])
