"""The accepted figures of the year before, pooled through mergers: what a return is compared with."""

from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Engine

from pipeline.collection.calendar import CollectionYear, known_years, load_year
from pipeline.collection.register import last_year_codes, last_year_pools, with_last_year
from pipeline.registry.corrected import figures_with_corrections_that_hold
from pipeline.registry.organisations import organisations_in_force, successions_in_force
from pipeline.returns.measures import group_counts
from pipeline.returns.specification import load_template

Figures = dict[tuple[str, str], Decimal]


class LastYear:
    """The accepted figures of the year before, as the national team corrected them, pooled through mergers."""

    def __init__(self, engine: Engine, calendar: CollectionYear) -> None:
        self._calendar = load_year(calendar.year - 1) if calendar.year - 1 in known_years() else None
        self._standing: dict[str, Figures] = (
            figures_with_corrections_that_hold(engine, self._calendar) if self._calendar else {}
        )
        self._this_year = calendar
        self._successions = successions_in_force(engine)
        self._opened = {row["code"]: row["opened"] for row in organisations_in_force(engine)}
        self._pools = last_year_pools(self._successions, self._opened, calendar.year)

    def figures(self, code: str) -> Figures | None:
        """An organisation's figures of last year; None unless each organisation that went into it sent a return."""
        if not self._standing:
            return None
        pool = self._pools.get(code) or last_year_codes(self._successions, code, self._this_year.year)
        parts = [self._standing.get(part) for part in with_last_year(pool, self._opened, self._this_year)]
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
        counts = [count for one in self._standing.values() for count in group_counts(one, template).values()]
        staff = sum((count.headcount or Fraction(0) for count in counts), Fraction(0))
        entered = sum((count.entered or Fraction(0) for count in counts), Fraction(0))
        return entered / staff if staff else None
