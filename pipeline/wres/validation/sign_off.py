"""What a return says at its end: who signed it off, the rates that it states itself, and what may be about a person."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import pandas as pd

from wres.clock import LONDON
from wres.reader.dates import read_date
from wres.returns.indicator_math import likelihood, round_half_away
from wres.returns.parsed_return import CellRef, Text
from wres.returns.template_spec import Template
from wres.validation.batch import Batch, Submission
from wres.validation.year_on_year import WindowCounts

_SIGN_OFF = {"signoff.role": "role", "signoff.date": "date"}
_LIKELIHOOD, _RATIO = "calculated.likelihood.", "calculated.relative_likelihood"
_FINEST = Fraction(1, 10**9)  # a spreadsheet's own arithmetic is not exact
_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class SignOffItem:
    """A part of the sign-off, a rate that the return states, or what may be about a person; `name` names it in words.

    `given` is the part as given, None where it is missing or cannot be read; `signed` the day that a date means.
    `difference` is how far a stated rate is
    from the computed one (infinite where the two cannot be compared), `tolerance` how far rounding explains.
    `doubts` is 1 for what may be about a person; then `place` says where it stands.
    """

    submission: int
    name: str
    text: Text | None
    given: str | None
    signed: date | None = None
    difference: Fraction | float | None = None
    tolerance: Fraction | None = None
    computed: str = ""
    doubts: int = 0
    place: CellRef = CellRef()  # noqa: RUF009 (a tuple, which nobody can change)


def sign_off_items(batch: Batch, counted: list[WindowCounts]) -> list[SignOffItem]:
    """Return the sign-off of each readable return, part by part, the doubtful texts and the stated rates."""
    items: list[SignOffItem] = []
    for number, submission in enumerate(batch.submissions):
        if not submission.unreadable():
            items.extend(_sign_off(number, submission))
            items.extend(
                SignOffItem(number, fault.detail, None, fault.detail, doubts=1, place=fault.place)
                for fault in submission.read.asked
            )
            if counted[number].known():
                stated = _stated_rates(submission, batch.template)
                items.extend(_compare_rate(number, text, counted[number], batch.template) for text in stated)
    return items


def states_a_rate(submission: Submission, template: Template) -> bool:
    """Return whether the return states a likelihood or the ratio itself."""
    return any(True for _ in _stated_rates(submission, template))


def sign_off_frame(batch: Batch, items: list[SignOffItem]) -> pd.DataFrame:
    """Build a row for each part: `given` (str); `difference`, `tolerance` (Fraction, or missing); `doubts`.

    `signed`, `snapshot` and `received` are days as numbers, missing where no date of the sign-off could be read.
    """
    names = ("given", "difference", "tolerance")
    columns = {name: pd.Series([getattr(item, name) for item in items], dtype=object) for name in names}
    received = [submission.received_at.astimezone(LONDON).date() for submission in batch.submissions]
    days = {
        "signed": [item.signed for item in items],
        "snapshot": [item.signed and batch.year.snapshot for item in items],
        "received": [item.signed and received[item.submission] for item in items],
    }
    columns |= {
        name: pd.Series([math.nan if day is None else day.toordinal() for day in column], dtype=float)
        for name, column in days.items()
    }
    doubts = [item.doubts for item in items]
    submissions = [item.submission for item in items]
    return pd.DataFrame({"row": range(len(items)), "submission": submissions, **columns, "doubts": doubts})


def _sign_off(number: int, submission: Submission) -> Iterator[SignOffItem]:
    """Return each part of the sign-off that is given, and one item for all that are missing, with their cells."""
    missing = {}
    for key, name in _SIGN_OFF.items():
        text = submission.read.text(key)
        value = text.value.strip() if text else ""
        if not value:
            missing[name] = text.place if text else submission.read.empty.get(key, CellRef())
            continue
        signed = read_date(value) if key == "signoff.date" else None
        readable = key != "signoff.date" or signed is not None
        yield SignOffItem(number, name, text, value if readable else None, signed)
    if missing:
        yield SignOffItem(number, " and no ".join(missing), None, None, place=_join_places(list(missing.values())))


def _join_places(places: list[CellRef]) -> CellRef:
    """Name several cells of one sheet as one place: Sign-off, B4, B5."""
    cells = [place.cell for place in places if place.cell]
    sheets = {place.sheet for place in places if place.cell}
    return CellRef(sheets.pop(), ", ".join(cells)) if len(sheets) == 1 else CellRef()


def _stated_rates(submission: Submission, template: Template) -> Iterator[Text]:
    """Return the texts in which a return states a likelihood or the ratio."""
    for text in submission.read.texts:
        group = text.key.removeprefix(_LIKELIHOOD)
        if (group in template.ethnic_groups or text.key.startswith(_RATIO)) and text.value.strip():
            yield text


def _compare_rate(number: int, text: Text, counts: WindowCounts, template: Template) -> SignOffItem:
    """Compare a stated rate with the one computed; a likelihood may be given as a share or as a percentage."""
    value = re.sub(r"[ \xa0]", "", text.value.strip())
    if text.key.startswith(_RATIO):
        name, computed = "relative likelihood", counts.ratio()
        shown = "" if computed is None else str(round_half_away(computed, 2))
        candidates = [(value, computed)]
    else:
        group = text.key.removeprefix(_LIKELIHOOD)
        name, computed = f"likelihood ({template.group_labels[group]})", _likelihood(counts, group)
        shown = "" if computed is None else f"{round_half_away(100 * computed, 2)}%"
        percent = None if computed is None else 100 * computed
        candidates = [(value.removesuffix("%"), percent)] + ([] if value.endswith("%") else [(value, computed)])
    compared = [_compare(stated, exact) for stated, exact in candidates]
    difference, tolerance = min(compared, key=lambda pair: pair[0] - pair[1])
    return SignOffItem(number, name, text, value, None, difference, tolerance, shown or "none: it cannot be calculated")


def _compare(stated: str, computed: Fraction | None) -> tuple[Fraction | float, Fraction]:
    """Return how far the two are apart, and how far the rounding of the stated one explains."""
    try:
        number = Decimal(stated)
    except InvalidOperation:
        return _NEVER, _FINEST
    exponent = number.as_tuple().exponent
    if computed is None or not isinstance(exponent, int) or abs(exponent) > 30:
        return _NEVER, _FINEST
    return abs(Fraction(number) - computed), max(Fraction(10) ** exponent / 2, _FINEST)


def _likelihood(counts: WindowCounts, group: str) -> Fraction | None:
    """Return the likelihood of a group; None where a count is not known."""
    entered, headcount = counts.entered[group], counts.headcount[group]
    return None if entered is None or headcount is None else likelihood(entered, headcount)
