"""Choose the secondary (complementary) suppressions, so that no suppressed count can be worked out.

Where the attacker narrows a suppressed count, choices are withheld one after the other, the least valuable first, until
it no longer does; then as many as possible are restored.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from wres.array_types import Integers
from wres.disclosure.attacker import Attacker
from wres.disclosure.constraint_builder import constraint_systems, link_again
from wres.disclosure.constraints import JUDGED, STAFF_COMPARED, segments_of
from wres.disclosure.previous_releases import Earlier, Numbers, Printed, count_bounds
from wres.disclosure.primary_suppression import COUNTS, units_per_person
from wres.disclosure.problem import KINDS, Marginal, SdcProblem
from wres.disclosure.suppression_pattern import Choice, Goals, SuppressionPattern
from wres.disclosure.unseen_revisions import withhold_far_moves

_VALUES = 3  # people
_RANGES = ("below", "within", "above", "not_calculable")


def goals_that_disclose(decisions: SuppressionPattern, year: int) -> set[str]:
    """Return the organisation groups whose row of the year's goals must be suppressed."""
    rows = [row for row in decisions.exact.rows["goals"] if row["collection_year"] == year]
    now = Earlier({"goals": rows}, decisions.exact.totals).goals(year)
    telling: set[str] = set()
    for earlier in decisions.earlier:
        before = earlier.goals(year)
        for group in now.keys() & before.keys():
            if before[group] != now[group] and _any_row_discloses(decisions, earlier, year, before[group], now[group]):
                telling.add(group)
    return telling


def _any_row_discloses(
    decisions: SuppressionPattern, earlier: Earlier, year: int, before: Numbers, now: Numbers
) -> bool:
    """Return whether the difference between two rows of the goals tells too much of a revised organisation."""
    fewer = {name for name in _RANGES if now[name] < before[name]}
    more = {name for name in _RANGES if now[name] > before[name]}
    previous = earlier.counts.get(year, {})
    current = {code: decisions.exact.all_printed(year, code) for code in decisions.exact.organisations[year]}
    both = current.keys() & previous.keys()
    # Where none prints otherwise, and none came or went, one was revised all the same.
    is_unseen = previous == current
    for code in sorted(both):
        if is_unseen or previous[code] != current[code]:
            sides = ((previous[code], fewer), (current[code], more))
            # Where no range tells, the number of small organisations may.
            if any(_row_discloses(decisions, year, code, counts, ranges or set(_RANGES)) for counts, ranges in sides):
                return True
    return False


def _row_discloses(
    decisions: SuppressionPattern, year: int, code: str, counts: Printed, ranges: Collection[str]
) -> bool:
    """Return whether one of these ranges would leave too few values of a count that is suppressed."""
    exact, policy = decisions.exact, decisions.exact.policies[year]
    row = exact.organisations[year][code]
    shown = dict(zip(COUNTS, counts, strict=True))
    for column in JUDGED:
        if shown[column] is not None:
            continue
        [beside] = set(JUDGED) - {column}
        units = units_per_person(column, row["window"])
        ends, others = (count_bounds(shown[name], policy, units) for name in (column, beside))
        staff = {name: shown[name] or 0 for name in STAFF_COMPARED}
        reached: dict[str, list[int]] = {}
        for other in range(others[0], others[1] + 1):
            for segment in segments_of({**row, **staff}, column, *ends, exact.small(year), other):
                if segment.band.split()[0] in ranges:
                    reached.setdefault(segment.band, []).extend((segment.low, segment.high))
        if any(max(values) - min(values) < (_VALUES - 1) * units for values in reached.values()):
            return True
    return False


_OTHERS = 4  # feasible solutions of the other count that are tried
FeasibleSolutions = tuple[list[Integers], list[Integers]]  # of a count, and those of the other count that they rest on
Evidence = dict[tuple[int, str], FeasibleSolutions]  # by year and column


def suppress(exact: SdcProblem, earlier: Sequence[Earlier] = ()) -> tuple[SuppressionPattern, Evidence]:
    """Decide what must be suppressed, with the feasible solutions that prove that it is enough.

    Args:
        earlier: editions published before, newest first.
    """
    decisions, evidence = SuppressionPattern(exact, earlier), Evidence()
    for year, policy in sorted(exact.policies.items()):
        if policy.protects and year in exact.organisations:
            for group in goals_that_disclose(decisions, year):
                decisions.levels[Goals(year, group)] = 1
            for column in COUNTS:
                withhold_far_moves(decisions, year, column)
                evidence[year, column] = _protect_count(ProtectionProblem(decisions, year, column))
                for _ in earlier:  # each time at least one more is beside it
                    if not link_again(decisions, year, column):
                        break
                    evidence[year, column] = _protect_count(ProtectionProblem(decisions, year, column))
    return decisions, evidence


@dataclass(slots=True)
class ProtectionProblem:
    """A count in one year, the feasible solutions found so far, and those of the other count that ranges rest on."""

    decisions: SuppressionPattern
    year: int
    column: str
    feasible_solutions: list[Integers] = field(default_factory=list)
    others: list[Integers] = field(default_factory=list)

    def attack(self) -> Attacker:
        """Return an attacker on what is decided so far."""
        return Attacker(
            constraint_systems(self.decisions, self.year, self.column, self.others), self.feasible_solutions
        )

    def disclosed(self) -> list[int]:
        """Return the counts that an attacker narrows, of symmetric ones the first.

        Before that, other feasible solutions of the other count are tried.
        """
        attack = self.attack()
        narrowed = attack.disclosed()
        self.feasible_solutions = attack.feasible_solutions
        if narrowed and self.column in JUDGED and not self.others:
            [other] = set(JUDGED) - {self.column}
            self.others = Attacker(constraint_systems(self.decisions, self.year, other)).diverse_solutions(_OTHERS)
            return self.disclosed() if self.others else narrowed
        return narrowed

    def symmetric_cells(self, count: int) -> list[int]:
        """Return a count and those that are symmetric to it, and so narrowed where it is."""
        return self.attack().symmetric_cells(count)

    def is_protected(self, count: int) -> bool:
        """Return whether an organisation's count is not narrowed."""
        attack = self.attack()
        is_open = attack.is_protected(count)
        self.feasible_solutions = attack.feasible_solutions
        return is_open


def _protect_count(case: ProtectionProblem) -> FeasibleSolutions:
    """Suppress what is needed to protect one count in one year; return the feasible solutions found."""
    infeasible: set[int] = set()  # what earlier editions disclose already
    while given_away := [count for count in case.disclosed() if count not in infeasible]:
        for count in given_away:
            _suppress_until_protected(case, count)
            if not case.is_protected(count):
                infeasible.add(count)
    return case.feasible_solutions, case.others


def _suppress_until_protected(case: ProtectionProblem, count: int) -> None:
    """Suppress choices until one organisation's count is protected, then restore those that were not needed."""
    steps, given_up = case.decisions.levels, list[tuple[Choice, int]]()
    last: list[tuple[Choice, int]] = []
    for group in _options(case.decisions, case.year, case.column, count):
        if case.is_protected(count):
            break
        given_up += last
        last = [(choice, case.decisions.level(choice)) for choice in group]
        steps.update(group)
    _restore_choices(case, count, given_up, together=True)
    _restore_choices(case, count, [*given_up, *last], together=False)


def _restore_choices(
    case: ProtectionProblem, count: int, given_up: list[tuple[Choice, int]], *, together: bool
) -> None:
    """Restore what was suppressed, all together or one by one, as far as the count stays protected."""
    steps = case.decisions.levels
    for undone in [given_up] if together else [[level] for level in reversed(given_up)]:
        now = {choice: case.decisions.level(choice) for choice, _ in undone}
        before = dict(reversed(undone))  # a choice may have been suppressed in steps: the first is its original level
        if now == before:
            continue
        steps.update(before)
        if not case.is_protected(count):
            steps.update(now)


def _options(decisions: SuppressionPattern, year: int, column: str, count: int) -> Iterator[dict[Choice, int]]:
    """Give what may be suppressed for one organisation, the least valuable first, in groups with their levels."""
    exact = decisions.exact
    code = constraint_systems(decisions, year, column)[0].codes[count]
    of_year = [members for members in exact.totals.kinds if members.year == year]
    around = [members.codes for members in of_year if code in members.codes and members.reach == "below"]

    def rows(kind: str, *, near: bool) -> list[Marginal]:
        chosen = [
            marginal
            for marginal in of_year
            if exact.totals.kinds[marginal] == kind
            and near == (marginal.reach != "below" or any(marginal.codes <= codes for codes in around))
        ]
        return sorted(chosen, key=lambda members: (len(members.codes), sorted(members.codes)))

    for near in (True, False):  # what is left over from a total that the organisation has no part in
        for kind in KINDS[:-1]:
            yield {(members, column): 1 for members in rows(kind, near=near)}
    if column in JUDGED:
        groups = {row["organisation_group"] for row in exact.organisations[year].values() if row["code"] == code}
        yield {Goals(year, group): 1 for group in (*groups, "all")}
    for step in (1, 2):
        for nation in rows(KINDS[-1], near=True):
            yield {(nation, column): step}
