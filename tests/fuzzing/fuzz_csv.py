"""Fuzz the CSV reader with any bytes."""

from tests.fuzzing import invariants, seeds

# What the bytes of an interesting file are made of; libFuzzer puts them in.
WORDS = [
    b"collection_year,organisation_code,item,ethnic_group,value\n", b"item,white,bme,unknown\n", b"workforce.total",
    b"disciplinary.entered", b"signoff.name", b"explanation.Q301", b"calculated.ratio", b"white", b"bme", b"unknown",
    b"sep=;\n", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b'""', b'"', b";", b"|", b"\t", b"\r",
    b"1,234", b"1e999", b"-0", b"=1+1", b"\xef\xbc\x9d", b"\xc2\xa0", b"\xe2\x80\x8b", b"AB123456C", b"a@b.cd",
    b"date of birth", b"surname", b"\x00", b"PK\x03\x04", b"<?xml", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
]  # fmt: skip


def make_seeds() -> dict[str, bytes]:
    """Make a whole return, a part of one, and the other layout."""
    whole = seeds.make_csv_return()
    lines = whole.splitlines(keepends=True)
    wide = b"Organisation code,RXY\nItem,White,BME,Unknown\ndisciplinary.entered,1,2,3\n"
    return {
        "whole": whole,
        "part": b"".join(lines[:8] + lines[-4:]),
        "wide": wide,
        "utf16": wide.decode().encode("utf-16"),
    }


def check_input(data: bytes) -> None:
    """Read the bytes as a CSV return."""
    invariants.read_checked(data, "return.csv")
