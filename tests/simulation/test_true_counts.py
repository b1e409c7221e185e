from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.simulation.true_counts import true_counts
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.simulation.delivery import Delivery


def test_one_row_for_each_organisation_that_sent_a_good_return(national: list[Delivery]) -> None:
    counts = true_counts(load_year(2022), national)
    assert counts["organisation_code"].tolist() == sorted({delivery.organisation_code for delivery in national})
    assert (counts["collection_year"] == 2022).all()


@pytest.mark.parametrize("year", [2020, 2022])
def test_counts_are_those_that_the_indicator_takes(simulate: Callable[..., list[Delivery]], year: int) -> None:
    """By hand from the figures: staff without the `of which` row and the stated total, entries by the window."""
    deliveries = simulate(year, seed=4, returns=6)
    counts = true_counts(load_year(year), deliveries).set_index("organisation_code")
    template = load_template(load_year(year).template_version)
    summands = [item.code for item in template.items if item.in_total]
    halves = 0
    for delivery in deliveries:
        figures = delivery.figures
        if figures is None:
            continue
        row = counts.loc[delivery.organisation_code]
        for group in ("white", "bme", "unknown"):
            entered = figures["disciplinary.entered", group]
            if year == 2020:
                entered = (entered + figures["disciplinary.entered_previous_year", group]) / Decimal(2)
            halves += entered % 1 != 0
            assert row[f"{group}_headcount"] == sum(figures[code, group] for code in summands)
            assert row[f"{group}_entered"] == entered
    assert bool(halves) == (year == 2020)


def test_the_last_good_return_before_the_hard_close_counts(simulate: Callable[..., list[Delivery]]) -> None:
    year = load_year(2022)
    first = next(delivery for delivery in simulate(2022, seed=1, returns=1) if delivery.figures)
    cell = ("disciplinary.entered", "bme")
    second = replace(first, sent_at=first.sent_at + timedelta(days=1), figures={**first.figures, cell: Decimal(40)})  # type: ignore[dict-item]
    wrong = replace(second, sent_at=second.sent_at + timedelta(days=1), kind="wrong", figures=None)
    too_late = replace(first, sent_at=year.hard_close + timedelta(seconds=1))
    for order in ([first, second, wrong, too_late], [too_late, wrong, second, first]):
        counts = true_counts(year, order)
        assert counts["bme_entered"].tolist() == [Decimal(40)]


def test_nothing_sent_is_an_empty_table_with_its_columns() -> None:
    counts = true_counts(load_year(2022), [])
    assert len(counts) == 0
    assert list(counts)[:3] == ["collection_year", "organisation_code", "white_headcount"]
