"""Looks for worlds of a system: a mixed-integer linear programme for HiGHS, in SciPy."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pipeline.publication.disclosure.system import Integers, System

Floats = npt.NDArray[np.float64]

_NODES = 2000  # of the solver's tree, after which a question counts as answered by no: the same on every machine
_NEARLY = 0.5  # of the best that there is: any world proves what it shows


def is_possible(system: System) -> bool:
    """Whether there is a world at all."""
    world = Solver(system).most(np.zeros(len(system.low)), system.low, system.high)
    return world is not None and system.holds(world)


class Solver:
    """A system as such a programme: its counts, and a 0 or 1 for each segment of it."""

    def __init__(self, system: System) -> None:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import csr_array

        self.counts = len(system.low)
        segments = system.standings.segments
        judged = [one for one, own in segments.items() if len(own) > 1]
        pieces = [(one, at) for one in judged for at in range(len(segments[one]))]
        self.columns = {piece: self.counts + number for number, piece in enumerate(pieces)}
        self.size = self.counts + len(pieces)
        lines = list(self._lines(system, judged))
        entries = [(at, column, value) for at, (line, _, _) in enumerate(lines) for column, value in line.items()]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = csr_array((np.array(values, float), (rows, columns)), shape=(len(lines), self.size))
        self.lines = LinearConstraint(matrix, [low for _, low, _ in lines], [high for _, _, high in lines])

    def most(self, wish: Floats, low: Integers, high: Integers) -> Integers | None:
        """A world with nearly the greatest sum of counts times wishes, within bounds; None where none is found.

        Whether it holds is for the caller to see, in whole numbers.
        """
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
        own = system.standings.segments
        for numbers, low, high in system.sums:
            yield dict.fromkeys(numbers.tolist(), 1.0), low, high
        for one in judged:
            segments = {self.columns[one, at]: segment for at, segment in enumerate(own[one])}
            yield dict.fromkeys(segments, 1.0), 1, 1
            yield {one: 1.0} | {column: -float(each.low) for column, each in segments.items()}, 0, np.inf
            yield {one: 1.0} | {column: -float(each.high) for column, each in segments.items()}, -np.inf, 0
        for members, wanted in system.standings.groups:
            left = Counter(wanted)
            lines: dict[str, dict[int, float]] = {}
            for one in members.tolist():
                if len(own[one]) == 1:
                    left[own[one][0].standing] -= 1
                    continue
                for at, segment in enumerate(own[one]):
                    lines.setdefault(segment.standing, {})[self.columns[one, at]] = 1.0
            yield from ((line, left[standing], left[standing]) for standing, line in lines.items())
