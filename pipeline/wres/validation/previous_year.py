"""The accepted figures of the year before, pooled through mergers: what a return is compared with."""

from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Engine

from wres.database.corrected_figures import apply_valid_corrections
from wres.database.organisations import current_organisations, current_successions
from wres.reference.register import drop_new_organisations, predecessor_groups, predecessors_of
from wres.reference.year_config import CollectionYear, configured_years, load_year
from wres.returns.indicator_math import group_counts
from wres.returns.template_spec import load_template
from wres.settings import Settings

Figures = dict[tuple[str, str], Decimal]


class PreviousYear:
    """The accepted figures of the year before, as the national team corrected them, pooled through mergers."""

    def __init__(self, settings: Settings, engine: Engine, calendar: CollectionYear) -> None:
        self._calendar = load_year(calendar.year - 1) if calendar.year - 1 in configured_years() else None
        self._standing: dict[str, Figures] = (
            apply_valid_corrections(settings, engine, self._calendar) if self._calendar else {}
        )
        self._this_year = calendar
        self._successions = current_successions(engine)
        self._opened = {row["code"]: row["opened"] for row in current_organisations(engine)}
        self._pools = predecessor_groups(self._successions, self._opened, calendar.year)

    def figures(self, code: str) -> Figures | None:
        """An organisation's figures of last year; None unless each organisation that went into it sent a return."""
        if not self._standing:
            return None
        pool = self._pools.get(code) or predecessors_of(self._successions, code, self._this_year.year)
        parts = [self._standing.get(part) for part in drop_new_organisations(pool, self._opened, self._this_year)]
        pooled: Figures = {}
        for part in parts:
            if part is None:
                return None
            for cell, value in part.items():
                pooled[cell] = pooled.get(cell, Decimal(0)) + value
        return pooled or None

    def national_rate(self) -> Fraction | None:
        """Last year's entries of all groups over its staff, from all standing returns."""
        if self._calendar is None or not self._standing:
            return None
        template = load_template(self._calendar.template_version)
        counts = [count for figures in self._standing.values() for count in group_counts(figures, template).values()]
        staff = sum((count.headcount or Fraction(0) for count in counts), Fraction(0))
        entered = sum((count.entered or Fraction(0) for count in counts), Fraction(0))
        return entered / staff if staff else None
