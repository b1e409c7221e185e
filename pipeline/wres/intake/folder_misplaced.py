"""Count the files in the inbox that no round takes, by folder."""

import os
import stat
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from wres.intake.channel import ABANDONED, TEST_FOLDER, UNFINISHED, is_left_alone, to_org_code
from wres.reference.misplaced import Misplaced, Reason
from wres.returns.text import printable_name

_MOST = 10_000  # files counted in one place: a count must not take longer than a round


def misplaced_in(inbox: Path, years: Collection[int]) -> list[Misplaced]:
    """Count the files of an inbox in places where none are taken from, place by place.

    A folder that cannot be listed is left out: receiving says so.
    """
    return [misplaced for place in _places(inbox, years) for misplaced in place.misplaced()]


@dataclass(slots=True)
class _Place:
    """One folder of the inbox `top`, with the names of the files in it that are not taken, by reason."""

    folder: Path
    top: Path
    year: int | None = None
    code: str = ""
    names: dict[Reason, list[str]] = field(default_factory=dict)

    def add(self, reason: Reason, name: str) -> None:
        self.names.setdefault(reason, []).append(name)

    def misplaced(self) -> Iterator[Misplaced]:
        for reason, names in self.names.items():
            example = printable_name(min(names))
            yield Misplaced(_display_path(self.folder, self.top), len(names), example, reason, self.year, self.code)


def _places(inbox: Path, years: Collection[int]) -> Iterator[_Place]:
    """Yield the inbox, the folders of its years, and those of their senders."""
    place = _Place(inbox, inbox)
    for entry in _entries(inbox):
        if not entry.is_dir(follow_symlinks=False):
            _add_file(place, entry, "no_sender")
        elif entry.name in {str(year) for year in years}:
            yield from _year_places(Path(entry.path), inbox, int(entry.name))
        else:
            yield _untaken_folder(Path(entry.path), inbox, "unknown_year", None, "")
    yield place


def _year_places(folder: Path, top: Path, year: int) -> Iterator[_Place]:
    """Yield the folder of a year and those of its senders."""
    place = _Place(folder, top, year)
    for entry in _entries(folder):
        code = to_org_code(entry.name)
        if not entry.is_dir(follow_symlinks=False):
            _add_file(place, entry, "no_sender")
        elif not code or entry.name.lower() == TEST_FOLDER:
            yield _untaken_folder(Path(entry.path), top, "no_sender", year, "")
        else:
            yield from _sender_places(Path(entry.path), top, year, code)
    yield place


def _sender_places(folder: Path, top: Path, year: int, code: str, *, inner: bool = False) -> Iterator[_Place]:
    """Yield a sender's folder, or its folder test, where only files are taken."""
    place = _Place(folder, top, year, code)
    for entry in _entries(folder):
        if not entry.is_dir(follow_symlinks=False):
            _add_untaken(place, entry)
        elif entry.name.lower() == TEST_FOLDER and not inner:
            yield from _sender_places(Path(entry.path), top, year, code, inner=True)
        else:
            yield _untaken_folder(Path(entry.path), top, "subfolder", year, code)
    yield place


def _untaken_folder(folder: Path, top: Path, reason: Reason, year: int | None, code: str) -> _Place:
    """Return a folder from which nothing is taken, with all files below it."""
    place = _Place(folder, top, year, code)
    files = ((path, name) for path, _, names in os.walk(folder) for name in names if not is_left_alone(name))
    for path, name in islice(files, _MOST):
        place.add(reason, str((Path(path) / name).relative_to(folder)))
    return place


def _add_file(place: _Place, entry: os.DirEntry[str], reason: Reason) -> None:
    if not is_left_alone(entry.name):
        place.add(reason, entry.name)


def _add_untaken(place: _Place, entry: os.DirEntry[str]) -> None:
    """Add an entry that is no file, or is not finished and has not changed for a day."""
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:  # gone meanwhile
        return
    if not is_left_alone(entry.name):
        if not (stat.S_ISREG(state.st_mode) or stat.S_ISLNK(state.st_mode)):
            place.add("not_a_file", entry.name)
    elif _is_abandoned(entry.name, state):
        place.add("unfinished", entry.name)


def _is_abandoned(name: str, state: os.stat_result) -> bool:
    """Return whether a file is not finished, is not a program's own, and has not changed for a day."""
    if name.startswith((".", "~")) or not UNFINISHED.search(name):
        return False
    return time.time() - state.st_ctime > ABANDONED.total_seconds()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _display_path(folder: Path, top: Path) -> str:
    return printable_name("/".join(("inbox", *folder.relative_to(top).parts)))
