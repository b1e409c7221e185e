"""What readers can know of one count, in one year, of all organisations: bounds, totals and numbers of organisations.

Everything that is printed and rests on this count is a line here. Whatever counts satisfy all lines, the same tables
would have been printed for them, so a reader cannot tell which of them are true.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segment:
    """The counts, in grains, at which an organisation stands alike in the goals: its range, and whether it is small."""

    low: int
    high: int
    standing: str


@dataclass(slots=True)
class System:
    """The lines. The counts are numbered, one an organisation and edition in which it differs; they are in grains.

    `low` and `high` bound each count. `sums` are numbers of counts, with the bounds of their total. `standings` are
    numbers of counts, with how many of the organisations stand where, and `segments` say when. `asked` are the counts
    that are held back, with the two values, a low and a high one, that must both remain possible; `spread` are those
    that were revised, with how far the least and the greatest possible value must be apart. `codes` says whose each is.
    """

    codes: list[str]
    low: Integers
    high: Integers
    asked: Mapping[int, tuple[int, int]]
    spread: Mapping[int, int] = field(default_factory=dict)
    sums: list[tuple[Integers, int, int]] = field(default_factory=list)
    standings: list[tuple[list[int], Counter[str]]] = field(default_factory=list)
    segments: dict[int, list[Segment]] = field(default_factory=dict)

    def holds(self, counts: Integers) -> bool:
        """Whether these counts satisfy every line, in whole numbers."""
        if counts.shape != self.low.shape or (counts < self.low).any() or (counts > self.high).any():
            return False
        if not all(low <= counts[members].sum() <= high for members, low, high in self.sums):
            return False
        standing = {
            one: next(each.standing for each in segments if each.low <= counts[one] <= each.high)
            for one, segments in self.segments.items()
        }
        return all(Counter(standing[one] for one in members) == wanted for members, wanted in self.standings)
