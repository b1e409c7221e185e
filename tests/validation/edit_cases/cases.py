"""What a case of an edit is: a return, and the exact table of findings that it gives."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from wres.validation.batch import Submission
from wres.validation.skipped_edits import return_edits

Row = tuple[str, str | None, str | None, str | None, str | None]  # code, place, item, ethnic group, value
Case = Callable[[Any], tuple[Submission, list[Row]]]

RETURN_EDITS = return_edits()
NURSES = "workforce.clinical.band_5"
OTHER = "workforce.medical.other"
MANAGERS = "workforce.medical.senior_medical_managers"
CONSULTANTS = "workforce.medical.consultants"
ENTERED, BEFORE = "disciplinary.entered", "disciplinary.entered_previous_year"
TOTAL = "workforce.total"
NO_TOTAL = {(TOTAL, group): None for group in ("white", "bme", "unknown")}

CASES: dict[str, Case] = {}
ABOUT: dict[str, str] = {}
NATIONAL_RATE = Fraction(20, 864)  # with 864 staff: 20 entries
WITH_NATIONAL_RATE: set[str] = set()


def case(code: str, *, national: bool = False) -> Callable[[Case], Case]:
    """A return that tries one edit. The table of findings that it gives is exact: nothing else may be found."""

    def keep(make: Case) -> Case:
        name = make.__name__.strip("_")
        assert name not in CASES
        CASES[name], ABOUT[name] = make, code
        if national:
            WITH_NATIONAL_RATE.add(name)
        return make

    return keep


def at(desk: Any, code: str, item: str, group: str, value: str | None) -> Row:
    place = desk.place(item, group)
    return code, f"{place.sheet}!{place.cell}", item, group, value
