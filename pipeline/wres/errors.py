"""Define the errors that users see; turn those of the operating system and the database into one."""

import errno
import os
import shutil
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from wres.safe_text import printable


class WresError(Exception):
    """Something the user can put right. The command line prints its text on one line and exits with 2.

    The text may name files and quote what is in them, so it is made printable, wherever it is shown or logged.
    """

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let an error be sent from another process as it is, also where its class is made from other arguments."""
        return _restore_error, (type(self), self.args, self.__dict__)


def _restore_error(kind: type[WresError], texts: tuple[str, ...], facts: dict[str, Any]) -> WresError:
    """Return an error of a class with its text and what else it holds."""
    error = kind.__new__(kind, *texts)
    error.__dict__.update(facts)
    return error


class UnavailableError(WresError):
    """A server does not answer now. It may put itself right, so a scheduler tries again."""


_REFUSED = {
    errno.ENOSPC: "make room on it",
    errno.EDQUOT: "make room on it",
    errno.EROFS: "make it writable",
    errno.EACCES: "let the pipeline's user write there",
    errno.EPERM: "let the pipeline's user write there",
    errno.EIO: "look after the disk",
    errno.EMFILE: "let the pipeline's user open more files",
    errno.ENFILE: "let the machine open more files",
    errno.ESTALE: "mount it again",
}
# A path that a person gave, or a folder of the home, is another thing than it should be.
_UNUSABLE_PATH = {
    errno.ENAMETOOLONG: "Give a shorter name",
    errno.ENOTDIR: "Give one of folders alone: a part of it is a file",
    errno.EISDIR: "Give the name of a file",
    errno.EEXIST: "Give a name that is not in use",
    errno.ELOOP: "Give one whose links do not lead round in a circle",
}
_FULL = ("no space left on device", "database or disk is full", "disk quota exceeded")
_LEAST_ROOM = 100_000  # bytes: SQLite's log and its index take 32 KiB at once
_POSTGRES_FULL = "53100"
_DATABASE = ("OperationalError", "InterfaceError", "InternalError")


def use_a_time_zone_that_exists() -> None:
    """Take UTC where the variable TZ names a zone a day or more from it: such a time cannot be written.

    Nothing here reckons in the machine's zone, but libraries ask for the local time.
    """
    try:
        datetime.now().astimezone()
    except (ValueError, OverflowError):
        os.environ["TZ"] = "UTC"
        time.tzset()


def is_full_disk(error: BaseException) -> bool:
    """Return whether an error, or its cause, means that a disk or a quota is full."""
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        driver = getattr(cause, "orig", None)
        text = f"{cause} {driver or ''}".lower()
        if getattr(driver, "sqlstate", None) == _POSTGRES_FULL or any(words in text for words in _FULL):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def has_no_room(folder: Path) -> bool:
    """Return whether the disk of a folder is full: SQLite then says only that it cannot read or open its files."""
    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        return False


_VALUE_PROBLEMS = {
    "int_parsing": "it must be a whole number",
    "int_type": "it must be a whole number",
    "float_parsing": "it must be a number",
    "bool_parsing": "it must be true or false",
    "datetime_parsing": "it must be a time such as 2022-06-10T12:00",
    "datetime_from_date_parsing": "it must be a time such as 2022-06-10T12:00",
    "greater_than_equal": "it must be {ge} or more",
    "greater_than": "it must be above {gt}",
    "less_than_equal": "it must be {le} or less",
    "literal_error": "it must be {expected}",
}


def describe_value_problem(problem: Mapping[str, Any]) -> str:
    """Say in a clause what is wrong with a value; `problem` is an entry of `errors()` of pydantic's ValidationError."""
    facts = problem.get("ctx", {})
    if problem["type"] == "value_error":
        return str(facts["error"]).rstrip(".")
    clause = _VALUE_PROBLEMS.get(problem["type"])
    return clause.format_map(facts) if clause else str(problem["msg"])


def why_refused(error: OSError) -> str:
    """Say in a clause why the machine refused to write: that the disk is full in plain words."""
    return f"the disk is full{_in_its_words(error)}" if is_full_disk(error) else str(error.strerror or error)


def _in_its_words(error: BaseException) -> str:
    """Return the operating system's own message, which a search engine knows, in brackets."""
    return f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""


def _place_of(error: BaseException) -> str:
    """Return a clause that names the file which cannot be written, where the error has one."""
    return f", so {error.filename} cannot be written" if isinstance(error, OSError) and error.filename else ""


_DAMAGED = (11, 26)  # SQLITE_CORRUPT and SQLITE_NOTADB


def as_unavailable_error(error: BaseException) -> UnavailableError | None:
    """Return the user's error for one of the machine; None for any other, which is a fault of the program.

    All that was done before it is kept and nothing is half done, so the same step again completes it.
    """
    if is_full_disk(error):
        return UnavailableError(
            f"The disk is full{_place_of(error)}{_in_its_words(error)}. What was done before is kept; make room on it, "
            "then run it again."
        )
    if isinstance(error, OSError) and error.errno in _REFUSED:
        place = f"{error.filename} cannot be written" if error.filename else "A file cannot be written"
        return UnavailableError(
            f"{place}: {error.strerror}. What was done before is kept; {_REFUSED[error.errno]}, then run it again."
        )
    if isinstance(error, OSError) and error.errno in _UNUSABLE_PATH and error.filename:
        path = error.filename2 or error.filename  # where it was to be renamed to
        return UnavailableError(f"{path} cannot be used: {error.strerror}. {_UNUSABLE_PATH[error.errno]}.")
    if getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
        return UnavailableError(
            "The registry, the file registry.db in WRES_HOME, is damaged or is no database. Put the last backup into a "
            "new home (wres restore FOLDER). Without one, move the damaged file away and make registry, warehouse and "
            "releases again from the landing zone, in a home that has only that (wres rebuild)."
        )
    if type(error).__module__ == "sqlalchemy.exc" and type(error).__name__ in _DATABASE:
        return UnavailableError(  # the driver's text may hold an address or a password
            f"The registry's database failed in the middle ({type(error).__name__}). What was done before is kept; see "
            "that the database runs and has room, then run it again."
        )
    return None
