"""Count the suppressed entries that a reader of the policy `ratios` could narrow down, by their row and by totals.

The policy makes no promise that a small count cannot be worked out. Who approves a release must know how many can be.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any, get_args

from wres.disclosure.primary_suppression import units_per_person
from wres.outputs.group_columns import compared_counts
from wres.reference.year_tables import DisclosurePolicy
from wres.returns.indicator_math import Reliability, four_fifths_band, reliability

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
Pair = tuple[Fraction, Fraction]  # white and BME entries

FEW = 3  # a count with fewer possible values than this is narrowed down
_COMPARED = compared_counts()
_COLUMNS = (_COMPARED.comparator_entered, _COMPARED.group_entered)
_AREAS = ("national", "region", "organisation_type")
_CODES = {"national": None, "region": "region_code", "organisation_type": "organisation_type"}


def count_narrowed(tables: "Mapping[str, pa.Table]", year: int, policy: DisclosurePolicy) -> tuple[int, int]:
    """Count the organisations with suppressed white and BME entries, and those with one narrowed to under three values.

    Args:
        tables: the official tables; nothing else is looked at.
        year: the collection year whose rows are looked at, one with the policy `ratios`.
        policy: its policy.
    """
    rows = [row for row in tables["organisation"].to_pylist() if row["collection_year"] == year]
    hidden = {row["code"]: possible_entries(row, policy) for row in rows if row[_COLUMNS[0]] is None}
    totals = [row for area in _AREAS for row in tables[area].to_pylist() if row["collection_year"] == year]
    narrowed = dict(hidden)
    for total in totals:
        members = [row for row in rows if _belongs(row, total)]
        _narrow_by_total(narrowed, hidden, total, members, policy)
    few = [
        code for code, pairs in narrowed.items() if any(len(set(counts)) < FEW for counts in zip(*pairs, strict=True))
    ]
    return len(hidden), len(few)


def possible_entries(row: Row, policy: DisclosurePolicy) -> list[Pair]:
    """List the white and BME entries that agree with what an organisation's row shows, at least one of them small.

    Headcounts, ratio, range and reliability are shown. Entries are whole people, or quarters in a two-year average.
    """
    white_staff, bme_staff = row[_COMPARED.comparator_headcount], row[_COMPARED.group_headcount]
    window = row["window"]
    units = units_per_person(_COLUMNS[0], window)
    small = [Fraction(number, units) for number in range(1, (policy.threshold + 1) * units)]
    if row["relative_likelihood"] is None:
        return [(Fraction(0), bme) for bme in small] + [(white, Fraction(0)) for white in small]
    step = Fraction(1, units)
    per_white = Fraction(row["relative_likelihood"]) * bme_staff / white_staff  # BME entries a white one
    slack = Fraction(1, 200) * bme_staff / white_staff
    fewest, most = _events_bounds(row, white_staff, bme_staff, units)
    pairs = set()
    for white in small:
        low, high = white * (per_white - slack), white * (per_white + slack)
        pairs |= {(white, bme) for bme in _multiples(max(low, fewest - white), min(high, most - white), step)}
    for bme in small:
        low = bme / (per_white + slack)
        high = bme / (per_white - slack) if per_white > slack else Fraction(white_staff)
        pairs |= {(white, bme) for white in _multiples(max(low, fewest - bme), min(high, most - bme), step)}
    return sorted(pair for pair in pairs if _agrees(row, white_staff, bme_staff, *pair, window))


def _events_bounds(row: Row, white_staff: int, bme_staff: int, units: int) -> tuple[Fraction, Fraction]:
    """Bound the entries of both groups together by the reliability that is shown: it never falls as they grow.

    A ratio of 0.00 leaves thousands of entries of white staff open, and its reliability few.
    """
    order = get_args(Reliability)[::-1]  # from the fewest entries to the most

    def rank(events: int) -> int:
        return order.index(reliability(white_staff, bme_staff, Fraction(events, units), 0, row["window"]))

    shown, possible = order.index(row["reliability"]), range(1, (white_staff + bme_staff) * units + 1)
    fewest = bisect_left(possible, shown, key=rank)
    most = bisect_right(possible, shown, key=rank)
    return Fraction(fewest + 1, units), Fraction(most, units)


def _agrees(row: Row, white_staff: int, bme_staff: int, white: Fraction, bme: Fraction, window: Any) -> bool:
    """Return whether two counts give the printed ratio, range and reliability."""
    if white > white_staff or bme > bme_staff or not white:
        return False
    # The ratio in hundredths, rounded half up, in whole numbers: most pairs end here.
    over = 2 * bme_staff * white.numerator * bme.denominator
    hundredths = (200 * bme.numerator * white_staff * white.denominator + over // 2) // over
    counts = (white_staff, bme_staff, white, bme)
    return (
        hundredths == int(row["relative_likelihood"] * 100)
        and four_fifths_band(*counts) == row["range"]
        and reliability(*counts, window) == row["reliability"]
    )


def _multiples(low: Fraction, high: Fraction, step: Fraction) -> Iterator[Fraction]:
    for number in range(max(ceil(low / step), 0), floor(high / step) + 1):
        yield number * step


def _belongs(row: Row, total: Row) -> bool:
    in_group = total["organisation_group"] in (row["organisation_group"], "all")
    column = _CODES[total["level"]]
    return in_group and (column is None or (row[column] or "unknown") == total["code"])


def _narrow_by_total(
    narrowed: dict[str, list[Pair]],
    hidden: Mapping[str, list[Pair]],
    total: Row,
    members: Iterable[Row],
    policy: DisclosurePolicy,
) -> None:
    """Drop the entries that leave the others of a total with less or more than they can have."""
    members = list(members)
    for place, column in enumerate(_COLUMNS):
        codes = [row["code"] for row in members if row["code"] in hidden and hidden[row["code"]]]
        if total[column] is None or not codes:
            continue
        low, high = _total_bounds(total, column, policy)
        known = sum((Fraction(row[column]) for row in members if row[column] is not None), Fraction(0))
        ends = {code: _ends(pair[place] for pair in hidden[code]) for code in codes}
        least, most = (sum(end[side] for end in ends.values()) for side in (0, 1))
        for code in codes:
            smallest = low - known - (most - ends[code][1])
            largest = high - known - (least - ends[code][0])
            narrowed[code] = [pair for pair in narrowed[code] if smallest <= pair[place] <= largest]


def _ends(values: Iterable[Fraction]) -> tuple[Fraction, Fraction]:
    ordered = sorted(values)
    return ordered[0], ordered[-1]


def _total_bounds(total: Row, column: str, policy: DisclosurePolicy) -> tuple[Fraction, Fraction]:
    """Bound a total by its printed count, and by its likelihood, which is rounded to two places of a percentage."""
    shown = Fraction(total[column])
    if total["level"] == "national":
        return shown, shown
    half = Fraction(policy.rounding, 2)
    low, high = shown - half, shown + half
    likelihood = total[column.replace("_entered", "_likelihood_percent")]
    if likelihood is not None:
        staff = total[column.replace("_entered", "_headcount")]
        low = max(low, (Fraction(likelihood) - Fraction(1, 200)) * staff / 100)
        high = min(high, (Fraction(likelihood) + Fraction(1, 200)) * staff / 100)
    return low, high
