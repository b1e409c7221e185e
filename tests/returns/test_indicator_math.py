"""The exact arithmetic of the indicator: worked cases, edges of the range, rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wres.returns import indicator_math
from wres.returns.indicator_math import (
    four_fifths_band,
    group_counts,
    likelihood,
    reason_not_calculable,
    relative_likelihood,
    round_half_away,
    window_entries,
)
from wres.returns.template_spec import load_template, newest_template

ETHNIC_GROUPS = newest_template().ethnic_groups

people = st.integers(1, 50_000)


def test_the_worked_case_of_the_method() -> None:
    """Kent and Medway NHS and Social Care Partnership Trust, 2020: 17 white and 9 BME entries."""
    ratio = relative_likelihood(2505, 725, 17, 9)
    assert ratio == Fraction(9 * 2505, 725 * 17)
    assert round_half_away(ratio, 2) == Decimal("1.83")
    assert four_fifths_band(2505, 725, 17, 9) == "above"


@pytest.mark.parametrize(
    ("white_staff", "bme_staff", "white_entered", "reason"),
    [
        (0, 5, 1, "no white staff"),
        (5, 0, 1, "no BME staff"),
        (5, 5, 0, "no white entries"),
        (0, 0, 0, "no white staff"),
        (5, 5, Decimal("0.5"), None),
    ],
)
def test_a_ratio_that_cannot_be_calculated_says_why(
    white_staff: int, bme_staff: int, white_entered: int, reason: str | None
) -> None:
    assert reason_not_calculable(white_staff, bme_staff, white_entered) == reason
    ratio = relative_likelihood(white_staff, bme_staff, white_entered, 1)
    assert (ratio is None) == (reason is not None)
    assert (four_fifths_band(white_staff, bme_staff, white_entered, 1) == "not_calculable") == (reason is not None)


def test_no_bme_entries_is_a_ratio_of_nought() -> None:
    assert relative_likelihood(5, 5, 1, 0) == 0
    assert four_fifths_band(5, 5, 1, 0) == "below"


@pytest.mark.parametrize(
    ("white_entered", "bme_entered", "expected"),
    [
        (1000, 799, "below"),
        (1000, 800, "within"),
        (1000, 1250, "within"),
        (1000, 1251, "above"),
        (10_000, 12_504, "above"),  # prints as 1.25
        (10_000, 7_996, "below"),  # prints as 0.80
        (Decimal("0.5"), Decimal("0.5"), "within"),
    ],
)
def test_the_range_has_both_ends_in_and_is_judged_before_rounding(
    white_entered: int, bme_entered: int, expected: str
) -> None:
    assert four_fifths_band(20_000, 20_000, white_entered, bme_entered) == expected


@given(people, people, people, st.integers(0, 50_000))
def test_the_range_is_that_of_the_integer_comparison(h_w: int, h_b: int, e_w: int, e_b: int) -> None:
    """The method states the rule in integers."""
    within = 5 * e_b * h_w >= 4 * e_w * h_b and 4 * e_b * h_w <= 5 * e_w * h_b
    assert (four_fifths_band(h_w, h_b, e_w, e_b) == "within") == within


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(1, 200), 2, "0.01"),
        (Fraction(-1, 200), 2, "-0.01"),
        (Fraction(1, 201), 2, "0.00"),
        (Fraction(2675, 1000), 2, "2.68"),  # binary arithmetic gives 2.67
        (Fraction(5, 2), 0, "3"),
        (Fraction(2, 3), 4, "0.6667"),
    ],
)
def test_halves_round_away_from_nought(value: Fraction, places: int, expected: str) -> None:
    assert str(round_half_away(value, places)) == expected


@given(st.fractions(), st.integers(0, 6))
def test_rounding_is_to_the_nearest(value: Fraction, places: int) -> None:
    rounded = Fraction(round_half_away(value, places))
    assert abs(rounded - value) <= Fraction(1, 2 * 10**places)
    assert Fraction(round_half_away(-value, places)) == -rounded


def test_likelihood_of_no_staff_is_none() -> None:
    assert likelihood(3, 0) is None
    assert likelihood(Decimal("1.5"), 30) == Fraction(1, 20)


def test_counts_add_the_summands_and_average_the_window() -> None:
    template = load_template("1.0")
    figures = {cell: Decimal(2) for cell in template.cells()}
    figures["disciplinary.entered", "bme"] = Decimal("3.5")
    counts = group_counts(figures, template)
    assert {group: counts[group].headcount for group in ETHNIC_GROUPS} == dict.fromkeys(ETHNIC_GROUPS, 64)
    assert counts["bme"].entered == Fraction(11, 4)
    assert group_counts(figures, load_template("2.0"))["bme"].entered == Fraction(7, 2)


def test_a_missing_figure_is_not_a_nought() -> None:
    template = load_template("1.0")
    figures = {cell: Decimal(2) for cell in template.cells()}
    del figures["workforce.clinical.band_5", "white"]
    del figures["disciplinary.entered_previous_year", "bme"]
    counts = group_counts(figures, template)
    assert counts["white"].headcount is None
    assert counts["bme"].headcount == 64
    assert counts["bme"].entered is None
    assert window_entries(figures, "single_year", ETHNIC_GROUPS)["bme"] == 2


@given(white=st.integers(1, 60), bme=st.integers(1, 60), data=st.data())
def test_the_excess_is_the_smallest_number_that_does_it(white: int, bme: int, data: st.DataObject) -> None:
    white_entered, bme_entered = data.draw(st.integers(0, white)), data.draw(st.integers(0, bme))
    band = indicator_math.four_fifths_band(white, bme, white_entered, bme_entered)
    if band == "not_calculable":
        assert indicator_math.excess(white, bme, white_entered, bme_entered) is None
        return

    def is_beyond(fewer: int) -> bool:
        if band == "above":
            return Fraction(bme_entered - fewer, bme) > Fraction(5, 4) * Fraction(white_entered, white)
        return band == "below" and Fraction(white_entered - fewer, white) > Fraction(5, 4) * Fraction(bme_entered, bme)

    wanted = next(fewer for fewer in range(max(white, bme) + 1) if not is_beyond(fewer))
    group = {"above": "bme", "below": "white", "within": "none"}[band]
    assert indicator_math.excess(white, bme, white_entered, bme_entered) == (group, wanted)


def test_the_gap_in_people_in_the_worked_case() -> None:
    assert indicator_math.excess(2505, 725, 17, 9) == ("bme", 3)
    above = indicator_math.entries_above_parity(2505, 725, 17, 9)
    assert above is not None
    assert indicator_math.round_half_away(above, 2) == Decimal("4.08")
    assert indicator_math.entries_above_parity(2505, 725, 0, 9) is None


def test_the_gap_below_parity_is_in_white_staff() -> None:
    assert indicator_math.entries_above_parity(100, 100, 8, 4) == 4
    assert indicator_math.excess(100, 100, 8, 4) == ("white", 3)


@pytest.mark.parametrize(
    ("counts", "window", "wanted"),
    [
        ((2505, 725, 17, 9), "single_year", "low"),
        ((100, 100, 3, 3), "single_year", "low"),
        ((100, 100, 3, 2), "single_year", "not_judged"),
        ((100, 100, 20, 20), "single_year", "reliable"),
        ((100, 100, 10, 10), "single_year", "low"),
        ((100, 100, 10, 10), "two_year_average", "reliable"),
        ((100, 100, 0, 90), "single_year", "not_judged"),
    ],
)
def test_reliability_is_by_the_events_that_the_smaller_group_would_have(
    counts: tuple[int, int, int, int], window: indicator_math.Window, wanted: str
) -> None:
    assert indicator_math.reliability(*counts, window) == wanted
