"""Tells a list of people from a return of counts, so that it can be refused without keeping any of it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.returns.cells import Fault, Place
from pipeline.returns.cleaning import LONGEST_TEXT, label
from pipeline.returns.grids import HEADER_ROWS, Grid, Value

# Headings that only a list of people has.
_PERSON = frozenset(
    {"surname", "first name", "firstname", "forename", "forenames", "last name", "lastname", "family name"}
    | {"given name", "full name", "employee name", "staff name", "employee number", "employee no", "employee id"}
    | {"staff number", "staff id", "payroll number", "payroll no", "assignment number", "assignment id"}
    | {"ni number", "ni no", "nino", "national insurance number", "national insurance no", "nhs number"}
    | {"date of birth", "dob", "birth date", "home address", "esr number", "esr assignment number", "personal email"}
)
# Headings that a list of people has among others.
_MAYBE = frozenset(
    {"name", "title", "email", "e-mail", "email address", "age", "gender", "sex", "ethnicity", "ethnic origin"}
    | {"ethnic category", "ethnic code", "nationality", "religion", "disability", "sexual orientation", "postcode"}
    | {"job title", "position title", "pay grade", "grade", "staff group", "department", "start date", "hire date"}
    | {"latest start date", "leaving date", "fte", "assignment category", "line manager", "case number", "allegation"}
)
_PEOPLE = _PERSON | _MAYBE
# Headings of a summary, which is about nobody in particular.
_COUNTS = frozenset({"headcount", "count", "counts", "total", "number", "staff", "white", "bme", "item", "value"})
_INSURANCE_NUMBER = re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")
_MANY_EMAILS = 5
_MANY_ROWS = 20
_DETAIL = (
    "It looks like data about named or single people ({why}). Send counts only. Nothing of the file's content is kept."
)


def staff_list_fault(grids: Sequence[Grid]) -> Fault | None:
    """S113 when a sheet has the headings of a staff list, a National Insurance number or many e-mail addresses.

    The fault says why in words of this project and holds nothing of the file, not even the name of a sheet.
    """
    emails: set[str] = set()
    for number, grid in enumerate(grids, start=1):
        if not _may_be_about_people(grid):
            continue
        for row in range(len(grid.rows)):
            cells = [(column, value) for column, value in grid.filled(row) if isinstance(value, str)]
            why = _headings(grid, row, {label(value) for _, value in cells}) if row < HEADER_ROWS else ""
            if _INSURANCE_NUMBER.search("\n".join(value[:LONGEST_TEXT] for _, value in cells)):
                why = "a National Insurance number"
            emails.update(value for _, value in cells if "@" in value and _is_email(value))
            if len(emails) >= _MANY_EMAILS:
                why = "a list of e-mail addresses"
            if why:
                sheet = f"sheet {number}, " if grid.sheet is not None else ""
                cell = grid.place(row, cells[0][0]).cell
                return Fault("S113", _DETAIL.format(why=f"{sheet}{why}"), Place(None, cell))
    return None


def _may_be_about_people(grid: Grid) -> bool:
    """A look at all texts of a sheet at once; nearly every table of figures ends here."""
    return any(_may_be_about_one(value) for value in set[Value]().union(*grid.rows) if isinstance(value, str))


@lru_cache(maxsize=10_000)  # codes and counts come again in every return
def _may_be_about_one(text: str) -> bool:
    return label(text) in _PEOPLE or "@" in text or _INSURANCE_NUMBER.search(text[:LONGEST_TEXT]) is not None


def _is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text.strip()) is not None


def _headings(grid: Grid, row: int, names: set[str]) -> str:
    person, maybe = names & _PERSON, names & _MAYBE
    below = len(grid.rows) - row - 1
    if person and len(person | maybe) >= 2 and below:
        return "columns such as " + ", ".join(sorted(person)[:3])
    if person and below >= _MANY_ROWS:
        return f"a column such as {min(person)}"
    if len(maybe) >= 3 and below >= _MANY_ROWS and not names & _COUNTS:
        return "columns such as " + ", ".join(sorted(maybe)[:3])
    return ""
