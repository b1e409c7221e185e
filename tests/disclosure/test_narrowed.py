"""The entries that agree with what a row shows are found by bounds; here every pair of counts is tried."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from wres.disclosure.narrowed import possible_entries
from wres.reference.year_tables import DisclosurePolicy
from wres.returns.indicator_math import four_fifths_band, relative_likelihood, reliability, round_half_away

POLICY = DisclosurePolicy(policy="ratios", threshold=4, rounding=5)
UNITS = {"single_year": 1, "two_year_average": 4}


def shown(white_staff: int, bme_staff: int, white: Fraction, bme: Fraction, window: Any) -> dict[str, Any]:
    ratio = relative_likelihood(white_staff, bme_staff, white, bme)
    return {
        "relative_likelihood": None if ratio is None else round_half_away(ratio, 2),
        "range": four_fifths_band(white_staff, bme_staff, white, bme),
        "reliability": reliability(white_staff, bme_staff, white, bme, window),
    }


def tried(row: dict[str, Any], white_staff: int, bme_staff: int) -> list[tuple[Fraction, Fraction]]:
    """Try every pair of counts with at least one small one."""
    units = UNITS[row["window"]]
    looks = {name: row[name] for name in ("relative_likelihood", "range", "reliability")}
    counts = [[Fraction(count, units) for count in range(staff * units + 1)] for staff in (white_staff, bme_staff)]
    return [
        (white, bme)
        for white in counts[0]
        for bme in counts[1]
        if (0 < white < POLICY.threshold + 1 or 0 < bme < POLICY.threshold + 1)
        and shown(white_staff, bme_staff, white, bme, row["window"]) == looks
    ]


@given(
    staff=st.tuples(st.integers(1, 40), st.integers(1, 25)),
    entered=st.tuples(st.integers(1, 24), st.integers(0, 24)),
    window=st.sampled_from(sorted(UNITS)),
)
@settings(max_examples=60, deadline=None)
def test_they_are_those_that_agree_when_every_pair_is_tried(
    staff: tuple[int, int], entered: tuple[int, int], window: str
) -> None:
    units = UNITS[window]
    white, bme = (min(Fraction(count, units), Fraction(most)) for count, most in zip(entered, staff, strict=True))
    row = {"white_headcount": staff[0], "bme_headcount": staff[1], "window": window}
    row |= shown(*staff, white, bme, window)
    assert possible_entries(row, POLICY) == tried(row, *staff)
