"""The tests of change: against scipy and statsmodels, against exact fractions, and how often they err."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nchypergeom_fisher
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.rates import test_poisson_2indep as poisson_by_statsmodels

from tests.indicators.exact_chance import q_of, rate_p, ratio_p
from tests.indicators.exact_method import Counts
from tests.indicators.exact_pairs import Pair
from wres.indicators.statistics.significance import q_values, rate_p_values, ratio_p_values

# BME entries, BME staff, white entries, white staff; the later year, then the earlier.
Year = tuple[int, int, int, int]
YEARS: list[tuple[Year, Year]] = [
    ((9, 725, 17, 2505), (14, 700, 12, 2510)),
    ((0, 50, 3, 900), (4, 45, 1, 950)),
    ((2500, 300_000, 4200, 900_000), (2700, 290_000, 4100, 905_000)),
    ((5, 10, 1, 2000), (0, 12, 9, 1990)),
    ((30, 1000, 0, 4000), (2, 1000, 3, 4000)),
    ((1, 40_000, 1, 10), (1, 10, 1, 40_000)),
]


def columns(years: list[Year]) -> tuple[np.ndarray, ...]:
    return tuple(np.array(years).T)


def ratio_p_value(now: Year, before: Year) -> float:
    return float(ratio_p_values(columns([now]), columns([before]))[0])


@pytest.mark.parametrize(("now", "before"), YEARS)
def test_the_ratio_s_p_value_is_scipy_s_noncentral_hypergeometric(now: Year, before: Year) -> None:
    odds = (now[1] * before[3]) / (now[3] * before[1])
    entries, entries_before = now[0] + now[2], before[0] + before[2]
    chance = nchypergeom_fisher(entries + entries_before, entries, now[0] + before[0], odds)
    half = chance.pmf(now[0]) / 2
    expected = min(1, 2 * min(chance.cdf(now[0] - 1) + half, chance.sf(now[0]) + half))
    assert ratio_p_value(now, before) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("now", "before"), YEARS)
def test_the_rate_s_p_value_is_statsmodels_conditional_mid_p(now: Year, before: Year) -> None:
    x1, n1, x0, n0 = now[0] + now[2], now[1] + now[3], before[0] + before[2], before[1] + before[3]
    tails = [
        poisson_by_statsmodels(x1, n1, x0, n0, method="cond-midp", alternative=side).pvalue
        for side in ("smaller", "larger")
    ]
    p_values = rate_p_values(*columns([(x1, n1, x0, n0)]))
    assert p_values[0] == pytest.approx(min(1, 2 * min(tails)), rel=1e-9)


@st.composite
def staff_and_entries(draw: st.DrawFn) -> Counts:
    staff = {group: draw(st.integers(0, 3) | st.integers(1, 3000)) for group in ("white", "bme", "unknown")}
    return Counts(staff, {group: Fraction(draw(st.integers(0, min(number, 40)))) for group, number in staff.items()})


def year_of(counts: Counts) -> Year:
    return (int(counts.entered["bme"]), counts.staff["bme"], int(counts.entered["white"]), counts.staff["white"])


@settings(max_examples=200)
@given(staff_and_entries(), staff_and_entries())
def test_both_p_values_are_those_of_exact_fractions(now: Counts, before: Counts) -> None:
    pair = Pair(now, before)
    (entered, staff), (entered_before, staff_before) = (
        (int(sum(side.entered.values())), sum(side.staff.values())) for side in (now, before)
    )
    rate = float(rate_p_values(*columns([(entered, staff, entered_before, staff_before)]))[0])
    for p_value, exact in ((rate, rate_p(pair)), (ratio_p_value(year_of(now), year_of(before)), ratio_p(pair))):
        assert np.isnan(p_value) if exact is None else p_value == pytest.approx(float(exact), rel=1e-8)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ((0, 50, 0, 50), (3, 50, 4, 50)),  # nobody entered in one year: no other outcome was possible
        ((3, 50, 4, 50), (0, 50, 0, 50)),
        ((0, 50, 5, 50), (0, 50, 6, 50)),  # no BME entries in either
        ((2, 50, 0, 50), (3, 50, 0, 50)),
        ((0, 0, 5, 50), (1, 50, 6, 50)),  # no BME staff in one
    ],
)
def test_where_nothing_could_have_shown_there_is_no_p_value(now: Year, before: Year) -> None:
    assert np.isnan(ratio_p_value(now, before))


def test_no_rows_give_no_p_values() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert ratio_p_values((nothing,) * 4, (nothing,) * 4).shape == rate_p_values(*(nothing,) * 4).shape == (0,)


def test_each_row_stands_alone() -> None:
    now, before = (columns([pair[side] for pair in YEARS]) for side in (0, 1))
    alone = [ratio_p_value(*pair) for pair in YEARS]
    np.testing.assert_allclose(ratio_p_values(now, before), alone, rtol=1e-12)


def test_the_years_turned_round_give_the_same_p_values() -> None:
    now, before = (columns([pair[side] for pair in YEARS]) for side in (0, 1))
    np.testing.assert_allclose(ratio_p_values(now, before), ratio_p_values(before, now), rtol=1e-9)
    np.testing.assert_allclose(rate_p_values(*now), rate_p_values(now[2], now[3], now[0], now[1]), rtol=1e-9)


def test_they_err_about_as_often_as_they_say_where_nothing_changed() -> None:
    """5,000 middling trusts whose true likelihoods stay: few below 5% by more than the noise of that many."""
    random, number = np.random.default_rng(7), 5000
    bme_staff, white_staff = random.integers(200, 2000, number), random.integers(1000, 6000, number)

    def year() -> tuple[np.ndarray, ...]:
        return (random.binomial(bme_staff, 0.012), bme_staff, random.binomial(white_staff, 0.008), white_staff)

    now, before = year(), year()
    for p in (
        ratio_p_values(now, before),
        rate_p_values(now[0] + now[2], bme_staff + white_staff, before[0] + before[2], bme_staff + white_staff),
    ):
        assert 0.038 < np.mean(p < 0.05) < 0.056


def test_q_values_are_those_of_statsmodels_in_each_family() -> None:
    random = np.random.default_rng(3)
    p_values = random.uniform(size=400) ** 3
    p_values[random.integers(0, 400, 40)] = np.nan
    p_values[random.integers(0, 400, 60)] = 0.01  # ties
    families = random.integers(0, 5, 400)
    adjusted = q_values(p_values, families)
    assert (np.isnan(adjusted) == np.isnan(p_values)).all()
    for family in range(5):
        members = (families == family) & ~np.isnan(p_values)
        assert members.any()
        rejected, corrected, *_ = multipletests(p_values[members], alpha=0.05, method="fdr_bh")
        np.testing.assert_allclose(adjusted[members], corrected, rtol=1e-12)
        assert ((adjusted[members] <= 0.05) == rejected).all()


def test_a_family_of_one_keeps_its_p_value_and_no_test_has_no_q_value() -> None:
    adjusted = q_values(np.array([0.03, np.nan, 0.9]), np.array([1, 1, 2]))
    np.testing.assert_array_equal(adjusted, [0.03, np.nan, 0.9])
    assert q_of([None]) == [None]
