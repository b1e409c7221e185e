"""The attack, and the proof: other counts that would have printed the very same tables.

For a count that is held back, the attacker asks for the least and the greatest value that all printed figures together
leave possible. Each answer is a whole set of counts, a world, in which every line of the system holds; that is checked
in whole numbers, so that no proof rests on the solver. One world answers for many counts at once, and for all that are
like them: two counts that have the same bounds and stand in the same lines in the same way may change places in every
world, so what one of them can be, the other can be too.
"""

from collections.abc import Sequence

import numpy as np

from pipeline.publication.disclosure.solver import Floats, Solver
from pipeline.publication.disclosure.system import Integers, System

_ROUNDS = 100  # worlds that are asked for many counts at once, before the rest are asked for one by one
_FEW = 3  # where a world answers for fewer counts than this, one at a time is quicker


class Attack:
    """The worlds of one count in one year. `worlds` are those found so far.

    The systems are lines about the same counts. The first leaves out the goals; what is not possible there is possible
    nowhere. Each of the rest, if any, has all lines, and some narrower bounds to make the answer easier.
    """

    def __init__(self, systems: Sequence[System], known: Sequence[Integers] = ()) -> None:
        self.systems = systems
        self.asked, self.spread = systems[0].asked, systems[0].spread
        self.worlds: list[Integers] = []
        self._least, self._most = systems[0].high.copy(), systems[0].low.copy()  # of each count, over the worlds
        self._whole = range(1, len(systems)) or range(1)
        self._first = _first_of_each(systems, [*self.asked])
        self._open = {direction: dict.fromkeys(self._first.values()) for direction in (-1, 1)}
        self._solvers: dict[int, Solver] = {}
        self._ones, self._firsts = (np.array([*each], np.int64) for each in (self._first, self._first.values()))
        self._lows, self._highs = np.array([*self.asked.values()], np.int64).reshape(-1, 2).T
        for world in known:
            if any(systems[at].holds(world) for at in self._whole):
                self._add(world)

    def given_away(self) -> list[int]:
        """The counts that are narrowed: a value asked for is possible in no world. Of those alike only the first."""
        chance = np.random.default_rng(0)  # which are asked for together; any choice proves as much
        first = self._whole[0]
        idle, patience = 0, 2 if self.spread else 1  # a revised count needs two worlds before it is far enough apart
        for turn in range(_ROUNDS):
            left = self._left()
            wish = np.zeros(len(self.systems[first].low))
            for direction in (-1, 1):
                for one in self._open[direction]:
                    if not wish[one] or chance.random() < 0.5:
                        wish[one] = direction * chance.uniform(0.5, 1.5)
            for one in self._near():  # up and down in turn, each second one the other way about
                wish[one] = wish[one] or (-1) ** (turn + one) * chance.uniform(0.5, 1.5)
            if left < _FEW or not self._find(first, wish):
                break
            idle = idle + 1 if left - self._left() < _FEW else 0
            if idle == patience:
                break
        return [one for one in sorted({*self._first.values(), *self.spread}) if not self.is_open(one)]

    def apart(self, many: int) -> list[Integers]:
        """Some worlds, far from each other: every count that is asked for is high or low by chance, or the reverse."""
        chance = np.random.default_rng(1)
        before = len(self.worlds)
        wish = np.zeros(len(self.systems[0].low))
        for turn in range(many):
            wish = -wish
            if turn % 2 == 0:
                wish[self._ones] = chance.choice([-1, 1], len(self._ones)) * chance.uniform(0.5, 1.5, len(self._ones))
            self._find(self._whole[0], wish)
        return self.worlds[before:]

    def all_like(self, one: int) -> list[int]:
        """A count, and all that are like it."""
        like = [each for each, first in self._first.items() if first == self._first.get(one)]
        return like or [one]

    def is_open(self, one: int) -> bool:
        """Whether all that is asked of one count remains possible."""
        if one in self.spread:
            return self._is_spread(one)
        first = self._first[one]
        return all(first not in self._open[direction] or self._reaches(first, direction) for direction in (-1, 1))

    def _left(self) -> int:
        return sum(map(len, self._open.values())) + len(self._near())

    def _near(self) -> list[int]:
        """The revised counts whose worlds are not yet far enough apart."""
        return [one for one, apart in self.spread.items() if self._apart(one) < apart]

    def _reaches(self, one: int, direction: int) -> bool:
        """Whether there is a world in which this count is as low, or as high, as is asked."""
        first, *rest = self._whole
        if self._asks(first, one, direction):
            return True
        return bool(rest) and self._asks(0, one, direction) and any(self._asks(at, one, direction) for at in rest)

    def _asks(self, at: int, one: int, direction: int) -> bool:
        least, most = self.systems[at].low.copy(), self.systems[at].high.copy()
        if direction < 0:
            most[one] = min(most[one], self.asked[one][0])
        else:
            least[one] = max(least[one], self.asked[one][1])
        return self._find(at, np.zeros(len(least)), least, most)

    def _is_spread(self, one: int) -> bool:
        """Whether the least and the greatest value of a revised count are far enough apart."""
        wish = np.zeros(len(self.systems[0].low))
        for at in reversed(self._whole):
            for direction in (-1, 1):
                if self._apart(one) >= self.spread[one]:
                    return True
                wish[one] = direction
                self._find(at, wish)
        return self._apart(one) >= self.spread[one]

    def _apart(self, one: int) -> int:
        return max(int(self._most[one] - self._least[one]), 0)

    def _find(self, at: int, wish: Floats, low: Integers | None = None, high: Integers | None = None) -> bool:
        """Look for a world of one system with nearly the greatest sum of counts times wishes, within bounds."""
        system = self.systems[at]
        if at not in self._solvers:
            self._solvers[at] = Solver(system)
        world = self._solvers[at].most(wish, system.low if low is None else low, system.high if high is None else high)
        if world is None or not system.holds(world):
            return False
        if at in self._whole:
            self._add(world)
        return True

    def _add(self, world: Integers) -> None:
        self.worlds.append(world)
        self._least, self._most = np.minimum(self._least, world), np.maximum(self._most, world)
        for direction, reached in ((-1, world[self._ones] <= self._lows), (1, world[self._ones] >= self._highs)):
            for first in np.unique(self._firsts[reached]).tolist():
                self._open[direction].pop(first, None)


def _first_of_each(systems: Sequence[System], ones: Sequence[int]) -> dict[int, int]:
    """Each of these counts with the first one that is like it in every system."""
    seen: dict[tuple[object, ...], int] = {}
    kinds = zip(*(system.kinds(ones) for system in systems), strict=True)
    return {one: seen.setdefault(kind, one) for one, kind in zip(ones, kinds, strict=True)}
