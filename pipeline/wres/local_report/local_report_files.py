"""The files of a local report: a page that prints on two sheets, a workbook, a table for programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from wres import site
from wres.charts.picture import STYLE
from wres.html_templates import open_templates
from wres.indicators.statistics.peers import RULE
from wres.local_report.report_view import LocalReport
from wres.outputs.csv_writer import count_text
from wres.outputs.formatting import PublishedRow
from wres.outputs.table_schema import Column, load_specification
from wres.outputs.workbook_layout import A3, pages_across, text_height
from wres.safe_text import escape_formula

PAGE, BOOK, TABLE = "local-report.html", "local-report.xlsx", "local-report.csv"
_HERE, _SITE = Path(__file__).parent / "templates", Path(site.__file__).parent
_MOST = 12  # changes on the page, which prints on two sheets
_A4 = 9  # as Excel numbers papers
_NAMING = 5  # columns of the figures that say what a row is about: relation, year, level, code, name
_WIDE = 100  # letters, of a column of sentences
_BOLD, _WRAP = {"bold": True}, {"text_wrap": True, "valign": "top"}


def local_report_files(report: LocalReport) -> dict[str, bytes]:
    """Return the files of a report, by name; the same report gives the same bytes."""
    return {PAGE: html_bytes(report), BOOK: xlsx_bytes(report), TABLE: csv_bytes(report)}


def html_bytes(report: LocalReport) -> bytes:
    """Return the report as one page that needs no other file."""
    context = {"report": report, "about": report.about, "now": report.figures.now, "rule": RULE, "most": _MOST}
    words = load_specification()
    text = (
        open_templates(_HERE, _SITE / "templates")
        .get_template("local_report.html.j2")
        .render(context, words=words, style=_style())
    )
    return (text + "\n").encode()


def csv_bytes(report: LocalReport) -> bytes:
    """Return a CSV file with a row for each of the organisation's years, each peer, its region, type and nation."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["relation", *(column.name for column in _columns())])
    for relation, row in _rows(report):
        writer.writerow([relation, *_printed_row(row)])
    return text.getvalue().encode()


def xlsx_bytes(report: LocalReport) -> bytes:
    """Return the report as a workbook: what it says, the figures, its data quality, what changed."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": report.title,
            "comments": " ".join(report.markings),
            "created": report.about.created_utc.replace(tzinfo=None),
        }
    )
    texts = [(answer.question, f"{answer.short}. {' '.join(answer.sentences)}") for answer in report.answers]
    texts += [("Closed, or became part of another organisation", sentence) for sentence in report.closings]
    _write_sheet(book, "Report", report, ("Question", "Answer"), texts, wide=1)
    figures = [(relation, *_cells_of_row(row)) for relation, row in _rows(report)]
    _write_sheet(book, "Figures", report, ("Relation", *(column.title for column in _columns())), figures)
    quality = [(row.measure, row.own, "[x]" if row.median is None else row.median) for row in report.quality]
    _write_sheet(book, "Data quality", report, ("Measure", "You", "Median"), quality)
    if report.since:
        changes = [(change,) for change in report.changes]
        _write_sheet(book, "What changed", report, (f"Since edition {report.since}",), changes, wide=0)
    _write_sheet(
        book,
        "Board paper",
        report,
        ("Words for a paper to your board",),
        [(text,) for text in report.board_paper],
        wide=0,
    )
    book.close()
    return file.getvalue()


def _rows(report: LocalReport) -> Iterable[tuple[str, PublishedRow]]:
    """Return the rows of workbook and table with their relation: own years, newest first, then peers and areas."""
    figures = report.figures
    yield from (("own", row) for row in sorted(figures.returns, key=lambda row: -row["collection_year"]))
    for relation, areas in (("peer", figures.peers), ("around", figures.around)):
        yield from (
            (relation if relation == "peer" else area.level, area.now) for area in areas if area.now is not None
        )


def _columns() -> tuple[Column, ...]:
    return load_specification().tables["organisation"].columns


@lru_cache(maxsize=4096)  # a released row stands in the reports of all its peers
def _printed_row(row: PublishedRow) -> tuple[str, ...]:
    """Return the figures of a row as the table for programs has them."""
    return tuple(_printed(row, column) for column in _columns())


@lru_cache(maxsize=4096)
def _cells_of_row(row: PublishedRow) -> tuple[Any, ...]:
    """Return the figures of a row as the workbook has them."""
    return tuple(_cell(row, column) for column in _columns())


def _printed(row: PublishedRow, column: Column) -> str:
    """Return a figure as the published CSV prints it; not applicable where the row's table has no such column."""
    if column.name not in row:
        return "z"
    value = row[column.name]
    if value is None:
        return row.text(column.name).strip("[]")
    if column.datatype == "boolean":
        return "true" if value else "false"
    if column.datatype == "count":
        return count_text(value)
    return escape_formula(str(value)) if column.is_text else str(value)


def _cell(row: PublishedRow, column: Column) -> Any:
    """Return a figure as a number, otherwise as people read it."""
    if column.name not in row:
        return "[z]"
    value = row[column.name]
    if value is not None and (column.is_number or column.datatype == "year"):
        return float(value) if column.datatype in {"count", "decimal"} else int(value)
    return row.text(column.name)


def _write_sheet(
    book: Any,
    name: str,
    report: LocalReport,
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    wide: int | None = None,
) -> None:
    """Write a sheet: title and markings, then a marked-up table; `wide` is its column of sentences."""
    sheet, bold, wrap = book.add_worksheet(name), book.add_format(_BOLD), book.add_format(_WRAP)
    header = book.add_format({**_BOLD, **_WRAP})
    sheet.write_string(0, 0, f"{report.title}, edition {report.about.edition}", bold)
    for number, marking in enumerate(report.markings, start=1):
        sheet.write_string(number, 0, f"{marking}.", book.add_format())  # without the wrapping of its column
    top = len(report.markings) + 1
    widths = _widths(headings, rows, wide)
    sheet.set_row(top, max(map(text_height, headings, (width - 1 for width in widths))), wrap)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(column, column, width, wrap if wide is not None else None)
        if not rows:  # otherwise the table writes its headings
            sheet.write_string(top, column, heading, header)
        for number, row in enumerate(rows, start=top + 1):
            if isinstance(row[column], int | float):
                sheet.write_number(number, column, row[column])
            else:
                sheet.write_string(number, column, row[column])
    for number, row in enumerate(rows, start=top + 1):
        if wide is not None:
            sheet.set_row(number, text_height(str(row[wide]), _WIDE))
    if rows:
        title = name.lower().replace(" ", "_")
        columns = [{"header": heading, "header_format": header} for heading in headings]
        options = {"name": title, "columns": columns, "style": None}
        sheet.add_table(top, 0, top + len(rows), len(headings) - 1, {**options, "autofilter": False})
    pages, repeated = pages_across(widths, _NAMING)
    if pages > 1:
        sheet.repeat_rows(top)
        sheet.repeat_columns(0, repeated - 1)
    sheet.set_landscape()
    sheet.set_paper(A3 if pages > 1 else _A4)
    sheet.fit_to_pages(pages, 0)


def _widths(headings: Sequence[str], rows: Sequence[Sequence[Any]], wide: int | None) -> list[int]:
    """Return the widths of the columns: of sentences that of a page, of texts as needed, of figures all alike."""
    widths = []
    for column, heading in enumerate(headings):
        longest = max(len(str(text)) for text in (heading, *(row[column] for row in rows)))
        widths.append(_WIDE if column == wide else min(longest + 2, 45) if len(headings) < 4 or column < 5 else 14)
    return widths


@cache
def _style() -> str:
    """Return the style sheets of the pages and of the report, which are safe within a page."""
    sheets = [_SITE / "static" / "nhsuk.css", STYLE, _SITE / "static" / "pages.css", _HERE / "local_report.css"]
    return "\n".join(path.read_text(encoding="utf-8-sig") for path in sheets)
