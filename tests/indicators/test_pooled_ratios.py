"""Ratios within and between organisations: against statsmodels, fractions, a bootstrap, and what must hold of them."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.indicators.statistics.pooled_changes import rate_change_p_values, ratio_change_p_values
from wres.indicators.statistics.pooled_ratios import Ratios, Strata, between_organisations, within_organisations

Stratum = tuple[int, int, int, int]  # BME entries and staff, white entries and staff

strata = st.lists(
    st.tuples(st.integers(0, 40), st.integers(41, 3000), st.integers(0, 60), st.integers(61, 6000)),
    min_size=2,
    max_size=8,
).filter(lambda rows: sum(row[0] for row in rows) > 0 and sum(row[2] for row in rows) > 0)


def of(rows: list[Stratum]) -> Strata:
    bme, bme_staff, white, white_staff = np.array(rows, dtype=float).T
    return Strata(bme, bme_staff, white, white_staff, np.zeros(len(rows), dtype=np.int64), 1)


def numbers(ratios: Ratios) -> tuple[float, float, float]:
    return float(ratios.ratio[0]), float(ratios.lower[0]), float(ratios.upper[0])


@given(strata)
def test_the_ratio_within_is_that_of_statsmodels(rows: list[Stratum]) -> None:
    from statsmodels.stats.contingency_tables import StratifiedTable

    tables = [np.array([[x, n - x], [y, m - y]], dtype=float) for x, n, y, m in rows]
    assert numbers(within_organisations(of(rows)))[0] == pytest.approx(StratifiedTable(tables).riskratio_pooled)


@given(strata)
def test_its_interval_is_that_of_greenland_and_robins_in_fractions(rows: list[Stratum]) -> None:
    above = sum(Fraction(x * m, n + m) for x, n, y, m in rows)
    below = sum(Fraction(y * n, n + m) for x, n, y, m in rows)
    spread = sum(Fraction(n * m * (x + y) - x * y * (n + m), (n + m) ** 2) for x, n, y, m in rows)
    error = 1.959963984540054 * math.sqrt(spread / (above * below))
    expected = [float(above / below) * math.exp(sign * error) for sign in (-1, 1)]
    assert numbers(within_organisations(of(rows)))[1:] == pytest.approx(expected)


@given(strata)
def test_of_one_organisation_both_ratios_are_its_own_and_swapped_groups_turn_them_upside_down(
    rows: list[Stratum],
) -> None:
    x, n, y, m = rows[0]
    if x and y:
        alone = of(rows[:1])
        ratio, lower, _ = numbers(between_organisations(alone))
        assert ratio == pytest.approx(numbers(within_organisations(alone))[0]) == pytest.approx(x * m / (y * n))
        assert math.isnan(lower)
    swapped = [(y, m, x, n) for x, n, y, m in rows]
    for measure in (within_organisations, between_organisations):
        ratio, lower, upper = numbers(measure(of(rows)))
        assert numbers(measure(of(swapped))) == pytest.approx((1 / ratio, 1 / upper, 1 / lower), nan_ok=True)


def test_where_bme_staff_work_makes_a_pooled_ratio_that_no_organisation_has() -> None:
    """Two organisations of equal staff within; the one where many enter has most BME staff."""
    rows = [(40, 2000, 20, 1000), (2, 400, 20, 4000)]
    assert numbers(within_organisations(of(rows)))[0] == pytest.approx(1)
    assert numbers(between_organisations(of(rows)))[0] == pytest.approx((42 / 2400) / (40 / 5000))


def test_the_variance_between_organisations_is_that_of_a_bootstrap() -> None:
    random = np.random.default_rng(5)
    staff = random.integers(300, 4000, (150, 2)).astype(float)
    rate = 0.01 * np.exp(random.normal(0, 0.5, (150, 1)))
    entered = random.poisson(rate * staff * np.array([1.2, 1])).astype(float)
    logs = []
    for _ in range(4000):
        chosen = random.integers(0, 150, 150)
        (x, y), (n, m) = entered[chosen].sum(axis=0), staff[chosen].sum(axis=0)
        logs.append(math.log(x * m / (y * n)))
    strata = Strata(entered[:, 0], staff[:, 0], entered[:, 1], staff[:, 1], np.zeros(150, dtype=np.int64), 1)
    ratio, _, upper = numbers(between_organisations(strata))
    from scipy.stats import t

    assert math.log(upper / ratio) / t.ppf(0.975, 149) == pytest.approx(np.std(logs), rel=0.08)


def test_a_change_that_one_organisation_makes_is_no_change_of_all() -> None:
    """A hundred organisations as before but for one; taken as Poisson counts the fall would be beyond chance."""
    before = np.full(100, 20.0)
    now = before.copy()
    before[0] = 400
    staff, row = np.full(100, 2000.0), np.zeros(100, dtype=np.int64)
    [p] = rate_change_p_values((now, staff), (before, staff), row, 1)
    assert p > 0.2
    [q] = ratio_change_p_values(
        Strata(now, staff, np.full(100, 20.0), staff, row, 1), Strata(before, staff, np.full(100, 20.0), staff, row, 1)
    )
    assert q > 0.2


def test_tests_of_pooled_changes_err_as_often_as_they_say() -> None:
    """Forty organisations with swings of their own, and no change on the whole: about 5% below 0.05."""
    random = np.random.default_rng(11)
    rows, group_size = 1500, 40
    row = np.repeat(np.arange(rows), group_size)
    staff = random.integers(800, 6000, row.size).astype(float)
    sides = [random.poisson(0.01 * staff * np.exp(random.normal(0, 0.3, row.size))).astype(float) for _ in range(2)]
    p = rate_change_p_values((sides[0], staff), (sides[1], staff), row, rows)
    assert float((p < 0.05).mean()) == pytest.approx(0.05, abs=0.015)


def test_an_organisation_alone_or_a_year_without_entries_is_not_tested() -> None:
    row = np.array([0, 1, 1])
    staff = np.full(3, 100.0)
    p = rate_change_p_values((np.array([3.0, 0, 0]), staff), (np.array([2.0, 1, 4]), staff), row, 2)
    assert np.isnan(p).all()
