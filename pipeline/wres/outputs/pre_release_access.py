"""Who may see an official edition before its release time: roles, never names, from pre-release-access/YEAR.csv.

The list is kept by publication staff and published with the edition, as the Code of Practice for Statistics asks. The
Pre-release Access to Official Statistics Order 2008 (SI 2008/2998) allows at most 24 hours.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from wres.clock import LONDON
from wres.errors import WresError
from wres.reference.reference_csv import read_rows
from wres.reference.year_config import CollectionYear
from wres.safe_text import unfit_characters, words_of
from wres.settings import Settings

COLUMNS = ("role", "organisation", "reason", "access_from")
LONGEST = timedelta(hours=24)
_MOST = 200  # characters of a value
_WITH_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([+-]\d\d:\d\d|Z)?")
_A_PERSON = re.compile(r"@|\b(Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Dame)\b\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EarlyAccess:
    """One role that may see an edition early: its organisation, the reason, and from when."""

    role: str
    organisation: str
    reason: str
    access_from: datetime

    @property
    def document(self) -> dict[str, str]:
        """Return it as the manifest holds it."""
        since = self.access_from.astimezone(UTC)
        return {
            "role": self.role,
            "organisation": self.organisation,
            "reason": self.reason,
            "access_from": f"{since:%Y-%m-%dT%H:%M:%SZ}",
        }

    @property
    def since(self) -> str:
        """Return from when, as people read it."""
        return _moment_text(self.access_from)


def access_of(documents: Iterable[Mapping[str, str]]) -> tuple[EarlyAccess, ...]:
    """Return the access that a manifest states, in the form of the list."""
    return tuple(
        EarlyAccess(
            **{name: access[name] for name in COLUMNS[:3]}, access_from=datetime.fromisoformat(access["access_from"])
        )
        for access in documents
    )


def read_access(settings: Settings, calendar: CollectionYear) -> tuple[EarlyAccess, ...]:
    """Return the list of a year, in the order of its file; without a file nobody may see anything early.

    The file is pre-release-access/YEAR.csv under the home, with the header role,organisation,reason,access_from. A time
    without a zone is that of the clock in England.

    Raises:
        WresError: the file cannot be read, or a line of it cannot stand; the text says which and why.
    """
    path = settings.pre_release_access / f"{calendar.year}.csv"
    if not path.exists():
        return ()
    (line, header), *rows = read_rows(path)
    if tuple(header) != COLUMNS:
        _refuse(calendar, line, f"the header is not {','.join(COLUMNS)}", "begin the file with it")
    lines: dict[tuple[str, str], int] = {}
    access = []
    for line, row in rows:
        entry = _access(calendar, line, row)
        first = lines.setdefault((entry.role.casefold(), entry.organisation.casefold()), line)
        if first != line:
            _refuse(calendar, line, f"line {first} names the same role", "keep the right one")
        access.append(entry)
    return tuple(access)


def _access(calendar: CollectionYear, line: int, row: list[str]) -> EarlyAccess:
    """Return the access that a line of the list states, or refuse it."""
    if len(row) != len(COLUMNS):
        problem = f"there are {len(row)} values, not {len(COLUMNS)}"
        _refuse(calendar, line, problem, "put a text that has commas in quotes")
    for column, value in zip(COLUMNS, row, strict=True):
        if not value or len(value) > _MOST:
            _refuse(calendar, line, f"{column} is empty or has more than {_MOST} characters", "give it in a few words")
        if unfit := unfit_characters(value):
            _refuse(calendar, line, f"{column} has characters that no text has ({unfit})", "type it again")
    role, organisation, reason, since = row
    for column, value in zip(COLUMNS[:3], row, strict=False):
        if not words_of(value):
            _refuse(calendar, line, f"{column} is {value!r}, which names nothing", "give it in words")
    if _A_PERSON.search(role):
        _refuse(calendar, line, "the role looks like a person", "name the role alone, such as Director of Workforce")
    return EarlyAccess(role, organisation, reason, _time(calendar, line, since))


def _time(calendar: CollectionYear, line: int, text: str) -> datetime:
    """Return the time from which a role has access, which must be within the 24 hours before the release."""
    try:
        moment = datetime.fromisoformat(text) if _WITH_TIME.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        _refuse(calendar, line, f"{text!r} is not a time", "write it as 2023-02-22T09:30")
    since = (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
    release = calendar.release_time.astimezone(UTC)
    if not release - LONGEST <= since < release:
        problem = (
            f"access from {_moment_text(since)} is not within the 24 hours before the release at "
            f"{_moment_text(release)}"
        )
        _refuse(calendar, line, problem, f"give a time from {_moment_text(release - LONGEST)} on")
    return since


def access_sentence(access: Iterable[EarlyAccess]) -> str:
    """Return in a sentence how many roles may see the edition early, and from when."""
    every = list(access)
    if not every:
        return "Nobody has pre-release access."
    roles = "1 role" if len(every) == 1 else f"{len(every)} roles"
    return f"Pre-release access for {roles} from {min(every, key=lambda access: access.access_from).since}."


def _moment_text(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%H:%M on %-d %B %Y}"


def _refuse(calendar: CollectionYear, line: int, problem: str, remedy: str) -> NoReturn:
    raise WresError(f"pre-release-access/{calendar.year}.csv, line {line}: {problem}; {remedy}.")
