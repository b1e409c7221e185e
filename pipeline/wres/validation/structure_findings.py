"""Write the findings of the structure stage from the rows of its frames that fail."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import pandas as pd

from wres.returns.parsed_return import Cell, CellRef
from wres.validation.finding_builder import FindingBuilder, stated
from wres.validation.frames import READER_FAULTS, Cells, StatedIdentity
from wres.validation.gx_adapter import FailedExpectation
from wres.validation.wording import format_location, format_time


def write_returns(builder: FindingBuilder, failures: Sequence[FailedExpectation], returns: pd.DataFrame) -> None:
    """Write the reader's faults, each at its place, and what is wrong with the sender or the time of receipt.

    The value of a file about people (S113) is not repeated.
    """
    close = builder.batch.hard_close
    for failure in failures:
        code = failure.meta["edit"]
        for row, values in failure.values_by_finding(returns).items():
            submission = builder.batch.submissions[row]
            if code in READER_FAULTS:
                for rank, fault in enumerate(fault for fault in submission.read.faults if fault.code == code):
                    about = stated("" if code == "S113" else fault.value, fault.place)
                    builder.add(row, code, rank, about, {"detail": fault.detail.strip().rstrip(".")})
                continue
            is_of_sender = "sender_status" in failure.columns()
            times = {"received": format_time(submission.received_at), "closed": format_time(close) if close else ""}
            builder.add(
                row,
                code,
                0,
                stated(submission.sender if is_of_sender else ""),
                builder.row_facts(failure, values) | times,
                failure.case(f"case_of_{values['sender_status']}" if is_of_sender else None),
            )


def write_statements(
    builder: FindingBuilder,
    failures: Sequence[FailedExpectation],
    frame: pd.DataFrame,
    identities: Sequence[StatedIdentity],
) -> None:
    """Write what a return says wrongly of itself (S103, S106, S107), at the place where it says it."""
    for failure in failures:
        for row, values in failure.values_by_finding(frame).items():
            identity, text = identities[row], identities[row].text
            builder.add(
                identity.submission,
                failure.meta["edit"],
                row,
                stated(text.value if text else "", identity.place),
                builder.row_facts(failure, values) | {"asked": identity.asked},
                failure.case() if text else failure.case("case_where_not_stated"),
            )


def write_cells(builder: FindingBuilder, failures: Sequence[FailedExpectation], cells: Cells) -> set[int]:
    """Write what is wrong with the cells of a return beside those of the template.

    Returns:
        The rows of figures that are given twice.
    """
    given_twice: set[int] = set()
    for failure in failures:
        about = failure.meta.get("about", "each_cell")
        if about == "repeated_cells":
            given_twice.update(failure.rows)
        _WRITERS[about](builder, failure, cells)
    return given_twice


def _write_repeated(builder: FindingBuilder, failure: FailedExpectation, cells: Cells) -> None:
    """Write a finding at each occurrence of a figure after the first, which it names."""
    first: dict[tuple[int, str, str], CellRef] = {}
    for row in failure.rows_by_finding:
        submission, _, given = cells.positions(row)
        cell = cells.given[given]
        key = (submission, cell.item, cell.ethnic_group)
        if key in first:
            case = "other_sheet" if cell.place.sheet != first[key].sheet else None
            builder.add(submission, failure.meta["edit"], row, cell, {"first_at": format_location(first[key])}, case)
        else:
            first[key] = cell.place


def _write_unknown(builder: FindingBuilder, failure: FailedExpectation, cells: Cells) -> None:
    """Write a finding for each unknown item code or ethnic group, at the cell that holds it."""
    items = {item.code for item in builder.batch.template.items}
    rows_at: dict[tuple[int, str, CellRef], list[int]] = defaultdict(list)
    for row in failure.rows_by_finding:
        submission, _, given = cells.positions(row)
        cell, read = cells.given[given], builder.batch.submissions[submission].read
        place = read.cell_in_column(cell.place, "ethnic group" if cell.item in items else "item")
        rows_at[submission, cell.item, place].append(row)
    for (submission, item, place), rows in rows_at.items():
        group = cells.given[cells.positions(rows[0])[2]].ethnic_group
        if item in items:
            about, case = Cell(item, group, group, None, place), "group" if group else "no_group"
            builder.add(submission, failure.meta["edit"], rows[0], about, case=case)
        else:
            about = Cell(item, group if len(rows) == 1 else "", item, None, place)
            builder.add(submission, failure.meta["edit"], rows[0], about, case=None if item else "no_item")


def _write_missing(builder: FindingBuilder, failure: FailedExpectation, cells: Cells) -> None:
    """Write a finding for each item that is missing in all ethnic groups, or for each group that lacks it."""
    template, code = builder.batch.template, failure.meta["edit"]
    groups_without: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    for row in failure.rows_by_finding:
        submission, template_cell, _ = cells.positions(row)
        item, group = divmod(template_cell, len(template.ethnic_groups))
        groups_without[submission, item].append((template.ethnic_groups[group], row))
    for (submission, number), groups in groups_without.items():
        missing_item = template.items[number].code
        if len(groups) == len(template.ethnic_groups):
            builder.add(submission, code, groups[0][1], Cell(missing_item, "", "", None))
        else:
            for group_name, row in groups:
                builder.add(submission, code, row, Cell(missing_item, group_name, "", None), case="group")


def _write_each_cell(builder: FindingBuilder, failure: FailedExpectation, cells: Cells) -> None:
    """Write a finding for each row: at the cell that was given, or of the item and group that were not."""
    asked = builder.batch.template.cells()
    for row, values in failure.values_by_finding(cells.frame).items():
        submission, template_cell, given = cells.positions(row)
        about = cells.given[given] if given >= 0 else Cell(*asked[template_cell], "", None)
        facts = builder.row_facts(failure, values)
        builder.add(submission, failure.meta["edit"], row, about, facts, failure.case())


# By the key `about` of an expectation's `meta`.
_WRITERS: dict[str, Callable[[FindingBuilder, FailedExpectation, Cells], None]] = {
    "each_cell": _write_each_cell,
    "repeated_cells": _write_repeated,
    "unknown_cells": _write_unknown,
    "missing_cells": _write_missing,
}
