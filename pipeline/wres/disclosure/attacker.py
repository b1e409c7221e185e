"""Find what an attacker can deduce: feasible solutions of the constraints, by mixed-integer programming.

For a count that is suppressed, the attacker asks for the least and the greatest value that all published figures
together leave possible. Each answer is a feasible solution: a whole set of counts in which every constraint holds,
checked in whole numbers, so that no proof rests on the solver. One solution answers for many counts at once, and for
all that are symmetric to
them: two counts with the same bounds in the same constraints may change places in every solution.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from wres.array_types import Floats, Integers
from wres.disclosure.constraints import ConstraintSystem

_NODES = 2000  # of the solver's tree, after which a question counts as answered by no: the same on every machine
_NEARLY = 0.5  # of the best value: any solution proves what it shows


def is_possible(system: ConstraintSystem) -> bool:
    """Return whether the system has a feasible solution."""
    solution = Solver(system).maximise(np.zeros(len(system.low)), system.low, system.high)
    return solution is not None and system.holds(solution)


class Solver:
    """A system as a mixed-integer programme: its counts, and a 0 or 1 for each segment."""

    def __init__(self, system: ConstraintSystem) -> None:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import csr_array

        self.counts = len(system.low)
        segments = system.bands.segments
        judged = [count for count, stretches in segments.items() if len(stretches) > 1]
        pieces = [(count, index) for count in judged for index in range(len(segments[count]))]
        self.columns = {piece: self.counts + number for number, piece in enumerate(pieces)}
        self.size = self.counts + len(pieces)
        lines = list(self._lines(system, judged))
        entries = [(index, column, value) for index, (line, _, _) in enumerate(lines) for column, value in line.items()]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = csr_array((np.array(values, float), (rows, columns)), shape=(len(lines), self.size))
        self.lines = LinearConstraint(matrix, [low for _, low, _ in lines], [high for _, _, high in lines])

    def maximise(self, weights: Floats, low: Integers, high: Integers) -> Integers | None:
        """Return a solution with nearly the greatest sum of counts times weights, within bounds; None if none is found.

        The caller checks in whole numbers that it is feasible.
        """
        from scipy.optimize import Bounds, milp

        pieces = np.zeros(self.size - self.counts)
        result = milp(
            -np.concatenate([weights, pieces]),
            constraints=self.lines if self.lines.A.shape[0] else (),
            integrality=np.ones(self.size),
            bounds=Bounds(np.concatenate([low, pieces]), np.concatenate([high, pieces + 1])),
            options={"node_limit": _NODES, "mip_rel_gap": _NEARLY if np.count_nonzero(weights) > 1 else 0.0},
        )
        return None if result.x is None else np.round(result.x[: self.counts]).astype(np.int64)

    def _lines(self, system: ConstraintSystem, judged: list[int]) -> Iterator[tuple[dict[int, float], float, float]]:
        """Give each line as coefficients by column, with the least and the greatest value of their sum."""
        stretches = system.bands.segments
        for numbers, low, high in system.sums:
            yield dict.fromkeys(numbers.tolist(), 1.0), low, high
        for count in judged:
            segments = {self.columns[count, index]: segment for index, segment in enumerate(stretches[count])}
            yield dict.fromkeys(segments, 1.0), 1, 1
            yield {count: 1.0} | {column: -float(other.low) for column, other in segments.items()}, 0, np.inf
            yield {count: 1.0} | {column: -float(other.high) for column, other in segments.items()}, -np.inf, 0
        for members, wanted in system.bands.groups:
            remaining = Counter(wanted)
            lines: dict[str, dict[int, float]] = {}
            for count in members.tolist():
                if len(stretches[count]) == 1:
                    remaining[stretches[count][0].band] -= 1
                    continue
                for index, segment in enumerate(stretches[count]):
                    lines.setdefault(segment.band, {})[self.columns[count, index]] = 1.0
            yield from ((line, remaining[band], remaining[band]) for band, line in lines.items())


_ROUNDS = 100  # solutions sought for many counts at once, before the others are sought one by one
_FEW = 3  # where a solution settles fewer counts than this, one at a time is quicker


class Attacker:
    """An attacker on one count in one year. `feasible_solutions` are those found so far.

    The systems have constraints on the same counts. The first leaves out the goals; a value that is not possible there
    is possible in none. Each of the others, if any, has all constraints, and some narrower bounds to be solved sooner.
    """

    def __init__(self, systems: Sequence[ConstraintSystem], known: Sequence[Integers] = ()) -> None:
        self.systems = systems
        self.asked, self.spread = systems[0].protected, systems[0].min_width
        self.feasible_solutions: list[Integers] = []
        self._least, self._most = (
            systems[0].high.copy(),
            systems[0].low.copy(),
        )  # of each count, over the feasible solutions
        self._whole = range(1, len(systems)) or range(1)
        self._first = first_of_each_class(systems, [*self.asked])
        self._open = {direction: dict.fromkeys(self._first.values()) for direction in (-1, 1)}
        self._solvers: dict[int, Solver] = {}
        self._ones, self._firsts = (np.array([*other], np.int64) for other in (self._first, self._first.values()))
        self._lows, self._highs = np.array([*self.asked.values()], np.int64).reshape(-1, 2).T
        for solution in known:
            if any(systems[index].holds(solution) for index in self._whole):
                self._add(solution)

    def disclosed(self) -> list[int]:
        """Return the counts with a protected value that is in no solution; of symmetric counts only the first."""
        chance = np.random.default_rng(0)  # which counts are sought together; any choice proves as much
        first = self._whole[0]
        idle, patience = 0, 2 if self.spread else 1  # a revised count needs two solutions to be far enough apart
        for turn in range(_ROUNDS):
            remaining = self._count_open()
            weights = np.zeros(len(self.systems[first].low))
            for direction in (-1, 1):
                for count in self._open[direction]:
                    if not weights[count] or chance.random() < 0.5:
                        weights[count] = direction * chance.uniform(0.5, 1.5)
            for count in self._near():  # up and down in turn, each second one the other way about
                weights[count] = weights[count] or (-1) ** (turn + count) * chance.uniform(0.5, 1.5)
            if remaining < _FEW or not self._find(first, weights):
                break
            idle = idle + 1 if remaining - self._count_open() < _FEW else 0
            if idle == patience:
                break
        return [count for count in sorted({*self._first.values(), *self.spread}) if not self.is_protected(count)]

    def diverse_solutions(self, many: int) -> list[Integers]:
        """Return solutions far from each other: each protected count is high or low by chance, and then the reverse."""
        chance = np.random.default_rng(1)
        before = len(self.feasible_solutions)
        weights = np.zeros(len(self.systems[0].low))
        for turn in range(many):
            weights = -weights
            if turn % 2 == 0:
                weights[self._ones] = chance.choice([-1, 1], len(self._ones)) * chance.uniform(
                    0.5, 1.5, len(self._ones)
                )
            self._find(self._whole[0], weights)
        return self.feasible_solutions[before:]

    def symmetric_cells(self, count: int) -> list[int]:
        """Return a count and those that are symmetric to it."""
        like = [other for other, first in self._first.items() if first == self._first.get(count)]
        return like or [count]

    def is_protected(self, count: int) -> bool:
        """Return whether all values to be protected of a count are possible."""
        if count in self.spread:
            return self._is_spread(count)
        first = self._first[count]
        return all(first not in self._open[direction] or self._reaches(first, direction) for direction in (-1, 1))

    def _count_open(self) -> int:
        """Return how many bounds and widths no solution has reached yet."""
        return sum(map(len, self._open.values())) + len(self._near())

    def _near(self) -> list[int]:
        """Return the revised counts whose solutions are not far enough apart yet."""
        return [count for count, apart in self.spread.items() if self._apart(count) < apart]

    def _reaches(self, count: int, direction: int) -> bool:
        """Return whether a solution has this count as low, or as high, as is to be protected."""
        first, *others = self._whole
        if self._search_extreme(first, count, direction):
            return True
        return (
            bool(others)
            and self._search_extreme(0, count, direction)
            and any(self._search_extreme(index, count, direction) for index in others)
        )

    def _search_extreme(self, index: int, count: int, direction: int) -> bool:
        """Look in one system for a solution with this count as low, or as high, as is to be protected."""
        least, most = self.systems[index].low.copy(), self.systems[index].high.copy()
        if direction < 0:
            most[count] = min(most[count], self.asked[count][0])
        else:
            least[count] = max(least[count], self.asked[count][1])
        return self._find(index, np.zeros(len(least)), least, most)

    def _is_spread(self, count: int) -> bool:
        """Return whether the least and the greatest value of a revised count are far enough apart."""
        weights = np.zeros(len(self.systems[0].low))
        for index in reversed(self._whole):
            for direction in (-1, 1):
                if self._apart(count) >= self.spread[count]:
                    return True
                weights[count] = direction
                self._find(index, weights)
        return self._apart(count) >= self.spread[count]

    def _apart(self, count: int) -> int:
        return max(int(self._most[count] - self._least[count]), 0)

    def _find(self, index: int, weights: Floats, low: Integers | None = None, high: Integers | None = None) -> bool:
        """Look for a solution of one system with nearly the greatest sum of counts times weights, within bounds."""
        system = self.systems[index]
        if index not in self._solvers:
            self._solvers[index] = Solver(system)
        solution = self._solvers[index].maximise(
            weights, system.low if low is None else low, system.high if high is None else high
        )
        if solution is None or not system.holds(solution):
            return False
        if index in self._whole:
            self._add(solution)
        return True

    def _add(self, solution: Integers) -> None:
        self.feasible_solutions.append(solution)
        self._least, self._most = np.minimum(self._least, solution), np.maximum(self._most, solution)
        for direction, reached in ((-1, solution[self._ones] <= self._lows), (1, solution[self._ones] >= self._highs)):
            for first in np.unique(self._firsts[reached]).tolist():
                self._open[direction].pop(first, None)


def first_of_each_class(systems: Sequence[ConstraintSystem], ones: Sequence[int]) -> dict[int, int]:
    """Return for each of these counts the first that is symmetric to it in every system."""
    seen: dict[tuple[object, ...], int] = {}
    kinds = zip(*(system.symmetry_classes(ones) for system in systems), strict=True)
    return {count: seen.setdefault(kind, count) for count, kind in zip(ones, kinds, strict=True)}
