"""Swings of likelihoods from year to year: found in made nations, tails against scipy, and errors as often as said."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import betabinom

from wres.indicators.statistics.change_table import significance
from wres.indicators.statistics.rises_by_chance import chance_of_higher_rate, chance_of_higher_ratio
from wres.indicators.statistics.swings import LEAST, estimate_swing, swing_tails


def pairs(swing: float, number: int, seed: int = 6, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    staff, before = random.integers(800, 9000, (2, number))
    rate = 0.01 * np.exp(random.normal(0, 0.4, number))
    moved = np.exp(random.normal(shift, swing, number) / 2)
    entered = random.poisson(rate * staff * moved)
    return entered, entered + random.poisson(rate * before / moved), staff / (staff + before)


def p_values(entered: np.ndarray, entries: np.ndarray, share: np.ndarray, swing: float) -> np.ndarray:
    some = entries > 0
    below, above = swing_tails(entered[some], entries[some], share[some], swing)
    p: np.ndarray = np.minimum(1, 2 * np.minimum(below, above))
    return p


def test_swing_and_shift_of_a_made_nation_are_found() -> None:
    estimated = estimate_swing(*pairs(0.3, 1500, shift=-0.2))
    assert (estimated.swing, estimated.shift) == (pytest.approx(0.3, abs=0.04), pytest.approx(-0.2, abs=0.03))


def test_where_all_is_chance_there_is_hardly_a_swing_and_few_pairs_have_none() -> None:
    assert estimate_swing(*pairs(0, 1500)).swing < 0.08
    assert estimate_swing(*pairs(0.3, LEAST - 1)).swing == 0


@pytest.mark.parametrize("swing", [0.0, 0.3, 0.5])
def test_tests_with_the_swing_err_as_often_as_they_say(swing: float) -> None:
    counts = pairs(swing, 3000, seed=9)
    p = p_values(*counts, max(estimate_swing(*counts).swing, 1e-3))
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.015)


def test_tails_are_those_of_scipy_s_beta_binomial() -> None:
    entered, entries, share = pairs(0.3, 40)
    for swing in (0.1, 0.5):
        precision = 1 / (swing**2 * share * (1 - share)) - 1
        chance = betabinom(entries, share * precision, (1 - share) * precision)
        below, above = swing_tails(entered, entries, share, swing)
        half = chance.pmf(entered) / 2
        np.testing.assert_allclose(below, chance.cdf(entered - 1) + half, rtol=1e-8)
        np.testing.assert_allclose(above, chance.sf(entered) + half, rtol=1e-7, atol=1e-12)


def test_risers_by_chance_are_as_many_as_draws_give() -> None:
    random = np.random.default_rng(12)
    staff, before = random.integers(200, 900, (2, 30))
    entries = random.integers(0, 12, 30)
    later = random.binomial(entries, staff / (staff + before), (20_000, 30))
    drawn = (later * before > (entries - later) * staff).mean(axis=0)
    np.testing.assert_allclose(chance_of_higher_rate(entries, staff, before), drawn, atol=0.015)


def test_a_ratio_s_riser_by_chance_needs_a_ratio_in_both_years() -> None:
    """Two of four entries each year, BME staff as many as white: 0, 1 or 2 BME entries in the later year."""
    same = tuple(np.array([value]) for value in (1, 50, 1, 50))
    [chance] = chance_of_higher_ratio(same, same)
    assert chance == 0  # 2 and 0 BME entries: one of the years has no white entry
    more = tuple(np.array([value]) for value in (2, 50, 2, 50))
    [chance] = chance_of_higher_ratio(more, more)  # 3 against 1 BME entries: weights 16 of 1, 16, 36, 16 and 1
    assert chance == pytest.approx(16 / 70)
    [none] = chance_of_higher_ratio(same, tuple(np.array([value]) for value in (1, 0, 1, 50)))
    assert np.isnan(none)


def members_of(population: dict[str, object], pairs_of_years: tuple[np.ndarray, np.ndarray, np.ndarray]) -> pa.Table:
    """Single organisations compared over two years, by their overall likelihood: staff grow from 1,000 to 1,500."""
    entered, entries, _ = pairs_of_years
    number = len(entered)
    codes = [f"R{place:04}" for place in range(number)]
    values = {
        **population,
        "level": "organisation",
        "measure": "overall_likelihood_percent",
        "group_headcount": 1500,
        "previous_group_headcount": 1000,
    }
    columns: dict[str, list[object]] = {name: [value] * number for name, value in values.items()}
    columns |= {"code": [*codes], "organisation_code": [*codes]}
    columns |= {"group_hundredths": [*(100 * entered)], "previous_group_hundredths": [*(100 * (entries - entered))]}
    nothing = ("comparator_headcount", "comparator_hundredths")
    columns |= {side + name: [None] * number for side in ("", "previous_") for name in nothing}
    return pa.table(columns)


def test_each_population_has_the_swing_of_its_own_organisations() -> None:
    """Organisations of one group, basis and pair of years are held against each other, and against no others."""
    first = {"basis": "window", "collection_year": 2022, "years_between": 1, "organisation_group": "trust"}
    others = (
        ({**first, "basis": "twelve_months"}, 0.6),
        ({**first, "collection_year": 2021}, 0.5),
        ({**first, "years_between": 3}, 0.7),
        ({**first, "organisation_group": "icb"}, 0.8),
    )
    populations = [(first, pairs(0.3, 40)), *((facts, pairs(swing, 40, seed=3)) for facts, swing in others)]
    for _, (entered, entries, _) in populations:
        entered[7] = entries[7] = 0  # nobody entered in either year: nothing to test
    tested = significance(pa.concat_tables([members_of(*population) for population in populations])).to_pylist()
    for facts, (entered, entries, _) in populations:
        counted = entries > 0
        share = np.full(len(entries), 1500 / 2500)[counted]
        swing = estimate_swing(entered[counted], entries[counted], share).swing
        assert swing > 0
        expected = np.full(len(entries), np.nan)
        expected[counted] = p_values(entered[counted], entries[counted], share, swing)
        rows = [row for row in tested if all(row[name] == value for name, value in facts.items())]
        p_values_found = [row["p_ten_thousandths"] for row in sorted(rows, key=lambda row: row["code"])]
        assert p_values_found == [None if np.isnan(p) else round(10_000 * p) for p in expected]


def test_where_all_are_alike_a_shrunken_likelihood_is_that_of_everyone() -> None:
    """15 entries of 1,500 staff and, the year before, 20 of 1,000: 1% and 2%, in hundredths of a per cent."""
    population: dict[str, object] = {"basis": "window", "collection_year": 2022, "years_between": 1}
    population["organisation_group"] = "trust"
    entered, entries = np.full(12, 15), np.full(12, 35)
    tested = significance(members_of(population, (entered, entries, entered / entries))).to_pylist()
    assert [row["shrunken_hundredths"] for row in tested] == [pytest.approx(100, abs=2)] * 12
    assert [row["previous_shrunken_hundredths"] for row in tested] == [pytest.approx(200, abs=2)] * 12
