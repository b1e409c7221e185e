"""Set up the disclosure control problem: exact counts, and the marginals that tables state of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from wres.array_types import Integers
from wres.disclosure.constraints import Segment, segments_of
from wres.disclosure.primary_suppression import COUNTS, Count, apply_rule, feasibility_interval, units_per_person
from wres.errors import WresError
from wres.reference.year_config import load_year
from wres.reference.year_tables import DisclosurePolicy

if TYPE_CHECKING:
    import pyarrow as pa


Rows = Mapping[str, list[dict[str, Any]]]  # by table
# The organisations whose returns of the year before make up an organisation's last year, by year and code.
Predecessors = Mapping[tuple[int, str], frozenset[str]]
Reach = Literal["nation", "part_of_nation", "below"]

# The tables that state totals: what is withheld first when one has to go, and what last.
KINDS = ("comparison", "organisation_type", "region", "national")


@dataclass(frozen=True, slots=True)
class Marginal:
    """The organisations of one year that a total adds up.

    Its reach is the nation, or all of one organisation group of it; the part of these that two years have in common; or
    below it.
    """

    year: int
    codes: frozenset[str]
    reach: Reach


@dataclass(frozen=True, slots=True)
class MarginCell:
    """The place of a total: a table, the number of its row, and the prefix of the columns that hold its counts."""

    table: str
    row: int
    side: str  # "" or "previous_"


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a set of tables; those whose organisations are not known are left out."""

    places: Mapping[MarginCell, Marginal]
    kinds: Mapping[Marginal, str]


def predecessors_in(organisations: "pa.Table") -> Predecessors:
    """Read who makes up each organisation's last year from the warehouse's table of organisations."""
    columns = (organisations[name].to_pylist() for name in ("collection_year", "organisation_code", "last_year_codes"))
    return {(year, code): frozenset(before.split()) for year, code, before in zip(*columns, strict=True)}


def without_mergers(rows: Rows) -> Predecessors:
    """Take each compared organisation that was there the year before as its own predecessor.

    Of one whose last year pools several returns, nothing is known.
    """
    present = {(row["collection_year"], row["code"]) for row in rows["organisation"]}
    return {
        (row["collection_year"], row["code"]): frozenset([row["code"]])
        for row in rows["organisation_change"]
        if row["previous_organisations"] == 1 and (row["collection_year"] - 1, row["code"]) in present
    }


def marginals_of(rows: Rows, predecessors: Predecessors) -> Totals:
    """Return the places of the totals in the tables, and the organisations that each adds up.

    Args:
        rows: of the tables national, region, organisation_type, comparison, organisation and organisation_change.
        predecessors: who makes up each organisation's last year; a total that adds up one without is left out.
    """
    places: dict[MarginCell, Marginal] = {}
    kinds: dict[Marginal, str] = {}
    nations: set[tuple[int, frozenset[str]]] = set()
    for kind, place, year, codes in _stated(rows, predecessors):
        if kind == "national":
            nations.add((year, codes))
        level = rows[place.table][place.row]["level"]
        reach: Reach = "below" if level != "national" else "nation" if (year, codes) in nations else "part_of_nation"
        places[place] = members = Marginal(year, codes, reach)
        kinds[members] = max(kind, kinds.get(members, kind), key=KINDS.index)
    return Totals(places, kinds)


def _stated(rows: Rows, predecessors: Predecessors) -> Iterator[tuple[str, MarginCell, int, frozenset[str]]]:
    """Yield each row above organisations that states counts: table, cell, year, organisations in it."""
    returned = _members(rows["organisation"], {(row["collection_year"], row["code"]) for row in rows["organisation"]})
    for table in ("national", "region", "organisation_type"):
        for number, row in enumerate(rows[table]):
            yield table, MarginCell(table, number, ""), row["collection_year"], returned[_key(row)]
    compared = {(row["collection_year"], row["code"]) for row in rows["organisation_change"]}
    matched = _members(rows["organisation"], compared)
    for number, row in enumerate(rows["comparison"]):
        year, codes = row["collection_year"], matched[_key(row)]
        yield "comparison", MarginCell("comparison", number, ""), year, codes
        if all((year, code) in predecessors for code in codes):
            earlier = frozenset[str]().union(*(predecessors[year, code] for code in codes))
            yield "comparison", MarginCell("comparison", number, "previous_"), year - 1, earlier


def _members(
    organisations: list[dict[str, Any]], counted: Collection[tuple[int, str]]
) -> Mapping[tuple[Any, ...], frozenset[str]]:
    """Return the organisations counted in each pooled row, by year, level, code and organisation group."""
    sets: defaultdict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in organisations:
        year, code = row["collection_year"], row["code"]
        if (year, code) not in counted:
            continue
        for group in (row["organisation_group"], "all"):
            sets[year, "national", group].add(code)
            sets[year, "region", row["region_code"] or "unknown", group].add(code)
            sets[year, "organisation_type", row["organisation_type"] or "unknown", group].add(code)
    return defaultdict(frozenset, {key: frozenset(codes) for key, codes in sets.items()})


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    place = () if row["level"] == "national" else (row["code"],)
    return (row["collection_year"], row["level"], *place, row["organisation_group"])


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
class SdcProblem:
    """The exact figures of a release by table, each year's policy, and the organisations that make up a last year."""

    rows: Rows
    policies: Mapping[int, DisclosurePolicy]
    predecessors: Predecessors
    years_folder: Path | None = None  # a folder of further years' files, as `load_year` takes it
    _numbers: dict[Marginal, Integers] = field(default_factory=dict)
    _feasible_bounds: dict[tuple[int, str], tuple[Integers, Integers]] = field(default_factory=dict)
    _segments: dict[tuple[int, str, str, int | None], list[Segment]] = field(default_factory=dict)

    @cached_property
    def organisations(self) -> dict[int, dict[str, dict[str, Any]]]:
        """Return the rows of the table `organisation` by year and code, in the order of their codes."""
        levels: dict[int, dict[str, dict[str, Any]]] = {}
        for row in sorted(self.rows["organisation"], key=lambda row: (row["collection_year"], row["code"])):
            levels.setdefault(row["collection_year"], {})[row["code"]] = row
        return levels

    @cached_property
    def totals(self) -> Totals:
        """Return every total that the tables state."""
        return marginals_of(self.rows, self.predecessors)

    @cached_property
    def exact_marginals(self) -> dict[Marginal, dict[str, Count]]:
        """Return the exact totals of organisations, by column."""
        return {
            members: {
                column: sum((self.count(members.year, code, column) for code in members.codes), 0) for column in COUNTS
            }
            for members in self.totals.kinds
        }

    def numbers(self, members: Marginal) -> Integers:
        """Return the organisations of a total, by their numbers in `organisations`."""
        if members not in self._numbers:
            number = {code: index for index, code in enumerate(self.organisations[members.year])}
            self._numbers[members] = np.array(sorted(number[code] for code in members.codes), np.int64)
        return self._numbers[members]

    def window(self, year: int) -> str:
        """Return the window of a year."""
        return str(next(iter(self.organisations[year].values()))["window"])

    def small(self, year: int) -> int:
        """Return the entries of both groups compared below which a row is small; 0 where the year has no such rule."""
        return int(load_year(year, self.years_folder).thresholds.get("small_numbers_entries", 0))

    def count(self, year: int, code: str, column: str) -> Count:
        """Return an organisation's exact count."""
        value: Count = self.organisations[year][code][column]
        return value

    def printed(self, year: int, code: str, column: str) -> Count | None:
        """Return an organisation's count as the policy prints it; None where it is suppressed."""
        return self._printed[year][code][column]

    @cached_property
    def _printed(self) -> dict[int, dict[str, dict[str, Count | None]]]:
        return {
            year: {
                code: {column: apply_rule(row[column], self.policies[year]) for column in COUNTS}
                for code, row in rows.items()
            }
            for year, rows in self.organisations.items()
        }

    def feasible_bounds(self, year: int, column: str) -> tuple[Integers, Integers]:
        """Return the least and the greatest count, in units, behind the printed ones of all organisations."""
        if (year, column) not in self._feasible_bounds:
            policy, units = self.policies[year], units_per_person(column, self.window(year))
            ends = [
                feasibility_interval(self.printed(year, code, column), policy, units)
                for code in self.organisations[year]
            ]
            low, high = np.array(ends).T
            self._feasible_bounds[year, column] = low, high
        return self._feasible_bounds[year, column]

    def all_printed(self, year: int, code: str) -> tuple[Count | None, ...]:
        """Return an organisation's counts as they are printed, in the order of `COUNTS`."""
        return tuple(self.printed(year, code, column) for column in COUNTS)

    def segments(self, year: int, column: str, code: str, other: int | None = None) -> list[Segment]:
        """Return an organisation's segments as one count varies; the other is exact, or so many units."""
        key = year, column, code, other
        if key not in self._segments:
            row = self.organisations[year][code]
            units = units_per_person(column, row["window"])
            ends = feasibility_interval(self.printed(year, code, column), self.policies[year], units)
            self._segments[key] = segments_of(row, column, *ends, self.small(year), other)
        return self._segments[key]


def sdc_problem(
    tables: Mapping[str, "pa.Table"],
    policies: Mapping[int, DisclosurePolicy],
    predecessors: Predecessors | None = None,
    years_folder: Path | None = None,
) -> SdcProblem:
    """Return the exact figures of the tables of a release; without predecessors nobody has merged.

    Raises:
        WresError: a year without a policy, or without the counts of an ethnic group that other years have.
        ValueError: a total is not the sum of its organisations, so that nobody could say what it gives away.
    """
    rows = {name: tables[name].to_pylist() for name in (*COUNTED, "goals")}
    exact = SdcProblem(rows, policies, without_mergers(rows) if predecessors is None else predecessors, years_folder)
    if without := sorted(exact.organisations.keys() - policies.keys()):
        raise WresError(f"There is no disclosure policy for {without[0]}: state one in the year's file.")
    for row in rows["organisation"]:
        if missing := [column for column in COUNTS if row[column] is None]:
            raise WresError(
                f"The disclosure policy `protected` needs the counts of every ethnic group in every year of a release, "
                f"and {row['collection_year']} has no {missing[0]}: its template does not ask for it. Name the policy "
                "`ratios` or `open` in the years' files."
            )
    for place, members in exact.totals.places.items():
        row = exact.rows[place.table][place.row]
        for column in COUNTS:
            if row[place.side + column] != exact.exact_marginals[members][column]:
                raise ValueError(
                    f"In table {place.table}, {place.side}{column} of {row['name']}, {row['collection_year']}, is not "
                    "the sum of its organisations."
                )
    return exact
