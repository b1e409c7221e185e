"""Read the counts that editions published before state of the same years, and which organisations differ in them.

An attacker lays the editions side by side. An organisation whose printed counts are all the same is taken not to have
been revised; what then remains of a difference between two national figures lies with the others.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from wres.disclosure.primary_suppression import COARSER, COUNTS, Count, feasibility_interval, rounded_from
from wres.disclosure.problem import Marginal, Predecessors, Rows, Totals, marginals_of
from wres.reference.year_tables import DisclosurePolicy

if TYPE_CHECKING:
    import pyarrow as pa

_TABLES = ("national", "region", "organisation_type", "organisation", "comparison", "organisation_change", "goals")
_NUMBERS = ("below", "within", "above", "not_calculable", "small_organisations", "share_within_adjusted_percent")
Numbers = Mapping[str, Any]
Printed = tuple[Count | None, ...]


@dataclass(frozen=True, slots=True)
class PublishedEdition:
    """The tables of an edition as it was published, and which national counts it says that it rounded.

    Each of `rounded` is a year, an organisation group and a column of the table `national`.
    """

    tables: Mapping[str, "pa.Table"]
    rounded: Collection[tuple[int, str, str]] = ()


@dataclass(frozen=True)
class Earlier:
    """An edition as it was published; `rounded` are the national totals that it says that it rounded."""

    rows: Rows
    totals: Totals
    rounded: Collection[tuple[Marginal, str]] = ()

    @cached_property
    def counts(self) -> dict[int, dict[str, Printed]]:
        """Return the printed counts of each organisation, in the order of `COUNTS`, by year and code."""
        printed_by_year: dict[int, dict[str, Printed]] = {}
        for row in self.rows["organisation"]:
            printed_by_year.setdefault(row["collection_year"], {})[row["code"]] = tuple(
                row[column] for column in COUNTS
            )
        return printed_by_year

    @cached_property
    def _stated(self) -> dict[tuple[int, str], dict[Marginal, Count]]:
        counts: dict[tuple[int, str], dict[Marginal, Count]] = {}
        for place, members in self.totals.places.items():
            row = self.rows[place.table][place.row]
            for column in COUNTS:
                if (shown := row[place.side + column]) is not None:
                    counts.setdefault((members.year, column), {})[members] = shown
        return counts

    def stated(self, year: int, column: str) -> dict[Marginal, Count]:
        """Return the totals of a year that it printed."""
        return self._stated.get((year, column), {})

    def prints_same_counts(self, other: "Earlier", year: int, column: str) -> bool:
        """Return whether another edition prints the same counts of a year, and the same totals of a column."""
        return (
            self.counts.get(year) == other.counts.get(year)
            and self.stated(year, column) == other.stated(year, column)
            and self._rounded_of(year, column) == other._rounded_of(year, column)
        )

    def _rounded_of(self, year: int, column: str) -> set[Marginal]:
        """Return the totals of a column in a year that it says that it rounded."""
        return {members for members, rounded in self.rounded if (members.year, rounded) == (year, column)}

    def goals(self, year: int) -> dict[str, Numbers]:
        """Return the numbers of organisations in the goals of a year, by organisation group; not of suppressed rows."""
        return {
            row["organisation_group"]: {name: row[name] for name in _NUMBERS}
            for row in self.rows["goals"]
            if row["collection_year"] == year and row["below"] is not None
        }


def earlier_edition(edition: PublishedEdition, predecessors: Predecessors) -> Earlier:
    """Read an edition from its official tables.

    Args:
        predecessors: who made up each organisation's last year, as the new edition has it.
    """
    tables = edition.tables
    rows = {name: tables[name].to_pylist() if name in tables else [] for name in _TABLES}
    totals = marginals_of(rows, predecessors)
    rounded = {
        (members, column)
        for place, members in totals.places.items()
        for year, group, column in edition.rounded
        if place.table == "national"
        and (members.year, rows["national"][place.row]["organisation_group"]) == (year, group)
    }
    return Earlier(rows, totals, frozenset(rounded))


def count_bounds(shown: Count | None, policy: DisclosurePolicy, units: int) -> tuple[int, int]:
    """Return the bounds of `feasibility_interval`; a small count that an edition printed without control is known."""
    if shown and shown <= policy.threshold:
        return int(shown * units), int(shown * units)
    return feasibility_interval(shown, policy, units)


def total_bounds(
    shown: Count, members: Marginal, policy: DisclosurePolicy, units: int, *, exact: bool
) -> tuple[int, int]:
    """Return the least and the greatest total, in units, behind one that an edition printed.

    Args:
        exact: whether a nation's total is read as it stands, or as one that was rounded since it had to be.
    """
    if members.reach == "below":
        return count_bounds(shown, policy, units)
    if (members.reach == "nation" and exact) or shown % (COARSER * policy.rounding):
        return int(shown * units), int(shown * units)
    return rounded_from(int(shown), COARSER * policy.rounding, units)
