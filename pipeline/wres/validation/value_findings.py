"""From failing rows of the values and quality frames to findings."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from wres.returns.parsed_return import CellRef
from wres.validation.batch import Batch
from wres.validation.finding_builder import FindingBuilder, FindingLocation, day_words, format_number
from wres.validation.frames import Cells
from wres.validation.gx_adapter import FailedExpectation
from wres.validation.sign_off import SignOffItem


def write_figures(writer: FindingBuilder, failures: Sequence[FailedExpectation], cells: Cells) -> set[int]:
    """Point each finding about a figure at its cell; returns the rows that have one, which take no further part."""
    spoilt: set[int] = set()
    submissions, given = cells.frame["submission"].to_numpy(), cells.frame["given_cell"].to_numpy()
    for failure in failures:
        spoilt.update(failure.rows)
        limit = _limit(writer, failure)
        for row in failure.rows:
            cell = cells.given[int(given[row])]
            code = failure.meta["edit"]
            halves = writer.batch.template.item(cell.item).step < 1
            case = failure.meta.get("case_of_half_steps" if halves else "case", failure.meta.get("case"))
            about = FindingLocation(cell.place, cell.item, cell.ethnic_group, cell.raw or None)
            writer.add(int(submissions[row]), code, row, about, case, limit=limit)
    return spoilt


def write_groups(
    writer: FindingBuilder, failures: Sequence[FailedExpectation], groups: pd.DataFrame, cells: Cells
) -> dict[str, np.ndarray]:
    """Point each finding about figures that disagree at a cell, or at none.

    Returns:
        Which `staff` and `entered` that puts in doubt (bool arrays, returns by groups).
    """
    ethnic_groups = writer.batch.template.ethnic_groups
    shape = (len(writer.batch.submissions), len(ethnic_groups))
    position = {key: number for number, key in enumerate(writer.batch.template.cells())}
    doubtful = {"staff": np.zeros(shape, dtype=bool), "entered": np.zeros(shape, dtype=bool)}
    for failure in failures:
        code, item = failure.meta["edit"], _item_of(writer, failure)
        for row in failure.rows:
            submission, number = divmod(row, len(ethnic_groups))
            doubtful["staff"][submission, number] = True
            doubtful["entered"][submission, number] |= bool(item and item.startswith("disciplinary."))
            about, facts = FindingLocation(), _facts(writer, failure, item, groups.iloc[row])
            if item is not None:
                cell = cells.given[int(cells.first[submission, position[(item, ethnic_groups[number])]])]
                about = FindingLocation(cell.place, item, cell.ethnic_group, cell.raw)
            writer.add(submission, code, row, about, failure.meta.get("case"), **facts)
    return doubtful


def _item_of(writer: FindingBuilder, failure: FailedExpectation) -> str | None:
    """The item that a finding points at: that of `meta`, or the last column that is an item; None: the whole return."""
    items = {item.code for item in writer.batch.template.items}
    return failure.meta.get("item") or next((name for name in reversed(failure.columns()) if name in items), None)


def _limit(writer: FindingBuilder, failure: FailedExpectation) -> str:
    """The limit of an expectation in words: a threshold of the year, or the number that the suite states."""
    limit = failure.kwargs.get("max_value", failure.kwargs.get("min_value"))
    if isinstance(limit, Mapping):
        limit = writer.batch.year.thresholds[limit["$PARAMETER"]]
    return "" if limit is None else format_number(limit)


def _facts(writer: FindingBuilder, failure: FailedExpectation, item: str | None, row: pd.Series) -> dict[str, object]:
    """What a message may say: the staff, the mean, the item that this one is part of, the other column, the limit."""
    whole = writer.batch.template.item(item).part_of if item else None
    other = next((name for name in failure.columns() if name != item), None)
    return {
        "staff": format_number(row["staff"]),
        "mean": format_number(row["entered_in_two_years"] / 2),
        "whole_item": writer.item_label(whole),
        "whole": format_number(row[whole]) if whole else "",
        "other_item": writer.item_label(other),
        "other": format_number(row[other]) if other else "",
        "limit": _limit(writer, failure),
    }


def write_measures(writer: FindingBuilder, failures: Sequence[FailedExpectation], measures: pd.DataFrame) -> None:
    """Write each finding about a measure, which is of the return as a whole: one of a code, the first of its cases."""
    asked: set[tuple[int, str]] = set()
    for failure in failures:
        code, case = failure.meta["edit"], failure.meta.get("case")
        for row in failure.rows:
            if (row, code) not in asked:
                asked.add((row, code))
                facts = measure_words(measures.iloc[row].to_dict(), writer.batch, row)
                writer.add(row, code, row, FindingLocation(), case, **facts)


def write_compared(
    writer: FindingBuilder, failures: Sequence[FailedExpectation], compared: pd.DataFrame, cells: Cells
) -> None:
    """Point each finding about a figure that is compared at its cell."""
    asked = writer.batch.template.cells()
    for failure in failures:
        for row in failure.rows:
            values = compared.iloc[row]
            submission, position = int(values["submission"]), int(values["template_cell"])
            item, group = asked[position]
            given = int(cells.first[submission, position])  # -1 for an optional figure that was left out
            place, raw = (cells.given[given].place, cells.given[given].raw) if given >= 0 else (CellRef(), "0")
            facts = measure_words(values.to_dict(), writer.batch, submission)
            writer.add(
                submission,
                failure.meta["edit"],
                row,
                FindingLocation(place, item, group, raw),
                failure.meta.get("case"),
                **facts,
            )


def write_sign_off(writer: FindingBuilder, failures: Sequence[FailedExpectation], found: Sequence[SignOffItem]) -> None:
    """Point each finding at the text that is stated, if there is one; what may be about a person is not repeated."""
    for failure in failures:
        code = failure.meta["edit"]
        for row in failure.rows:
            item = found[row]
            value = item.text.value.strip() if item.text else ""
            case = failure.meta.get("case_where_stated" if value else "case", failure.meta.get("case"))
            about = FindingLocation(item.text.place if item.text else item.place, value=value or None)
            received = day_words(writer.batch.submissions[item.submission].received_at)
            facts = {"part": item.what, "measure": item.what, "computed": item.computed, "received": received}
            writer.add(item.submission, code, row, about, case, **facts)


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
