"""The frames of the structure stage: the returns, what each says of itself, and its cells against the template's.

In every frame `row` numbers the rows from 0 and `submission` is the position of the return in the batch.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from wres.returns.parsed_return import CellRef, CellTable, Text
from wres.validation.batch import Batch, Submission

STATED = ("template_version", "collection_year", "organisation_code")
_NOTHING = " "  # a statement of nothing, which differs from all that is asked: there are no spaces in that
READER_FAULTS = ("S101", "S102", "S104", "S112", "S113", "S114")


def returns_frame(batch: Batch) -> pd.DataFrame:
    """Build a row for each return: the reader's faults by code, `sender_status`, `received_at`, `hard_close` (UTC).

    `sender_status` is expected, not_expected (in the register, not asked this year), unknown, or missing where a return
    that is checked before sending does not say whose it is.
    """
    submissions = batch.submissions
    expected, known = set(batch.expected), set(batch.known)
    codes = [[fault.code for fault in submission.read.faults] for submission in submissions]
    return pd.DataFrame(
        {
            "row": range(len(submissions)),
            "submission": range(len(submissions)),
            **{code: [of_return.count(code) for of_return in codes] for code in READER_FAULTS},
            "sender_status": pd.Series(
                [_sender_status(submission.sender, expected, known) for submission in submissions], dtype=object
            ),
            "received_at": _utc([submission.received_at for submission in submissions]),
            "hard_close": _utc([batch.hard_close] * len(submissions)),
        }
    )


def _utc(moments: list[datetime | None]) -> pd.Series:
    """Convert aware times to times of UTC without a zone."""
    plain = [moment and moment.astimezone(UTC).replace(tzinfo=None) for moment in moments]
    return pd.Series(plain, dtype="datetime64[us]")


def _sender_status(sender: str, expected: set[str], known: set[str]) -> str | None:
    """Return how the register and the year know a sender; None where the return does not say whose it is."""
    if not sender:
        return None
    if sender in expected:
        return "expected"
    return "not_expected" if sender in known else "unknown"


@dataclass(frozen=True, slots=True)
class StatedIdentity:
    """One thing that a return says of itself, and what it should say; `text` is None where it says nothing.

    `place` is where it stands, or belongs.
    """

    submission: int
    key: str
    stated: str | None
    asked: str
    text: Text | None
    place: CellRef


def statements(batch: Batch) -> list[StatedIdentity]:
    """Return what each readable return states as its template, organisation and year, each different statement once.

    A missing organisation or year is a statement of nothing.
    """
    asked = (str(batch.template.major), str(batch.year.year))
    identities: list[StatedIdentity] = []
    for number, submission in enumerate(batch.submissions):
        if not submission.unreadable():
            for key, value in zip(STATED, (*asked, _plain(submission.sender)), strict=True):
                identities.extend(_read_statements(submission, number, key, value))
    return identities


def _read_statements(submission: Submission, number: int, key: str, asked: str) -> Iterator[StatedIdentity]:
    """Return the different statements of a return under one key, or that it states nothing."""
    seen = set()
    for text in submission.read.texts:
        stated = normalise_statement(key, text.value)
        if text.key == key and stated and stated not in seen:
            seen.add(stated)
            yield StatedIdentity(number, key, stated, asked, text, text.place)
    if not seen and key != "template_version":
        yield StatedIdentity(number, key, None, asked, None, submission.read.empty.get(key, CellRef()))


def normalise_statement(key: str, value: str) -> str:
    """Leave out of a statement what does not matter: case, spaces, ".0" of 2022.0, the minor version of a template."""
    plain = _plain(value)
    if key == "template_version":
        return plain.removeprefix("V").split(".")[0]
    return re.sub(r"^(\d+)\.0+$", r"\1", plain) if key == "collection_year" else plain


def _plain(value: str) -> str:
    """Leave out spaces and case."""
    return "".join(value.split()).upper()


def statements_frame(identities: list[StatedIdentity]) -> pd.DataFrame:
    """Build a row for each statement: the value under its key and its `..._asked`; other keys are missing."""
    columns: dict[str, list[str | None]] = {}
    for key in STATED:
        columns[key] = [(identity.stated or _NOTHING) if identity.key == key else None for identity in identities]
        columns[f"{key}_asked"] = [identity.asked if identity.key == key else None for identity in identities]
    return pd.DataFrame(
        {"row": range(len(identities)), "submission": [identity.submission for identity in identities]}
        | {name: pd.Series(texts, dtype=object) for name, texts in columns.items()}
    )


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of all readable returns. `frame` is the outer join of those given with those of the template.

    One row a cell given, and one a template cell that is not: `submission`, `template_cell` (position in the template,
    missing where it has no such cell), `asked_cell` (the same, counted on from return to return), `given_cell`
    (position in `given`, missing where it was not given), `given` and `required` (bool). `first` gives the position in
    `given` of each template cell's first occurrence in each return, -1 where it was not given.
    """

    frame: pd.DataFrame
    given: CellTable
    first: np.ndarray

    def positions(self, row: int) -> tuple[int, int, int]:
        """Return the positions of a row's return, template cell and given cell, -1 where there is none."""
        columns = (self.frame[name].to_numpy() for name in ("submission", "template_cell", "given_cell"))
        submission, template_cell, given = (-1 if np.isnan(column[row]) else int(column[row]) for column in columns)
        return submission, template_cell, given


def join_to_template(batch: Batch) -> Cells:
    """Join the cells of all readable returns to the template's."""
    asked = batch.template.cells()
    position = {key: number for number, key in enumerate(asked)}
    given_by = [CellTable() if submission.unreadable() else submission.read.cells for submission in batch.submissions]
    given = CellTable()
    for cells in given_by:
        given.extend(cells)
    submission = np.repeat(np.arange(len(given_by)), [len(cells) for cells in given_by])
    keys = zip(given.column("item"), given.column("ethnic_group"), strict=True)
    template_cell = np.array([position.get(key, -1) for key in keys], dtype=int)
    known = template_cell >= 0

    first = np.full((len(given_by), len(asked)), -1)
    backwards = np.flatnonzero(known)[::-1]  # so that the first occurrence is what stays
    first[submission[backwards], template_cell[backwards]] = backwards
    missing_from, missing_cell = np.nonzero(_expected_cells(batch, first >= 0) & (first < 0))

    required = np.repeat([item.required for item in batch.template.items], len(batch.template.ethnic_groups))
    all_cells, whose = np.concatenate([template_cell, missing_cell]), np.concatenate([submission, missing_from])
    in_template = all_cells >= 0
    frame = pd.DataFrame(
        {
            "row": np.arange(len(all_cells)),
            "submission": whose,
            "template_cell": np.where(in_template, all_cells, np.nan),
            "asked_cell": np.where(in_template, whose * len(asked) + all_cells, np.nan),
            "given_cell": np.concatenate([np.arange(len(given)), np.full(len(missing_cell), np.nan)]),
            "given": np.arange(len(all_cells)) < len(given),
            "required": required[all_cells] & in_template,
        }
    )
    return Cells(frame, given, first)


def _expected_cells(batch: Batch, there: np.ndarray) -> np.ndarray:
    """Return which template cells each return could have given (bool, returns by cells).

    After a missing sheet or column (S104) a whole ethnic group that is not there is that one mistake, not many.
    """
    readable = np.array([not submission.unreadable() for submission in batch.submissions])
    torn = np.array([submission.has_fault("S104") for submission in batch.submissions])
    by_group = there.reshape(len(there), -1, len(batch.template.ethnic_groups)).any(axis=1)
    group_there = np.tile(by_group, there.shape[1] // len(batch.template.ethnic_groups))
    wanted: np.ndarray = readable[:, None] & (~torn[:, None] | group_there)
    return wanted
