"""Write numbers, times, places and the columns of a frame as words, for the messages of findings."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any

from wres.clock import LONDON
from wres.returns.indicator_math import round_half_away
from wres.returns.parsed_return import Cell, CellRef
from wres.returns.text import format_number
from wres.validation.batch import Batch

_LONGEST_TEXT = 60
_MOST_DIGITS = 15  # before the decimal point; a longer number is written as it was sent
# Columns that say which row it is, and one that is the same for all rows: every message knows the snapshot.
_NOT_NAMED = ("row", "submission", "template_cell", "asked_cell", "given_cell", "profile_group", "snapshot")
_DAYS = ("signed", "received")  # of the frame of the sign-off: days as numbers
_NUMBERS = {1: "two", 2: "three"}
_FEW = 10  # below this a count that is worked out has one decimal place
_PERCENTAGES = ("_percent", "_percent_before", "_percent_limit", "ratio", "ratio_earlier")
_OF_SHARES = ("unknown_", "compared_", "profile_")
_COUNTS_COMPARED = ("compared_entered", "compared_entered_expected", "compared_entered_off", "compared_people")


def truncate(text: str, longest: int) -> str:
    """Shorten a text to a length, on one line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def format_figure(cell: Cell) -> str:
    """Format the number of a cell as `format_number` does; as it was sent where it is no number or enormous."""
    number = cell.number
    if number is None or not number.is_finite() or number.adjusted() >= _MOST_DIGITS:
        return cell.raw.strip()
    return format_number(number)


def format_two_places(value: Fraction) -> str:
    """Format a fraction with two decimal places."""
    return str(round_half_away(value, 2))


def format_day(moment: datetime) -> str:
    """Format the day on which a moment falls in England."""
    return f"{moment.astimezone(LONDON):%-d %B %Y}"


def format_time(moment: datetime) -> str:
    """Format a time as the clock in England shows it."""
    return f"{moment.astimezone(LONDON):%-d %B %Y at %H:%M}"


def format_location(place: CellRef) -> str:
    """Format a place for a sentence: " (sheet Return, cell C12)", or nothing."""
    cell = place.cell or ""
    if re.fullmatch(r"[A-Z]+[0-9]+", cell):
        cell = f"cell {cell}"
    named = ", ".join(part for part in (place.sheet and f"sheet {place.sheet}", cell) if part)
    return f" ({named})" if named else ""


def format_limit(kwargs: Mapping[str, Any], thresholds: Mapping[str, float]) -> str:
    """Write the limit of an expectation: one of the year's thresholds, or what the suite states."""
    limit = kwargs.get("max_value", kwargs.get("min_value"))
    if isinstance(limit, Mapping):
        limit = thresholds[limit["$PARAMETER"]]
    return "" if limit is None else format_number(limit) if isinstance(limit, int | float) else str(limit)


def format_columns(values: Mapping[Any, Any]) -> dict[str, str]:
    """Write every column of a row that a message can name as text; a missing value is an empty text."""
    return {
        str(name): _format_day_number(value) if name in _DAYS else _format_value(value)
        for name, value in values.items()
        if name not in _NOT_NAMED and str(name).isidentifier()
    }


def _format_value(value: Any) -> str:
    """Write one value: a text on one line, a time, yes or no, or a number."""
    if isinstance(value, str):
        return truncate(value, _LONGEST_TEXT)
    if value is None or value != value:  # noqa: PLR0124 (NaN and NaT differ from themselves)
        return ""
    if isinstance(value, Fraction) or value == math.inf:
        return f"{float(value):,.4g}" if value < math.inf else "without limit"
    if isinstance(value, datetime):
        return format_time(value.replace(tzinfo=UTC))
    if isinstance(value, Integral | float | Decimal) and not isinstance(value, bool):
        return format_number(float(value))
    return "yes" if value else "no"


def _format_day_number(value: float) -> str:
    """Write a day that is given as a number."""
    return "" if math.isnan(value) else f"{date.fromordinal(int(value)):%-d %B %Y}"


def format_measures(values: Mapping[Any, Any], batch: Batch, submission: int) -> dict[str, str]:
    """Write every column of a row of a quality frame as text, and the facts that follow from several of them.

    Args:
        values: a row of a quality frame, each column by its name.
        batch: the returns.
        submission: the position of the row's return.
    """
    words = {name: _format(name, value) for name, value in values.items() if name not in _NOT_NAMED}
    earlier = len(batch.submissions[submission].earlier)
    words["usual"] = batch.usual.source
    words["ratio_years"] = "last year" if not earlier else f"the {_NUMBERS[earlier]} years before"
    for name in ("ratio", "rate", "alike"):
        limit = values.get({"alike": "entries_alike_limit"}.get(name, f"{name}_chance_limit"), math.nan)
        words[f"{name}_one_in"] = "" if math.isnan(limit) else f"{1 / limit:,.0f}"
    if not math.isnan(values.get("staff_before", math.nan)):
        words["staff_expected"] = _format("staff_expected", values["staff"] - values["staff_off"])
        words["both_entered"] = _format("both_entered", values["compared_entered"] + values["comparator_entered"])
    group = values.get("profile_group", math.nan)
    template = batch.template
    words["profile_group"] = "" if math.isnan(group) else template.group_labels[template.ethnic_groups[int(group)]]
    return words


def _format(name: str, value: float) -> str:
    """Format differences with their sign, percentages and ratios to two places, counts whole or, where few, to one.

    A value that is not known is an empty text.
    """
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "not calculable"
    sign = "+" if name.endswith(("_off", "_over", "_above")) and value > 0 else ""
    of_share = name.startswith(_OF_SHARES) and name not in _COUNTS_COMPARED
    if of_share or name in _PERCENTAGES or name.endswith(_PERCENTAGES[:3]):
        return f"{sign}{value:,.2f}"
    places = 0 if abs(value) >= _FEW or value == int(value) else 1
    return f"{sign}{value:,.{places}f}"
