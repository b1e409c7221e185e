"""The rule for one count: what is printed, and what a reader must then think possible."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collection.disclosure import DisclosurePolicy
from pipeline.publication.disclosure.printed import grains_of, left_open, protected_count

POLICY = DisclosurePolicy("protected")
policies = st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda two: two[1] <= 2 * (two[0] + 1))


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (1, None), (7, None), (Decimal("7.75"), None), (8, 10), (12, 10), (Decimal("12.25"), 10), (13, 15)],
)
def test_small_counts_are_replaced_and_others_rounded(count: int | Decimal, shown: int | None) -> None:
    assert protected_count(count, POLICY) == shown


def test_without_a_rule_every_count_is_printed() -> None:
    assert [protected_count(count, DisclosurePolicy("open")) for count in range(10)] == list(range(10))


@given(policies, st.integers(0, 400), st.sampled_from([1, 4]))
def test_what_is_left_open_is_all_that_prints_the_same(policy: tuple[int, int], count: int, grains: int) -> None:
    """In whole grains: every count between the bounds prints alike, and the next ones on either side do not."""
    rule = DisclosurePolicy("protected", *policy)
    shown = protected_count(Decimal(count) / grains, rule)
    low, high = left_open(shown, rule, grains)
    assert low <= count <= high
    assert {protected_count(Decimal(each) / grains, rule) for each in range(low, high + 1)} == {shown}
    assert protected_count(Decimal(high + 1) / grains, rule) != shown
    assert low == 0 or protected_count(Decimal(low - 1) / grains, rule) != shown


def test_only_entries_of_a_two_year_average_have_quarters() -> None:
    assert grains_of("bme_entered", "two_year_average") == 4
    assert grains_of("bme_headcount", "two_year_average") == grains_of("bme_entered", "single_year") == 1
