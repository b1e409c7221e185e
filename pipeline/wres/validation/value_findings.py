"""From failing rows of the values and quality frames to findings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from wres.returns.parsed_return import ETHNIC_GROUPS
from wres.validation.finding_builder import FindingBuilder, FindingLocation, day_words, format_number
from wres.validation.frames import Cells
from wres.validation.gx_adapter import FailedExpectation
from wres.validation.quality import QualityMetrics
from wres.validation.sign_off import SignOffItem


def write_figures(writer: FindingBuilder, failures: Sequence[FailedExpectation], cells: Cells) -> set[int]:
    """V201 to V204 and V209 at the cell; returns the rows that have a finding, which take no further part."""
    spoilt: set[int] = set()
    submissions, given = cells.frame["submission"].to_numpy(), cells.frame["given_cell"].to_numpy()
    limit = format_number(writer.batch.year.thresholds["beyond_any_employer"])
    for failure in failures:
        spoilt.update(failure.rows)
        for row in failure.rows:
            cell = cells.given[int(given[row])]
            code = failure.meta["edit"]
            half = code == "V204" and writer.batch.template.item(cell.item).step < 1
            about = FindingLocation(cell.place, cell.item, cell.ethnic_group, cell.raw or None)
            writer.add(int(submissions[row]), code, row, about, "half" if half else None, limit=limit)
    return spoilt


def write_groups(
    writer: FindingBuilder, failures: Sequence[FailedExpectation], groups: pd.DataFrame, cells: Cells
) -> dict[str, np.ndarray]:
    """V205 to V208 at the cell that disagrees; returns which `staff` and `entered` that puts in doubt (bool arrays)."""
    shape = (len(writer.batch.submissions), len(ETHNIC_GROUPS))
    position = {key: number for number, key in enumerate(writer.batch.template.cells())}
    doubtful = {"staff": np.zeros(shape, dtype=bool), "entered": np.zeros(shape, dtype=bool)}
    for failure in failures:
        code, item = failure.meta["edit"], failure.meta.get("item")
        for row in failure.rows:
            submission, number = divmod(row, len(ETHNIC_GROUPS))
            doubtful["staff"][submission, number] = True
            doubtful["entered"][submission, number] |= code == "V205"
            if item is None:
                writer.add(submission, code, row, FindingLocation())
                continue
            cell = cells.given[int(cells.first[submission, position[(item, ETHNIC_GROUPS[number])]])]
            about = FindingLocation(cell.place, item, cell.ethnic_group, cell.raw)
            facts = _facts(writer, item, groups.iloc[row])
            writer.add(submission, code, row, about, failure.meta.get("case"), **facts)
    return doubtful


def _facts(writer: FindingBuilder, item: str, row: pd.Series) -> dict[str, object]:
    whole = writer.batch.template.item(item).part_of
    return {
        "staff": format_number(row["staff"]),
        "mean": format_number(row["entered_in_two_years"] / 2),
        "whole_item": writer.item_label(whole),
        "whole": format_number(row[whole]) if whole else "",
    }


def write_measures(
    writer: FindingBuilder, failures: Sequence[FailedExpectation], measured: Sequence[QualityMetrics]
) -> None:
    """Q301 to Q307: of the return as a whole."""
    for failure in failures:
        for row in failure.rows:
            writer.add(
                row, failure.meta["edit"], row, FindingLocation(), failure.meta.get("case"), **measured[row].words
            )


def write_sign_off(writer: FindingBuilder, failures: Sequence[FailedExpectation], found: Sequence[SignOffItem]) -> None:
    """Q308 to Q310: at the text that is stated, if there is one; what may be about a person is not repeated."""
    for failure in failures:
        code = failure.meta["edit"]
        for row in failure.rows:
            item = found[row]
            value = item.text.value.strip() if item.text else ""
            case = failure.meta.get("case", "unreadable" if code == "Q309" and value else None)
            about = FindingLocation(item.text.place if item.text else item.place, value=value or None)
            received = day_words(writer.batch.submissions[item.submission].received_at)
            facts = {"part": item.what, "measure": item.what, "computed": item.computed, "received": received}
            writer.add(item.submission, code, row, about, case, **facts)
