"""Commands whose standard streams are closed, broken, full, or not able to write every letter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WRES = str(Path(sys.executable).with_name("wres"))
LIST = f"{WRES} organisations list"


def shell(command: str, **environment: str) -> tuple[int, str]:
    """Run a command of bash; gives its exit status and all that was printed."""
    done = subprocess.run(
        ["bash", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
        check=False,
    )
    return done.returncode, done.stdout.decode()


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (f"{LIST} >&-", 0),
        (f"{LIST} >&- 2>&-", 0),
        (f"{LIST} >&- 2>&- <&-", 0),
        (f"{LIST} --format json >&-", 0),
        (f"{WRES} trace 2022 RXY 2>&-", 2),
        (f"{WRES} --help >&-", 0),
    ],
)
def test_a_closed_stream_is_no_fault(command: str, status: int) -> None:
    code, shown = shell(command)
    assert (code, "Traceback" in shown) == (status, False)
    assert " 2>&-" not in command or "No figure" not in shown  # errors go to no other stream


@pytest.mark.parametrize("form", ["table", "json", "csv"])
@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_a_reader_that_stops_ends_the_command_without_a_word(form: str, reader: str) -> None:
    code, shown = shell(f"set -o pipefail; {LIST} --format {form} | {reader}")
    assert code in (0, 141)  # 0 where all of it was written before the reader went
    assert len(shown.splitlines()) <= 1


def test_a_full_disk_is_said_in_a_sentence() -> None:
    code, shown = shell(f"{LIST} > /dev/full")
    assert (code, len(shown.splitlines()), "No space left" in shown) == (2, 1, True)


def test_letters_that_a_terminal_lacks_are_written_as_escapes(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xc3\xa9 \x1b[31m\xff.csv")
    (tmp_path / name).write_text("no return\n")
    code, shown = shell(f"cd {tmp_path}; {WRES} check *.csv --year 2022", PYTHONIOENCODING="ascii")
    assert (code, "Traceback" in shown) == (1, False)
    assert r"caf\xe9 " in shown
    assert "rejected; 1 finding." in shown
    assert "\x1b" not in shown
