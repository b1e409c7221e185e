"""Write the formulas that say while a return is filled in if it is ready to send, and what may be asked about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wres.returns.indicator_math import ENTERED, Figures
from wres.returns.template_spec import OVERALL, Template

COMPLETE = "Complete"
READY = "Yes"
TO_FILL_IN = "No: fill in every cell"
TO_CORRECT = "No: see the column Check"
TO_SIGN_OFF = "No: fill in the sheet Sign-off"
# Of a hint alone; what is asked is decided by the checks when the return has arrived.
_STAFF_CHANGED = Fraction(1, 10)
_RATIO_HIGH = 4


@dataclass(frozen=True, slots=True)
class SheetPlaces:
    """Where the formulas find what they need, as ranges of the sheet."""

    required: Sequence[str]  # ranges of the cells that must be filled in
    wanted: int  # how many cells these are
    checks: str  # the column Check
    checked: int  # how many rows have a check
    staff: str  # the cell of all staff
    unknown_staff: str  # of staff whose ethnicity is not known
    entered: str  # this year's entries, by group
    groups: int  # how many there are
    ratio: str  # the cell of the relative likelihood
    last_year: Sequence[str]  # ranges of last year's staff; none where nothing is shown of last year


def ready(places: SheetPlaces, unready_check: str) -> str:
    """Write the formula that says yes, or what is still to be done.

    Args:
        places: where the cells are.
        unready_check: what an optional row that is empty says in the column Check; it is no fault.
    """
    filled = f"COUNT({','.join(places.required)})={places.wanted}"
    good = f'COUNTIF({places.checks},"{COMPLETE}")+COUNTIF({places.checks},"{unready_check}")={places.checked}'
    signed = "COUNTA('Sign-off'!B4:B5)=2"
    steps = ((filled, TO_FILL_IN), (good, TO_CORRECT), (signed, TO_SIGN_OFF))
    return "=" + "".join(f"IF(NOT({test})," + f'"{words}",' for test, words in steps) + f'"{READY}"' + ")" * len(steps)


def ready_result(filled_in: int, wanted: int, checks: Sequence[str], unready_check: str, *, signed: bool) -> str:
    """Work out what the formula of `ready` shows."""
    if filled_in < wanted:
        return TO_FILL_IN
    if any(check not in (COMPLETE, unready_check) for check in checks):
        return TO_CORRECT
    return READY if signed else TO_SIGN_OFF


def hints(places: SheetPlaces, unknown_percent: float) -> str:
    """Write the formula that names what may be asked about, in words; nothing while there is nothing to name."""
    return '=""&' + "&".join(f'IF({test},"{words}; ","")' for test, words in _hints(places, unknown_percent))


def _hints(places: SheetPlaces, unknown_percent: float) -> Iterator[tuple[str, str]]:
    """Yield the test of each hint, as a formula, and its words."""
    staff, unknown, entered = places.staff, places.unknown_staff, places.entered
    yield f"AND(N({staff})>0,N({unknown})>{unknown_percent / 100:g}*N({staff}))", _describe_unknown(unknown_percent)
    yield f"AND(COUNT({entered})={places.groups},SUM({entered})=0)", _NOBODY
    yield f"N({places.ratio})>{_RATIO_HIGH}", _HIGH
    if places.last_year:
        before = f"SUM({','.join(places.last_year)})"
        changed = f"ABS(N({staff})-{before})>{float(_STAFF_CHANGED):g}*{before}"
        yield f"AND(COUNT({','.join(places.required)})={places.wanted},{before}>0,{changed})", _CHANGED


def hints_result(
    template: Template,
    figures: Figures,
    totals: Mapping[str, Fraction],
    before: Fraction,
    ratio: Fraction | None,
    unknown_percent: float,
) -> str:
    """Work out what the formula of `hints` shows for complete figures.

    Args:
        template: which ethnic groups there are.
        figures: as filled in.
        totals: staff by ethnic group; empty while nothing is filled in.
        before: last year's staff, 0 where nothing is shown of last year.
        ratio: the relative likelihood, None where there is none.
        unknown_percent: more staff of unknown ethnicity than this are asked about.
    """
    staff = sum((totals.get(group, Fraction()) for group in template.group_members[OVERALL]), Fraction())
    entered = [figures[ENTERED, group] for group in template.ethnic_groups if (ENTERED, group) in figures]
    named = [
        (
            staff > 0 and totals.get(template.unknown_group, 0) > Fraction(str(unknown_percent)) / 100 * staff,
            _describe_unknown(unknown_percent),
        ),
        (len(entered) == len(template.ethnic_groups) and not any(entered), _NOBODY),
        (ratio is not None and ratio > _RATIO_HIGH, _HIGH),
        (staff > 0 and before > 0 and abs(staff - before) > _STAFF_CHANGED * before, _CHANGED),
    ]
    return "".join(f"{words}; " for is_so, words in named if is_so)


def _describe_unknown(unknown_percent: float) -> str:
    return f"more than {unknown_percent:g}% of staff of unknown ethnicity"


_NOBODY = "nobody entered the process"
_HIGH = f"a relative likelihood above {_RATIO_HIGH}"
_CHANGED = f"staff changed by more than {100 * _STAFF_CHANGED}% since last year"
