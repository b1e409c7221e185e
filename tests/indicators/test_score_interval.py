"""The score interval: against statsmodels, and against its own definition."""

import math
import warnings

import numpy as np
import pytest

from wres.indicators.statistics.score_interval import koopman_interval

CHI_SQUARED_95 = 3.841458820694124


def interval(x1: float, n1: float, x0: float, n0: float) -> tuple[float, float]:
    lower, upper = koopman_interval(x1, n1, x0, n0)
    return float(lower), float(upper)


def by_statsmodels(x1: float, n1: float, x0: float, n0: float) -> tuple[float, float]:
    from statsmodels.stats.proportion import confint_proportions_2indep

    with warnings.catch_warnings():
        # Its root finder steps to ratios of nought and below, dividing by nought and taking roots of negatives.
        warnings.simplefilter("ignore", RuntimeWarning)
        lower, upper = confint_proportions_2indep(x1, n1, x0, n0, compare="ratio", method="score", correction=False)
    return float(lower), float(upper)


Case = tuple[float, float, float, float]


def random_counts(seed: int, number: int, least: float = 0.31, most: float = 4.5) -> list[Case]:
    """10 ** least to 10 ** most staff, from hardly any entries to half of them; one in three counts ends in a half.

    Where one group is a million times the other, statsmodels loses its digits; where nearly everybody entered, it finds
    no root or a wrong one. Those corners have tests of their own.
    """
    random = np.random.default_rng(seed)
    n1 = np.floor(10 ** random.uniform(least, most, number))
    n0 = np.floor(10 ** random.uniform(least, most, number))
    x1 = random.binomial(n1.astype(int), 10 ** random.uniform(-4, 0, number)) + random.choice([0, 0, 0.5], number)
    x0 = random.binomial(n0.astype(int), 10 ** random.uniform(-4, 0, number)) + random.choice([0, 0, 0.5], number)
    x1, x0 = x1.clip(0, n1 // 2), x0.clip(0.5, n0 // 2)
    return list(zip(*(column.tolist() for column in (x1, n1, x0, n0)), strict=True))


def grid() -> list[Case]:
    sizes = [2, 3, 10, 40, 250, 725, 2505, 20_000]
    return [
        (x1, n1, x0, n0)
        for n1 in sizes
        for n0 in sizes
        for x1 in sorted({0, 0.5, 1, 2, n1 // 100, n1 // 10, n1 // 2})
        for x0 in sorted({0.5, 1, 2, n0 // 100, n0 // 10, n0 // 2} - {0})
        if 2 * x1 <= n1 and 2 * x0 <= n0
    ]


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param(grid(), id="grid"),
        pytest.param(random_counts(seed=1, number=5000), id="random"),
        pytest.param(random_counts(seed=4, number=500, least=4.5, most=7), id="huge"),
    ],
)
def test_it_agrees_with_statsmodels(counts: list[Case]) -> None:
    """As near as statsmodels itself looks for its roots; four places further than a bound is printed."""
    lower, upper = koopman_interval(*np.array(counts, dtype=float).T)
    theirs = np.array([by_statsmodels(*row) for row in counts])
    np.testing.assert_allclose(lower, theirs[:, 0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(upper, theirs[:, 1], rtol=1e-5, atol=1e-6)


def test_without_white_entries_the_lower_bound_agrees_with_statsmodels() -> None:
    for x1, n1, n0 in [(1, 10, 10), (0.5, 40, 250), (3, 725, 2505), (100, 200, 20_000)]:
        assert interval(x1, n1, 0, n0) == (pytest.approx(by_statsmodels(x1, n1, 0, n0)[0], rel=1e-6), math.inf)


def test_the_worked_case_of_the_method() -> None:
    lower, upper = interval(9, 725, 17, 2505)
    assert (round(lower, 2), round(upper, 2)) == (0.83, 4.00)


def likelihood_chi_squared(ratio: float, x1: float, n1: float, x0: float, n0: float) -> float:
    """Pearson's statistic with the two proportions that fit best under a ratio, found by halving, not by a formula."""

    def slope(p0: float) -> float:  # of the log likelihood along p1 = ratio * p0, times p0
        return x1 + x0 - (n1 - x1) * ratio * p0 / (1 - ratio * p0) - (n0 - x0) * p0 / (1 - p0)

    low, high = 0.0, min(1.0, 1 / ratio)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if middle < high and slope(middle) > 0 else (low, middle)
    p0, p1 = low, ratio * low
    variance = p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0
    return (x1 / n1 - ratio * x0 / n0) ** 2 / variance


# Where statsmodels finds no root or a wrong one, and where counts are halves.
CORNERS = [
    (32, 228, 1, 1),
    (4, 1049, 1, 1),
    (3, 10, 5, 5),
    (5, 5, 3, 10),
    (0.5, 12, 1.5, 40),
    (9.5, 725, 17.5, 2505),
    (1e6, 4e8, 3e6, 1e9),
    (1, 1, 1, 1e9),
]


@pytest.mark.parametrize("counts", CORNERS)
def test_each_bound_is_where_the_statistic_meets_its_quantile(counts: tuple[float, ...]) -> None:
    for bound in interval(*counts):
        assert likelihood_chi_squared(bound, *counts) == pytest.approx(CHI_SQUARED_95, rel=1e-4)


def test_everybody_entered_in_both_groups() -> None:
    """Then the statistic is n * (ratio - 1), so the bounds are known exactly."""
    lower, upper = interval(5, 5, 8, 8)
    assert upper == pytest.approx(1 + CHI_SQUARED_95 / 8)
    assert lower == pytest.approx(1 / (1 + CHI_SQUARED_95 / 5))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 10, 0, 10), (0, math.inf)),  # no entries: nothing is known
        ((0, 0, 5, 10), (math.nan, math.nan)),  # no staff: no proportion
        ((5, 10, 0, 0), (math.nan, math.nan)),
        ((3, 2, 5, 10), (math.nan, math.nan)),  # more entries than staff: no proportion
    ],
)
def test_where_a_bound_does_not_exist(counts: tuple[float, ...], expected: tuple[float, float]) -> None:
    np.testing.assert_equal(interval(*counts), expected)


def test_no_white_entries_still_give_a_lower_bound() -> None:
    lower, upper = interval(3, 10, 0, 10)
    assert upper == math.inf
    assert likelihood_chi_squared(lower, 3, 10, 0, 10) == pytest.approx(CHI_SQUARED_95, rel=1e-4)


def test_no_bme_entries_give_a_lower_bound_of_nought() -> None:
    lower, upper = interval(0, 40, 5, 100)
    assert lower == 0
    assert likelihood_chi_squared(upper, 0, 40, 5, 100) == pytest.approx(CHI_SQUARED_95, rel=1e-4)


@pytest.mark.parametrize("counts", [(-1, 5, 1, 5), (1, math.nan, 1, 5), (1, 5, 1, math.inf)])
def test_what_is_no_count_is_refused(counts: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        koopman_interval(*counts)


def test_it_keeps_the_shape_and_each_element_stands_alone() -> None:
    counts = np.array(random_counts(seed=3, number=60)).T.reshape(4, 6, 10)
    lower, upper = koopman_interval(*counts)
    assert lower.shape == upper.shape == (6, 10)
    alone = np.array([interval(*row) for row in counts.reshape(4, -1).T])
    np.testing.assert_allclose(alone, np.stack([lower.ravel(), upper.ravel()], axis=1), rtol=1e-12)


def held(counts: list[np.ndarray]) -> float:
    """How often the interval of trusts whose true ratio is 1 holds it."""
    lower, upper = koopman_interval(*counts)
    return float(((lower <= 1) & (upper >= 1)).mean())


def test_events_over_person_years_hold_the_truth_as_often_as_one_year_does() -> None:
    """A mean of two years taken as a count would hold it nearly always, for it rests on twice the events."""
    random = np.random.default_rng(27)
    bme, white = random.integers(300, 3000, 4000).astype(float), random.integers(2000, 6000, 4000).astype(float)
    first, second = ([random.poisson(0.01 * staff).astype(float) for staff in (bme, white)] for _ in range(2))
    two_years = [first[0] + second[0], 2 * bme, first[1] + second[1], 2 * white]
    assert held([first[0], bme, first[1], white]) == pytest.approx(0.95, abs=0.015)
    assert held(two_years) == pytest.approx(0.95, abs=0.015)
    assert held([count / 2 for count in two_years]) > 0.985
