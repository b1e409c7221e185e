"""The reader answers any bytes: no exception, not slow, and only codes that are its own to give."""

import io
import random
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wres.reader.return_reader import read_return
from wres.settings import Settings

CODES = {"S101", "S102", "S104", "S112", "S113", "S114"}
LIMITS = Settings()
SNIPPETS = [
    b"<", b">", b'"', b"&", b"\x00", b"\xff\xfe", b"PK\x03\x04", b"\r", b"\n", b",", b";", b"]]>", b"<!--", b"-1",
    b"99999999999", b'r="XFD1048576"', b't="e"', b't="s"', b"<v>999999</v>", b"<c/>", b"<row/>", b"&#0;", b"&#x110000;",
    b"2958466", b"1e999", b"=1+1", b"\xc2\xa0", b"\xed\xa0\x80", b"number-columns-repeated=\"16384\"",
]  # fmt: skip


def mutated(content: bytes, draw: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(draw.randrange(1, 6)):
        position = draw.randrange(len(data) + 1)
        match draw.randrange(6):
            case 0:
                data[position : position + 1] = bytes([draw.randrange(256)])
            case 1:
                del data[position : position + draw.randrange(1, 200)]
            case 2:
                data[position:position] = draw.choice(SNIPPETS)
            case 3:
                data[position:position] = data[draw.randrange(len(data) + 1) :][: draw.randrange(1, 400)]
            case 4:
                end = position + draw.randrange(1, 12)
                data[position:end] = draw.choice(SNIPPETS)
            case 5:
                digits = [place for place in range(position, min(position + 300, len(data))) if 48 <= data[place] <= 57]
                for place in digits[: draw.randrange(1, 5)]:
                    data[place] = draw.randrange(48, 58)
        if not data:
            break
    return bytes(data)


def mutated_inside(content: bytes, draw: random.Random) -> bytes:
    """A sound package with a mutated part in it, which gets past the checksums."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as new:
        target = draw.choice(old.namelist())
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, mutated(data, draw) if name == target and data else data)
    return packed.getvalue()


def check(content: bytes, name: str) -> None:
    started = time.process_time()
    result = read_return(content, name, LIMITS)
    assert time.process_time() - started < 2
    assert {fault.code for fault in result.faults} <= CODES
    assert all(len(cell.raw) <= 200 and len(cell.item) <= 200 for cell in result.cells)
    assert all(cell.number is None or cell.number.is_finite() for cell in result.cells)
    assert all(text.value and "\x00" not in text.value for text in result.texts)


def many(count: int, seed: int, *contents: bytes) -> None:
    draw = random.Random(seed)
    for number in range(count):
        content = contents[number % len(contents)]
        change = mutated_inside if content[:2] == b"PK" and draw.random() < 0.8 else mutated
        check(change(content, draw), draw.choice(["a.xlsx", "a.csv", "a.ods", "a"]))


@pytest.fixture(scope="module")
def opendocument(filled: bytes, libreoffice: Callable[..., list[bytes]]) -> Any:
    return libreoffice("ods", filled)[0]


def test_mutated_workbooks_and_csv_files(filled: bytes, csv_filled: bytes) -> None:
    many(400, 20220331, filled, csv_filled)


def test_mutated_opendocument_spreadsheets(opendocument: Any) -> None:
    many(100, 20220331, opendocument)


@pytest.mark.slow
def test_thousands_of_mutated_files(filled: bytes, csv_filled: bytes, opendocument: Any) -> None:
    many(3_000, 20230331, filled, csv_filled, opendocument)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400), st.sampled_from(["", "a.xlsx", "a.csv", "..", "\x00", "a" * 300]))
def test_any_bytes_at_all(content: Any, name: Any) -> None:
    check(content, name)


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(st.text(max_size=12) | st.sampled_from(["white", "2022", "a.b", "1,234", '"']), max_size=7), max_size=8
    )
)
def test_any_rows_under_the_header(rows: Any) -> None:
    lines = ["collection_year,organisation_code,item,ethnic_group,value", *(",".join(row) for row in rows)]
    check("\n".join(lines).encode("utf-8", "surrogatepass"), "a.csv")
