"""The method once more, in plain Python with exact fractions: written from the method's text, not from the SQL.

Rows are dictionaries as `pa.Table.to_pylist` gives them. Slow and simple on purpose.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, Any]

CHI_SQUARED_95 = 3.841458820694124
GROUPS = ("white", "bme", "unknown")


@dataclass(frozen=True)
class Counts:
    """Headcount and entries of white, BME and unknown staff."""

    staff: dict[str, int]
    entered: dict[str, Fraction]
    years: int = 1  # that the entries are the mean of

    @classmethod
    def pooled(cls, parts: "list[Counts]") -> "Counts":
        return cls(
            {group: sum(part.staff[group] for part in parts) for group in GROUPS},
            {group: sum((part.entered[group] for part in parts), Fraction(0)) for group in GROUPS},
            parts[0].years,
        )

    @property
    def events(self) -> dict[str, Fraction]:
        """All entries of the window, of one year or of two."""
        return {group: self.years * entered for group, entered in self.entered.items()}

    @property
    def person_years(self) -> dict[str, int]:
        return {group: self.years * staff for group, staff in self.staff.items()}

    def likelihood(self, *groups: str) -> Fraction | None:
        staff = sum(self.staff[group] for group in groups)
        return sum((self.entered[group] for group in groups), Fraction(0)) / staff if staff else None

    @property
    def reason(self) -> str | None:
        if self.staff["white"] == 0:
            return "no_white_staff"
        if self.staff["bme"] == 0:
            return "no_bme_staff"
        return "no_white_entries" if self.entered["white"] == 0 else None

    @property
    def ratio(self) -> Fraction | None:
        if self.reason:
            return None
        return (self.entered["bme"] / self.staff["bme"]) / (self.entered["white"] / self.staff["white"])


def rounded(value: Fraction | None, places: int) -> Decimal | None:
    """Half away from zero."""
    if value is None:
        return None
    steps = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(steps if value >= 0 else -steps).scaleb(-places)


def standing(ratio: Fraction | None) -> str:
    if ratio is None:
        return "not_calculable"
    if ratio < Fraction(4, 5):
        return "below"
    return "above" if ratio > Fraction(5, 4) else "within"


def excess(counts: Counts) -> tuple[str | None, int | None]:
    """The group that enters more often, and the fewest entries fewer in it; every whole number is tried in turn."""
    if counts.ratio is None:
        return None, None
    place = standing(counts.ratio)
    if place == "within":
        return "none", 0
    group, other = ("bme", "white") if place == "above" else ("white", "bme")
    most = counts.likelihood(other)
    assert most is not None
    fewer = 0
    while (counts.entered[group] - fewer) / counts.staff[group] > Fraction(5, 4) * most:
        fewer += 1
    return group, fewer


def above_parity(counts: Counts) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Entries above parity of the group that enters more often, with the bounds that the ratio's interval gives."""
    if counts.ratio is None:
        return None, None, None
    bme, white = counts.entered["bme"], counts.entered["white"]
    ends = bounds(counts)
    if counts.ratio >= 1:
        gap = bme * (1 - 1 / counts.ratio)
        lower, upper = (None if end is None else bme * (1 - 1 / Fraction(end)) for end in ends)
        return gap, lower, upper
    gap = white * (1 - counts.ratio)
    lower, upper = (None if end is None else white * (1 - Fraction(end)) for end in reversed(ends))
    return gap, lower, upper


def reliability(counts: Counts) -> str:
    """Rule reliability/1, on the events counted: those of both years in a two-year average."""
    if counts.ratio is None:
        return "not_judged"
    events = counts.events["white"] + counts.events["bme"]
    smaller = min(counts.staff["white"], counts.staff["bme"])
    expected = events * Fraction(smaller, counts.staff["white"] + counts.staff["bme"])
    return "not_judged" if expected < 3 else "low" if expected < 20 else "reliable"


def score(ratio: float, x1: float, n1: float, x0: float, n0: float) -> float:
    """Koopman's statistic, as a standardised difference, at an assumed ratio."""
    total = n1 + n0
    half = ratio * (n1 + x0) + n0 + x1
    p0 = 2 * (x1 + x0) / (half + math.sqrt(max(half * half - 4 * ratio * total * (x1 + x0), 0)))
    p1 = min(ratio * p0, 1.0)
    variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - min(p0, 1.0)) / n0
    distance = x1 / n1 - ratio * x0 / n0
    if not distance:  # also where all staff entered: there the variance is 0 too
        return 0.0
    return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance)


def bound(sign: int, x1: float, n1: float, x0: float, n0: float) -> float:
    """Halve a wide span of log ratios until the score there is the normal quantile; sign 1 is the lower bound."""
    low, high = -50.0, 50.0
    for _ in range(100):
        middle = (low + high) / 2
        if score(math.exp(middle), x1, n1, x0, n0) > sign * math.sqrt(CHI_SQUARED_95):
            low = middle
        else:
            high = middle
    return math.exp(low)


def bounds(counts: Counts) -> tuple[float | None, float | None]:
    if counts.ratio is None or any(counts.entered[group] > counts.staff[group] for group in ("white", "bme")):
        return None, None
    figures = [float(part[group]) for group in ("bme", "white") for part in (counts.events, counts.person_years)]
    lower = 0.0 if counts.entered["bme"] == 0 else bound(1, *figures)
    return lower, bound(-1, *figures)


def interval(counts: Counts) -> tuple[Decimal | None, Decimal | None]:
    lower, upper = (None if end is None else rounded(Fraction(end), 2) for end in bounds(counts))
    return lower, upper


def differs_from_equal(counts: Counts) -> bool | None:
    """The interval leaves out 1 just where Pearson's chi-squared test of equal likelihoods rejects."""
    if interval(counts)[0] is None:
        return None
    parts = (counts.events, counts.person_years)
    a, n1, c, n0 = (Fraction(part[group]) for group in ("bme", "white") for part in parts)
    b, d = n1 - a, n0 - c
    if b + d == 0:
        return False
    return (n1 + n0) * (a * d - b * c) ** 2 / (n1 * n0 * (a + c) * (b + d)) > Fraction(CHI_SQUARED_95)


def is_small(counts: Counts, year: Row) -> bool:
    if year["small_numbers_entries"] is None:
        return False
    return bool(counts.entered["white"] + counts.entered["bme"] < year["small_numbers_entries"])


def counts_of(cells: list[Row], year: Row) -> Counts:
    """One return's headcount and entries; which items are staff is what the return's specification says."""
    staff = dict.fromkeys(GROUPS, 0)
    entered = dict.fromkeys(GROUPS, Fraction(0))
    for cell in cells:
        group, item, value = cell["ethnic_group"], cell["item"], Fraction(cell["value"])
        if item.startswith(("workforce.non_clinical.", "workforce.clinical.", "workforce.medical.")):
            if item != "workforce.medical.senior_medical_managers":
                staff[group] += int(value)
        elif item.startswith("disciplinary."):
            entered[group] += value / 2 if year["window"] == "two_year_average" else value
    return Counts(staff, entered, 2 if year["window"] == "two_year_average" else 1)


def latest_of(cells: list[Row], counts: Counts) -> tuple[Counts, bool]:
    """The same staff with the entries of the twelve months alone, and whether a half is among them."""
    latest = [cell for cell in cells if cell["item"] == "disciplinary.entered"]
    entered = {
        group: sum((Fraction(c["value"]) for c in latest if c["ethnic_group"] == group), Fraction(0))
        for group in GROUPS
    }
    return Counts(counts.staff, entered), any(value.denominator > 1 for value in entered.values())
