"""Funnel limits: against scipy's own binomial, where they lie, and how often chance goes beyond them."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from tests.indicators.made_returns import Row, collection, computed_year, plain_return
from wres.indicators.statistics.funnel_limits import funnel_limits, is_outside, squared_residual

TAIL = 0.025


def beyond(entered: float, size: float, share: float, tail: float = TAIL) -> bool:
    return bool(is_outside(np.array([entered]), np.array([size]), np.array([share]), tail)[0])


def limits(size: float, share: float, tail: float = TAIL) -> tuple[float, float]:
    lower, upper = funnel_limits(np.array([float(size)]), np.array([share]), tail)
    return float(lower[0]), float(upper[0])


@pytest.mark.parametrize(("size", "share"), [(30_000, 0.008), (3000, 0.02), (26, 0.3), (12, 0.9), (3, 0.5), (1, 0.01)])
@pytest.mark.parametrize("tail", [0.025, 0.001])
def test_a_whole_count_is_outside_just_where_scipy_s_binomial_says_so(size: int, share: float, tail: float) -> None:
    counts = np.arange(min(size, 800) + 1)
    sizes, shares = (np.full(counts.shape, value, dtype=np.float64) for value in (size, share))
    chance = binom(size, share)
    expected = (chance.cdf(counts) < tail) | (chance.sf(counts - 1) < tail)
    np.testing.assert_array_equal(is_outside(counts.astype(float), sizes, shares, tail), expected)
    lower, upper = limits(size, share, tail)
    np.testing.assert_array_equal((counts < lower) | (counts > upper), expected)


@settings(max_examples=200)
@given(st.integers(1, 4000), st.floats(0.001, 0.999), st.sampled_from([0.025, 0.001]), st.data())
def test_what_is_outside_lies_beyond_a_limit_also_between_whole_counts(
    quarters: int, share: float, tail: float, data: st.DataObject
) -> None:
    size = quarters / 4
    entered = data.draw(st.integers(0, quarters)) / 4
    lower, upper = limits(size, share, tail)
    assert 0 <= lower < upper <= size
    if min(abs(entered - lower), abs(entered - upper)) > 1e-6:
        assert beyond(entered, size, share, tail) == (entered < lower or entered > upper)


def test_the_wider_limits_hold_the_narrower_and_all_close_in_with_size() -> None:
    sizes = np.array([200.0, 2000.0, 20_000.0])
    share = np.full(3, 0.01)
    (low_95, high_95), (low_998, high_998) = (funnel_limits(sizes, share, tail) for tail in (0.025, 0.001))
    assert (low_998 <= low_95).all()
    assert (high_998 > high_95).all()
    assert (np.diff(high_95 / sizes) < 0).all()
    assert (np.diff(low_95 / sizes) > 0).all()


def test_the_mean_squared_residual_is_one_where_all_is_chance() -> None:
    random = np.random.default_rng(5)
    size, share = random.integers(20, 9000, 4000).astype(float), random.uniform(0.005, 0.4, 4000)
    entered = random.binomial(size.astype(int), share).astype(float)
    assert np.mean(squared_residual(entered, size, share)) == pytest.approx(1, abs=0.1)


def funnel_of(**returns: Mapping[str, tuple[int, float]]) -> dict[tuple[str, str], Row]:
    tables = computed_year(collection(2022), {code: plain_return(**groups) for code, groups in returns.items()})
    return {(row["code"], row["measure"]): row for row in tables["funnel"].to_pylist()}


NATION = {f"R{number:02}": {"white": (4000, 40), "bme": (1000, 10)} for number in range(20)}


def test_a_ratio_that_cannot_be_calculated_can_still_be_beyond_chance() -> None:
    """No white entries and eight BME ones among equals: 8 of 8, where 1 in 5 was to be expected."""
    rows = funnel_of(**NATION, RZZ={"white": (4000, 0), "bme": (1000, 8)})
    row = rows["RZZ", "relative_likelihood"]
    assert (row["figure"], row["size"], row["outside_95"], row["outside_99_8"]) == (None, 8, True, True)
    assert row["upper_99_8"] is not None


def test_one_entry_cannot_be_above_a_limit_that_does_not_exist() -> None:
    rows = funnel_of(**NATION, RZZ={"white": (500, 0), "bme": (500, 1)})
    row = rows["RZZ", "relative_likelihood"]
    assert (row["upper_95"], row["outside_95"]) == (None, False)


def test_without_entries_there_are_limits_for_the_likelihood_and_none_for_the_ratio() -> None:
    rows = funnel_of(**NATION, RZZ={"white": (4000, 0), "bme": (1000, 0)})
    ratio, rate = rows["RZZ", "relative_likelihood"], rows["RZZ", "overall_likelihood_percent"]
    assert {ratio[name] for name in ("lower_95", "upper_95", "outside_95", "outside_99_8")} == {None}
    assert (rate["outside_99_8"], rate["lower_95"] > 0) == (True, True)


def test_organisations_that_are_the_same_differ_by_nothing() -> None:
    rows = funnel_of(**NATION)
    assert {row["dispersion"] for row in rows.values()} == {0}
    assert not any(row["outside_95"] for row in rows.values())
