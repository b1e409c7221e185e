"""The attack, and the proof: other counts that would have printed the very same tables.

For a count that is held back, the attacker asks for the least and the greatest value that all printed figures together
leave possible. Each answer is a whole set of counts, a world, in which every line of the system holds; that is checked
in whole numbers, so that no proof rests on the solver. One world answers for many counts at once.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.publication.disclosure.system import Integers, System

Floats = npt.NDArray[np.float64]

_ROUNDS = 100  # worlds that are asked for many counts at once, before the rest are asked for one by one
_FEW = 3  # where a world answers for fewer counts than this, one at a time is quicker
_NODES = 2000  # of the solver's tree, after which a question counts as answered by no: the same on every machine
_NEARLY = 0.5  # of the best that there is: any world proves what it shows


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
        self._open = {-1: dict.fromkeys(self.asked), 1: dict.fromkeys(self.asked)}
        self._solvers: dict[int, _Solver] = {}
        for world in known:
            if any(systems[at].holds(world) for at in self._whole):
                self._add(world)

    def given_away(self) -> list[int]:
        """The counts that are narrowed: a value asked for is possible in no world."""
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
        return [one for one in sorted({*self.asked, *self.spread}) if not self.is_open(one)]

    def is_open(self, one: int) -> bool:
        """Whether all that is asked of one count remains possible."""
        if one in self.spread:
            return self._is_spread(one)
        return all(one not in self._open[direction] or self._reaches(one, direction) for direction in (-1, 1))

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
            self._solvers[at] = _Solver(system)
        world = self._solvers[at].most(wish, system.low if low is None else low, system.high if high is None else high)
        if world is None or not system.holds(world):
            return False
        if at in self._whole:
            self._add(world)
        return True

    def _add(self, world: Integers) -> None:
        self.worlds.append(world)
        self._least, self._most = np.minimum(self._least, world), np.maximum(self._most, world)
        for one, (low, high) in self.asked.items():
            if world[one] <= low:
                self._open[-1].pop(one, None)
            if world[one] >= high:
                self._open[1].pop(one, None)


def is_possible(system: System) -> bool:
    """Whether there is a world at all."""
    world = _Solver(system).most(np.zeros(len(system.low)), system.low, system.high)
    return world is not None and system.holds(world)


class _Solver:
    """The system as a mixed-integer linear programme: its counts, and a 0 or 1 for each segment of it."""

    def __init__(self, system: System) -> None:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import csr_array

        self.counts = len(system.low)
        judged = [one for one, segments in system.segments.items() if len(segments) > 1]
        pieces = [(one, at) for one in judged for at in range(len(system.segments[one]))]
        self.columns = {piece: self.counts + number for number, piece in enumerate(pieces)}
        self.size = self.counts + len(pieces)
        lines = list(self._lines(system, judged))
        entries = [(at, column, value) for at, (line, _, _) in enumerate(lines) for column, value in line.items()]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = csr_array((np.array(values, float), (rows, columns)), shape=(len(lines), self.size))
        self.lines = LinearConstraint(matrix, [low for _, low, _ in lines], [high for _, _, high in lines])

    def most(self, wish: Floats, low: Integers, high: Integers) -> Integers | None:
        from scipy.optimize import Bounds, milp

        pieces = np.zeros(self.size - self.counts)
        found = milp(
            -np.concatenate([wish, pieces]),
            constraints=self.lines if self.lines.A.shape[0] else (),
            integrality=np.ones(self.size),
            bounds=Bounds(np.concatenate([low, pieces]), np.concatenate([high, pieces + 1])),
            options={"node_limit": _NODES, "mip_rel_gap": _NEARLY if np.count_nonzero(wish) > 1 else 0.0},
        )
        return None if found.x is None else np.round(found.x[: self.counts]).astype(np.int64)

    def _lines(self, system: System, judged: list[int]) -> Iterator[tuple[dict[int, float], float, float]]:
        """Each line as coefficients by column, with the least and the greatest that they may come to."""
        for numbers, low, high in system.sums:
            yield dict.fromkeys(numbers.tolist(), 1.0), low, high
        for one in judged:
            segments = {self.columns[one, at]: segment for at, segment in enumerate(system.segments[one])}
            yield dict.fromkeys(segments, 1.0), 1, 1
            yield {one: 1.0} | {column: -float(each.low) for column, each in segments.items()}, 0, np.inf
            yield {one: 1.0} | {column: -float(each.high) for column, each in segments.items()}, -np.inf, 0
        for members, wanted in system.standings:
            left = Counter(wanted)
            lines: dict[str, dict[int, float]] = {}
            for one in members:
                if len(segments_of_one := system.segments[one]) == 1:
                    left[segments_of_one[0].standing] -= 1
                    continue
                for at, segment in enumerate(segments_of_one):
                    lines.setdefault(segment.standing, {})[self.columns[one, at]] = 1.0
            yield from ((line, left[standing], left[standing]) for standing, line in lines.items())
