"""The lines of a system: which worlds hold, and which counts may change places in all of them."""

from collections import Counter
from dataclasses import replace

import numpy as np

from wres.array_types import Integers
from wres.disclosure.attacker import Attacker
from wres.disclosure.constraints import BandConstraints, ConstraintSystem, Segment

ALL = np.arange(6)
LIKE_THE_FIRST = BandConstraints(
    segments={
        **{number: [Segment(1, 3, "within small"), Segment(4, 7, "above small")] for number in range(5)},
        5: [Segment(1, 4, "within small"), Segment(5, 7, "above small")],
    },
    groups=[
        (ALL, Counter({"within small": 5, "above small": 1})),
        (np.array([0, 1, 2, 3, 5]), Counter({"within small": 4, "above small": 1})),
    ],
)
# 0 and 1 are alike; 2 has other bounds, 3 stands in one more total, 4 in one group less, 5 above from 5 on.
SYSTEM = ConstraintSystem(
    codes=list("ABCDEF"),
    low=np.ones(6, np.int64),
    high=np.array([7, 7, 6, 7, 7, 7]),
    protected=dict.fromkeys(range(6), (1, 7)),
    sums=[(ALL, 10, 14), (np.array([3]), 1, 7)],
    bands=LIKE_THE_FIRST,
)


def world(*counts: int) -> Integers:
    return np.array(counts)


def test_a_world_holds_where_every_line_does() -> None:
    assert SYSTEM.holds(world(4, 1, 2, 1, 1, 1))
    assert not SYSTEM.holds(world(1, 1, 7, 1, 1, 1))  # above its greatest
    assert not SYSTEM.holds(world(0, 4, 3, 1, 1, 1))  # below its least
    assert not SYSTEM.holds(world(4, 1, 1, 1, 1, 1))  # the total is too small
    assert not SYSTEM.holds(world(4, 3, 3, 3, 1, 1))  # and here too great
    assert not SYSTEM.holds(world(4, 4, 1, 1, 1, 1))  # two are above
    assert not SYSTEM.holds(world(1, 3, 1, 1, 4, 1))  # the one above is not of the second group
    assert not SYSTEM.holds(world(1, 3, 2, 1, 1, 4))  # the last one is above from 5 on
    assert SYSTEM.holds(world(1, 2, 1, 1, 1, 5))


def test_numbers_of_a_group_are_known_by_the_counts() -> None:
    figures = LIKE_THE_FIRST.numbers(world(4, 1, 3, 7, 1, 4), np.array([0, 2, 3, 5]))
    assert figures == Counter({"above small": 2, "within small": 2})


def test_counts_are_alike_where_every_line_takes_them_alike() -> None:
    kinds = SYSTEM.symmetry_classes(range(6))
    assert kinds[0] == kinds[1]
    assert len(set(kinds)) == 5


def test_worlds_apart_hold_and_differ() -> None:
    free = replace(SYSTEM, sums=[(ALL, 6, 40)], bands=BandConstraints())
    some = Attacker([free]).diverse_solutions(4)
    assert len(some) == 4
    assert all(free.holds(item) for item in some)
    assert {(int(min(counts)), int(max(counts))) for counts in zip(*some, strict=True)} == {(1, 7), (1, 6)}


def test_counts_are_not_alike_where_other_values_are_asked_of_them() -> None:
    kinds = replace(SYSTEM, protected={0: (1, 7), 1: (1, 8)}).symmetry_classes([0, 1])
    assert kinds[0] != kinds[1]
