"""The exact arithmetic of WRES indicator 3 for one organisation: ratios from counts, rounded once, at the end.

Counts come as int, Decimal or Fraction and stay exact throughout; the definitions are those of docs/method.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction
from math import ceil
from typing import Literal

from wres.returns.template_spec import Template

Count = int | Decimal | Fraction
Figures = Mapping[tuple[str, str], Decimal]
Window = Literal["single_year", "two_year_average"]
Range = Literal["below", "within", "above", "not_calculable"]
ExcessGroup = Literal["bme", "white", "none"]
Reliability = Literal["reliable", "low", "not_judged"]

FOUR_FIFTHS = (Fraction(4, 5), Fraction(5, 4))  # the ends of the range, both within it; also in four_fifths_band.sql
_LOWER, _UPPER = (end.as_integer_ratio() for end in FOUR_FIFTHS)
# What a gap in people means, in every text that states one.
GAP_ABOVE = "This is the size of the gap, not a quota for cases: ask why BME staff enter more often."
GAP_BELOW = (
    "A ratio below 0.80 means that white staff are more likely to enter. It is no reason to investigate more BME "
    "staff: ask why white staff enter more often."
)

_EXACT = 60  # digits; figures have at most a dozen
ENTERED = "disciplinary.entered"
ENTERED_PREVIOUS_YEAR = "disciplinary.entered_previous_year"


@dataclass(frozen=True, slots=True)
class GroupCount:
    """Staff and entries (in people, by the window) of one ethnic group; None where a figure is missing."""

    headcount: Fraction | None
    entered: Fraction | None


def likelihood(entered: Count, headcount: Count) -> Fraction | None:
    """Divide entries by staff; None where there is no staff."""
    return Fraction(entered) / Fraction(headcount) if headcount else None


def relative_likelihood(
    white_headcount: Count, bme_headcount: Count, white_entered: Count, bme_entered: Count
) -> Fraction | None:
    """Return the likelihood of BME staff over that of white staff; None where it is not calculable."""
    if reason_not_calculable(white_headcount, bme_headcount, white_entered) is not None:
        return None
    return (Fraction(bme_entered) * Fraction(white_headcount)) / (Fraction(bme_headcount) * Fraction(white_entered))


def reason_not_calculable(white_headcount: Count, bme_headcount: Count, white_entered: Count) -> str | None:
    """Return why the ratio cannot be calculated ("no white staff", "no BME staff", "no white entries"), or None."""
    if not white_headcount:
        return "no white staff"
    if not bme_headcount:
        return "no BME staff"
    return None if white_entered else "no white entries"


def four_fifths_band(white_headcount: Count, bme_headcount: Count, white_entered: Count, bme_entered: Count) -> Range:
    """Return where the exact ratio lies by the four-fifths rule; 0.8 and 1.25 are within."""
    ratio = relative_likelihood(white_headcount, bme_headcount, white_entered, bme_entered)
    return "not_calculable" if ratio is None else place_in_band(ratio.numerator, ratio.denominator)


def place_in_band(numerator: int, denominator: int) -> Range:
    """Return where a ratio lies by the four-fifths rule, from its two whole numbers: `denominator` is above 0."""
    if _LOWER[1] * numerator < _LOWER[0] * denominator:
        return "below"
    return "within" if _UPPER[1] * numerator <= _UPPER[0] * denominator else "above"


def entries_above_parity(
    white_headcount: Count, bme_headcount: Count, white_entered: Count, bme_entered: Count
) -> Fraction | None:
    """Count the entries, in the group likelier to enter, above those at the likelihood of the other group.

    Of BME staff where the ratio is 1 or more, of white staff where it is less; None where it is not calculable.
    """
    ratio = relative_likelihood(white_headcount, bme_headcount, white_entered, bme_entered)
    if ratio is None:
        return None
    if ratio >= 1:
        return Fraction(bme_entered) - Fraction(bme_headcount) * Fraction(white_entered) / Fraction(white_headcount)
    return Fraction(white_entered) - Fraction(white_headcount) * Fraction(bme_entered) / Fraction(bme_headcount)


def excess(
    white_headcount: Count, bme_headcount: Count, white_entered: Count, bme_entered: Count
) -> tuple[ExcessGroup, int] | None:
    """Give the group likelier to enter and the fewest entries fewer in it that take the ratio to the range.

    ("none", 0) within the range; None where the ratio is not calculable.
    """
    band = four_fifths_band(white_headcount, bme_headcount, white_entered, bme_entered)
    if band == "not_calculable":
        return None
    if band == "above":
        edge = Fraction(5, 4) * Fraction(white_entered) * Fraction(bme_headcount) / Fraction(white_headcount)
        return "bme", ceil(Fraction(bme_entered) - edge)
    if band == "below":
        edge = Fraction(5, 4) * Fraction(bme_entered) * Fraction(white_headcount) / Fraction(bme_headcount)
        return "white", ceil(Fraction(white_entered) - edge)
    return "none", 0


def reliability(
    white_headcount: Count, bme_headcount: Count, white_entered: Count, bme_entered: Count, window: Window
) -> Reliability:
    """Say by rule reliability/1 whether a ratio rests on enough events: those of both years in a two-year average."""
    if relative_likelihood(white_headcount, bme_headcount, white_entered, bme_entered) is None:
        return "not_judged"
    events = (Fraction(white_entered) + Fraction(bme_entered)) * (2 if window == "two_year_average" else 1)
    staff = Fraction(white_headcount) + Fraction(bme_headcount)
    expected = events * Fraction(min(white_headcount, bme_headcount)) / staff
    return "not_judged" if expected < 3 else "low" if expected < 20 else "reliable"


def round_half_away(value: Fraction, places: int) -> Decimal:
    """Return an exact fraction to so many decimal places, halves away from zero."""
    units, remainder = divmod(abs(value) * 10**places, 1)
    units += remainder >= Fraction(1, 2)
    return Decimal(f"{int(units) if value >= 0 else -int(units)}E-{places}")  # text, for arithmetic rounds to 28 digits


def window_entries(figures: Figures, window: Window, groups: Iterable[str]) -> dict[str, Fraction | None]:
    """Return the entries of each ethnic group by the window: this year's, or the mean of this and last year's.

    A group is None where a figure that the window needs is not in `figures`.
    """
    items = (ENTERED,) if window == "single_year" else (ENTERED, ENTERED_PREVIOUS_YEAR)
    sums = {group: _sum(figures, items, group) for group in groups}
    return {group: None if total is None else total / len(items) for group, total in sums.items()}


def group_counts(figures: Figures, template: Template) -> dict[str, GroupCount]:
    """Return staff and entries of each ethnic group as the indicator takes them, by the template's items and window."""
    workforce = tuple(item.code for item in template.items if item.in_total)
    entered = window_entries(figures, template.window, template.ethnic_groups)
    return {group: GroupCount(_sum(figures, workforce, group), entered[group]) for group in template.ethnic_groups}


def _sum(figures: Figures, items: tuple[str, ...], group: str) -> Fraction | None:
    """Add up an item's figures exactly; None where one is missing."""
    values = [figures.get((item, group)) for item in items]
    if None in values:
        return None
    # Decimals add up as exactly as fractions do, and much faster.
    with localcontext(Context(prec=_EXACT, traps=[Inexact])):
        try:
            return Fraction(sum((value for value in values if value is not None), Decimal()))
        except Inexact:
            return sum((Fraction(value) for value in values if value is not None), Fraction())
