"""Widened funnel limits: the variance between organisations is found, and chance alone widens nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from wres.indicators.statistics.overdispersion import between_variance, chance_p_values, log_variance, widening


def scores(spread: float, number: int = 3000, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    people = random.integers(1000, 9000, number)
    entered = random.binomial(people, np.minimum(0.01 * np.exp(random.normal(0, spread, number)), 1)).astype(np.float64)
    staff = people.astype(np.float64)
    share = np.full(number, 0.01)
    return chance_p_values(entered, staff, share)[1], log_variance(staff, share, np.zeros(number, dtype=bool))


@given(st.integers(1, 400), st.floats(0.01, 0.99), st.data())
def test_p_values_and_scores_are_those_of_scipy_s_binomial(size: int, share: float, data: st.DataObject) -> None:
    entered = data.draw(st.integers(0, size))
    chance = binom(size, share)
    fewer = chance.cdf(entered - 1) + chance.pmf(entered) / 2
    more = chance.sf(entered) + chance.pmf(entered) / 2
    p, score = chance_p_values(*(np.array([value], dtype=np.float64) for value in (entered, size, share)))
    assert p[0] == pytest.approx(min(1, 2 * min(fewer, more)), abs=1e-9)
    if min(fewer, more) > 1e-12:
        assert score[0] == pytest.approx(norm.ppf(fewer) if fewer < more else -norm.ppf(more), abs=1e-6)


@pytest.mark.parametrize("spread", [0.2, 0.4])
def test_the_spread_of_a_made_nation_is_found(spread: float) -> None:
    """A little low, for the outermost tenth on each side is drawn in."""
    deviation = between_variance(*scores(spread)) ** 0.5
    assert 0.6 * spread < deviation < 1.05 * spread


def test_chance_alone_widens_nothing() -> None:
    assert between_variance(*scores(0)) == 0


def test_a_few_far_out_hardly_widen_the_limits() -> None:
    """That is what winsorising is for: outliers must not hide themselves."""
    usual, variances = scores(0.2, 200)
    with_outliers = usual.copy()
    with_outliers[:10] = 30
    assert between_variance(with_outliers, variances) < 2 * between_variance(usual, variances)


def test_widened_limits_are_wider_and_close_in_on_the_spread_with_size() -> None:
    sizes = np.array([200.0, 2000.0, 2e6])
    variances = log_variance(sizes, np.full(3, 0.01), np.zeros(3, dtype=bool))
    plain, widened = widening(variances, np.zeros(3), 0.025), widening(variances, np.full(3, 0.09), 0.025)
    assert (widened > plain).all()
    assert widened[-1] == pytest.approx(np.exp(1.959964 * 0.3), rel=0.01)


def test_one_organisation_has_no_spread() -> None:
    assert between_variance(np.array([9.0]), np.array([0.01])) == 0
