import io
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pandas as pd
import pytest

from tests.simulation.seen import Seen
from wres.errors import WresError
from wres.reference.register import expected_codes
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.simulation.deliveries import explanations
from wres.simulation.delivery import Delivery
from wres.simulation.plans import plan_year, sample_organisations

GROUPS = ("white", "bme", "unknown")


@pytest.fixture(scope="module")
def averaged(simulate: Callable[..., list[Delivery]]) -> Any:
    """Thirty organisations in a year of the two-year average, who know what they said the year before."""
    return simulate(2019, seed=1, returns=30, previous=simulate(2018, seed=1, returns=30))


@pytest.fixture(scope="module")
def expected(register: pd.DataFrame) -> Any:
    return expected_codes(register, load_year(2022))


def test_the_same_seed_gives_the_same_bytes(
    simulate: Callable[..., list[Delivery]], register: pd.DataFrame, successions: pd.DataFrame
) -> None:
    first, second = (simulate(2022, seed=7, returns=8) for _ in range(2))
    assert first == second
    other = simulate(2022, seed=8, returns=8)
    assert {delivery.content for delivery in first}.isdisjoint(delivery.content for delivery in other)


def test_the_shares_of_wrong_late_and_never_are_as_meant(national: list[Delivery], expected: Any) -> None:
    kinds = Counter(delivery.kind for delivery in national)
    senders = {delivery.organisation_code for delivery in national}
    assert senders < set(expected)
    assert len(expected) - len(senders) == round(0.015 * len(expected))
    assert kinds["wrong"] == kinds["corrected"] == round(0.10 * len(expected))
    assert kinds["good"] == len(senders) - kinds["corrected"]
    assert 0.03 <= sum(delivery.late for delivery in national) / len(expected) <= 0.05
    good = [delivery for delivery in national if delivery.kind == "good"]
    assert 0.60 < sum(delivery.file_name.endswith(".xlsx") for delivery in good) / len(good) < 0.80


@pytest.mark.parametrize(
    ("senders", "never", "wrong"), [(1, 0, 0), (4, 0, 0), (5, 0, 1), (33, 0, 3), (50, 1, 5), (1000, 15, 100)]
)
@pytest.mark.parametrize("year", [2021, 2022])
def test_however_many_send_some_err_and_of_many_some_never_send(
    year: int, senders: Any, never: Any, wrong: Any
) -> None:
    plans = plan_year([f"T{number:04}" for number in range(senders)], load_year(year), 3)
    assert len(plans) == senders
    assert sum(not plan.times for plan in plans) == never
    assert sum(plan.wrong_first for plan in plans) == wrong
    assert all(len(plan.times) == 2 for plan in plans if plan.wrong_first)


def test_each_sends_one_good_return_and_at_most_one_wrong_one_before(national: list[Delivery]) -> None:
    by_sender = defaultdict(list)
    for delivery in national:  # in the order of sending
        by_sender[delivery.organisation_code].append(delivery.kind)
    assert {tuple(kinds) for kinds in by_sender.values()} == {("good",), ("wrong", "corrected")}


def test_everything_is_sent_while_the_collection_takes_it(national: list[Delivery], averaged: Any) -> None:
    for year, deliveries in ((load_year(2022), national), (load_year(2019), averaged)):
        for delivery in deliveries:
            assert year.state(delivery.sent_at) == ("late" if delivery.late else "open")
        times = [delivery.sent_at for delivery in deliveries]
        assert times == sorted(times)


def test_good_returns_hold_their_figures_and_satisfy_the_arithmetic(
    national: list[Delivery], averaged: Any, look: Callable[..., Seen]
) -> None:
    for year, deliveries in ((2022, national[:40]), (2019, averaged)):
        template = load_template(load_year(year).template_version)
        for delivery in deliveries:
            if delivery.figures is not None:
                check_arithmetic(template, delivery, look(delivery))


def check_arithmetic(template: Any, delivery: Delivery, seen: Any) -> None:
    assert (seen.code, seen.year) == (delivery.organisation_code, str(delivery.collection_year))
    assert {cell: int(value) for cell, value in seen.figures.items() if cell in delivery.figures} == delivery.figures  # type: ignore[operator]
    assert {item.code for item in template.items if item.required} <= {item for item, _ in delivery.figures}
    for group in GROUPS:
        staff = sum(delivery.figures[item.code, group] for item in template.items if item.in_total)
        assert delivery.figures.get(("workforce.total", group), staff) == staff
        for item in template.items:
            if item.part_of:
                assert delivery.figures[item.code, group] <= delivery.figures[item.part_of, group]
            if item.section.startswith("Disciplinary") or item.code.startswith("disciplinary."):
                assert 0 <= delivery.figures[item.code, group] <= staff


def test_last_years_entries_are_asked_for_only_where_the_window_is_two_years(
    national: list[Delivery], averaged: Any
) -> None:
    asked = "disciplinary.entered_previous_year", "bme"
    assert all(asked in delivery.figures for delivery in averaged if delivery.figures)
    assert not any(asked in delivery.figures for delivery in national if delivery.figures)


def test_everything_says_that_it_is_simulated(averaged: Any, look: Callable[..., Seen]) -> None:
    for delivery in averaged:
        assert delivery.file_name.startswith(f"simulated-{delivery.organisation_code}-2019")
        if delivery.figures is not None:
            for key, text in look(delivery).texts.items():
                assert "imulated" in text or key in ("signoff.role", "signoff.date")


def test_what_the_figures_invite_is_explained_by_a_text_that_says_so(simulate: Callable[..., list[Delivery]]) -> None:
    year = load_year(2022)
    template = load_template(year.template_version)
    [last_year] = [delivery.figures for delivery in simulate(2021, seed=1, returns=1) if delivery.figures]
    entered = {("disciplinary.entered", group): Decimal(0) for group in GROUPS}
    texts = explanations({**last_year, **entered}, last_year, year, template)
    assert "explanation.Q323" in texts
    assert all(text.startswith("Simulated: ") for text in texts.values())


def test_most_are_signed_off_by_a_role_and_some_are_not(national: list[Delivery], look: Callable[..., Seen]) -> None:
    names = Counter(
        look(delivery).texts.get("signoff.name")
        for delivery in national
        if delivery.figures is not None and delivery.file_name.endswith(".csv")
    )
    assert set(names) == {"Director of Workforce (simulated)", None}
    assert names[None] < 0.15 * names.total()


def test_some_csv_files_use_semicolons_and_a_byte_order_mark(national: list[Delivery]) -> None:
    firsts = Counter(delivery.content[:20] for delivery in national if delivery.file_name.endswith(".csv"))
    assert set(firsts) == {b"collection_year,orga", b"\xef\xbb\xbfcollection_year;o"}


def test_fewer_returns_are_the_same_organisations_and_figures(
    simulate: Callable[..., list[Delivery]], national: list[Delivery]
) -> None:
    few = simulate(2022, seed=1, returns=10)
    whole = {delivery.organisation_code: delivery.figures for delivery in national if delivery.figures}
    for delivery in few:
        if delivery.figures is not None and delivery.organisation_code in whole:
            figures = whole[delivery.organisation_code]
            assert {cell: value for cell, value in delivery.figures.items() if cell in figures} == figures
    assert len({delivery.organisation_code for delivery in few}) == 10


def test_more_returns_than_organisations_are_all_of_them() -> None:
    assert sample_organisations(["RB2", "RA1"], 3, 1) == sample_organisations(["RA1", "RB2"], None, 1) == ["RA1", "RB2"]


def test_less_than_one_return_is_an_error(simulate: Callable[..., list[Delivery]]) -> None:
    with pytest.raises(WresError, match="0 returns"):
        simulate(2022, seed=1, returns=0)


def test_senders_see_last_years_figures_beside_their_own(simulate: Callable[..., list[Delivery]]) -> None:
    first = simulate(2021, seed=1, returns=6)
    figures = {delivery.organisation_code: delivery.figures for delivery in first if delivery.figures}
    second = [
        delivery
        for delivery in simulate(2022, seed=1, returns=6, previous=first)
        if delivery.file_name.endswith(".xlsx")
    ]
    compared = 0
    for delivery in second:
        if delivery.kind == "wrong" or delivery.organisation_code not in figures:
            continue
        sheet = openpyxl.load_workbook(io.BytesIO(delivery.content), data_only=True)["Return"]
        beside = {row[0]: row[6:9] for row in sheet.iter_rows(values_only=True) if len(row) >= 9}
        before = figures[delivery.organisation_code]
        assert beside["disciplinary.entered"] == tuple(before["disciplinary.entered", group] for group in GROUPS)
        compared += 1
    assert compared >= 2


def test_last_year_is_that_of_the_year_before_and_of_no_other(simulate: Callable[..., list[Delivery]]) -> None:
    assert simulate(2022, seed=1, returns=3, previous=simulate(2019, seed=1, returns=3)) == simulate(
        2022, seed=1, returns=3
    )
