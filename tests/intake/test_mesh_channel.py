"""Who may send by MESH for whom, and for whom a message was sent."""

from pathlib import Path

import pytest

from wres.errors import WresError
from wres.intake.mesh_channel import read_senders, sender_of

SENDERS = {"ONE": ("RXY",), "TWO": ("RRR", "RXY")}


@pytest.mark.parametrize(
    ("mailbox", "words", "sender", "year"),
    [
        ("ONE", [], "RXY", None),
        ("ONE", ["WRES 2022 RXY"], "RXY", 2022),
        ("ONE", ["", "wres-2021-rxy.xlsx"], "RXY", 2021),
        ("ONE", ["WRES 2022 RRR"], "RXY", None),
        ("ONE", ["WRES_2021_22 data for RXY"], "RXY", None),
        ("TWO", ["wres-2022-RRR.xlsx"], "RRR", 2022),
        ("TWO", ["our return", "RRR.csv"], "RRR", None),
        ("TWO", ["return.csv"], "MESH-TWO", None),
        ("TWO", ["WRES 2022 RXY", "wres-2022-RRR.xlsx"], "MESH-TWO", None),
        ("TWO", ["XRRR RRRX"], "MESH-TWO", None),
        ("THREE", ["WRES 2022 RXY"], "MESH-THREE", None),
    ],
)
def test_the_sender_is_one_for_which_the_mailbox_is_entered(
    mailbox: str, words: list[str], sender: str, year: int | None
) -> None:
    assert sender_of(mailbox, SENDERS, words) == (sender, year)


def test_the_senders_file(tmp_path: Path) -> None:
    path = tmp_path / "senders.csv"
    path.write_text("\ufeffmailbox,organisation_code\nx26abc2, rxy\nX26ABC2,RRR\nX26ABC2,RXY\n\n", encoding="utf-8")
    assert read_senders(path) == {"X26ABC2": ("RRR", "RXY")}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "must begin with the line mailbox,organisation_code"),
        (b"mailbox,code\n", "must begin with"),
        (b"mailbox,organisation_code\nX26ABC2\n", "Line 2 "),
        (b"mailbox,organisation_code\nX26ABC2,RXY\n,RXY\n", "Line 3 "),
        (b"mailbox,organisation_code\nX26ABC2,Leeds\xc3\xa9\n", "Line 2 "),
        (b"\xff\xfe\x00", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_a_mistake_in_the_senders_file_is_an_error(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "senders.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WresError, match=says):
        read_senders(path)
