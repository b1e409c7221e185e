"""What a case of an edit is: a return, and the exact table of findings that it gives."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from wres.validation.validate import Submission

Row = tuple[str, str | None, str | None, str | None, str | None]  # code, place, item, ethnic group, value
Case = Callable[[Any], tuple[Submission, list[Row]]]

RETURN_EDITS = [
    *("S101", "S102", "S103", "S104", "S105", "S106", "S107", "S108", "S109", "S110", "S111", "S112", "S113"),
    *("V201", "V202", "V203", "V204", "V205", "V206", "V207", "V208", "V209"),
    *("Q301", "Q302", "Q303", "Q304", "Q305", "Q306", "Q307", "Q308", "Q309", "Q310"),
]
NURSES = "workforce.clinical.band_5"
OTHER = "workforce.medical.other"
MANAGERS = "workforce.medical.senior_medical_managers"
ENTERED, BEFORE = "disciplinary.entered", "disciplinary.entered_previous_year"
TOTAL = "workforce.total"
NO_TOTAL = {(TOTAL, group): None for group in ("white", "bme", "unknown")}

CASES: dict[str, Case] = {}
ABOUT: dict[str, str] = {}
NATIONAL_RATE = Fraction(1, 144)  # with 864 staff: 6 entries at that rate, 18 at three times it, 2 at a third
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
