"""Define the linear constraints that published tables put on the counts of organisations."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from wres.array_types import Integers
from wres.disclosure.primary_suppression import units_per_person
from wres.outputs.group_columns import compared_counts
from wres.returns.indicator_math import place_in_band

_FAR = 2**32  # above every count


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of counts, in units, over which an organisation has one range in the goals and is small or not."""

    low: int
    high: int
    band: str


@dataclass(frozen=True)
class BandConstraints:
    """The ranges of organisations in the goals as their counts vary, and how many must be in each.

    `segments` are those of each organisation, by its number, from its least count to its greatest; `groups` are numbers
    of organisations, with how many of them stand where.
    """

    segments: Mapping[int, Sequence[Segment]] = field(default_factory=dict)
    groups: Sequence[tuple[Integers, Counter[str]]] = ()

    def hold(self, counts: Integers) -> bool:
        """Return whether each range has as many organisations as it must."""
        return all(self.numbers(counts, members) == wanted for members, wanted in self.groups)

    def numbers(self, counts: Integers, members: Integers) -> Counter[str]:
        """Return how many of these organisations are in each range."""
        keys, bands, names = self._keys
        index = np.searchsorted(keys, members * _FAR + counts[members])
        there = np.bincount(bands[index], minlength=len(names)).tolist()
        return Counter({name: number for name, number in zip(names, there, strict=True) if number})

    @cached_property
    def ends(self) -> tuple[Integers, Integers, Integers]:
        """Return the organisations, and the least and the greatest count of each."""
        ends = [(count, stretches[0].low, stretches[-1].high) for count, stretches in self.segments.items()]
        judged, least, most = np.array(ends, np.int64).reshape(-1, 3).T
        return judged, least, most

    @cached_property
    def patterns(self) -> dict[int, int]:
        """Number the segments of each organisation, with the same number where they are the same."""
        seen: dict[tuple[tuple[int, int, str], ...], int] = {}
        return {
            count: seen.setdefault(tuple((segment.low, segment.high, segment.band) for segment in stretches), count)
            for count, stretches in self.segments.items()
        }

    @cached_property
    def _keys(self) -> tuple[Integers, Integers, list[str]]:
        """Return the ends of all segments in order, each as its organisation and its greatest count, with its range."""
        flat = [(count, segment) for count in sorted(self.segments) for segment in self.segments[count]]
        names = sorted({segment.band for _, segment in flat})
        number = {name: index for index, name in enumerate(names)}
        keys = [count * _FAR + segment.high for count, segment in flat]
        return np.array(keys, np.int64), np.array([number[segment.band] for _, segment in flat], np.int64), names


@dataclass(slots=True)
class ConstraintSystem:
    """Linear constraints on counts in units; there is a count for each organisation and edition in which it differs.

    `low` and `high` bound each count. `sums` are numbers of counts, with the bounds of their total. `asked` are the
    counts that are suppressed, with the two values, a low and a high one, that must both remain possible; `spread` are
    those that were revised, with how far the least and the greatest possible value must be apart. `codes` says whose
    each is.
    """

    codes: Sequence[str]
    low: Integers
    high: Integers
    protected: Mapping[int, tuple[int, int]]
    min_width: Mapping[int, int] = field(default_factory=dict)
    sums: list[tuple[Integers, int, int]] = field(default_factory=list)
    bands: BandConstraints = field(default_factory=BandConstraints)

    def holds(self, counts: Integers) -> bool:
        """Return whether these counts satisfy every constraint, in whole numbers."""
        if counts.shape != self.low.shape or (counts < self.low).any() or (counts > self.high).any():
            return False
        if not all(low <= counts[members].sum() <= high for members, low, high in self.sums):
            return False
        return self.bands.hold(counts)

    def symmetry_classes(self, ones: Sequence[int]) -> list[Hashable]:
        """Return the symmetry class of each count: two of one class may change places in any feasible solution."""
        lines = [*(members for members, _, _ in self.sums), *(members for members, _ in self.bands.groups)]
        stands_in = np.zeros((len(self.low), len(lines)), bool)
        for index, members in enumerate(lines):
            stands_in[members, index] = True
        patterns = self.bands.patterns
        return [
            (low, high, self.protected.get(count), patterns.get(count), row.tobytes())
            for count, low, high, row in zip(
                ones,
                self.low[ones].tolist(),
                self.high[ones].tolist(),
                np.packbits(stands_in[ones], axis=1),
                strict=True,
            )
        ]


_COMPARED = compared_counts()
JUDGED = (_COMPARED.comparator_entered, _COMPARED.group_entered)  # what a range rests on, beside headcounts
STAFF_COMPARED = (_COMPARED.comparator_headcount, _COMPARED.group_headcount)


def segments_of(
    row: dict[str, Any], column: str, low: int, high: int, small: int, other: int | None = None
) -> list[Segment]:
    """Return the stretches of counts, in units, over which an organisation keeps its range and is small or not.

    Args:
        row: its exact counts.
        column: the count that varies, from `low` to `high`.
        small: white and BME entries together below this are small.
        other: the other of the two counts, where it is not to be the true one.
    """
    units = units_per_person(column, row["window"])
    white_staff, bme_staff = (row[name] for name in STAFF_COMPARED)
    entered = {name: int(row[name] * units) for name in JUDGED}
    segments: list[Segment] = []
    for count in range(low, high + 1):
        white, bme = (count if name == column else entered[name] if other is None else other for name in JUDGED)
        band = f"{_range(white_staff, bme_staff, white, bme)} {'small' if white + bme < small * units else ''}"
        if segments and segments[-1].band == band:
            segments[-1] = Segment(segments[-1].low, count, band)
        else:
            segments.append(Segment(count, count, band))
    return segments


def _range(white_staff: int, bme_staff: int, white: int, bme: int) -> str:
    """Return the range as `four_fifths_band` does, in whole numbers, which is faster."""
    numerator, denominator = bme * white_staff, white * bme_staff
    if not denominator or not white_staff:
        return "not_calculable"
    return place_in_band(numerator, denominator)
