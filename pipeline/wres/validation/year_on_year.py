"""Each return's counts beside last year's, exact, for the edits that compare the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR, relative_likelihood
from wres.returns.parsed_return import ETHNIC_GROUPS
from wres.returns.template_spec import Template
from wres.validation.batch import Batch
from wres.validation.figure_frames import FigureArray


@dataclass(frozen=True, slots=True)
class Counts:
    """Staff and entries (by the window) of each ethnic group; None where a figure cannot be used."""

    headcount: dict[str, Fraction | None]
    entered: dict[str, Fraction | None]

    def staff(self) -> Fraction | None:
        """All staff; None where a group's are not known."""
        return _total(self.headcount)

    def entries(self) -> Fraction | None:
        """All entries; None where a group's are not known."""
        return _total(self.entered)

    def known(self) -> bool:
        """Whether every group's staff and entries are known."""
        return self.staff() is not None and self.entries() is not None

    def percent(self, group: str) -> Fraction | None:
        """The percentage of all staff that a group is; None where that cannot be known or there is no staff."""
        staff, part = self.staff(), self.headcount[group]
        return 100 * part / staff if staff and part is not None else None

    def ratio(self) -> Fraction | None:
        """The relative likelihood; None where it is not calculable or a figure cannot be used."""
        four = (self.headcount["white"], self.headcount["bme"], self.entered["white"], self.entered["bme"])
        known = [value for value in four if value is not None]
        return relative_likelihood(*known) if len(known) == len(four) else None


@dataclass(frozen=True, slots=True)
class YearOnYear:
    """One return's counts and last year's; how many required figures differ between them (None: cannot be told)."""

    now: Counts
    before: Counts
    has_before: bool
    differ: int | None


def year_on_year(batch: Batch, amounts: FigureArray, doubtful: Mapping[str, np.ndarray]) -> list[YearOnYear]:
    """The counts of each return of the batch, in its order.

    Args:
        batch: the returns.
        amounts: their usable figures.
        doubtful: `staff` and `entered`, each a bool array, returns by groups: what the values stage found not to agree.
    """
    last = _last_year(batch)
    staff = np.where(doubtful["staff"], np.nan, amounts.staff())
    entered = np.where(doubtful["entered"], np.nan, _entered(amounts, batch.template))
    last_staff, last_entered = last.staff(), _entered(last, batch.template)
    shared, differ = _compare(amounts, last)
    return [
        YearOnYear(
            now=Counts(_exact(staff[number]), _exact(entered[number])),
            before=Counts(_exact(last_staff[number]), _exact(last_entered[number])),
            has_before=bool(shared[number]),
            differ=None if np.isnan(differ[number]) else int(differ[number]),
        )
        for number in range(len(batch.submissions))
    ]


def _last_year(batch: Batch) -> FigureArray:
    """Last year's figures of each return, by this year's items."""
    cells = batch.template.cells()
    rows = [
        [float((submission.last_year or {}).get(cell, "nan")) for cell in cells] for submission in batch.submissions
    ]
    array = np.array(rows).reshape(len(rows), -1, len(ETHNIC_GROUPS))
    return FigureArray(array, batch.template)


def _entered(amounts: FigureArray, template: Template) -> np.ndarray:
    """Entries by the template's window; where the year before was not asked for, those of the year alone."""
    entered, before = amounts.of(ENTERED), amounts.of(ENTERED_PREVIOUS_YEAR)
    if template.window == "single_year":
        return entered
    return np.where(np.isnan(before).all(axis=1, keepdims=True), entered, (entered + before) / 2)


def _compare(amounts: FigureArray, last: FigureArray) -> tuple[np.ndarray, np.ndarray]:
    """How many required figures each return shares with last year, how many differ (NaN: one is unusable)."""
    required = [number for number, item in enumerate(amounts.template.items) if item.required]
    now, before = amounts.array[:, required], last.array[:, required]
    shared = ~np.isnan(before)
    differ = (shared & (now != before)).sum(axis=(1, 2)).astype(float)
    differ[np.isnan(now).any(axis=(1, 2))] = np.nan
    return shared.sum(axis=(1, 2)), differ


def _exact(values: np.ndarray) -> dict[str, Fraction | None]:
    """Floats that are multiples of a quarter, as fractions by group."""
    return {
        group: None if np.isnan(value) else Fraction(float(value))
        for group, value in zip(ETHNIC_GROUPS, values, strict=True)
    }


def _total(parts: Mapping[str, Fraction | None]) -> Fraction | None:
    known = [part for part in parts.values() if part is not None]
    return sum(known, Fraction()) if len(known) == len(parts) else None
