from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from wres.errors import WresError
from wres.reference.register import expected_codes, predecessor_groups
from wres.reference.year_config import load_year
from wres.returns.indicator_math import ENTERED, ENTERED_PREVIOUS_YEAR
from wres.simulation.assumptions import CONSULTANTS, SENIOR_MANAGERS, STAFF_CELLS
from wres.simulation.model import ITEMS, TOTAL, TrueFigures, true_figures

PUBLISHED = {2018: 1.24, 2019: 1.22, 2021: 1.14, 2022: 1.14}
WHITE, BME, UNKNOWN = 0, 1, 2


@pytest.fixture(scope="module")
def draw(register: pd.DataFrame, successions: pd.DataFrame) -> Callable[..., Any]:
    def run(year: int, seed: Any = 1, frame: Any = register) -> Any:
        return true_figures(frame, successions, load_year(year), seed)

    return run


def item(figures: Any, name: Any) -> Any:
    return figures.counts[:, ITEMS.index(name)]


def test_every_expected_organisation_has_figures(draw: Callable[..., TrueFigures], register: pd.DataFrame) -> None:
    assert list(draw(2022).codes) == sorted(expected_codes(register, load_year(2022)))


@pytest.mark.parametrize("year", sorted(PUBLISHED))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_pooled_ratio_is_near_the_published_one(draw: Callable[..., TrueFigures], year: int, seed: Any) -> None:
    figures = draw(year, seed)
    staff, entered = item(figures, TOTAL).sum(axis=0), item(figures, ENTERED).sum(axis=0).astype(float)
    if year <= 2020:
        entered = (entered + item(figures, ENTERED_PREVIOUS_YEAR).sum(axis=0)) / 2
    ratio = (entered[BME] / staff[BME]) / (entered[WHITE] / staff[WHITE])
    # The entries are Poisson: the log of the ratio has this standard error; four of them, as twelve cases are tried.
    error = sqrt(1 / entered[BME] + 1 / entered[WHITE])
    assert abs(np.log(ratio / PUBLISHED[year])) < 4 * error
    assert error < 0.03


@pytest.mark.parametrize("year", [2018, 2022, 2025])
def test_parts_sum_to_totals_and_no_figure_is_impossible(draw: Callable[..., TrueFigures], year: int) -> None:
    figures = draw(year)
    parts = sum(item(figures, name) for name in STAFF_CELLS)
    assert (parts == item(figures, TOTAL)).all()
    assert (item(figures, ENTERED) <= item(figures, TOTAL)).all()
    assert (item(figures, SENIOR_MANAGERS) <= item(figures, CONSULTANTS)).all()
    assert (figures.counts >= 0).all()
    assert (item(figures, TOTAL)[:, :UNKNOWN] > 0).all()


def test_the_staff_look_like_those_of_the_nhs(draw: Callable[..., TrueFigures], register: pd.DataFrame) -> None:
    figures = draw(2022)
    staff = item(figures, TOTAL)
    everybody = staff.sum(axis=1)
    assert 900_000 < everybody.sum() < 1_600_000
    assert everybody.max() < 50_000
    shares = staff.sum(axis=0) / staff.sum()
    assert 0.22 < shares[BME] < 0.265
    assert 0.02 < shares[UNKNOWN] < 0.06
    frame = register.set_index("code").loc[list(figures.codes)]
    by_region = {
        region: staff[frame.region_code == region, BME].sum() / staff[frame.region_code == region].sum()
        for region in ("Y56", "Y60", "Y58")
    }
    assert 0.43 < by_region["Y56"] < 0.55
    assert 0.20 < by_region["Y60"] < 0.30
    assert 0.09 < by_region["Y58"] < 0.17
    doctors = figures.counts[:, [ITEMS.index(name) for name in STAFF_CELLS if ".medical." in name]].sum(axis=(0, 1))
    assert doctors[BME] / doctors.sum() > shares[BME] + 0.1


def test_there_are_organisations_below_within_and_above_and_small_ones(draw: Callable[..., TrueFigures]) -> None:
    staff, entered = item(draw(2022), TOTAL), item(draw(2022), ENTERED)
    some = entered[:, WHITE] > 0
    ratio = (entered[some, BME] / staff[some, BME]) / (entered[some, WHITE] / staff[some, WHITE])
    below, above = (ratio < 0.8).mean(), (ratio > 1.25).mean()
    assert 0.1 < below < 0.5
    assert 0.1 < 1 - below - above < 0.5
    assert 0.2 < above < 0.6
    assert 3 <= (entered[:, :UNKNOWN].sum(axis=1) < 10).sum() <= 50


def test_some_ratio_cannot_be_calculated(draw: Callable[..., TrueFigures]) -> None:
    assert sum((item(draw(2022, seed), ENTERED)[:, WHITE] == 0).sum() for seed in range(5)) > 0


def test_last_years_entries_are_what_last_year_said(
    draw: Callable[..., TrueFigures], successions: pd.DataFrame
) -> None:
    """With those of the organisations taken over since: the mergers of 2020 are among them."""
    before, after = draw(2019), draw(2020)
    entered_before = dict(zip(before.codes, item(before, ENTERED), strict=True))
    pools = predecessor_groups(successions, after.codes, load_year(2020))
    assert any(len(pool) > 1 for pool in pools.values())
    for code, now in zip(after.codes, item(after, ENTERED_PREVIOUS_YEAR), strict=True):
        then = [entered_before[pool] for pool in pools[code] if pool in entered_before]
        assert not then or np.array_equal(now, sum(then)), code


def test_organisations_keep_their_character(draw: Callable[..., TrueFigures]) -> None:
    before, after = draw(2021), draw(2022)
    both = sorted(set(before.codes) & set(after.codes))
    old, new = (figures.counts[[figures.codes.index(code) for code in both]] for figures in (before, after))
    total, entered = ITEMS.index(TOTAL), ITEMS.index(ENTERED)
    size = new[:, total].sum(axis=1) / old[:, total].sum(axis=1)
    assert np.median(np.abs(size - 1)) < 0.05
    rates = [returns[:, entered].sum(axis=1) / returns[:, total].sum(axis=1) for returns in (old, new)]
    assert np.corrcoef(rates[0], rates[1])[0, 1] > 0.5
    assert not np.array_equal(old, new)


def test_the_seed_and_nothing_else_decides(draw: Callable[..., TrueFigures], register: pd.DataFrame) -> None:
    first = draw(2022)
    assert np.array_equal(first.counts, draw(2022, frame=register.iloc[::-1]).counts)
    assert not np.array_equal(first.counts, draw(2022, seed=2).counts)


def test_figures_are_the_same_on_every_machine(draw: Callable[..., TrueFigures]) -> None:
    """Drawn once and written down: a change here changes every demonstration, and must be meant."""
    figures = draw(2022)
    assert (figures.codes[0], figures.counts[0, ITEMS.index(TOTAL)].tolist()) == ("R0A", [11953, 3398, 584])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"organisation_type": "circus"}, "'circus'"),
        ({"region_code": "Y99"}, "'Y99'"),
    ],
)
def test_what_there_is_no_assumption_for_is_an_error(
    draw: Callable[..., TrueFigures], register: pd.DataFrame, change: Any, words: Any
) -> None:
    frame = register.copy()
    row = frame.index[frame["code"] == "RXY"][0]
    for column, value in change.items():
        frame.loc[row, column] = value
    with pytest.raises(WresError, match=f"RXY.*{words}"):
        draw(2022, frame=frame)


def test_a_seed_below_nought_is_an_error(draw: Callable[..., TrueFigures]) -> None:
    with pytest.raises(WresError, match="seed -1"):
        draw(2022, seed=-1)


def test_a_merger_pools_what_it_took_over(register: pd.DataFrame) -> None:
    """A and B become C on 1 October 2020: C's staff are those of both, and A and B are as if nothing had happened."""
    rows = register[register["code"].isin(["RXY", "RX1", "RX2"])].copy()
    rows["code"] = rows["code"].map({"RXY": "AAA", "RX1": "BBB", "RX2": "CCC"})
    rows["opened"] = rows["code"].map({"AAA": "", "BBB": "", "CCC": "2020-10-01"})
    rows["closed"] = rows["code"].map({"AAA": "2020-09-30", "BBB": "2020-09-30", "CCC": ""})
    merger = pd.DataFrame({"predecessor": ["AAA", "BBB"], "successor": ["CCC"] * 2, "from_date": ["2020-10-01"] * 2})
    none = merger.iloc[:0]
    apart = rows[rows["code"] != "CCC"].assign(closed="")
    merged = true_figures(rows, merger, load_year(2021), 5)
    separate = true_figures(apart, none, load_year(2021), 5)
    assert merged.codes == ("CCC",)
    staff = [ITEMS.index(name) for name in (TOTAL, *STAFF_CELLS)]
    assert np.array_equal(merged.counts[0, staff], separate.counts[:, staff].sum(axis=0))
    assert true_figures(rows, merger, load_year(2020), 5).codes == ("AAA", "BBB")
    before = true_figures(rows, merger, load_year(2020), 5)
    entered = before.counts[:, ITEMS.index(ENTERED)].sum(axis=0)
    assert np.array_equal(merged.counts[0, ITEMS.index(ENTERED_PREVIOUS_YEAR)], entered)
