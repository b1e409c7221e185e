"""The accepted figures of the years before, pooled through mergers: what a return is compared with."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
from sqlalchemy import Engine

from wres.database.corrected_figures import apply_valid_corrections
from wres.database.organisations import current_organisations, current_successions
from wres.reference.register import drop_new_organisations, predecessor_groups, predecessors_of
from wres.reference.year_config import CollectionYear, load_year_before
from wres.returns.indicator_math import group_counts
from wres.returns.template_spec import load_template
from wres.settings import Settings
from wres.validation.usual_changes import UsualChanges, assumed_changes, estimate_changes
from wres.validation.year_on_year import figure_array, year_counts

Figures = dict[tuple[str, str], Decimal]

_YEARS_POOLED = 3


class PreviousYear:
    """The accepted figures of the years before, as the national team corrected them, pooled through mergers."""

    def __init__(self, settings: Settings, engine: Engine, calendar: CollectionYear) -> None:
        self._this_year, self._calendars = calendar, _years_before(calendar, settings.years)
        self._figures_by_year = [apply_valid_corrections(settings, engine, earlier) for earlier in self._calendars]
        self._successions = current_successions(engine)
        organisations = current_organisations(engine)
        self._opened = {row["code"]: row["opened"] for row in organisations}
        self._region = {row["code"]: row["region_code"] for row in organisations}
        self._pools = [
            predecessor_groups(self._successions, self._opened, year)
            for year in self._years()[: len(self._figures_by_year)]
        ]

    def _years(self) -> list[CollectionYear]:
        """Return this year and the years before it, the latest first."""
        return [self._this_year, *self._calendars]

    def figures(self, code: str) -> Figures | None:
        """Return an organisation's figures of last year; None unless each that it was made of sent a return."""
        return self._figures([code], 0, 1)

    def earlier(self, code: str) -> list[Figures]:
        """Return an organisation's figures of up to two years before last, the later first, until one is unknown."""
        years: list[Figures] = []
        for back in range(2, len(self._figures_by_year) + 1):
            figures = self._figures([code], 0, back)
            if figures is None:
                break
            years.append(figures)
        return years

    def _figures(self, codes: Iterable[str], start: int, back: int) -> Figures | None:
        """Pool the figures of organisations of one year so many years before it; `start` 0 is this year."""
        for step in range(start, start + back):
            if step >= len(self._figures_by_year) or not self._figures_by_year[step]:
                return None
            codes = {member for code in codes for member in self._pool(code, step)}
        return _pooled([self._figures_by_year[start + back - 1].get(code) for code in codes])

    def _pool(self, code: str, step: int) -> list[str]:
        """Return the organisations of a year that an organisation was made of."""
        year = self._years()[step]
        pool = self._pools[step].get(code) or predecessors_of(self._successions, code, year)
        return drop_new_organisations(pool, self._opened, year)

    def national_rate(self) -> Fraction | None:
        """Return last year's entries of all groups over its staff, from all standing returns."""
        if not self._figures_by_year or not self._figures_by_year[0]:
            return None
        template = load_template(self._calendars[0].template_version)
        counts = [
            count for figures in self._figures_by_year[0].values() for count in group_counts(figures, template).values()
        ]
        staff = sum((count.headcount or Fraction(0) for count in counts), Fraction(0))
        entered = sum((count.entered or Fraction(0) for count in counts), Fraction(0))
        return entered / staff if staff else None

    def usual_changes(self) -> UsualChanges:
        """Estimate how organisations changed from the year before last to last year, by their accepted returns."""
        limits = self._this_year.thresholds
        if len(self._figures_by_year) < 2:
            return assumed_changes(limits)
        codes = sorted(self._figures_by_year[0])
        template = load_template(self._calendars[0].template_version)
        now, before = (
            year_counts(figure_array(figures, template))
            for figures in (
                [self._figures_by_year[0][code] for code in codes],
                [self._figures([code], 1, 1) for code in codes],
            )
        )
        return estimate_changes(now, before, limits, (self._calendars[1].year, self._calendars[0].year))

    def region_entries(self) -> dict[str, tuple[float, ...]]:
        """Return last year's entries in the region of each organisation that is in one; see `RegionEntries`."""
        if not self._figures_by_year or not self._figures_by_year[0]:
            return {}
        codes = [code for code in self._figures_by_year[0] if self._region.get(code)]
        template = load_template(self._calendars[0].template_version)
        counts = year_counts(figure_array([self._figures_by_year[0][code] for code in codes], template))
        entered = np.nan_to_num(counts.entered)
        comparator, compared, _ = counts.positions
        rows = [entered[:, comparator], entered[:, compared], entered.sum(axis=1)]
        of_region: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(rows)))
        for code, row in zip(codes, np.stack(rows, axis=1), strict=True):
            of_region[self._region[code]] = of_region[self._region[code]] + row
        return {code: tuple(of_region[region].tolist()) for code, region in self._region.items() if region in of_region}


def _years_before(calendar: CollectionYear, folder: Path | None) -> list[CollectionYear]:
    """Return up to three configured years before one, the latest first, without a gap."""
    calendars: list[CollectionYear] = []
    year = load_year_before(calendar, folder)
    while year is not None and len(calendars) < _YEARS_POOLED:
        calendars.append(year)
        year = load_year_before(year, folder)
    return calendars


def _pooled(parts: list[Figures | None]) -> Figures | None:
    """Add the figures of organisations; None where there are none, or one has none."""
    pooled: Figures = {}
    for part in parts:
        if part is None:
            return None
        for cell, value in part.items():
            pooled[cell] = pooled.get(cell, Decimal(0)) + value
    return pooled or None
