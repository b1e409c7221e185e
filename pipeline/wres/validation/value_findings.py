"""From failing rows of the values and quality frames to findings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.returns.cells import ETHNIC_GROUPS
from pipeline.validation.closing import Closing
from pipeline.validation.engine import Failure
from pipeline.validation.frames import Cells
from pipeline.validation.quality import Measures
from pipeline.validation.wording import About, Writer, day_words, number_words


def write_figures(writer: Writer, failures: Sequence[Failure], cells: Cells) -> set[int]:
    """V201 to V204 and V209 at the cell; returns the rows that have a finding, which take no further part."""
    spoilt: set[int] = set()
    submissions, given = cells.frame["submission"].to_numpy(), cells.frame["given_cell"].to_numpy()
    limit = number_words(writer.batch.year.thresholds["beyond_any_employer"])
    for failure in failures:
        spoilt.update(failure.rows)
        for row in failure.rows:
            cell = cells.given[int(given[row])]
            code = failure.meta["edit"]
            half = code == "V204" and writer.batch.template.item(cell.item).step < 1
            about = About(cell.place, cell.item, cell.ethnic_group, cell.raw or None)
            writer.add(int(submissions[row]), code, row, about, "half" if half else None, limit=limit)
    return spoilt


def write_groups(
    writer: Writer, failures: Sequence[Failure], groups: pd.DataFrame, cells: Cells
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
                writer.add(submission, code, row, About())
                continue
            cell = cells.given[int(cells.first[submission, position[(item, ETHNIC_GROUPS[number])]])]
            about = About(cell.place, item, cell.ethnic_group, cell.raw)
            facts = _facts(writer, item, groups.iloc[row])
            writer.add(submission, code, row, about, failure.meta.get("case"), **facts)
    return doubtful


def _facts(writer: Writer, item: str, row: pd.Series) -> dict[str, object]:
    whole = writer.batch.template.item(item).part_of
    return {
        "staff": number_words(row["staff"]),
        "mean": number_words(row["entered_in_two_years"] / 2),
        "whole_item": writer.item_label(whole),
        "whole": number_words(row[whole]) if whole else "",
    }


def write_measures(writer: Writer, failures: Sequence[Failure], measured: Sequence[Measures]) -> None:
    """Q301 to Q307: of the return as a whole."""
    for failure in failures:
        for row in failure.rows:
            writer.add(row, failure.meta["edit"], row, About(), failure.meta.get("case"), **measured[row].words)


def write_closing(writer: Writer, failures: Sequence[Failure], found: Sequence[Closing]) -> None:
    """Q308 to Q310: at the text that is stated, if there is one; what may be about a person is not repeated."""
    for failure in failures:
        code = failure.meta["edit"]
        for row in failure.rows:
            one = found[row]
            value = one.text.value.strip() if one.text else ""
            case = failure.meta.get("case", "unreadable" if code == "Q309" and value else None)
            about = About(one.text.place if one.text else one.place, value=value or None)
            received = day_words(writer.batch.submissions[one.submission].received_at)
            facts = {"part": one.what, "measure": one.what, "computed": one.computed, "received": received}
            writer.add(one.submission, code, row, about, case, **facts)
