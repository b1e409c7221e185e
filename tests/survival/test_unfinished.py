"""What is half written is seen by nobody, and what a killed run left of it is removed by whoever writes there next."""

import errno
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wres.storage.atomic import atomic_directory, atomic_file, write_output

_KILLED = """
import os, signal, sys
from pathlib import Path
from wres.storage.atomic import atomic_file, atomic_directory
with atomic_file(Path(sys.argv[1])) as file, atomic_directory(Path(sys.argv[1])) as folder:
    file.write_text("Surname,")
    (folder / "report.html").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_not_moved_is_gone_at_the_end(tmp_path: Path) -> None:
    def fail() -> None:
        with atomic_file(tmp_path) as file, atomic_directory(tmp_path) as folder:
            (folder / "report.html").write_text("half")
            assert file.stat().st_mode & 0o777 == 0o600
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", _KILLED, tmp_path], check=False)
    assert (died.returncode, len(list(tmp_path.iterdir()))) == (-signal.SIGKILL, 2)
    with atomic_file(tmp_path) as file:
        file.replace(tmp_path / "whole")
    with atomic_directory(tmp_path) as folder:
        folder.rename(tmp_path / "wholes")
    assert {path.name for path in tmp_path.iterdir()} == {"whole", "wholes"}


def test_nobody_removes_what_another_is_writing(tmp_path: Path) -> None:
    def write(number: int) -> None:
        with atomic_file(tmp_path) as file:
            file.write_text(str(number))
            os.sched_yield()
            file.replace(tmp_path / f"file-{number}")
        with atomic_directory(tmp_path) as folder:
            (folder / "number").write_text(str(number))
            folder.rename(tmp_path / f"folder-{number}")

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(write, range(200)))
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{kind}-{n}" for kind in ("file", "folder") for n in range(200)
    }
    assert [(tmp_path / f"file-{n}").read_text() for n in range(200)] == [str(n) for n in range(200)]


def test_a_file_that_a_person_asked_for_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, link = tmp_path / "return.xlsx", tmp_path / "link.xlsx"
    write_output(target, b"first")
    target.chmod(0o640)
    link.symlink_to(target)
    write_output(link, b"second")
    assert (target.read_bytes(), target.stat().st_mode & 0o777, link.is_symlink()) == (b"second", 0o640, True)
    write_output(Path(os.devnull), b"second")

    def fail(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    for path in (target, tmp_path / "new.xlsx"):
        with pytest.raises(OSError, match="No space left"):
            write_output(path, b"third")
    assert {path.name for path in tmp_path.iterdir()} == {"return.xlsx", "link.xlsx"}
    assert target.read_bytes() == b"second"
