"""Shrunken ratios: against known truths, a plain integral, and what must hold of them."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, norm

from wres.indicators.statistics.shrinkage import LEAST, TrueRatios, true_ratios

Counts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def nation(mean: float, spread: float, number: int, seed: int = 4, rate: float = 0.01) -> tuple[Counts, np.ndarray]:
    random = np.random.default_rng(seed)
    bme_staff, white_staff = random.integers(300, 3000, number).astype(float), random.integers(2000, 6000, number) * 1.0
    log_ratio = random.normal(mean, spread, number)
    bme = random.poisson(rate * np.exp(log_ratio) * bme_staff).astype(float)
    return (bme, random.poisson(rate * white_staff).astype(float), bme_staff, white_staff), log_ratio


def estimate(counts: Counts) -> TrueRatios:
    ratios = true_ratios(*counts)
    assert ratios is not None
    return ratios


def test_mean_and_spread_of_a_made_nation_are_found() -> None:
    estimated = estimate(nation(0.15, 0.4, 2000)[0])
    assert (estimated.mean, estimated.spread) == (pytest.approx(0.15, abs=0.045), pytest.approx(0.4, abs=0.03))


def test_the_share_truly_within_is_found_where_the_counted_share_is_far_from_it() -> None:
    counts, log_ratio = nation(0.1, 0.15, 2000)
    ratio = counts[0] * counts[3] / np.maximum(counts[1], 1) / counts[2]
    counted = ((ratio >= 0.8) & (ratio <= 1.25)).mean()
    true = ((np.exp(log_ratio) >= 0.8) & (np.exp(log_ratio) <= 1.25)).mean()
    assert counted < true - 0.2
    assert estimate(counts).within.mean() == pytest.approx(true, abs=0.05)


def test_a_posterior_is_that_of_a_plain_integral() -> None:
    counts, _ = nation(0.2, 0.5, 60)
    estimated = estimate(counts)
    for place in (0, 17, 59):
        bme, white, bme_staff, white_staff = (column[place] for column in counts)

        def density(log_ratio: float, bme=bme, n=bme + white, odds=bme_staff / white_staff) -> float:  # type: ignore[no-untyped-def]
            share = odds * math.exp(log_ratio) / (1 + odds * math.exp(log_ratio))
            return float(binom.pmf(bme, n, share) * norm.pdf(log_ratio, estimated.mean, estimated.spread))

        whole = quad(density, -4, 4, limit=200)[0]
        within = quad(density, math.log(0.8), math.log(1.25), limit=200)[0] / whole
        mean = quad(lambda log_ratio: log_ratio * density(log_ratio), -4, 4, limit=200)[0] / whole
        assert estimated.within[place] == pytest.approx(within, abs=2e-4)
        assert estimated.log_ratios[place] == pytest.approx(mean, abs=2e-4)


def test_few_entries_are_shrunk_further_than_many() -> None:
    counts = tuple(
        np.append(column, added)
        for column, added in zip(nation(0, 0.4, 80)[0], ([6, 600], [3, 300], [2000, 2000], [2000, 2000]), strict=True)
    )
    estimated = estimate(counts)  # type: ignore[arg-type]
    few, many = np.exp(estimated.log_ratios[-2:])
    assert 1 < few < many < 2


def test_where_all_are_alike_there_is_hardly_a_spread_and_hardly_a_difference() -> None:
    estimated = estimate(nation(0.05, 0, 300)[0])
    assert estimated.spread < 0.1
    assert np.ptp(estimated.log_ratios) < 0.1


def test_the_order_makes_no_difference_and_too_few_give_none() -> None:
    counts, _ = nation(0.1, 0.3, 40)
    turned = tuple(column[::-1] for column in counts)
    np.testing.assert_allclose(estimate(counts).within, estimate(turned).within[::-1], atol=1e-6)  # type: ignore[arg-type]
    assert true_ratios(*(column[: LEAST - 1] for column in counts)) is None
