"""Where an organisation stands in the goals, as its white or its BME entries vary and all else is as it is."""

from typing import Any

from pipeline.publication.disclosure.printed import grains_of
from pipeline.publication.disclosure.system import Segment

JUDGED = ("white_entered", "bme_entered")  # what a range rests on, beside headcounts


def segments_of(
    row: dict[str, Any], column: str, low: int, high: int, small: int, other: int | None = None
) -> list[Segment]:
    """The stretches of counts, in grains, over which an organisation keeps its range and is small or not.

    Args:
        row: its exact counts.
        column: the count that varies, from `low` to `high`.
        small: white and BME entries together below this are small.
        other: the other of the two counts, where it is not to be the true one.
    """
    grains = grains_of(column, row["window"])
    white_staff, bme_staff = row["white_headcount"], row["bme_headcount"]
    entered = {name: int(row[name] * grains) for name in JUDGED}
    found: list[Segment] = []
    for count in range(low, high + 1):
        white, bme = (count if name == column else entered[name] if other is None else other for name in JUDGED)
        here = f"{_range(white_staff, bme_staff, white, bme)} {'small' if white + bme < small * grains else ''}"
        if found and found[-1].standing == here:
            found[-1] = Segment(found[-1].low, count, here)
        else:
            found.append(Segment(count, count, here))
    return found


def _range(white_staff: int, bme_staff: int, white: int, bme: int) -> str:
    """As `range_of`, in whole numbers, for there are many."""
    numerator, denominator = bme * white_staff, white * bme_staff
    if not denominator or not white_staff:
        return "not_calculable"
    if 5 * numerator < 4 * denominator:
        return "below"
    return "within" if 4 * numerator <= 5 * denominator else "above"
