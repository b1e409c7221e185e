"""Write the sender's own sheet again with its findings marked, as a sheet of the report workbook."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from wres.feedback.return_copy import MOST_ROWS, Position, position_of
from wres.returns.findings import Finding, findings_in
from wres.returns.template_spec import group_labels
from wres.validation.edit_catalogue import load_catalogue
from wres.validation.wording import truncate

if TYPE_CHECKING:
    from xlsxwriter import Workbook


SHEET = "Your return"
NUMBER = re.compile(r"-?(0|[1-9]\d{0,9})(\.\d{0,3}[1-9])?")  # what a spreadsheet shows just as it was written
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}(,\d{3}){1,3}(\.\d+)?")  # as people and spreadsheets write large numbers
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


@dataclass(frozen=True)
class _Layout:
    """The texts of a sheet by position; `marks` are the findings at each cell, `elsewhere` those at no cell of it."""

    headings: dict[str, Position]
    texts: dict[Position, str]
    marks: dict[Position, list[Finding]]
    elsewhere: list[Finding]

    @cached_property
    def places(self) -> list[Position]:
        """Return every cell that is written, row by row."""
        return sorted({*self.texts, *self.marks})

    @property
    def header_row(self) -> int:
        """Return the row of the headings."""
        return max((row for row, _ in self.headings.values()), default=0)

    @cached_property
    def codes_column(self) -> int:
        """Return the first column to the right of everything."""
        return max((column for _, column in self.places), default=0) + 1


def write_marked_sheet(book: "Workbook", document: Mapping[str, Any]) -> None:
    """Add the sheet, at the sender's own addresses; nothing where the document holds no copy of the return."""
    copy = document["page"].get("copy")
    if not copy:
        return
    layout = _layout(copy, document["page"]["labels"], findings_in(document))
    looks = {name: book.add_format({**_FONT, **look}) for name, look in _LOOKS.items()}
    sheet = book.add_worksheet(SHEET)
    headings = {place: _format_of(name) for name, place in layout.headings.items()}
    figures = {"value", *group_labels()}
    numbers = {column for name, (_, column) in layout.headings.items() if name in figures}
    for place in layout.places:
        findings = layout.marks.get(place, [])
        words = layout.texts.get(place) or next((finding.value for finding in findings if finding.value), "")
        look = looks[_gravest_severity(findings) if findings else headings.get(place, "plain")]
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
    headings = {name: place for name, cell in copy["headings"].items() if (place := position_of(cell))}
    texts = {place: words for cell, words in copy["cells"].items() if (place := position_of(cell))}
    item, label = headings.get("item"), headings.get("data item")
    if item and label:
        texts |= {
            (row, label[1]): labels[code]
            for (row, column), code in texts.items()
            if column == item[1] and code in labels and (row, label[1]) not in texts
        }
    as_written = str.capitalize if label or "value" not in headings else lambda name: name.replace(" ", "_")
    names = group_labels()
    texts |= {place: names.get(name) or as_written(name) for name, place in headings.items()}
    marks: dict[Position, list[Finding]] = defaultdict(list)
    elsewhere: list[Finding] = []
    for finding in findings:
        place = position_of(finding.cell) if finding.sheet == copy["sheet"] else None
        (elsewhere if place is None else marks[place]).append(finding)
    return _Layout(headings, texts, dict(marks), elsewhere)


def _gravest_severity(findings: Sequence[Finding]) -> str:
    """Return the gravest severity of some findings."""
    severities = {finding.severity for finding in findings}
    return next(name for name in ("reject", "query", "note") if name in severities)


def _format_of(heading: str) -> str:
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
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.35, right=0.35)
    sheet.fit_to_pages(1, 0)
