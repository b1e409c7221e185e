"""The columns of the quality frames in words, for messages and for what was expected."""

import math
from collections.abc import Mapping
from typing import Any

from wres.validation.batch import Batch

_FEW = 10  # below this a count that is worked out has one decimal place
_POSITIONS = ("row", "submission", "template_cell", "profile_group")
_PERCENTAGES = ("_percent", "_percent_before", "_percent_limit", "ratio", "ratio_earlier")
_OF_SHARES = ("unknown_", "bme_", "profile_")
_COUNTS_OF_BME = ("bme_entered", "bme_entered_expected", "bme_entered_off", "bme_people")


def measure_words(values: Mapping[Any, Any], batch: Batch, submission: int) -> dict[str, str]:
    """Every column of a row as text, and what a message may say besides; a value that is not known is an empty text.

    Args:
        values: a row of a quality frame, each column by its name.
        batch: the returns.
        submission: the position of the row's return.
    """
    words = {name: _format(name, value) for name, value in values.items() if name not in _POSITIONS}
    earlier = len(batch.submissions[submission].earlier)
    words["usual"] = batch.usual.source
    words["ratio_years"] = "last year" if not earlier else f"the {_NUMBERS[earlier]} years before"
    for name in ("ratio", "rate", "alike"):
        limit = values.get({"alike": "entries_alike_limit"}.get(name, f"{name}_chance_limit"), math.nan)
        words[f"{name}_one_in"] = "" if math.isnan(limit) else f"{1 / limit:,.0f}"
    if not math.isnan(values.get("staff_before", math.nan)):
        words["staff_expected"] = _format("staff_expected", values["staff"] - values["staff_off"])
        words["both_entered"] = _format("both_entered", values["bme_entered"] + values["white_entered"])
    group = values.get("profile_group", math.nan)
    template = batch.template
    words["profile_group"] = "" if math.isnan(group) else template.group_labels[template.ethnic_groups[int(group)]]
    return words


_NUMBERS = {1: "two", 2: "three"}


def _format(name: str, value: float) -> str:
    """Format differences with their sign, percentages and ratios to two places, counts whole or, where few, to one.

    A value that is not known is an empty text.
    """
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "not calculable"
    sign = "+" if name.endswith(("_off", "_over", "_above")) and value > 0 else ""
    of_share = name.startswith(_OF_SHARES) and name not in _COUNTS_OF_BME
    if of_share or name in _PERCENTAGES or name.endswith(_PERCENTAGES[:3]):
        return f"{sign}{value:,.2f}"
    places = 0 if abs(value) >= _FEW or value == int(value) else 1
    return f"{sign}{value:,.{places}f}"
