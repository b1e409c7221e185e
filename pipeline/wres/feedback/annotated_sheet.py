"""Write the sender's own sheet again with its findings marked, as a sheet of the report workbook."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from wres.returns.findings import Finding, findings_in
from wres.returns.parsed_return import CellRef, ParsedReturn, Text, row_of
from wres.returns.template_spec import group_labels
from wres.validation.batch import UNREADABLE
from wres.validation.edit_catalogue import load_catalogue
from wres.validation.wording import truncate

if TYPE_CHECKING:
    from xlsxwriter import Workbook


_MOST_CELLS = 1_500  # a return as rows has about 500, a workbook about 150
_LONGEST = 100
_IDENTITY = {
    "organisation_code": "Organisation code",
    "collection_year": "Collection year",
    "template_version": "Template version",
}
_NAME = "signoff.name"  # a name enters no store
_NOT_REPEATED = "(not repeated here)"


def copy_of(read: ParsedReturn) -> dict[str, Any]:
    """Copy the sheet (or CSV file) with the table of figures, fit for JSON; empty where there is nothing to show.

    `sheet` is its name (None: CSV); `headings` maps a heading to its cell; `cells` maps a cell such as C12 to its text
    as it was written, without those that are blank; `left_out` counts the cells for which there was no room. Item
    labels are the template's and not in it. An unreadable file and one that looks like data about people have no copy.
    """
    if not read.cells or any(fault.code in UNREADABLE for fault in read.faults):
        return {}
    sheet = read.cells[0].place.sheet
    texts = [text for text in read.texts if text.place.sheet == sheet]
    cells: dict[str | None, str] = {}
    groups_stated = "ethnic group" in read.headings
    for place, item, group, words in _lines(read, texts):
        cells[read.cell_in_column(place, "item").cell] = item
        if groups_stated:
            cells[read.cell_in_column(place, "ethnic group").cell] = group
        cells[place.cell] = words
    cells |= _stated(read, texts, cells)
    filled = [(cell, words[:_LONGEST]) for cell, words in cells.items() if cell and words]
    return {
        "sheet": sheet,
        "headings": {name: place.cell for name, place in read.headings.items()},
        "cells": dict(islice(filled, _MOST_CELLS)),
        "left_out": max(0, len(filled) - _MOST_CELLS),
    }


def _lines(read: ParsedReturn, texts: list[Text]) -> Iterator[tuple[CellRef, str, str, str]]:
    """Return the place, item, ethnic group and words of each figure, and of each text in the table."""
    for cell in read.cells:
        yield cell.place, cell.item, cell.ethnic_group, cell.raw
    groups = group_labels()
    for text in texts:
        if text.key not in _IDENTITY:
            item, _, group = text.key.rpartition(".")
            words = _NOT_REPEATED if text.key == _NAME else text.value
            yield text.place, *((item, group) if group in groups else (text.key, "")), words


def _stated(read: ParsedReturn, texts: list[Text], cells: dict[str | None, str]) -> dict[str | None, str]:
    """Give the return's organisation and year: in a workbook with a label to the left, in a CSV file in every line."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    identity: dict[str | None, str] = {}
    for key, label in _IDENTITY.items():
        stated = [text for text in texts if text.key == key]
        heading = key.replace("_", " ")
        for text in stated:
            place = _position(text.place.cell)
            if heading not in read.headings and place is not None and place[1] > 0:
                identity[xl_rowcol_to_cell(place[0], place[1] - 1)] = label
            identity[text.place.cell] = text.value
        if len(stated) == 1 and heading in read.headings:  # of several nobody can say which stands in a line
            first = _row(stated[0].place.cell)
            rows = {_row(cell) for cell in cells}
            identity |= {
                read.cell_in_column(CellRef(cell=f"A{row}"), heading).cell: stated[0].value
                for row in rows
                if row >= first
            }
    return identity


def _row(cell: str | None) -> int:
    """Return the row of an address; 0 where it names none."""
    return int(row_of(cell or "") or 0)


SHEET = "Your return"
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
NUMBER = re.compile(r"-?(0|[1-9]\d{0,9})(\.\d{0,3}[1-9])?")  # what a spreadsheet shows just as it was written
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3}){1,3}(\.\d+)?")  # as people and spreadsheets write large numbers
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_WIDTHS = {"item": 40, "data item": 46, "collection year": 15, "organisation code": 18, "ethnic group": 14, "value": 24}
_CODES_WIDTH = 60
_LONGEST_COMMENT, _LONGEST_LIST = 1_000, 500
_FONT = {"font_name": "Arial", "font_size": 10, "valign": "top"}
# No colour alone: a marked cell has a comment, and its row names it beside its codes.
_LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "heading": {"bold": True, "bottom": 1},
    "number_heading": {"bold": True, "bottom": 1, "align": "right"},
    "codes_heading": {"bold": True, "bottom": 1, "align": "left", "indent": 1},
    "below": {"align": "left", "indent": 1},
    "codes": {"text_wrap": True, "align": "left", "indent": 1},
    "reject": {"bg_color": "#F7D4D1", "border": 2, "border_color": "#B3000C"},
    "query": {"bg_color": "#FFF1CC", "border": 1, "border_color": "#8A5A00"},
    "note": {"bg_color": "#E8EDEE", "border": 1, "border_color": "#4C6272"},
}

Position = tuple[int, int]  # row and column, from 0


@dataclass(frozen=True)
class _Layout:
    """The texts of a sheet by position; `marks` are the findings at each cell, `elsewhere` those at no cell of it."""

    headings: dict[str, Position]
    texts: dict[Position, str]
    marks: dict[Position, list[Finding]]
    elsewhere: list[Finding]

    @cached_property
    def places(self) -> list[Position]:
        """Every cell that is written, row by row."""
        return sorted({*self.texts, *self.marks})

    @property
    def header_row(self) -> int:
        """The row of the headings."""
        return max((row for row, _ in self.headings.values()), default=0)

    @cached_property
    def codes_column(self) -> int:
        """The first column to the right of everything."""
        return max((column for _, column in self.places), default=0) + 1


def write_marked_sheet(book: "Workbook", document: Mapping[str, Any]) -> None:
    """Add the sheet, at the sender's own addresses; nothing where the document holds no copy of the return."""
    copy = document["page"].get("copy")
    if not copy:
        return
    layout = _layout(copy, document["page"]["labels"], findings_in(document))
    looks = {name: book.add_format({**_FONT, **look}) for name, look in _LOOKS.items()}
    sheet = book.add_worksheet(SHEET)
    headings = {place: _look_of(name) for name, place in layout.headings.items()}
    figures = {"value", *group_labels()}
    numbers = {column for name, (_, column) in layout.headings.items() if name in figures}
    for place in layout.places:
        findings = layout.marks.get(place, [])
        words = layout.texts.get(place) or next((finding.value for finding in findings if finding.value), "")
        look = looks[_worst(findings) if findings else headings.get(place, "plain")]
        _write(sheet, place, words, look, as_number=place[1] in numbers)
        if findings:
            comment = "\n".join(
                f"{finding.code}: {finding.message}\nWhat to do: {finding.how_to_fix}" for finding in findings
            )
            size = {"width": 320, "height": min(400, 40 + len(comment) // 2)}
            sheet.write_comment(*place, comment[:_LONGEST_COMMENT], size)
    _write_codes(sheet, layout, looks)
    _write_below(sheet, layout, copy["left_out"], looks["below"])
    _arrange(sheet, layout)


def _layout(copy: Mapping[str, Any], labels: Mapping[str, str], findings: Sequence[Finding]) -> _Layout:
    """Place the copied texts and the findings on the sheet."""
    headings = {name: place for name, cell in copy["headings"].items() if (place := _position(cell))}
    texts = {place: words for cell, words in copy["cells"].items() if (place := _position(cell))}
    item, label = headings.get("item"), headings.get("data item")
    if item and label:
        texts |= {
            (row, label[1]): labels[code]
            for (row, column), code in texts.items()
            if column == item[1] and code in labels
        }
    as_written = str.capitalize if label or "value" not in headings else lambda name: name.replace(" ", "_")
    names = group_labels()
    texts |= {place: names.get(name) or as_written(name) for name, place in headings.items()}
    marks: dict[Position, list[Finding]] = defaultdict(list)
    elsewhere: list[Finding] = []
    for finding in findings:
        place = _position(finding.cell) if finding.sheet == copy["sheet"] else None
        (elsewhere if place is None else marks[place]).append(finding)
    return _Layout(headings, texts, dict(marks), elsewhere)


@lru_cache(maxsize=10_000)  # the returns of a round have the same few hundred addresses
def _position(cell: str | None) -> Position | None:
    """Row and column of an address such as C12; None where no sheet has it."""
    from xlsxwriter.utility import xl_cell_to_rowcol

    if cell is None or not _CELL.fullmatch(cell):
        return None
    row, column = xl_cell_to_rowcol(cell)
    return (row, column) if row < _MOST_ROWS and column < _MOST_COLUMNS else None


def _worst(findings: Sequence[Finding]) -> str:
    """Return the gravest severity of some findings."""
    severities = {finding.severity for finding in findings}
    return next(name for name in ("reject", "query", "note") if name in severities)


def _look_of(heading: str) -> str:
    """Return the format of a heading."""
    return "number_heading" if heading in group_labels() else "heading"


def _write(sheet: Any, place: Position, words: str, look: Any, *, as_number: bool) -> None:
    """Write a figure as a number and everything else as text, so that nothing becomes a formula."""
    if not words:
        sheet.write_blank(*place, None, look)
    elif as_number and (NUMBER.fullmatch(words) or _THOUSANDS.fullmatch(words)):
        sheet.write_number(*place, float(words.replace(",", "")), look)
    else:
        sheet.write_string(*place, words, look)


def _write_codes(sheet: Any, layout: _Layout, looks: Mapping[str, Any]) -> None:
    """Write the column at the right that names the cells of its row and their codes."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    column, rows = layout.codes_column, dict[int, list[str]]()
    for place in sorted(layout.marks):
        named = ", ".join(f"{finding.code} {load_catalogue()[finding.code].title}" for finding in layout.marks[place])
        rows.setdefault(place[0], []).append(f"{xl_rowcol_to_cell(*place)}: {named}")
    if layout.header_row not in rows:
        sheet.write_string(layout.header_row, column, "Findings", looks["codes_heading"])
    for row, cells in rows.items():
        sheet.write_string(row, column, truncate("; ".join(cells), _LONGEST_LIST), looks["codes"])


def _write_below(sheet: Any, layout: _Layout, left_out: int, look: Any) -> None:
    """Write below the table the findings that have no cell here."""
    row, column = layout.places[-1][0] + 2, layout.codes_column
    counts = Counter(finding.code for finding in layout.elsewhere)
    lines = [f"{code} {load_catalogue()[code].title}" + (f" ({n})" if n > 1 else "") for code, n in counts.items()]
    if lines:
        lines.insert(0, "Not at a cell of this sheet (the sheet Findings has them all):")
    if left_out:
        lines.append(f"The return goes on: {left_out:,} more cells are not shown here.")
    for number, line in enumerate(lines):
        sheet.write_string(row + number, column, line, look)


def _arrange(sheet: Any, layout: _Layout) -> None:
    """Set the widths of columns, frozen rows and the page."""
    for name, (_, column) in layout.headings.items():
        sheet.set_column(column, column, _WIDTHS.get(name, 11))
    sheet.set_column(layout.codes_column, layout.codes_column, _CODES_WIDTH)  # xlsxwriter leaves out what lies beyond
    if layout.header_row < 20:
        sheet.freeze_panes(layout.header_row + 1, 0)
        sheet.repeat_rows(layout.header_row)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.35, right=0.35)
    sheet.fit_to_pages(1, 0)
