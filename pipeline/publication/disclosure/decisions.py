"""What is printed of every total and of the goals: by the rule, and less than that where something has to be given up."""

from dataclasses import dataclass, field

from pipeline.publication.disclosure.exact import Exact
from pipeline.publication.disclosure.printed import Count, grains_of, left_open, nearest, protected_count, rounded_from
from pipeline.publication.disclosure.totals import Members

# The nation's total is exact; then rounded to so many times the policy's rounding; then given up.
_COARSER = (1, 4)
NATION_GIVEN_UP = len(_COARSER) + 1


@dataclass(frozen=True, slots=True)
class Goals:
    """The row of the goals of one year and organisation group, all its figures together."""

    year: int
    group: str


Choice = tuple[Members, str] | Goals  # a total and its column of counts, or a row of the goals


@dataclass(slots=True)
class Decisions:
    """How far each choice is given up: 0 not at all, for a total below the nation and for the goals 1, for the nation's
    total up to `NATION_GIVEN_UP`.
    """

    exact: Exact
    steps: dict[Choice, int] = field(default_factory=dict)
    _bounds: dict[tuple[Members, str, int], tuple[int, int] | None] = field(default_factory=dict)

    def step(self, choice: Choice) -> int:
        """How far a choice is given up."""
        return self.steps.get(choice, 0)

    def prints(self, goals: Goals) -> bool:
        """Whether a row of the goals is printed."""
        return not self.step(goals)

    def shown(self, members: Members, column: str) -> Count | None:
        """A total as it is printed; None where it is held back."""
        total, step = self.exact.totalled[members][column], self.step((members, column))
        if members.national:
            return total if not step else self._coarse(members, total, step)
        if step or self._may_be_small(members, column):
            return None
        return protected_count(total, self.exact.policies[members.year])

    def bounds(self, members: Members, column: str) -> tuple[int, int] | None:
        """The least and the greatest total, in grains, that the printed one stands for; None where there is none."""
        key = members, column, self.step((members, column))
        if key not in self._bounds:
            self._bounds[key] = self._bounds_of(members, column)
        return self._bounds[key]

    def _bounds_of(self, members: Members, column: str) -> tuple[int, int] | None:
        shown = self.shown(members, column)
        if shown is None:
            return None
        policy = self.exact.policies[members.year]
        grains = grains_of(column, self.exact.window(members.year))
        if not members.national:
            return left_open(shown, policy, grains)
        step = self.step((members, column))
        if not step:
            return int(shown * grains), int(shown * grains)
        return rounded_from(int(shown), policy.rounding * _COARSER[step - 1], grains)

    def _coarse(self, members: Members, total: Count, step: int) -> Count | None:
        if step == NATION_GIVEN_UP:
            return None
        return nearest(total, self.exact.policies[members.year].rounding * _COARSER[step - 1])

    def _may_be_small(self, members: Members, column: str) -> bool:
        """Whether, for all that its organisations' printed counts say, the total could be one that is held back.

        Then it is held back whatever it is, so that doing so says nothing about it.
        """
        policy = self.exact.policies[members.year]
        if not policy.protects:
            return False
        counts = [self.exact.count(members.year, code, column) for code in members.codes]
        some = [count for count in counts if count]
        grains = grains_of(column, self.exact.window(members.year))
        held_back = all(protected_count(count, policy) is None for count in some)
        return held_back and 0 < len(some) < (policy.threshold + 1) * grains
