"""What must hold of any interval of a ratio: swapped groups, more of the same, each count's direction, equality."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wres.indicators.statistics.score_interval import koopman_interval

CHI_SQUARED_95 = 3.841458820694124


def interval(x1: float, n1: float, x0: float, n0: float) -> tuple[float, float]:
    lower, upper = koopman_interval(x1, n1, x0, n0)
    return float(lower), float(upper)


@st.composite
def groups(draw: st.DrawFn) -> tuple[float, int]:
    """Entries, in halves and at least a half, and headcount."""
    staff = draw(st.integers(1, 20) | st.integers(1, 10**6))
    return draw(st.integers(1, 2 * staff)) / 2, staff


@settings(max_examples=60)
@given(groups(), groups())
def test_the_groups_swapped_turn_the_interval_upside_down(bme: tuple[float, int], white: tuple[float, int]) -> None:
    lower, upper = interval(*bme, *white)
    assert interval(*white, *bme) == (pytest.approx(1 / upper, rel=1e-9), pytest.approx(1 / lower, rel=1e-9))


@settings(max_examples=60)
@given(groups(), groups())
def test_it_holds_the_estimate(bme: tuple[float, int], white: tuple[float, int]) -> None:
    lower, upper = interval(*bme, *white)
    assert 0 < lower < (bme[0] / bme[1]) / (white[0] / white[1]) < upper < math.inf


@settings(max_examples=60)
@given(groups(), groups(), st.integers(2, 50))
def test_more_of_the_same_makes_it_narrower(bme: tuple[float, int], white: tuple[float, int], times: int) -> None:
    lower, upper = interval(*bme, *white)
    narrower = interval(*(times * part for part in (*bme, *white)))
    assert lower < narrower[0] < narrower[1] < upper


@settings(max_examples=150)
@given(groups(), groups(), st.sampled_from([0.5, 1, 7]), st.sampled_from([0, 1, 2, 3]))
def test_each_count_moves_both_bounds_one_way(
    bme: tuple[float, int], white: tuple[float, int], more: float, which: int
) -> None:
    """Up with BME entries and white staff, down with BME staff and white entries."""
    counts = [*bme, *white]
    moved = [count + more * (place == which) for place, count in enumerate(counts)]
    if moved[0] > moved[1] or moved[2] > moved[3]:
        return  # more entries than staff: no proportion
    before, after = interval(*counts), interval(*moved)
    up = which in (0, 3)
    for lesser, greater in zip(*((before, after) if up else (after, before)), strict=True):
        assert lesser <= greater * (1 + 1e-9)


@settings(max_examples=60)
@given(groups(), groups())
def test_it_leaves_out_equality_just_where_pearsons_test_rejects_it(
    bme: tuple[float, int], white: tuple[float, int]
) -> None:
    (a, n1), (c, n0) = bme, white
    neither = (n1 - a) + (n0 - c)
    if neither == 0:
        return
    chi_squared = (n1 + n0) * (a * (n0 - c) - (n1 - a) * c) ** 2 / (n1 * n0 * (a + c) * neither)
    lower, upper = interval(*bme, *white)
    if abs(chi_squared - CHI_SQUARED_95) > 1e-6:
        assert (lower > 1 or upper < 1) == (chi_squared > CHI_SQUARED_95)
