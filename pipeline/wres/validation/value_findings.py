"""Write the findings of the values and quality stages from the rows of their frames that fail."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from wres.reader.shown_values import A_DATE
from wres.returns.invisible import is_crossed_out
from wres.returns.parsed_return import UNCALCULATED, Cell, Normalisation
from wres.returns.text import format_number, join_words
from wres.validation.finding_builder import FindingBuilder, stated
from wres.validation.frames import Cells
from wres.validation.gx_adapter import FailedExpectation
from wres.validation.sign_off import SignOffItem
from wres.validation.wording import format_day, format_measures

_ERROR_VALUE = re.compile(r"#[A-Z0-9/_]+[!?]?|Err:\d{3}")  # as spreadsheets show the result of a formula that failed


def write_figures(
    builder: FindingBuilder, failures: Sequence[FailedExpectation], figures: pd.DataFrame, cells: Cells
) -> set[int]:
    """Write the findings about single figures, each at its cell.

    Returns:
        The rows of figures that have a finding, which take no further part.
    """
    rejected: set[int] = set()
    submissions, given = cells.frame["submission"].to_numpy(), cells.frame["given_cell"].to_numpy()
    for failure in failures:
        rejected.update(failure.rows)
        for row, values in failure.values_by_finding(figures).items():
            cell = cells.given[int(given[row])]
            case = failure.case(_case_of_cell(builder, cell))
            facts = builder.row_facts(failure, values)
            builder.add(int(submissions[row]), failure.meta["edit"], row, cell, facts, case)
    return rejected


def _case_of_cell(builder: FindingBuilder, cell: Cell) -> str | None:
    """Return the key of `meta` under which the variant for a figure's cell stands, where there is one."""
    if cell.raw == UNCALCULATED:
        return "case_of_formula"
    if is_crossed_out(cell.raw):
        return "case_of_crossed_out"
    if cell.place.sheet and cell.raw == A_DATE:
        return "case_of_date"
    if cell.place.sheet and _ERROR_VALUE.fullmatch(cell.raw):
        return "case_of_error"
    if builder.batch.template.item(cell.item).step < 1:
        return "case_of_half_steps"
    return None if cell.place.sheet else "case_in_csv"


def write_groups(
    builder: FindingBuilder, failures: Sequence[FailedExpectation], groups: pd.DataFrame, cells: Cells
) -> dict[str, np.ndarray]:
    """Write the findings about figures that disagree, each at one of their cells, or of the return as a whole.

    Returns:
        Which `staff` and `entered` that puts in doubt (bool arrays, returns by groups).
    """
    ethnic_groups = builder.batch.template.ethnic_groups
    shape = (len(builder.batch.submissions), len(ethnic_groups))
    position = {key: number for number, key in enumerate(builder.batch.template.cells())}
    doubtful = {"staff": np.zeros(shape, dtype=bool), "entered": np.zeros(shape, dtype=bool)}
    for failure in failures:
        code, item = failure.meta["edit"], _item_of(builder, failure)
        in_doubt = np.divmod(failure.rows, len(ethnic_groups))
        doubtful["staff"][in_doubt] = True
        doubtful["entered"][in_doubt] |= bool(item and item.startswith("disciplinary."))
        for row, values in failure.values_by_finding(groups).items():
            submission, number = divmod(row, len(ethnic_groups))
            facts, about, key = _group_facts(builder, failure, item, values), stated(), None
            if item is not None:
                about = cells.given[int(cells.first[submission, position[item, ethnic_groups[number]]])]
            if "case_where_left_out" in failure.meta and about.number is not None:
                parts = [position[it.code, ethnic_groups[number]] for it in builder.batch.template.items if it.in_total]
                given = [cells.given[int(place)] for place in cells.first[submission, parts] if place >= 0]
                repairs = builder.batch.submissions[submission].read.repairs
                if left_out := _find_left_out(given, repairs, int(values["staff"]) - about.number):
                    key = "case_where_left_out"
                    facts["left_out"] = join_words([f"cell {cell.place.cell}" for cell in left_out])
            builder.add(submission, code, row, about, facts, failure.case(key))
    return doubtful


def _find_left_out(parts: Sequence[Cell], repairs: Sequence[Normalisation], missing: Decimal) -> list[Cell]:
    """Return the cells of a workbook, held as text, that a total leaves out; none where they do not explain it.

    A spreadsheet adds no text; the template's own total adds such a text as is written like a number.
    """
    places = {repair.place for repair in repairs if repair.place.sheet}
    as_text = [cell for cell in parts if cell.place in places and cell.number is not None]
    unlike_number = [cell for cell in as_text if cell.raw != f"{cell.number:f}"]
    for cells in (as_text, unlike_number):
        if cells and sum(cell.number for cell in cells if cell.number is not None) == missing:
            return cells
    return []


def _item_of(builder: FindingBuilder, failure: FailedExpectation) -> str | None:
    """Return the item that a finding points at: that of `meta`, or the last column that is one; None: the return."""
    items = {item.code for item in builder.batch.template.items}
    return failure.meta.get("item") or next((name for name in reversed(failure.columns()) if name in items), None)


def _group_facts(
    builder: FindingBuilder, failure: FailedExpectation, item: str | None, values: Mapping[str, Any]
) -> dict[str, str]:
    """Return the columns, the mean of two years, the item that this one is part of, and the other tested column."""
    whole = builder.batch.template.item(item).part_of if item else None
    other = next((name for name in failure.columns() if name != item), None)
    return builder.row_facts(failure, values) | {
        "mean": format_number(values["entered_in_two_years"] / 2),
        "whole_item": builder.item_label(whole),
        "whole": format_number(values[whole]) if whole else "",
        "other_item": builder.item_label(other),
        "other": format_number(values[other]) if other else "",
    }


def write_measures(builder: FindingBuilder, failures: Sequence[FailedExpectation], measures: pd.DataFrame) -> None:
    """Write the findings about measures, which are of the return as a whole: one of a code, the first of its cases."""
    asked: set[tuple[int, str]] = set()
    for failure in failures:
        code = failure.meta["edit"]
        for row, values in failure.values_by_finding(measures).items():
            if (row, code) not in asked:
                asked.add((row, code))
                facts = builder.row_facts(failure, values) | format_measures(values, builder.batch, row)
                builder.add(row, code, row, stated(), facts, failure.case())


def write_compared(
    builder: FindingBuilder, failures: Sequence[FailedExpectation], compared: pd.DataFrame, cells: Cells
) -> None:
    """Write the findings about figures that are compared, each at its cell."""
    asked = builder.batch.template.cells()
    for failure in failures:
        for row, values in failure.values_by_finding(compared).items():
            submission, position = values["submission"], values["template_cell"]
            item, group = asked[position]
            given = int(cells.first[submission, position])  # -1 for an optional figure that was left out
            about = cells.given[given] if given >= 0 else Cell(item, group, "0", None)
            facts = builder.row_facts(failure, values) | format_measures(values, builder.batch, submission)
            builder.add(submission, failure.meta["edit"], row, about, facts, failure.case())


def write_sign_off(
    builder: FindingBuilder, failures: Sequence[FailedExpectation], frame: pd.DataFrame, items: Sequence[SignOffItem]
) -> None:
    """Write the findings about the end of a return, each at the text that is stated, if there is one.

    A text that may be about a person is not repeated.
    """
    for failure in failures:
        for row, values in failure.values_by_finding(frame).items():
            item = items[row]
            value = item.text.value.strip() if item.text else ""
            received = format_day(builder.batch.submissions[item.submission].received_at)
            facts = builder.row_facts(failure, values)
            facts |= {"part": item.name, "measure": item.name, "computed": item.computed, "received": received}
            facts["signed_on"] = f"{item.signed:%-d %B %Y}" if item.signed else ""
            about = stated(value, item.text.place if item.text else item.place)
            case = failure.case("case_where_stated" if value else None)
            builder.add(item.submission, failure.meta["edit"], row, about, facts, case)
