"""Tell data about people from a return of counts: several signs refuse a file, one weak sign is asked about.

Strong signs are what a return never holds: lists of people by their headings, rows in which a name stands beside what
belongs to one person, many names or personal addresses. One number that has the form of a National Insurance number may
be the number of a paper, so it is asked about and nothing is deleted for it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from wres.personal_data import person_signs as signs
from wres.personal_data.person_headings import ABOUT, heading_of
from wres.personal_data.person_rows import (
    ENOUGH,
    MANY,
    SOME,
    WITH_INSURANCE,
    Evidence,
    SheetEvidence,
    record_kinds,
)
from wres.personal_data.person_tables import form_labels, tables_of_people
from wres.returns.grids import Grid, Value
from wres.returns.parsed_return import CellRef, FileError
from wres.returns.template_spec import group_headings
from wres.returns.text import normalise_heading

REFUSED, ASKED = "S113", "Q310"
_MOST_ASKED = 20
_MOST_VALUES = 20_000
_REFUSED_TEXT = (
    "It looks like data about named or single people ({why}). Send counts only. Nothing of the file's content is kept."
)
_INSURANCE = "a number that has the form of a National Insurance number"
_PIECES = re.compile(r"[,;|\t\r\n\"<>()\[\]]+")
_HIDDEN = "in a part that no cell shows, "


@dataclass(slots=True)
class PersonalData:
    """Personal data in a file: the fault that refuses the file, or else what is asked about, each at its cell."""

    fault: FileError | None = None
    asked: list[FileError] = field(default_factory=list)


def find_personal_data(grids: Sequence[Grid], hidden_texts: Sequence[str] = ()) -> PersonalData:
    """Look through all sheets and through the texts of a file that stand in no cell.

    The fault (S113) says why in words of this project and holds nothing of the file, not even the name of a sheet.
    """
    evidence, with_return = Evidence(), any(_holds_return(grid) for grid in grids)
    for number, grid in enumerate(grids, start=1):
        where = f"sheet {number}, " if grid.sheet is not None else ""
        signs_there = _find_signs(grid)
        if signs_there and (strong := _inspect_sheet(grid, signs_there, evidence, with_return=with_return)) is not None:
            why, cell = strong
            return _refuse(where + why, cell)
    if (reason := _inspect_hidden_texts(_find_unseen_texts(hidden_texts, grids), evidence)) is not None:
        return _refuse(_HIDDEN + reason, None)
    if (numbers := _judge_numbers(evidence, with_return=with_return)) is not None:
        why, place = numbers
        return _refuse(why, place.cell)
    asked = [*evidence.asked, *((_INSURANCE, place) for _, place in (evidence.in_words | evidence.alone).values())]
    if SOME <= len(evidence.emails) < MANY:
        asked.append((f"{len(evidence.emails)} e-mail addresses of persons", CellRef()))
    once = dict.fromkeys(asked)
    return PersonalData(asked=[FileError(ASKED, why, place) for why, place in list(once)[:_MOST_ASKED]])


def _find_unseen_texts(texts: Sequence[str], grids: Sequence[Grid]) -> list[str]:
    """Return the texts that stand in no cell of any sheet."""
    if not texts:
        return []
    shown = {value.strip() for grid in grids for row in grid.rows for value in row if isinstance(value, str)}
    return [text for text in texts if text not in shown]


def _refuse(why: str, cell: str | None) -> PersonalData:
    return PersonalData(FileError(REFUSED, _REFUSED_TEXT.format(why=why), CellRef(None, cell)))


def _holds_return(grid: Grid) -> bool:
    """Return whether a sheet has the headings of a return's figures."""
    for row in grid.rows[:1_000]:
        names = {normalise_heading(value) for value in row if isinstance(value, str)}
        if "item" in names and names & {"value", *group_headings()}:
            return True
    return False


def _find_signs(grid: Grid) -> set[Value]:
    """Return the values of a sheet that are worth a closer look; nearly every table of figures has none.

    Of a sheet with far more different values than a return has, the first are enough to know it.
    """
    values: set[Value] = set()
    for row in grid.rows:
        values.update(row)
        if len(values) > _MOST_VALUES:
            break
    return {value for value in values if _is_sign(value)}


def _is_sign(value: Value) -> bool:
    if isinstance(value, str):
        return _text_is_sign(value)
    return isinstance(value, int | float) and abs(value) >= 1_000_000_000


@lru_cache(maxsize=20_000)  # codes, labels and counts come again in every return
def _text_is_sign(text: str) -> bool:
    """Return whether a text may be a sign of data about a person."""
    if text.isdecimal() or len(text) < 2:
        return len(text) >= 10
    return bool(
        heading_of(text) & ABOUT
        or signs.find_insurance_numbers(text)
        or signs.find_personal_emails(text)
        or signs.is_name(text)
        or signs.is_forename(text)
        or signs.is_nhs_number(text)
    )


def _inspect_sheet(
    grid: Grid, signs_there: set[Value], evidence: Evidence, *, with_return: bool
) -> tuple[str, str | None] | None:
    """Return why a sheet is refused, and its cell; None where it is not, with the evidence added to `found`."""
    for table in tables_of_people(grid, signs_there, with_return=with_return):
        place = grid.place(table.row, table.column)
        if table.certain:
            return table.why, place.cell
        evidence.asked.append((table.why, place))
    labels = list(form_labels(grid, signs_there))
    if len(labels) >= (2 if with_return else 1):
        return "a form about one person", grid.place(*labels[0]).cell
    evidence.asked += [("a detail that belongs to one person", grid.place(*position)) for position in labels]
    return _inspect_rows(grid, signs_there, evidence)


def _inspect_rows(grid: Grid, signs_there: set[Value], evidence: Evidence) -> tuple[str, str | None] | None:
    """Collect the evidence in the rows of one sheet."""
    sheet = SheetEvidence(grid, evidence)
    for row, values in enumerate(grid.rows):
        if not signs_there.isdisjoint(values):
            sheet.add_row(row)
    if (strong := sheet.judge()) is None:
        evidence.asked += sheet.weak_signs()
    return strong


def _inspect_hidden_texts(hidden: Sequence[str], evidence: Evidence) -> str | None:
    """Return why texts outside cells refuse a file, or None: a return has no names in them."""
    names: set[str] = set()
    records: Counter[str] = Counter()
    for text in hidden:
        pieces = [piece.strip() for piece in _PIECES.split(text) if piece.strip()]
        evidence.note_text(text, CellRef())
        for kind, _ in record_kinds(pieces):
            records[kind] += 1
        names.update(piece for piece in pieces if signs.is_known_name(piece))
        if signs.find_insurance_numbers(text) and any(signs.is_known_name(piece) for piece in _pair_words(text)):
            return WITH_INSURANCE
    if kinds := [kind for kind, least in ENOUGH.items() if records[kind] >= least]:
        return kinds[0]
    if len(names) >= SOME:
        return "a list of names"
    if len(evidence.beside_names) >= SOME or len(evidence.emails) >= MANY:
        return "e-mail addresses of persons"
    return None


def _pair_words(text: str) -> Iterator[str]:
    """Return each two words of a text that follow each other."""
    return (f"{first} {second}" for first, second in pairwise(text[:4_000].split()))


def _judge_numbers(evidence: Evidence, *, with_return: bool) -> tuple[str, CellRef] | None:
    """Return whether National Insurance numbers are so many, or so unlike each other, that they are no references."""
    alone = list(evidence.alone.values())
    if alone and (not with_return or len({number[:2] for number, _ in alone}) >= 2 or len(alone) >= MANY):
        return "National Insurance numbers", alone[0][1]
    everywhere = list((evidence.in_words | evidence.alone).values())
    if len(everywhere) >= SOME and len({number[:2] for number, _ in everywhere}) >= SOME:
        return "National Insurance numbers", everywhere[0][1]
    return None
