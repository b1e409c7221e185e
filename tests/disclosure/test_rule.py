"""The rule for one count: what is printed, and what a reader must then think possible."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.disclosure.primary_suppression import apply_rule, feasibility_interval, units_per_person
from wres.reference.year_tables import DisclosurePolicy

POLICY = DisclosurePolicy(policy="protected", threshold=7, rounding=5)
policies = st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda two: two[1] <= 2 * (two[0] + 1))


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (1, None), (7, None), (Decimal("7.75"), None), (8, 10), (12, 10), (Decimal("12.25"), 10), (13, 15)],
)
def test_small_counts_are_replaced_and_others_rounded(count: int | Decimal, shown: int | None) -> None:
    assert apply_rule(count, POLICY) == shown


def test_without_a_rule_every_count_is_printed() -> None:
    assert [apply_rule(count, DisclosurePolicy(policy="open")) for count in range(10)] == list(range(10))


@given(policies, st.integers(0, 400), st.sampled_from([1, 4]))
def test_what_is_left_open_is_all_that_prints_the_same(policy: tuple[int, int], count: int, units: int) -> None:
    """In whole units: every count between the bounds prints alike, and the next ones on either side do not."""
    rule = DisclosurePolicy(policy="protected", threshold=policy[0], rounding=policy[1])
    shown = apply_rule(Decimal(count) / units, rule)
    low, high = feasibility_interval(shown, rule, units)
    assert low <= count <= high
    assert {apply_rule(Decimal(number) / units, rule) for number in range(low, high + 1)} == {shown}
    assert apply_rule(Decimal(high + 1) / units, rule) != shown
    assert low == 0 or apply_rule(Decimal(low - 1) / units, rule) != shown


def test_only_entries_of_a_two_year_average_have_quarters() -> None:
    assert units_per_person("bme_entered", "two_year_average") == 4
    assert units_per_person("bme_headcount", "two_year_average") == units_per_person("bme_entered", "single_year") == 1
