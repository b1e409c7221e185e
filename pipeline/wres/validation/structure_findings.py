"""From failing rows of the structure frames to findings."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from wres.returns.parsed_return import CellRef
from wres.validation.finding_builder import FindingBuilder, FindingLocation, format_location, format_time
from wres.validation.frames import READER_FAULTS, Cells, StatedIdentity
from wres.validation.gx_adapter import FailedExpectation


def write_returns(
    writer: FindingBuilder, failures: Sequence[FailedExpectation], standing: Sequence[str | None]
) -> None:
    """Write the reader's faults, each at its place, and what is wrong with who sent the file or when.

    A file about people (S113) is not repeated.
    """
    for failure in failures:
        code = failure.meta["edit"]
        for row in failure.rows:
            submission = writer.batch.submissions[row]
            if code in READER_FAULTS:
                for order, fault in enumerate(fault for fault in submission.read.faults if fault.code == code):
                    value = None if code == "S113" else fault.value or None
                    detail = fault.detail.strip().rstrip(".")
                    writer.add(row, code, order, FindingLocation(fault.place, value=value), detail=detail)
            else:
                of_sender, close = "standing" in failure.columns(), writer.batch.hard_close
                case = failure.meta.get(f"case_of_{standing[row]}" if of_sender else "case", failure.meta.get("case"))
                about = FindingLocation(value=submission.sender if of_sender else None)
                received, closed = format_time(submission.received_at), format_time(close) if close else ""
                writer.add(row, code, 0, about, case, received=received, closed=closed)


def write_statements(
    writer: FindingBuilder, failures: Sequence[FailedExpectation], found: Sequence[StatedIdentity]
) -> None:
    """S103, S106, S107 at the place of the statement."""
    for failure in failures:
        for row in failure.rows:
            identity = found[row]
            place = identity.text.place if identity.text else CellRef()
            about = FindingLocation(place, value=identity.text.value if identity.text else None)
            case = None if identity.text else "not_stated"
            writer.add(identity.submission, failure.meta["edit"], row, about, case, asked=identity.asked)


def write_cells(writer: FindingBuilder, failures: Sequence[FailedExpectation], cells: Cells) -> set[int]:
    """Write the findings of the join with the template; returns the rows of figures given twice."""
    spoilt: set[int] = set()
    for failure in failures:
        column = failure.columns()[0]
        if column == "asked_cell":
            spoilt.update(failure.rows)
        _WRITERS[column](writer, failure.meta["edit"], failure.rows, cells)
    return spoilt


def _given_twice(writer: FindingBuilder, code: str, rows: list[int], cells: Cells) -> None:
    """One finding at each occurrence after the first, which it names."""
    first: dict[tuple[int, str, str], CellRef] = {}
    for row in rows:
        submission, _, given = _where(cells, row)
        cell = cells.given[given]
        key = (submission, cell.item, cell.ethnic_group)
        if key not in first:
            first[key] = cell.place
            continue
        about = FindingLocation(cell.place, cell.item, cell.ethnic_group, cell.raw or None)
        writer.add(submission, code, row, about, first_at=format_location(first[key]))


def _not_in_template(writer: FindingBuilder, code: str, rows: list[int], cells: Cells) -> None:
    """One finding for each place where an unknown item code or ethnic group stands: the cell that is to be mended."""
    items = {item.code for item in writer.batch.template.items}
    rows_of: dict[tuple[int, str, CellRef], list[int]] = defaultdict(list)
    for row in rows:
        submission, _, given = _where(cells, row)
        cell, read = cells.given[given], writer.batch.submissions[submission].read
        place = read.cell_in_column(cell.place, "ethnic group" if cell.item in items else "item")
        rows_of[(submission, cell.item, place)].append(row)
    for (submission, item, place), same in rows_of.items():
        group = cells.given[_where(cells, same[0])[2]].ethnic_group or None
        if item in items:
            writer.add(
                submission,
                code,
                same[0],
                FindingLocation(place, item, group, group),
                "group" if group else "no_group",
            )
        else:
            about = FindingLocation(place, item or None, group if len(same) == 1 else None, item or None)
            writer.add(submission, code, same[0], about, None if item else "no_item")


def _missing(writer: FindingBuilder, code: str, rows: list[int], cells: Cells) -> None:
    """One finding an item that is missing completely, else one for each group."""
    ethnic_groups = writer.batch.template.ethnic_groups
    groups_of: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        submission, template_cell, _ = _where(cells, row)
        item, group = divmod(template_cell, len(ethnic_groups))
        groups_of[(submission, item)].append((ethnic_groups[group], row))
    for (submission, number), groups in groups_of.items():
        missing_item = writer.batch.template.items[number].code
        if len(groups) == len(ethnic_groups):
            writer.add(submission, code, groups[0][1], FindingLocation(item=missing_item))
        else:
            for name, row in groups:
                about = FindingLocation(item=missing_item, ethnic_group=name)
                writer.add(submission, code, row, about, "group")


# By the first column that an expectation tests.
_WRITERS: dict[str, Callable[[FindingBuilder, str, list[int], Cells], None]] = {
    "asked_cell": _given_twice,
    "template_cell": _not_in_template,
    "given": _missing,
    "required": _missing,
}


def _where(cells: Cells, row: int) -> tuple[int, int, int]:
    """The return, the template cell and the given cell of a row (-1 where there is none)."""
    columns = (cells.frame[name].to_numpy() for name in ("submission", "template_cell", "given_cell"))
    submission, template_cell, given = (-1 if np.isnan(column[row]) else int(column[row]) for column in columns)
    return submission, template_cell, given
