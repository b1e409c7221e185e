"""Each return's counts beside those of the years before, for the edits that compare them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from wres.array_types import Floats
from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR, relative_likelihood
from wres.returns.template_spec import Comparison, Template
from wres.validation.batch import Batch
from wres.validation.changes import ComparisonBasis
from wres.validation.figure_frames import FigureArray
from wres.validation.usual_changes import UNKNOWN_REGION, RegionEntries, YearCounts, group_positions

Figures = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """Staff and entries (by the window) of each ethnic group; None where a figure cannot be used."""

    headcount: dict[str, Fraction | None]
    entered: dict[str, Fraction | None]
    compared: Comparison

    def known(self) -> bool:
        """Return whether every group's staff and entries are known."""
        return None not in (*self.headcount.values(), *self.entered.values())

    def ratio(self) -> Fraction | None:
        """Return the relative likelihood; None where it is not calculable or a figure cannot be used."""
        groups = (self.compared.comparator, self.compared.ethnic_group)
        four = [counts[group] for counts in (self.headcount, self.entered) for group in groups]
        known = [value for value in four if value is not None]
        return relative_likelihood(*known) if len(known) == len(four) else None


def window_counts(batch: Batch, amounts: FigureArray, doubtful: Mapping[str, np.ndarray]) -> list[WindowCounts]:
    """Return the exact counts of each return of the batch by the year's window, in its order.

    Args:
        batch: the returns.
        amounts: their usable figures.
        doubtful: `staff` and `entered`, each a bool array, returns by groups: what the values stage found not to agree.
    """
    staff = np.where(doubtful["staff"], np.nan, amounts.staff())
    entered = np.where(doubtful["entered"], np.nan, _window_entries(amounts, batch.template))
    groups, compared = batch.template.ethnic_groups, batch.template.comparison()
    return [
        WindowCounts(_to_fractions(staff[number], groups), _to_fractions(entered[number], groups), compared)
        for number in range(len(batch.submissions))
    ]


def _window_entries(amounts: FigureArray, template: Template) -> Floats:
    """Return entries by the template's window; of the year alone where the year before was not asked for."""
    entered, before = amounts.of(ENTERED), amounts.of(ENTERED_PREVIOUS_YEAR)
    if template.window == "single_year":
        return entered
    return np.where(np.isnan(before).all(axis=1, keepdims=True), entered, (entered + before) / 2)


def _to_fractions(values: Floats, groups: Sequence[str]) -> dict[str, Fraction | None]:
    """Convert floats that are multiples of a quarter to fractions by group."""
    return {
        group: None if np.isnan(value) else Fraction(float(value)) for group, value in zip(groups, values, strict=True)
    }


def year_counts(amounts: FigureArray, doubtful: Mapping[str, np.ndarray] | None = None) -> YearCounts:
    """Return the counts of many returns; entries are unknown where a half says that two years were averaged."""
    summands = [number for number, item in enumerate(amounts.template.items) if item.in_total]
    cells, entered = amounts.array[:, summands], amounts.of(ENTERED)
    entered = np.where(entered % 1 == 0, entered, np.nan)
    if doubtful is not None:
        cells = np.where(doubtful["staff"][:, None, :], np.nan, cells)
        entered = np.where(doubtful["entered"], np.nan, entered)
    return YearCounts(cells, entered, group_positions(amounts.template))


def figure_array(figures: Sequence[Figures | None], template: Template) -> FigureArray:
    """Build an array of the figures of many returns by a template's items; NaN where there is none."""
    cells = template.cells()
    rows = [[float((known or {}).get(cell, "nan")) for cell in cells] for known in figures]
    return FigureArray(
        np.array(rows, float).reshape(len(rows), len(template.items), len(template.ethnic_groups)), template
    )


def comparison(batch: Batch, last_year: YearCounts) -> ComparisonBasis:
    """Return the counts, changes and limits that the returns of a batch are compared with."""
    pooled_staff, pooled_entered = last_year.staff, last_year.entered
    for back in range(max((len(submission.earlier) for submission in batch.submissions), default=0)):
        figures = [
            submission.earlier[back] if back < len(submission.earlier) else None for submission in batch.submissions
        ]
        year = year_counts(figure_array(figures, batch.template))
        known = np.isfinite(year.staff).all(axis=1, keepdims=True) & np.isfinite(year.entered).all(
            axis=1, keepdims=True
        )
        pooled_staff = pooled_staff + np.where(known, year.staff, 0)
        pooled_entered = pooled_entered + np.where(known, year.entered, 0)
    regions = RegionEntries.of_rows(
        [batch.regions.get(submission.sender, UNKNOWN_REGION) for submission in batch.submissions]
    )
    rate = batch.last_year_national_rate
    return ComparisonBasis(
        last_year,
        pooled_staff,
        pooled_entered,
        batch.usual,
        regions,
        np.nan if rate is None else float(rate),
        batch.year.thresholds,
    )
