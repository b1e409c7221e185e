"""The exact tables as disclosure control needs them: rows, windows and policies of each year, who adds up to what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.collection.calendar import load_year
from pipeline.collection.disclosure import DisclosurePolicy
from pipeline.errors import WresError
from pipeline.publication.disclosure.pools import pools_of
from pipeline.publication.disclosure.printed import COUNTS, Count, grains_of, left_open, protected_count
from pipeline.publication.disclosure.standing import segments_of
from pipeline.publication.disclosure.system import Integers, Segment
from pipeline.publication.disclosure.totals import Members, Rows, Totals, totals_of

if TYPE_CHECKING:
    import pyarrow as pa

COUNTED = (
    "national",
    "region",
    "organisation_type",
    "organisation",
    "comparison",
    "organisation_change",
    "organisation_series",
)


@dataclass(frozen=True)
class Exact:
    """All exact figures of a release, by table, and each year's policy."""

    rows: Rows
    policies: Mapping[int, DisclosurePolicy]
    _numbers: dict[Members, Integers] = field(default_factory=dict)
    _left_open: dict[tuple[int, str], tuple[Integers, Integers]] = field(default_factory=dict)
    _segments: dict[tuple[int, str, str, int | None], list[Segment]] = field(default_factory=dict)

    @cached_property
    def organisations(self) -> dict[int, dict[str, dict[str, Any]]]:
        """The rows of the table `organisation` by year and code, in the order of their codes."""
        found: dict[int, dict[str, dict[str, Any]]] = {}
        for row in sorted(self.rows["organisation"], key=lambda row: (row["collection_year"], row["code"])):
            found.setdefault(row["collection_year"], {})[row["code"]] = row
        return found

    @cached_property
    def pools(self) -> dict[tuple[int, str], frozenset[str]]:
        """Whose counts of the year before make up each compared organisation's."""
        return pools_of(self.rows["organisation"], self.rows["organisation_change"])

    @cached_property
    def totals(self) -> Totals:
        """Every total that the tables state."""
        return totals_of(self.rows, self.pools)

    @cached_property
    def totalled(self) -> dict[Members, dict[str, Count]]:
        """The exact totals of organisations, by column."""
        return {
            members: {
                column: sum((self.count(members.year, code, column) for code in members.codes), 0) for column in COUNTS
            }
            for members in self.totals.kinds
        }

    def numbers(self, members: Members) -> Integers:
        """The organisations of a total, by their numbers in `organisations`."""
        if members not in self._numbers:
            number = {code: at for at, code in enumerate(self.organisations[members.year])}
            self._numbers[members] = np.array(sorted(number[code] for code in members.codes), np.int64)
        return self._numbers[members]

    def window(self, year: int) -> str:
        """The window of a year."""
        return str(next(iter(self.organisations[year].values()))["window"])

    def small(self, year: int) -> int:
        """White and BME entries together below this are small."""
        return int(load_year(year).thresholds["small_numbers_entries"])

    def count(self, year: int, code: str, column: str) -> Count:
        """One organisation's exact count."""
        value: Count = self.organisations[year][code][column]
        return value

    def printed(self, year: int, code: str, column: str) -> Count | None:
        """One organisation's count as the policy has it printed; None where it is held back."""
        return self._printed[year][code][column]

    @cached_property
    def _printed(self) -> dict[int, dict[str, dict[str, Count | None]]]:
        return {
            year: {
                code: {column: protected_count(row[column], self.policies[year]) for column in COUNTS}
                for code, row in rows.items()
            }
            for year, rows in self.organisations.items()
        }

    def left_open(self, year: int, column: str) -> tuple[Integers, Integers]:
        """The least and the greatest count, in grains, that the printed ones of all organisations stand for."""
        if (year, column) not in self._left_open:
            policy, grains = self.policies[year], grains_of(column, self.window(year))
            ends = [left_open(self.printed(year, code, column), policy, grains) for code in self.organisations[year]]
            low, high = np.array(ends).T
            self._left_open[year, column] = low, high
        return self._left_open[year, column]

    def all_printed(self, year: int, code: str) -> tuple[Count | None, ...]:
        """One organisation's counts as they are printed, in the order of `COUNTS`."""
        return tuple(self.printed(year, code, column) for column in COUNTS)

    def segments(self, year: int, column: str, code: str, other: int | None = None) -> list[Segment]:
        """Where an organisation stands in the goals as one count varies; the other is true, or so many grains."""
        key = year, column, code, other
        if key not in self._segments:
            row = self.organisations[year][code]
            grains = grains_of(column, row["window"])
            ends = left_open(self.printed(year, code, column), self.policies[year], grains)
            self._segments[key] = segments_of(row, column, *ends, self.small(year), other)
        return self._segments[key]


def exact_figures(tables: Mapping[str, "pa.Table"], policies: Mapping[int, DisclosurePolicy]) -> Exact:
    """The exact figures of the tables of a release.

    Raises:
        WresError: a year without a policy.
        ValueError: a total is not the sum of its organisations, so that nobody could say what it gives away.
    """
    exact = Exact({name: tables[name].to_pylist() for name in (*COUNTED, "goals")}, policies)
    if without := sorted(exact.organisations.keys() - policies.keys()):
        raise WresError(f"There is no disclosure policy for {without[0]}: state one in the year's file.")
    for place, members in exact.totals.places.items():
        row = exact.rows[place.table][place.row]
        for column in COUNTS:
            if row[place.side + column] != exact.totalled[members][column]:
                raise ValueError(
                    f"In table {place.table}, {place.side}{column} of {row['name']}, {row['collection_year']}, is not "
                    "the sum of its organisations."
                )
    return exact
