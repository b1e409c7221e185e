"""The workbook in OpenDocument form, the format that government asks for: the same sheets, cell for cell.

It is made from the finished .xlsx file, so that the two cannot differ, and written here, not by a library: odfdo 3.27
took a minute for 40,000 cells, and a release has ten times as many (docs/decisions/0015).
"""

import io
import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from wres.outputs.metadata import ReleaseMetadata
from wres.outputs.ods_parts import (
    CM_PER_CHARACTER,
    MIMETYPE,
    MOST_PAGES,
    content_end,
    content_start,
    manifest_xml,
    meta_xml,
    number_style,
    settings_xml,
    sheet_style,
    small_number_style,
    styles_xml,
)
from wres.outputs.revisions import REVISED
from wres.outputs.table_schema import Column, TableSpec, load_specification
from wres.outputs.workbook_layout import is_above_zero, naming_columns, pages_across
from wres.outputs.xlsx_writer import cover_links

_WIDEST = 60  # characters of a column in a table of figures
_CM_PER_LETTER = 0.185  # in which a spreadsheet counts the width of a column
_BOLD_LETTER = 1.15
_TEXT_WIDTH = 100  # of a column of sentences
_ROWS_AT_A_TIME = 500
_LARGE = 2**25  # bytes of a workbook; its content as OpenDocument has at most 40 times as many, and 2**31 are too many
_YEAR = number_style(0, grouped=False)
_COVER_HEADINGS = ("Introductory information", "About these data", "Contact")  # as gptables writes them


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the finished workbook. `header` is the row of the table's headings, None where there is no table.

    `columns` are those of the table's specification, empty for the sheets of sentences.
    """

    name: str
    table: str
    rows: Sequence[Sequence[Any]]
    header: int | None
    columns: tuple[Column, ...]

    @property
    def width(self) -> int:
        """Count its columns."""
        return max(map(len, self.rows))


def ods_bytes(workbook: bytes, about: ReleaseMetadata) -> bytes:
    """Return the content of the .ods file; the same workbook and facts give the same bytes.

    Args:
        workbook: the finished .xlsx file, as `workbook_bytes` gives it.
        about: the release, for the document's properties.
    """
    names: list[str] = []
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        # First and uncompressed, by which it is known among zip files.
        _add(package, "mimetype", [MIMETYPE], zipfile.ZIP_STORED)
        content = _content(_sheets(workbook), cover_links(about), names)
        _add(package, "content.xml", content, zipfile.ZIP_DEFLATED, may_be_large=len(workbook) > _LARGE)
        parts = {
            "styles.xml": styles_xml(),
            "meta.xml": meta_xml(about),
            "settings.xml": settings_xml(names),
            "META-INF/manifest.xml": manifest_xml(),
        }
        for name, text in parts.items():
            _add(package, name, [text], zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _add(package: zipfile.ZipFile, name: str, texts: Iterable[str], method: int, *, may_be_large: bool = False) -> None:
    """Add a file to the package, text by text: the content of a large release is never whole in memory."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # no time of its own
    entry.compress_type, entry.create_system, entry.external_attr = method, 3, 0o644 << 16
    with package.open(entry, "w", force_zip64=may_be_large) as stream:
        for text in texts:
            stream.write(text.encode())


def _content(sheets: Iterable[Sheet], links: Mapping[str, str], names: list[str]) -> Iterator[str]:
    """Give the content of the document, with the styles of its cells and which part of each sheet is a table.

    One sheet after the other is read and given; `names` takes their names.
    """
    ranges = []
    yield content_start()
    for sheet in sheets:
        names.append(sheet.name)
        ranges.append(_range(sheet))
        yield from _table(sheet, links)
    yield content_end(ranges)


def _sheets(workbook: bytes) -> Iterator[Sheet]:
    """Read the sheets of the finished workbook, one at a time."""
    from python_calamine import CalamineWorkbook

    specs = {spec.sheet: spec for spec in load_specification().tables.values()}
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        spec = specs.get(name)
        header = _header_of(rows)
        table, columns = (spec.name, _columns(spec, rows[header or 0])) if spec else (f"{name.lower()}_table", ())
        yield Sheet(name, table, rows, header, columns)


def _columns(spec: TableSpec, headings: Sequence[Any]) -> tuple[Column, ...]:
    """Return the columns of a sheet, by their headings: a title, and below it the number of a note."""
    by_title = {column.title: column for column in (*spec.columns, REVISED)}
    return tuple(by_title[str(heading).split("\n", maxsplit=1)[0]] for heading in headings)


def _header_of(rows: Sequence[Sequence[Any]]) -> int | None:
    """Find the row of the headings: the first full one, for sentences above stand in the first column alone."""
    if len(rows[0]) == 1:
        return None
    return next(number for number, row in enumerate(rows) if all(value != "" for value in row))


def _table(sheet: Sheet, links: Mapping[str, str]) -> Iterator[str]:
    """Give a sheet as the element `table:table`, some rows at a time."""
    columns = [sheet.columns[number] if sheet.columns else None for number in range(sheet.width)]
    styles = [_number_style(column, sheet, number) for number, column in enumerate(columns)]
    widths = [_width(sheet, number) for number in range(sheet.width)]
    pages, repeated = 1, 0
    if sheet.columns:
        letters = [width * CM_PER_CHARACTER / _CM_PER_LETTER for width in widths]
        pages, repeated = pages_across(letters, naming_columns(sheet.columns))
        pages = min(pages, MOST_PAGES)
    parts = [f'<table:table table:name={quoteattr(sheet.name)} table:style-name="{sheet_style(pages)}">']
    drawn = [f'<table:table-column table:style-name="co{width}"/>' for width in widths]
    if pages > 1:
        head, drawn = "".join(drawn[:repeated]), drawn[repeated:]
        parts.append(f"<table:table-header-columns>{head}</table:table-header-columns>")
    parts += drawn
    for number, cells in enumerate(_rows_of_cells(sheet, styles, links)):
        text = f'<table:table-row table:style-name="ro">{"".join(cells)}</table:table-row>'
        repeated = number == sheet.header
        parts.append(f"<table:table-header-rows>{text}</table:table-header-rows>" if repeated else text)
        if len(parts) > _ROWS_AT_A_TIME:
            yield "".join(parts)
            parts.clear()
    yield "".join([*parts, "</table:table>"])


def _rows_of_cells(sheet: Sheet, styles: Sequence[str], links: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """Give each row of a sheet as the elements of its cells."""
    body = len(sheet.rows)  # the first row of figures, from which on a cell depends on its value and column alone
    if sheet.columns and sheet.header is not None:
        body = sheet.header + 1
    for number, row in enumerate(sheet.rows[:body]):
        yield [_cell(value, styles[column], sheet, (number, column), links) for column, value in enumerate(row)]
    columns = []
    for column, values in enumerate(zip(*sheet.rows[body:], strict=True)):
        cells = {value: _cell(value, styles[column], sheet, (body, column), links) for value in set(values)}
        columns.append([cells[value] for value in values])
    yield from zip(*columns, strict=True)


def _cell(value: Any, style: str, sheet: Sheet, place: tuple[int, int], links: Mapping[str, str]) -> str:
    """Return a cell as XML: empty, a number, or lines of text with their links."""
    if value == "":
        return "<table:table-cell/>"
    if isinstance(value, float | int) and not isinstance(value, bool):
        number = repr(int(value)) if float(value).is_integer() else repr(value)
        return f'<table:table-cell table:style-name="{style}" office:value-type="float" office:value="{number}"/>'
    lines = "".join(f"<text:p>{_linked(line, sheet, place[0], links)}</text:p>" for line in str(value).split("\n"))
    look = _look(sheet, *place, figures=style not in ("text", _YEAR))
    return f'<table:table-cell table:style-name="{look}" office:value-type="string">{lines}</table:table-cell>'


def _look(sheet: Sheet, row: int, column: int, *, figures: bool) -> str:
    """Return the style of text in a cell: in a column of figures at their edge, beside one with a gap."""
    if row == 0:
        return "title"
    if sheet.header is None:
        return "header" if sheet.rows[row][0] in _COVER_HEADINGS else "text"
    if row < sheet.header:
        return "sentence"
    side = "-end" if figures else "-inset" if column and sheet.columns else ""
    return f"{'header' if row == sheet.header else 'text'}{side}"


def _linked(line: str, sheet: Sheet, row: int, links: Mapping[str, str]) -> str:
    """Return a line of text as XML, with the links of the cover and of the table of contents."""
    text = escape(line)
    if sheet.name == "Cover" and line in links:
        return _link(links[line], text)
    if sheet.name != "Contents" or sheet.header is None or row <= sheet.header or line != sheet.rows[row][0]:
        return text
    return _link(f"#'{line}'.A1", text)


def _link(target: str, text: str) -> str:
    return f'<text:a xlink:type="simple" xlink:href={quoteattr(target)}>{text}</text:a>'


def _number_style(column: Column | None, sheet: Sheet, number: int) -> str:
    """Return the style of a column: one number format for all its rows, so that digits stand under each other."""
    if column is None or not (column.is_number or column.datatype == "year"):
        return "text"
    if column.datatype == "year":
        return _YEAR
    if column.datatype != "count":
        return small_number_style(column.decimals) if is_above_zero(column) else number_style(column.decimals)
    body = {row[number] for row in sheet.rows[(sheet.header or 0) + 1 :]}
    figures = [value for value in body if isinstance(value, float | int)]
    return number_style(max((2 if 4 * value % 2 else 1 if value % 1 else 0 for value in figures), default=0))


def _width(sheet: Sheet, number: int) -> int:
    """Return the width of a column in characters: its longest word of the heading or text below it, within limits."""
    if sheet.header is None:
        return _TEXT_WIDTH
    head = str(sheet.rows[sheet.header][number])
    body = map(str, {row[number] for row in sheet.rows[sheet.header + 1 :]})
    widest = _WIDEST if sheet.columns else _TEXT_WIDTH
    words = (math.ceil(_BOLD_LETTER * len(word)) + 1 for word in head.split())
    return min(max([12, *words, *(len(text) + 1 for text in body)]), widest)


def _range(sheet: Sheet) -> str:
    """Return the table of a sheet marked up as one, by name; empty where there is none."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    if sheet.header is None:
        return ""
    name = sheet.name.replace("'", "''")
    last = xl_rowcol_to_cell(len(sheet.rows) - 1, sheet.width - 1, row_abs=True, col_abs=True)
    corners = f"$'{name}'.$A${sheet.header + 1}:$'{name}'.{last}"
    return (
        f"<table:database-range table:name={quoteattr(sheet.table)} "
        f"table:target-range-address={quoteattr(corners)} "
        'table:contains-header="true" table:display-filter-buttons="false"/>'
    )
