"""What readers can know of one count, in one year, of all organisations: bounds, totals and numbers of organisations.

Everything that is printed and rests on this count is a line here. Whatever counts satisfy all lines, the same tables
would have been printed for them, so a reader cannot tell which of them are true.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

_FAR = 2**32  # above every count


@dataclass(frozen=True, slots=True)
class Segment:
    """The counts, in grains, at which an organisation stands alike in the goals: its range, and whether it is small."""

    low: int
    high: int
    standing: str


@dataclass(frozen=True)
class Standings:
    """Where organisations stand in the goals as their counts vary, and how many must stand where.

    `segments` are those of each organisation, by its number, from its least count to its greatest; `groups` are numbers
    of organisations, with how many of them stand where.
    """

    segments: Mapping[int, Sequence[Segment]] = field(default_factory=dict)
    groups: Sequence[tuple[Integers, Counter[str]]] = ()

    def hold(self, counts: Integers) -> bool:
        """Whether as many stand everywhere as must."""
        return all(self.numbers(counts, members) == wanted for members, wanted in self.groups)

    def numbers(self, counts: Integers, members: Integers) -> Counter[str]:
        """How many of these organisations stand where."""
        keys, standings, names = self._keys
        at = np.searchsorted(keys, members * _FAR + counts[members])
        there = np.bincount(standings[at], minlength=len(names)).tolist()
        return Counter({name: number for name, number in zip(names, there, strict=True) if number})

    @cached_property
    def ends(self) -> tuple[Integers, Integers, Integers]:
        """The organisations, and the least and the greatest count of each."""
        ends = [(one, own[0].low, own[-1].high) for one, own in self.segments.items()]
        judged, least, most = np.array(ends, np.int64).reshape(-1, 3).T
        return judged, least, most

    @cached_property
    def patterns(self) -> dict[int, int]:
        """A number for the segments of each organisation, the same where they are the same."""
        seen: dict[tuple[tuple[int, int, str], ...], int] = {}
        return {
            one: seen.setdefault(tuple((each.low, each.high, each.standing) for each in own), one)
            for one, own in self.segments.items()
        }

    @cached_property
    def _keys(self) -> tuple[Integers, Integers, list[str]]:
        """The ends of all segments in order, each as its organisation and its greatest count; who stands how there."""
        flat = [(one, each) for one in sorted(self.segments) for each in self.segments[one]]
        names = sorted({each.standing for _, each in flat})
        number = {name: at for at, name in enumerate(names)}
        keys = [one * _FAR + each.high for one, each in flat]
        return np.array(keys, np.int64), np.array([number[each.standing] for _, each in flat], np.int64), names


@dataclass(slots=True)
class System:
    """The lines. The counts are numbered, one an organisation and edition in which it differs; they are in grains.

    `low` and `high` bound each count. `sums` are numbers of counts, with the bounds of their total. `asked` are the
    counts that are held back, with the two values, a low and a high one, that must both remain possible; `spread` are
    those that were revised, with how far the least and the greatest possible value must be apart. `codes` says whose
    each is.
    """

    codes: Sequence[str]
    low: Integers
    high: Integers
    asked: Mapping[int, tuple[int, int]]
    spread: Mapping[int, int] = field(default_factory=dict)
    sums: list[tuple[Integers, int, int]] = field(default_factory=list)
    standings: Standings = field(default_factory=Standings)

    def holds(self, counts: Integers) -> bool:
        """Whether these counts satisfy every line, in whole numbers."""
        if counts.shape != self.low.shape or (counts < self.low).any() or (counts > self.high).any():
            return False
        if not all(low <= counts[members].sum() <= high for members, low, high in self.sums):
            return False
        return self.standings.hold(counts)

    def kinds(self, ones: Sequence[int]) -> list[Hashable]:
        """What each of these counts is to the lines: two for which it is the same may change places in any world."""
        lines = [*(members for members, _, _ in self.sums), *(members for members, _ in self.standings.groups)]
        stands_in = np.zeros((len(self.low), len(lines)), bool)
        for at, members in enumerate(lines):
            stands_in[members, at] = True
        patterns = self.standings.patterns
        return [
            (low, high, self.asked.get(one), patterns.get(one), row.tobytes())
            for one, low, high, row in zip(
                ones,
                self.low[ones].tolist(),
                self.high[ones].tolist(),
                np.packbits(stands_in[ones], axis=1),
                strict=True,
            )
        ]
