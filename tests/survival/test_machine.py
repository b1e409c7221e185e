"""What the machine refuses is reported in one sentence, in the log too; a fault of the program is not taken for it."""

import errno
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from wres import steps
from wres.errors import UnavailableError, as_unavailable_error
from wres.event_log import configure_logging, log_event
from wres.settings import Settings

_SECRET = "password=not-for-the-log"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/a/file"), ("/a/file", "make room")),
        (OSError(errno.EROFS, "Read-only file system"), ("A file", "make it writable")),
        (OSError(errno.ENAMETOOLONG, "File name too long", "/a/long"), ("/a/long", "Give a shorter name")),
        (OSError(errno.ENOTDIR, "Not a directory", "/a/x.partial", None, "/a/file"), ("/a/file", "a part of it is a")),
        (FileExistsError(errno.EEXIST, "File exists", "/a/file"), ("/a/file", "a name that is not in use")),
        (OperationalError("COMMIT", None, Exception(_SECRET)), ("database failed", "run it again")),
    ],
)
def test_what_the_machine_refuses_is_one_sentence_without_secrets(error: Exception, words: tuple[str, str]) -> None:
    translated = as_unavailable_error(error)
    assert isinstance(translated, UnavailableError)
    assert all(word in str(translated) for word in words)
    assert _SECRET not in str(translated)


@pytest.mark.parametrize("error", [ValueError("x"), FileNotFoundError(2, "no"), IntegrityError("x", None, Exception())])
def test_a_fault_of_the_program_stays_one(error: Exception) -> None:
    assert as_unavailable_error(error) is None


def test_a_full_disk_is_one_line_exit_2_and_an_event(
    wres: Callable[..., tuple[int, str, str]], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/a/file")

    monkeypatch.setattr(steps, "build", full)
    configure_logging(settings.home)
    status, _, errors = wres("build", "2022")
    assert (status, errors.count("\n"), "No space left on device" in errors) == (2, 1, True)
    last = json.loads((settings.home / "logs" / "wres.jsonl").read_text().splitlines()[-1])
    assert (last["level"], last["event"], last["error"]) == ("error", "failed", "OSError")


def test_a_log_that_cannot_be_written_stops_no_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("not a folder")
    configure_logging(tmp_path)
    try:
        log_event("received", 2022)
    finally:
        for handler in list(logging.getLogger("wres").handlers):
            logging.getLogger("wres").removeHandler(handler)
    errors = capsys.readouterr().err
    assert (errors.count("\n"), "received collection_year=2022" in errors) == (1, True)
    assert os.listdir(tmp_path) == ["logs"]  # noqa: PTH208
