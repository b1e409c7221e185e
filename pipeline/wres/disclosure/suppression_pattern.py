"""Decide what is printed of every total and of the goals: by the rule, and less where more must be suppressed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from wres.disclosure.constraints import BandConstraints, ConstraintSystem
from wres.disclosure.previous_releases import Earlier
from wres.disclosure.primary_suppression import (
    COARSER,
    Count,
    apply_rule,
    feasibility_interval,
    round_to_base,
    rounded_from,
    units_per_person,
)
from wres.disclosure.problem import Marginal, SdcProblem


@dataclass(frozen=True, slots=True)
class Goals:
    """The row of the goals of one year and organisation group, all its figures together."""

    year: int
    group: str


Choice = tuple[Marginal, str] | Goals  # a total and its column of counts, or a row of the goals


@dataclass(slots=True)
class SuppressionPattern:
    """The level to which each choice is suppressed: 0 not at all, `last_level` completely.

    `linked_releases` are the earlier editions that an attacker can lay beside this one, by year and column, and whether
    the nation's totals in each are exact. `base_system` and `band_constraints` are the same for all attacks: the
    constraints on counts without any total, and on ranges.
    """

    exact: SdcProblem
    earlier: Sequence[Earlier] = ()  # newest first
    levels: dict[Choice, int] = field(default_factory=dict)
    linked_releases: dict[tuple[int, str], list[tuple[int, bool]]] = field(default_factory=dict)
    base_system: dict[tuple[int, str], ConstraintSystem] = field(default_factory=dict)
    band_constraints: dict[tuple[int, str, tuple[str, ...], bytes | None, bool], BandConstraints] = field(
        default_factory=dict
    )
    _bounds: dict[tuple[Marginal, str, int], tuple[int, int] | None] = field(default_factory=dict)

    def level(self, choice: Choice) -> int:
        """Return the level to which a choice is suppressed."""
        return self.levels.get(choice, 0)

    def prints(self, goals: Goals) -> bool:
        """Return whether a row of the goals is printed."""
        return not self.level(goals)

    def shown(self, members: Marginal, column: str) -> Count | None:
        """Return a total as it is printed; None where it is suppressed."""
        total, policy = self.exact.exact_marginals[members][column], self.exact.policies[members.year]
        step = self.level((members, column))
        if not policy.protects:
            return total
        if step == last_level(members):
            return None
        if members.reach == "nation" and not step:
            return total
        if members.reach == "below":
            return None if self._may_be(members, column, policy.threshold) else apply_rule(total, policy)
        coarser = COARSER * policy.rounding
        return None if self._may_be(members, column, (coarser - 1) // 2) else round_to_base(total, coarser)

    def bounds(self, members: Marginal, column: str) -> tuple[int, int] | None:
        """Return the least and the greatest total, in units, behind the printed one; None where none is printed."""
        key = members, column, self.level((members, column))
        if key not in self._bounds:
            self._bounds[key] = self._bounds_of(members, column)
        return self._bounds[key]

    def _bounds_of(self, members: Marginal, column: str) -> tuple[int, int] | None:
        """Return the least and most that a printed count of a margin can stand for; None where it is not printed."""
        shown, policy = self.shown(members, column), self.exact.policies[members.year]
        units = units_per_person(column, self.exact.window(members.year))
        if shown is None:
            return None
        if members.reach == "below":
            return feasibility_interval(shown, policy, units)
        if members.reach == "nation" and not self.level((members, column)):
            return int(shown * units), int(shown * units)
        return rounded_from(int(shown), COARSER * policy.rounding, units)

    def _may_be(self, members: Marginal, column: str, small: int) -> bool:
        """Return whether a total, by what its organisations print, could be above 0 and no more than `small`.

        Such a total would be suppressed, or print as zero. It is then always suppressed, so that this says nothing
        about it.
        """
        least, _ = self.exact.feasible_bounds(members.year, column)
        units = units_per_person(column, self.exact.window(members.year))
        return 0 < int(least[self.exact.numbers(members)].sum()) < (small + 1) * units


def last_level(members: Marginal) -> int:
    """Return the level at which a total is suppressed: the nation's is rounded before that."""
    return 2 if members.reach == "nation" else 1
