"""The rules for accessible spreadsheets, as a list of what a workbook breaks.

After the Government Analysis Function, "Releasing statistics in spreadsheets" (30 June 2021, as revised): what it calls
essential, and all of what it calls desirable.
"""

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

FRONT = ["Cover", "Contents", "Notes"]
_SYMBOL, _NOTE = re.compile(r"\[([a-z]+)\]"), re.compile(r"\[note (\d+)\]")
_BLACK = {None, "FF000000", "FF0000FF"}  # what is blue is a link, and underlined too
_SMALLEST = 12  # points
_AS_PRINTED = {"Figure before", "Figure now"}  # of any table, as its CSV file prints it, symbols and all


def breaches(book: Workbook) -> list[str]:
    """Every rule that a workbook breaks, one sentence each; none when it is accessible."""
    messages = [*_whole(book), *_notes(book)]
    cover = _text(book["Cover"])
    for sheet in book:
        of_sheet = [*_letters(sheet), *_page(sheet)]
        if sheet.title != "Cover":
            of_sheet += [*_table(sheet), *(_symbols(sheet, cover) if len(sheet.tables) == 1 else ())]
        messages += [f"{sheet.title}: {row}" for row in of_sheet]
    return messages


def _whole(book: Workbook) -> Iterator[str]:
    names = book.sheetnames
    if names[:3] != FRONT:
        yield f"it begins with {names[:3]}"
    yield from (f"sheet name {name!r}" for name in names if len(name) > 31 or re.search(r"[\[\]:*?/\\]", name))
    if len({name.lower() for name in names}) < len(names):
        yield "two sheets of one name"
    if book.active is not book["Cover"]:
        yield f"it opens on {book.active.title}"
    properties = book.properties
    for name in ("title", "subject", "creator", "created"):
        if not getattr(properties, name):
            yield f"no document property {name}"
    links = {cell.hyperlink.location for row in book["Contents"].iter_rows() for cell in row if cell.hyperlink}
    yield from (f"the contents do not lead to {name}" for name in names[3:] if f"'{name}'!A1" not in links)


def _notes(book: Workbook) -> Iterator[str]:
    explained = {int(row[0]) for row in _cells(book["Notes"])[1:]}
    used = {int(number) for sheet in book if sheet.title not in FRONT for number in _NOTE.findall(_text(sheet))}
    yield from (f"note {number} is nowhere explained" for number in sorted(used - explained))
    yield from (f"note {number} is nowhere used" for number in sorted(explained - used))


def _table(sheet: Worksheet) -> Iterator[str]:
    """One marked-up table that starts in column A and ends where the sheet ends, whole, with a title above it."""
    if len(sheet.tables) != 1:
        yield f"{len(sheet.tables)} tables"
        return
    [marked] = sheet.tables.values()
    left, top, right, bottom = range_boundaries(marked.ref)
    if (left, right, bottom) != (1, sheet.max_column, sheet.max_row):
        yield "the table is not all that stands under the title"
    above = [sheet.cell(row, 1).value for row in range(1, top)]  # type: ignore[arg-type]
    if not above or not all(above):
        yield "a row above the table is blank"
    if "This worksheet contains one table." not in " ".join(map(str, above)):
        yield "nothing says how many tables there are"
    header, *rows = _cells(sheet)
    if not all(isinstance(title, str) and title.strip() for title in header) or len(set(header)) < len(header):
        yield "a column without a title of its own"
    yield from _values(header, rows)


def _values(header: list[Any], rows: list[list[Any]]) -> Iterator[str]:
    for title, column in zip(header, zip(*rows, strict=True), strict=True):
        if any(value is None or not str(value).strip() for value in column):
            yield f"{title}: a blank cell"
        figures = [value for value in column if isinstance(value, int | float)]
        words = [value for value in column if isinstance(value, str)]
        if figures and not all(_SYMBOL.fullmatch(word) for word in words):
            yield f"{title}: figures and words in one column"
        if title not in _AS_PRINTED and any(re.fullmatch(r"-?[\d,]+(\.\d+)?%?", word) for word in words):
            yield f"{title}: a number that is text"
        if any(value is True or value is False for value in column):
            yield f"{title}: yes or no as a number"


def _symbols(sheet: Worksheet, cover: str) -> Iterator[str]:
    """What stands for a figure is explained on the sheet and on the cover."""
    shown = {value for row in _cells(sheet)[1:] for value in row if isinstance(value, str) and _SYMBOL.fullmatch(value)}
    [marked] = sheet.tables.values()
    above = " ".join(str(sheet.cell(row, 1).value) for row in range(1, range_boundaries(marked.ref)[1]))  # type: ignore[arg-type]
    for symbol in sorted(shown):
        if not re.search(rf"{re.escape(symbol)} (means|marks)", above):
            yield f"{symbol} is not explained above the table"
        if symbol != "[r]" and f"{symbol} means" not in cover:
            yield f"{symbol} is not explained on the cover"


def _page(sheet: Worksheet) -> Iterator[str]:
    """Nothing that a screen reader does not come to, nothing that takes the room of a small screen."""
    if any(part.text for foot in (sheet.oddFooter, sheet.oddHeader) for part in (foot.left, foot.center, foot.right)):
        yield "a page header or footer"
    if sheet.freeze_panes:
        yield "frozen rows or columns"


def _letters(sheet: Worksheet) -> Iterator[str]:
    """Nothing hidden, nothing merged, nothing told by colour, letters that can be read, the cursor at the start."""
    if sheet.merged_cells.ranges:
        yield "merged cells"
    if sheet.sheet_state != "visible" or any(row_dimension.hidden for row_dimension in sheet.row_dimensions.values()):
        yield "something hidden"
    if any(column_dimension.hidden for column_dimension in sheet.column_dimensions.values()):
        yield "a hidden column"
    if sheet.conditional_formatting or sheet._images or sheet._charts:  # type: ignore[attr-defined]
        yield "colours by condition, or a picture"
    if sheet.sheet_view.topLeftCell not in {None, "A1"} or any(
        selection.activeCell not in {None, "A1"} for selection in sheet.sheet_view.selection
    ):
        yield "the cursor is not at A1"
    used = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    if any(cell.fill.fill_type or (cell.font.color and cell.font.color.rgb not in _BLACK) for cell in used):
        yield "a coloured cell"
    if any(cell.data_type == "f" for cell in used):
        yield "a formula"
    if any(cell.font.size < _SMALLEST for cell in used):
        yield "letters too small"
    if any("\n\n" in str(cell.value) or str(cell.value) != str(cell.value).strip() for cell in used):
        yield "spaces around a text"


def _cells(sheet: Worksheet) -> list[list[Any]]:
    marked = next(iter(sheet.tables.values()))
    return [[cell.value for cell in row] for row in sheet[marked.ref]]


def _text(sheet: Worksheet) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
