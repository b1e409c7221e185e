"""The share within the range that chance alone would give: against enumeration and draws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from wres.indicators.statistics.share_at_parity import chance_within_range, expected_share


def chance(events: float, bme_staff: int, white_staff: int) -> float:
    return float(chance_within_range(*(np.array([value]) for value in (events, bme_staff, white_staff)))[0])


@settings(max_examples=60)
@given(st.integers(1, 120), st.integers(1, 60), st.integers(1, 60))
def test_it_is_the_sum_over_all_pairs_of_counts(halves: int, bme_staff: int, white_staff: int) -> None:
    events = halves / 2
    means = [events * staff / (bme_staff + white_staff) for staff in (bme_staff, white_staff)]
    counts = np.arange(200)
    bme, white = (poisson.pmf(counts, mean) for mean in means)
    x, y = np.meshgrid(counts, counts, indexing="ij")
    inside = (y > 0) & (5 * x * white_staff >= 4 * y * bme_staff) & (4 * x * white_staff <= 5 * y * bme_staff)
    expected = (np.outer(bme, white) * inside).sum() / (1 - white[0])
    assert chance(events, bme_staff, white_staff) == pytest.approx(expected, abs=1e-9)


def test_the_more_entries_the_likelier_and_it_depends_on_the_mix_of_staff() -> None:
    chances = [chance(events, 1000, 3000) for events in (10, 40, 160, 640, 2560)]
    assert chances == sorted(chances)
    assert chances[0] < 0.3
    assert chances[-1] > 0.98
    assert chance(160, 100, 3900) < chance(160, 2000, 2000)


def test_it_is_what_the_text_says_of_how_many_entries_are_needed() -> None:
    """(1 / p + 1 / (1 - p)) (1.645 / ln 1.25)^2 entries for 90%: some 300 at 24% BME staff."""
    needed = (1 / 0.24 + 1 / 0.76) * (1.645 / np.log(1.25)) ** 2
    assert needed == pytest.approx(298, abs=1)
    assert chance(needed, 2400, 7600) == pytest.approx(0.9, abs=0.01)


@settings(max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_range_holds_the_middle_of_what_draws_give(chances: list[float]) -> None:
    share, lower, upper = expected_share(np.array(chances))
    assert share == pytest.approx(np.mean(chances))
    assert 0 <= lower <= upper <= 1
    draws = (np.random.default_rng(3).random((4000, len(chances))) < chances).sum(axis=1) / len(chances)
    assert (draws < lower - 1e-9).mean() <= 0.025 + 0.012
    assert (draws > upper + 1e-9).mean() <= 0.025 + 0.012


def test_of_very_many_organisations_the_range_is_that_of_the_normal_distribution() -> None:
    chances = np.random.default_rng(8).uniform(0.2, 0.7, 3999)
    exact, near = expected_share(chances), expected_share(np.append(chances, 0.45))
    np.testing.assert_allclose(exact, near, atol=0.0005)


def test_a_share_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one organisation"):
        expected_share(np.array([]))
