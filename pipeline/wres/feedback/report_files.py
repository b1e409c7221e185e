"""The report as files: CSV, a page and a workbook. Text from a sender is text in each of them, never a formula."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wres.feedback.annotated_sheet import NUMBER, SHEET, write_marked_sheet
from wres.feedback.next_steps import next_steps
from wres.html_templates import open_templates
from wres.outputs.group_columns import compared_groups, staff_of
from wres.outputs.workbook_layout import text_height
from wres.returns.findings import Finding, findings_in
from wres.returns.template_spec import group_labels
from wres.safe_text import escape_row
from wres.validation.edit_catalogue import load_catalogue

if TYPE_CHECKING:
    from xlsxwriter import Workbook

COLUMNS = tuple(field.name for field in fields(Finding))
_TITLES = (
    "Code", "What it does", "What is wrong", "What to do", "Sheet", "Cell", "Item", "Group", "Value",
    "Expected", "Difference",
)  # fmt: skip
_FINDING_WIDTHS = (6, 12, 40, 40, 9, 6, 20, 8, 10, 10, 10)  # letters; together so wide that 9 points are left on A4
_MARGIN = 0.35  # inches, of a printed page
_FIGURES = ("value", "expected", "difference")
_TEMPLATES = Path(__file__).resolve().parent / "templates"
_SEVERITIES = {"reject": "Must be put right", "query": "Needs an explanation", "note": "For information"}
STATUSES = {
    "rejected": "Not accepted",
    "accepted": "Accepted",
    "accepted_with_queries": "Accepted, with questions",
    "superseded": "Replaced by a later return",
}
_WHERE_TO_MEND = f"The sheet {SHEET}: your own cells, those with a finding marked. Correct the same cells of your file."
_MOST_ROWS = 300  # of one table of the page; the workbook and the CSV file have them all


def csv_bytes(document: Mapping[str, Any]) -> bytes:
    """Write one row for each finding, in UTF-8; a text that a spreadsheet might take for a formula is escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(escape_row(getattr(finding, column) for column in COLUMNS) for finding in findings_in(document))
    return out.getvalue().encode("utf-8")


def html_bytes(document: Mapping[str, Any]) -> bytes:
    """Write the page, complete in itself: no script, nothing fetched."""
    return _render("report.html", document, level=1).encode("utf-8")


def html_part(document: Mapping[str, Any]) -> str:
    """Write the same text as a part of another page, its headings a level lower; the sender's texts are escaped."""
    return _render("report_body.html", document, level=2)


def _render(template: str, document: Mapping[str, Any], level: int) -> str:
    """Fill in a template; headings begin at this level."""
    compared, comparator = compared_groups()
    return (
        open_templates(_TEMPLATES)
        .get_template(template)
        .render(
            document=document,
            page=document["page"],
            status=STATUSES[document["status"]],
            groups=grouped(findings_in(document)),
            next_steps=next_steps(document),
            most_rows=_MOST_ROWS,
            group_labels=group_labels(),
            compared_staff=staff_of(compared),
            comparator_staff=staff_of(comparator),
            level=level,
        )
    )


def grouped(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Group the findings by code and remedy, those that reject first."""
    together: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: list(_SEVERITIES).index(finding.severity)):
        together.setdefault((finding.code, finding.how_to_fix), []).append(finding)
    return [
        {
            "code": code,
            "title": load_catalogue()[code].title,
            "severity": same[0].severity,
            "severity_words": _SEVERITIES[same[0].severity],
            "meaning": load_catalogue()[code].meaning,
            "how_to_fix": how_to_fix,
            "findings": same,
            "with_expected": any(finding.expected for finding in same),
        }
        for (code, how_to_fix), same in together.items()
    ]


def xlsx_bytes(document: Mapping[str, Any]) -> bytes:
    """Write a workbook: the summary, the sender's cells with findings marked, findings by code, every finding."""
    import xlsxwriter

    out = io.BytesIO()
    strings = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, **strings}) as book:
        received = datetime.fromisoformat(document["received_at"]).replace(tzinfo=None)
        book.set_properties({"title": f"Report on receipt {document['receipt']}", "created": received})
        _sheet(book, "Summary", ("What", ""), _summary(document), (28, 80))
        write_marked_sheet(book, document)
        _sheet(book, "By code", ("Code", "What", "Severity", "Findings"), _by_code(document), (8, 40, 22, 10))
        _sheet(book, "Findings", _TITLES, _findings(document), _FINDING_WIDTHS)
    return out.getvalue()


def _findings(document: Mapping[str, Any]) -> list[list[Any]]:
    """Return a row for each finding for people: figures as numbers, names in place of codes."""
    labels = document["page"]["labels"]
    words = {"severity": _SEVERITIES, "item": labels, "ethnic_group": group_labels()}
    return [
        [_cell(column, getattr(finding, column), words.get(column, {})) for column in COLUMNS]
        for finding in findings_in(document)
    ]


def _cell(column: str, value: Any, words: Mapping[str, str]) -> Any:
    """Write one value of a finding for people."""
    text = "" if value is None else str(value)
    if column in _FIGURES and NUMBER.fullmatch(text):
        return float(text)
    return words.get(text, text)


def _sheet(
    book: "Workbook", name: str, header: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]
) -> None:
    """Add a sheet with a header and rows."""
    sheet = book.add_worksheet(name)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, (title, width) in enumerate(zip(header, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(number, column, value, wrap)
            else:
                sheet.write_string(number, column, value, wrap)
        sheet.set_row(number, max(text_height(str(value), width) for value, width in zip(row, widths, strict=True)))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=_MARGIN, right=_MARGIN)
    sheet.fit_to_pages(1, 0)


def _summary(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the lines of the first sheet."""
    page = document["page"]
    rows = [
        ("Receipt", document["receipt"]),
        ("Status", STATUSES[document["status"]]),
        *zip(("What happens next", "Whom to ask"), next_steps(document), strict=True),
        ("Organisation", f"{page['organisation_name']} ({document['organisation_code']})"),
        ("Collection year", str(document["collection_year"])),
        ("Received", page["received"]),
        ("File", page["file_name"]),
        ("SHA-256", document["sha256"]),
        ("Template version", document["template_version"]),
        ("Rule set", document["rule_set"]),
    ]
    if page["same_time"]:
        rows.append(("Files of the same time", page["same_time"]))
    if page.get("copy"):
        rows.append(("Where to correct it", _WHERE_TO_MEND))
    return [*rows, ("Simulated", "This return is simulated: no organisation sent it.")] if page["simulated"] else rows


def _by_code(document: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    """Return a row for each code of the findings, with its number of findings."""
    counts = Counter((finding.code, finding.severity) for finding in findings_in(document))
    return [
        (code, load_catalogue()[code].title, _SEVERITIES[severity], count) for (code, severity), count in counts.items()
    ]
