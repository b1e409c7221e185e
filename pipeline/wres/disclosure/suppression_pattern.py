"""What is printed of every total and of the goals: by the rule, and less where something has to be withheld."""

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
    """How far each choice is withheld: 0 not at all, `last_level` completely.

    `links` are the earlier editions that an attacker can lay beside this one, by year and column: which, and whether
    the nation's totals in it are exact. `alone` and `standings` are what all attacks have in common:
    the counts without any total, and where organisations stand.
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
        """How far a choice is withheld."""
        return self.levels.get(choice, 0)

    def prints(self, goals: Goals) -> bool:
        """Whether a row of the goals is printed."""
        return not self.level(goals)

    def shown(self, members: Marginal, column: str) -> Count | None:
        """A total as it is printed; None where it is suppressed."""
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
        """The least and the greatest total, in grains, that the printed one stands for; None where there is none."""
        key = members, column, self.level((members, column))
        if key not in self._bounds:
            self._bounds[key] = self._bounds_of(members, column)
        return self._bounds[key]

    def _bounds_of(self, members: Marginal, column: str) -> tuple[int, int] | None:
        shown, policy = self.shown(members, column), self.exact.policies[members.year]
        grains = units_per_person(column, self.exact.window(members.year))
        if shown is None:
            return None
        if members.reach == "below":
            return feasibility_interval(shown, policy, grains)
        if members.reach == "nation" and not self.level((members, column)):
            return int(shown * grains), int(shown * grains)
        return rounded_from(int(shown), COARSER * policy.rounding, grains)

    def _may_be(self, members: Marginal, column: str, small: int) -> bool:
        """Whether a total, for all that its organisations print, could be above 0 and no more than `small`.

        Such a one would be suppressed, or print as zero. Then it is always suppressed, so that doing so says
        nothing about it.
        """
        least, _ = self.exact.left_open(members.year, column)
        grains = units_per_person(column, self.exact.window(members.year))
        return 0 < int(least[self.exact.numbers(members)].sum()) < (small + 1) * grains


def last_level(members: Marginal) -> int:
    """The step at which a total is withheld: the whole nation's is rounded before."""
    return 2 if members.reach == "nation" else 1
