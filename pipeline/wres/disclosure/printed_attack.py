"""R502: work out suppressed counts from the tables that are about to go out, as any reader could.

It shares nothing with what protects them but the published rule of the year: it sees no exact figure, no decision and
no feasible solution. For every count that is replaced by `c` two linear programmes find the least and the greatest
value that all printed counts together leave possible. Organisations that are in the same printed totals are one
variable, so the programmes stay small however many there are. Counts need not be whole there, so the answer is never
narrower than the truth: what this finds is disclosed.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from wres.disclosure.primary_suppression import COARSER, COUNTS, units_per_person
from wres.outputs.group_columns import compared_counts
from wres.reference.year_tables import DisclosurePolicy
from wres.returns.indicator_math import FOUR_FIFTHS

if TYPE_CHECKING:
    import pyarrow as pa

Tables = Mapping[str, "pa.Table"]
Row = Mapping[str, Any]
Bounds = tuple[float, float]
Members = frozenset[int]

_COMPARED = compared_counts()
_ENTERED = tuple(column for column in COUNTS if column.endswith("_entered"))
_ALMOST = 1e-6  # of the solver
_APART = 2  # people between the least and the greatest value of a count that a later edition revised
_LOWER, _UPPER = FOUR_FIFTHS


@dataclass(frozen=True, slots=True)
class Deduced:
    """A count of an organisation that the printed tables narrow down, or a figure that should not stand there."""

    year: int
    name: str
    column: str


def deduce_counts(
    tables: Tables, policies: Mapping[int, DisclosurePolicy], earlier: Sequence[Tables] = ()
) -> list[Deduced]:
    """Return every suppressed count of the protected years that a reader of all editions could narrow down.

    Args:
        tables: of the release that is about to go out, nulls where a figure is not published.
        policies: of every collection year, as the release states them.
        earlier: the official tables that were published before, oldest first.
    """
    editions = [_Edition(edition) for edition in (*earlier, tables)]
    deduced = []
    for year, policy in sorted(policies.items()):
        if policy.protects and year in editions[-1].years:
            deduced += [*_deduce_from_row(editions[-1], year, policy)]
            for column in COUNTS:
                deduced += _Attack(editions, year, column, policy).deduced()
    return deduced


class _Edition:
    """Return the rows of an edition by table."""

    def __init__(self, tables: Tables) -> None:
        wanted = ("organisation", "organisation_change", "national", "region", "organisation_type", "comparison")
        self.rows: dict[str, list[Row]] = {name: tables[name].to_pylist() for name in wanted if name in tables}
        self.returned = {(row["collection_year"], row["code"]): row for row in self.rows["organisation"]}
        self.compared = {
            (row["collection_year"], row["code"]): row["previous_organisations"]
            for row in self.rows.get("organisation_change", ())
        }
        self.years = {year for year, _ in self.returned}


@dataclass(slots=True)
class _Unknown:
    """A count of one organisation, in the editions that print it alike."""

    code: str
    name: str
    bounds: Bounds
    is_suppressed: bool
    lines: set[int] = field(default_factory=set)


class _Attack:
    """One column of counts in one year, over all editions.

    An organisation that prints the same in two editions is taken not to have been revised.
    """

    def __init__(self, editions: Sequence[_Edition], year: int, column: str, policy: DisclosurePolicy) -> None:
        self.year, self.column, self.policy = year, column, policy
        rows = [row for edition in editions for row in edition.rows["organisation"] if row["collection_year"] == year]
        self.units = units_per_person(column, rows[0]["window"])  # of this year's counts, in any row
        self.unknowns: list[_Unknown] = []
        self.lines: dict[tuple[Members, Bounds], None] = {}
        printed: dict[str, tuple[Any, ...]] = {}
        current: dict[str, int] = {}
        for edition in editions:
            for row in edition.rows["organisation"]:
                if row["collection_year"] == year:
                    counts = tuple(row[name] for name in COUNTS)
                    if printed.get(row["code"]) != counts:  # new, or revised
                        printed[row["code"]], current[row["code"]] = counts, len(self.unknowns)
                        self.unknowns.append(self._unknown(row))
            for codes, bounds in self._totals(edition):
                if codes <= current.keys():
                    self.lines[frozenset(current[code] for code in codes), bounds] = None
        for number, (members, _) in enumerate(self.lines):
            for member in members:
                self.unknowns[member].lines.add(number)

    def deduced(self) -> list[Deduced]:
        """Return the counts with too few possible values; none where the editions contradict each other."""
        kinds: dict[tuple[Any, ...], list[_Unknown]] = {}
        for unknown in self.unknowns:
            kinds.setdefault((unknown.bounds, unknown.is_suppressed, frozenset(unknown.lines)), []).append(unknown)
        groups = list(kinds.values())
        versions = Counter(unknown.code for unknown in self.unknowns)
        left = {
            number: self._possible_values(groups, number)
            for number, group in enumerate(groups)
            if group[0].is_suppressed
        }
        return [
            Deduced(self.year, unknown.name, self.column)
            for number, bounds in left.items()
            for unknown in groups[number]
            if bounds is not None and not self._is_open(bounds, is_revised=versions[unknown.code] > 1)
        ]

    def _is_open(self, left: Bounds, *, is_revised: bool) -> bool:
        least, most = math.ceil(left[0] - _ALMOST), math.floor(left[1] + _ALMOST)
        return most - least >= _APART if is_revised else least <= 1 and most >= self.policy.threshold

    def _possible_values(self, groups: Sequence[Sequence[_Unknown]], target: int) -> Bounds | None:
        """Return the least and the greatest value of one count of a group; None where no counts fit the tables."""
        from scipy.optimize import linprog

        last = len(groups)  # the variable of that one count; the others of its group are the group's
        sizes = [len(group) - (number == target) for number, group in enumerate(groups)]
        bounds = [
            (size * group[0].bounds[0], size * group[0].bounds[1]) for size, group in zip(sizes, groups, strict=True)
        ]
        bounds.append(groups[target][0].bounds)
        sums = np.zeros((2 * len(self.lines), last + 1))
        limits = np.array([limit for _, (low, high) in self.lines for limit in (high, -low)])
        for number, group in enumerate(groups):
            for line in group[0].lines:
                sums[2 * line, number], sums[2 * line + 1, number] = 1, -1
                if number == target:
                    sums[2 * line, last], sums[2 * line + 1, last] = 1, -1
        weights = np.zeros(last + 1)
        answers = []
        for sign in (1, -1):
            weights[last] = sign
            solved = linprog(
                weights,
                sums if len(self.lines) else None,
                limits if len(self.lines) else None,
                bounds=bounds,
                method="highs",
            )
            if solved.status != 0:
                return None
            answers.append(sign * float(solved.fun))
        return answers[0], answers[1]

    def _unknown(self, row: Row) -> _Unknown:
        shown, units = row[self.column], self.units
        if shown is None:
            bounds = 1 / units, self.policy.threshold + (units - 1) / units
        else:
            low, high = _rounded(float(shown), self.policy.rounding, units)
            bounds = (0.0, 0.0) if not shown else (max(low, self.policy.threshold + 1), high)
        return _Unknown(row["code"], row["name"], bounds, shown is None)

    def _totals(self, edition: _Edition) -> Iterator[tuple[frozenset[str], Bounds]]:
        """Give every printed total with the codes of its organisations; last year's only where nobody merged."""
        nations: dict[frozenset[str], Bounds] = {}
        for table in ("national", "region", "organisation_type"):
            for row in edition.rows[table]:
                if row["collection_year"] == self.year and row[self.column] is not None:
                    codes = _codes(row, edition.returned, edition)
                    bounds = self._bounds(row[self.column], is_nation=table == "national")
                    if table == "national":
                        nations[codes] = bounds
                    yield codes, bounds
        for row in edition.rows["comparison"]:
            for side, when in (("", self.year), ("previous_", self.year + 1)):
                shown = row[side + self.column]
                if row["collection_year"] != when or shown is None:
                    continue
                codes = _codes(row, edition.compared, edition)
                if side and any(edition.compared[when, code] != 1 for code in codes):
                    continue
                is_nation = row["level"] == "national"
                coarse = _rounded(float(shown), COARSER * self.policy.rounding, self.units)
                yield codes, nations.get(codes, coarse) if is_nation else self._bounds(shown, is_nation=False)

    def _bounds(self, shown: Decimal | int, *, is_nation: bool) -> Bounds:
        """Return the bounds of a printed total; the nation's is exact unless it may have been rounded."""
        coarse = COARSER * self.policy.rounding
        if is_nation:
            return _rounded(float(shown), coarse, self.units) if shown % coarse == 0 else (float(shown),) * 2
        return (0.0, 0.0) if not shown else _rounded(float(shown), self.policy.rounding, self.units)


def _rounded(shown: float, base: int, units: int) -> Bounds:
    """Return the least and the greatest number that rounds to a multiple of a base, halves up."""
    low = math.ceil((shown - base / 2) * units) / units
    high = (math.ceil((shown + base / 2) * units) - 1) / units
    return max(low, 0.0), high


def _codes(row: Row, among: Iterable[tuple[int, str]], edition: _Edition) -> frozenset[str]:
    """Return the organisations that a pooled row adds up, as readers see them in the tables."""
    return frozenset(
        code for year, code in among if year == row["collection_year"] and _belongs(edition.returned[year, code], row)
    )


def _belongs(organisation: Row, row: Row) -> bool:
    places = {
        "national": "ENG",
        "region": organisation["region_code"] or "unknown",
        "organisation_type": organisation["organisation_type"] or "unknown",
    }
    is_of_group = row["organisation_group"] in (organisation["organisation_group"], "all")
    return is_of_group and places[row["level"]] == row["code"]


def _deduce_from_row(edition: _Edition, year: int, policy: DisclosurePolicy) -> Iterator[Deduced]:
    """Deduce from an organisation's own row a count that it does not state: by a likelihood, a ratio or a range."""
    for (of_year, _), row in edition.returned.items():
        if of_year != year:
            continue
        for column in _ENTERED:
            group = column.removesuffix("_entered")
            if row[column] is None and row.get(f"{group}_likelihood_percent") is not None:
                yield Deduced(year, row["name"], f"{group}_likelihood_percent")
        for column in (_COMPARED.group_entered, _COMPARED.comparator_entered):
            if row[column] is None and not all(_fits(row, column, count, policy) for count in (1, policy.threshold)):
                yield Deduced(year, row["name"], column)


def _fits(row: Row, column: str, count: int, policy: DisclosurePolicy) -> bool:
    """Return whether the printed ratio and range of an organisation allow a value of a suppressed count."""
    boxes = {}
    for name in _COMPARED:
        shown, units = row[name], units_per_person(name, row["window"])
        low, high = (1, policy.threshold) if shown is None else _rounded(float(shown), policy.rounding, units)
        boxes[name] = (count, count) if name == column else (low, high) if shown != 0 else (0, 0)
    if not all(high for _, high in boxes.values()):
        return True  # there is no ratio, which is said by a count of zero
    least, most = (
        Fraction(boxes[_COMPARED.group_entered][end])
        * Fraction(boxes[_COMPARED.comparator_headcount][end])
        / (Fraction(boxes[_COMPARED.group_headcount][1 - end]) or 1)
        / (Fraction(boxes[_COMPARED.comparator_entered][1 - end]) or Fraction(1, 4))
        for end in (0, 1)
    )
    ratio, kind = row["relative_likelihood"], row["range"]
    if ratio is not None and not (
        least <= Fraction(ratio) + Fraction(1, 200) and most >= Fraction(ratio) - Fraction(1, 200)
    ):
        return False
    possible = {"below": least < _LOWER, "within": least <= _UPPER and most >= _LOWER, "above": most > _UPPER}
    return kind is None or possible.get(kind, True)
