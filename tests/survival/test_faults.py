"""Faults of the machine: a full disk, a database that goes away or is held, a clock that jumps back."""

import errno
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from tests.survival.stages import return_of
from wres import steps
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.errors import WresError, as_unavailable_error
from wres.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _in_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB; skipped where none can be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(options, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def leave(settings: Settings, org: str, entered: str, name: str = "return.csv") -> None:
    folder = settings.inbox / "2022" / org
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(return_of(org, (1000, 100, 10), ("10", entered, "0")))


def test_a_full_disk_loses_nothing_and_once_there_is_room_all_goes_on(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_HOME", str(small_disk))
    settings = load_settings()
    open_registry(settings)
    leave(settings, "RXY", "2")
    filler = small_disk / "filler"
    fill(filler)
    with pytest.raises((OSError, WresError, OperationalError)) as failed:
        collect_all()
    error = failed.value if isinstance(failed.value, WresError) else as_unavailable_error(failed.value)
    assert "disk is full" in str(error)
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    collect_all()
    assert [receipt.status for receipt in get_receipts(open_registry(settings), 2022)] == ["accepted"]


def collect_all() -> None:
    """Collect, and fail as the command line would report it."""
    if failures := steps.collect(steps.open_context(2022))["failures"]:
        raise WresError(failures[0])


def fill(path: Path) -> None:
    """Write into a file until the disk is full."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(handle, b"x" * 1024)
    os.close(handle)


def test_a_database_that_goes_away_in_mid_transaction(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its server ends the connection at the moment of each of the first commits; each is reported, none half done."""
    monkeypatch.setenv("WRES_DATABASE_URL", postgres)
    settings = load_settings()
    engine = open_registry(settings)
    leave(settings, "RXY", "2")
    ended = []  # type: ignore[var-annotated]

    def end(connection: Connection) -> None:
        if len(ended) < 3:
            backend = connection.connection.dbapi_connection.info.backend_pid
            ended.append(backend)
            with engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
            time.sleep(0.1)

    event.listen(Engine, "commit", end)
    try:
        answers = [fails_with_sentence() for _ in range(8)]
    finally:
        event.remove(Engine, "commit", end)
    assert (answers.count(True), len(ended)) == (3, 3)
    assert [(receipt.receipt, receipt.answered_at is not None) for receipt in get_receipts(engine, 2022)] == [
        ("2022-RXY-001", True)
    ]


def fails_with_sentence() -> bool:
    """Collect, and return whether it failed with an error that the program explains in a sentence."""
    try:
        steps.collect(steps.open_context(2022))
    except WresError:
        return True
    except OperationalError as error:
        return as_unavailable_error(error) is not None
    return False


def test_a_lock_that_is_held_for_long_is_waited_for(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    leave(anywhere, "RXY", "2")
    held = threading.Event()

    def hold() -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE journal_heads SET sequence = sequence"))
            if engine.dialect.name == "postgresql":
                connection.execute(text("LOCK TABLE receipts IN EXCLUSIVE MODE"))
            held.set()
            time.sleep(2)

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    begun = time.monotonic()
    assert steps.collect(steps.open_context(2022))["received"] == 1
    assert time.monotonic() - begun > 1.5
    other.join()


@pytest.mark.slow
def test_a_clock_that_jumps_back_changes_no_order(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Receipts, builds and editions are counted, so what came last stands, even if the clock was set back."""
    leave(settings, "RXY", "2")
    steps.run(steps.open_context(2022))
    monkeypatch.setenv("WRES_AS_OF", "2022-06-03T12:00")
    leave(settings, "RXY", "5")
    steps.collect(steps.open_context(2022))
    steps.build(steps.open_context(2022))
    assert steps.publish(steps.open_context(2022), note="Sent again.")["edition"] == "1.1"
    stand = {receipt.receipt: receipt.status for receipt in get_receipts(open_registry(settings), 2022)}
    assert stand["2022-RXY-001"] == "superseded"
    assert stand["2022-RXY-002"].startswith("accepted")
    assert "relative_likelihood" in (settings.published / "2022/1.1/management/csv/national.csv").read_text()


def test_a_read_only_outbox_is_reported_and_the_answer_stays_owed(settings: Settings) -> None:
    """A file where the folder should be: also for a user whom no mode stops."""
    leave(settings, "RXY", "2")
    settings.outbox.mkdir(parents=True)
    (settings.outbox / "2022").write_text("in the way")
    [failure] = steps.collect(steps.open_context(2022))["failures"]
    assert "cannot be written" in failure
    os.unlink(settings.outbox / "2022")  # noqa: PTH108
    assert steps.send_pending_reports(steps.open_context(2022)) == 1


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "/x"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError("[Errno 28] Error writing bytes to file. Detail: [errno 28] No space left on device"),
        OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
        sqlite3.OperationalError("database or disk is full"),
        RuntimeError("IO Error: Could not write file: No space left on device"),
    ],
)
def test_a_full_disk_is_reported_as_one_from_any_library(error: Exception) -> None:
    assert str(as_unavailable_error(error)).startswith("The disk is full")
    wrapped = ValueError("something failed")
    wrapped.__cause__ = error
    assert str(as_unavailable_error(wrapped)).startswith("The disk is full")


def test_a_backup_on_a_full_disk_says_so_and_goes_on_once_there_is_room(
    small_disk: Path, settings: Settings, wres: Callable[..., tuple[int, str, str]]
) -> None:
    leave(settings, "RXY", "2")
    steps.collect(steps.open_context(2022))
    filler = small_disk / "filler"
    fill(filler)
    status, _, errors = wres("backup", str(small_disk / "backup"))
    assert (status, "the disk is full" in errors) == (2, True), errors
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    assert wres("backup", str(small_disk / "backup"))[0] == 0


@pytest.mark.slow
def test_an_odd_time_zone_of_the_machine_changes_nothing(settings: Settings) -> None:
    leave(settings, "RXY", "2")
    steps.collect(steps.open_context(2022))
    command = [str(Path(sys.executable).with_name("wres")), "build", "2022"]
    for zone in ("UTC+25", "XYZ-99:99", ":/etc/passwd"):
        done = subprocess.run(command, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
