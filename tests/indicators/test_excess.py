"""The entries that a group has too many of are the fewest that take the ratio to the range: every number is tried."""

from fractions import Fraction
from itertools import product

import pytest

from tests.indicators.exact_method import Counts, excess
from tests.indicators.made_returns import collection, computed_year, plain_return

STAFF = (1, 2, 7, 40, 365, 5000)
ENTERED = (0, 1, 2, 3, 9, 60)


@pytest.mark.parametrize("window", ["single_year", "two_year_average"])
def test_no_smaller_number_would_do(window: str) -> None:
    """Some 700 organisations; in a two-year average every second BME count ends in a quarter, a half or three."""
    cases = {}
    for number, (white, bme, white_entered, bme_entered) in enumerate(product(STAFF, STAFF, ENTERED, ENTERED)):
        if white_entered <= white and bme_entered <= bme:
            part = Fraction(number % 4, 4) if window == "two_year_average" and bme_entered < bme else 0
            staff = {"white": white, "bme": bme, "unknown": 0}
            cases[f"R{number:05}"] = Counts(
                staff, {"white": Fraction(white_entered), "bme": Fraction(bme_entered) + part, "unknown": Fraction(0)}
            )
    returns = {
        code: plain_return(
            white=(counts.staff["white"], *[float(counts.entered["white"])] * (1 + (window != "single_year"))),
            bme=(counts.staff["bme"], *halves(counts.entered["bme"], window)),
        )
        for code, counts in cases.items()
    }
    rows = computed_year(collection(2022, window), returns)["organisation"].to_pylist()
    computed = {row["code"]: (row["excess_group"], row["excess_entries"]) for row in rows}
    assert computed == {code: excess(counts) for code, counts in cases.items()}
    assert len(computed) > 600
    assert {group for group, _ in computed.values()} == {None, "none", "bme", "white"}


def halves(mean: Fraction, window: str) -> list[float]:
    """What a sender states in one year, or in two whose mean this is."""
    if window == "single_year":
        return [float(mean)]
    first = Fraction(int(2 * mean), 2)
    return [float(first), float(2 * mean - first)]
