"""How the workbook looks: the words of a value, widths, heights and paper."""

import math
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from wres.outputs.table_schema import Column, TableSpec, load_specification
from wres.outputs.workbook_view import view_rules

if TYPE_CHECKING:
    from wres.outputs.workbook_sheet import TableSheet

_NARROWEST, _WIDEST, _NAME_WIDTH = 12, 80, 60  # characters of a spreadsheet's default font
_LETTER = 1.0  # a letter of text against one of the font that widths of columns are counted in
_MARGIN = 5 / 7  # letters that a spreadsheet adds to the width of each column
_BOLD_LETTER = 1.15  # a bold letter of the workbook's 12 point Arial against one of the default font
_LINE_HEIGHT = 16  # points
TEXT_WIDTH = 100  # characters, of the columns that hold sentences
_A4, A3 = 9, 8  # as Excel numbers papers
_ROOM = {_A4: 141, A3: 207}  # letters of 12 points side by side on the paper in landscape
_LETTER_POINTS, _SMALLEST_POINTS = 12, 8  # on the screen; on paper
_NAMING = 3  # columns at most that every printed page repeats
_SUBTITLE_HEIGHT, _TITLE_HEIGHT = 20, 24  # points, for letters of 14 and 16


def plain_text(text: str) -> str:
    """Break the signs by which gptables makes a link or a note of a text, which stays text on every sheet."""
    return text.replace("](", "] (").replace("$$", "$ $")


def display_text(column: Column, value: Any) -> str:
    """Return a value as people read it: Yes and No, the words of a code, anything else as it prints."""
    if column.datatype == "boolean":
        return "Yes" if value else "No"
    text = str(value)
    if column.values is not None:
        return column.values[text]
    return text[:1].upper() + text[1:].replace("_", " ") if column.coded else text


def is_above_zero(column: Column) -> bool:
    """Say whether a figure of the column is never exactly zero: one that prints so is less than its last place."""
    return column.name in view_rules().above_zero


def least_figure(column: Column) -> float:
    """Return the least figure above zero that a decimal column can print."""
    return float(10**-column.decimals)


def smallest_text(column: Column) -> str:
    """Return what is shown of a figure above zero that would print as zero: <0.0001, in a number format."""
    return f'"<{least_figure(column):.{column.decimals}f}"'


def _column_widths(sheet: "TableSheet") -> list[float]:
    """Return widths in letters: the longest text or word of the header, within limits past which text wraps."""
    widths = []
    for column, values in zip(sheet.spec.columns, sheet.shown, strict=True):
        header = max(map(len, [*column.title.split(), "[note 10]"])) * _BOLD_LETTER + 2
        texts = max(map(len, values)) * _LETTER + 2 if column.is_text else 0
        widths.append(min(max(header, texts, _NARROWEST), _NAME_WIDTH if column.name == "name" else _WIDEST))
    return widths


@lru_cache(maxsize=4096)  # headings are those of many sheets
def text_height(text: str, width: float, letter: float = _LETTER) -> int:
    """Return the height in points of a row that shows wrapped text whole: not every program finds it by itself.

    Args:
        text: with line breaks where it has them.
        width: of the column, in letters.
        letter: the width of a letter of this text.
    """
    lines = sum(len(textwrap.wrap(part, max(int(width / letter), 1))) or 1 for part in text.splitlines() or [""])
    return _LINE_HEIGHT * lines


def _header_height(spec: TableSpec, widths: list[float]) -> int:
    """Return the height of a header whose titles wrap, with a line for the note."""
    return max(
        text_height(column.title, width - 1, _BOLD_LETTER) + (_LINE_HEIGHT if column.note else 0)
        for column, width in zip(spec.columns, widths, strict=True)
    )


def _tall_rows(sheet: "TableSheet", widths: list[float]) -> dict[int, int]:
    """Return the rows, counted from 0, that some text makes taller than one line, with their heights."""
    heights: dict[int, int] = {}
    for column, values, width in zip(sheet.spec.columns, sheet.shown, widths, strict=True):
        if not column.is_text:
            continue
        needed = {text: text_height(text, width - 1) for text in set(values)}
        tall = {text: height for text, height in needed.items() if height > _LINE_HEIGHT}
        for row, text in enumerate(values) if tall else ():
            if text in tall:
                heights[row] = max(heights.get(row, 0), tall[text])
    return heights


def lay_out_text(book: Any, cover: Any, notes: list[str], markings: int) -> None:
    """Set widths and heights of the three sheets of sentences. `markings` counts their subtitles."""
    sheet = book.get_worksheet_by_name("Cover")
    heading = "Heading"  # gptables writes the three of them
    contact = [text if isinstance(text, str) else next(iter(text)) for text in cover.contact]  # a link is a mapping
    lines = [heading, *cover.intro, heading, *cover.about, heading, *contact]
    sheet.set_row(0, 2 * _TITLE_HEIGHT)
    for row, text in enumerate(lines, start=1):
        sheet.set_row(row, _TITLE_HEIGHT if text == heading else text_height(text, TEXT_WIDTH))
    sheet.set_landscape()
    _on_paper(sheet, _A4)
    for name, first, subtitles in (("Contents", 22, markings), ("Notes", 16, 0)):
        sheet = book.get_worksheet_by_name(name)
        sheet.set_column(0, 0, first)
        sheet.set_column(1, 1, 1.3 * TEXT_WIDTH)
        _title_rows(sheet, subtitles)
        sheet.repeat_rows(2 + subtitles)  # the header, on every page
        sheet.set_landscape()
        _on_paper(sheet, _A4)
    texts = load_specification().notes
    for row, name in enumerate(notes, start=3):  # after title, instructions and header
        sheet.set_row(row, text_height(texts[name], 1.3 * TEXT_WIDTH))


def lay_out_table(worksheet: Any, sheet: "TableSheet") -> None:
    """Set widths that can be read, and a header that is printed on every page.

    Nothing is frozen: on a small screen the rows above the figures would take a third of it, and Excel shows the
    headings of a marked-up table in place of the letters of its columns.
    """
    header, columns, widths = sheet.header, sheet.spec.columns, _column_widths(sheet)
    for number, width in enumerate(widths):
        worksheet.set_column(number, number, width)
    _title_rows(worksheet, len(sheet.markings))
    worksheet.set_row(header, _header_height(sheet.spec, widths))
    for row, height in _tall_rows(sheet, widths).items():
        worksheet.set_row(header + 1 + row, height)
    # A revised figure is text, as it was printed: no reader's program need warn of it.
    worksheet.ignore_errors({"number_stored_as_text": f"A1:XFD{header + 1 + sheet.table.num_rows}"})
    worksheet.repeat_rows(header)
    worksheet.set_landscape()
    paper = _A4 if len(widths) < 15 else A3
    pages, repeated = pages_across([width + _MARGIN for width in widths], naming_columns(columns), paper)
    if pages > 1:
        worksheet.repeat_columns(0, repeated - 1)
    _on_paper(worksheet, paper, pages)


def _title_rows(sheet: Any, subtitles: int) -> None:
    """Set the heights of title and subtitles, which have larger letters than the rest."""
    sheet.set_default_row(_LINE_HEIGHT)
    sheet.set_row(0, _TITLE_HEIGHT)
    for row in range(subtitles):
        sheet.set_row(1 + row, _SUBTITLE_HEIGHT)


def naming_columns(columns: Sequence[Column]) -> int:
    """Count the first columns that say what a row is about, at least one: names, codes and years, no figures."""
    return max(1, len(list(takewhile(lambda column: not column.is_figure, columns[:_NAMING]))))


def pages_across(widths: Sequence[float], naming: int, paper: int = A3) -> tuple[int, int]:
    """Return on how many pages side by side a table is printed, and how many of its first columns each page repeats.

    As few pages as leave letters of 8 points. Names that would take half of each page are not all repeated.

    Args:
        widths: of its columns, in letters.
        naming: how many of the first columns say what a row is about.
        paper: A4 or A3, in landscape.
    """
    room = _ROOM[paper] * _LETTER_POINTS / _SMALLEST_POINTS
    repeated = max((count for count in range(1, naming + 1) if 2 * sum(widths[:count]) <= room), default=1)
    if sum(widths) <= room:
        return 1, repeated
    head = sum(widths[:repeated])
    return math.ceil((sum(widths) - head) / (room - head)), repeated


def _on_paper(sheet: Any, paper: int, pages: int = 1) -> None:
    """Print a sheet over so many pages side by side, without a footer, which a screen reader does not find."""
    sheet.set_paper(paper)
    sheet.fit_to_pages(pages, 0)
