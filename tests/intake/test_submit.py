"""Putting a return into an inbox: whole or not at all, of a bounded size, and never in place of another."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wres.errors import WresError
from wres.intake.folder_channel import FolderChannel
from wres.intake.submit import put_in_inbox
from wres.settings import Settings


def in_inbox(settings: Settings) -> list[str]:
    return sorted(path.name for path in (settings.inbox / "2022" / "RXY").glob("*"))


def test_what_may_never_end_is_not_read(settings: Settings, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for file in (Path("/dev/zero"), Path("/dev/null"), tmp_path / "pipe", tmp_path):
        with pytest.raises(WresError, match="is not a file"):
            put_in_inbox(settings, 2022, "RXY", file)
    assert not settings.inbox.exists()


def test_what_is_too_large_is_not_sent(settings: Settings, tmp_path: Path) -> None:
    small = settings.model_copy(update={"max_landed_bytes": 10})
    (tmp_path / "return.csv").write_bytes(b"x" * 10)
    put_in_inbox(small, 2022, "RXY", tmp_path / "return.csv")
    (tmp_path / "huge.csv").write_bytes(b"x" * 11)
    with pytest.raises(WresError, match="larger than 10 bytes"):
        put_in_inbox(small, 2022, "RXY", tmp_path / "huge.csv")
    assert in_inbox(settings) == ["return.csv"]


@pytest.mark.parametrize("name", [".return.csv", "return.csv.part", "Thumbs.db", "~$return.xlsx", "A1B2C3D4", "a.csv~"])
def test_what_is_sent_is_taken_under_any_name(settings: Settings, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"bytes")
    put_in_inbox(settings, 2022, "RXY", tmp_path / name)
    assert len(FolderChannel(settings).waiting(2022)) == 1


def test_many_at_once_overwrite_none(settings: Settings, tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(20)]
    for folder in folders:
        folder.mkdir()
        (folder / "return.csv").write_bytes(folder.name.encode())
    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda folder: put_in_inbox(settings, 2022, "RXY", folder / "return.csv"), folders))
    sent = {path.read_bytes() for path in (settings.inbox / "2022" / "RXY").iterdir()}
    assert sent == {folder.name.encode() for folder in folders}
    assert in_inbox(settings)[:2] == ["return-1.csv", "return-10.csv"]


SLOW = """
import sys, time
from pathlib import Path
from wres.intake import submit
from wres.settings import load_settings
submit._copy = lambda source, target, file, limit: (target.write(b"Surname,"), target.flush(), time.sleep(600))
submit.put_in_inbox(load_settings(), 2022, "RXY", Path(sys.argv[1]))
"""


@pytest.mark.parametrize("then", ["round", "submit"])
def test_what_a_killed_submission_left_is_removed(settings: Settings, tmp_path: Path, then: str) -> None:
    file, folder = tmp_path / "return.csv", settings.inbox / "2022" / "RXY"
    file.write_bytes(b"bytes")
    with subprocess.Popen([sys.executable, "-c", SLOW, str(file)]) as process:
        while not any(path.stat().st_size for path in folder.glob(".*.part")):
            time.sleep(0.01)
        theirs = folder / ".theirs.part"  # a sender's own program writes this one
        theirs.touch()
        FolderChannel(settings).waiting(2022)
        assert len(list(folder.iterdir())) == 2  # it is still being written
        process.send_signal(signal.SIGKILL)
    if then == "round":
        assert FolderChannel(settings).waiting(2022) == []
    else:
        put_in_inbox(settings, 2022, "RXY", file)
    assert sorted(path.name for path in folder.glob(".*")) == [".theirs.part"]
