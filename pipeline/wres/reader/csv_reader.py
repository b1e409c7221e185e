"""Turn the bytes of a CSV file into a grid, as the many programs that write CSV files write them."""

import csv
import io
from contextlib import suppress

from wres.reader.text_decoding import decode_text
from wres.returns.grids import Grid
from wres.returns.parsed_return import CellRef, Normalisation, UnreadableError
from wres.returns.template_spec import group_headings
from wres.returns.text import normalise_heading
from wres.settings import Settings

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LINES_LOOKED_AT = 50
_WORDS = frozenset(("collection year", "organisation code", "item", "ethnic group", "value", "data item"))


def read_csv(content: bytes, settings: Settings, repairs: list[Normalisation]) -> Grid:
    """Return the file as one grid without a sheet name; row n is what a spreadsheet shows as row n.

    Raises:
        UnreadableError: S101 when it is no text or its quotation marks do not close, S112 when it has too many cells.
    """
    text = _without_end_mark(decode_text(content, repairs), repairs)
    first, _, remainder = text.partition("\n")
    separator = first.rstrip("\r").casefold().removeprefix("sep=")
    if separator in _DELIMITERS and first[:1] in "sS":  # Excel's own first line, which it does not show
        delimiter, text = separator, remainder
    else:
        delimiter = _choose_delimiter(text)
    if delimiter != ",":
        repairs.append(Normalisation(f"The columns are divided by {_DELIMITERS[delimiter]} instead of commas"))
    return Grid(None, _divide_rows(text, delimiter, settings, repairs))


def _without_end_mark(text: str, repairs: list[Normalisation]) -> str:
    """Return the text without Ctrl-Z at its end, with which old programs mark the end of a file."""
    plain = text.rstrip("\x1a \t\r\n")
    if "\x1a" not in text[len(plain) :]:
        return text
    repairs.append(Normalisation("The mark of the end of the file (Ctrl-Z) was left out"))
    return f"{plain}\n"


def _choose_delimiter(text: str) -> str:
    """Choose the delimiter that finds most of a return's headings in one line; else the most frequent one."""
    lines = text[:20_000].splitlines()[:_LINES_LOOKED_AT]
    start = "".join(lines)
    headings = _WORDS | group_headings().keys()

    def rank(mark: str) -> tuple[int, int]:
        """Count the headings that a delimiter finds in the best line, and how often it stands in these lines."""
        most = 0
        for line in lines:
            if line.count(mark) >= most:  # one with fewer columns than headings were found cannot have more of them
                most = max(most, len({normalise_heading(word.strip(' "')) for word in line.split(mark)} & headings))
        return most, start.count(mark)

    return max([mark for mark in _DELIMITERS if mark in start] or [","], key=rank)


def _divide_rows(text: str, delimiter: str, settings: Settings, repairs: list[Normalisation]) -> list[list[str]]:
    """Divide a text into rows, strictly by the quotation marks if that is possible."""
    try:
        return _parse_rows(text, delimiter, settings, strict=True)
    except csv.Error as error:
        if "end of data" in str(error):
            row = _row_of_open_quote(text, delimiter)
            detail = f"A quotation mark in row {row:,} opens a text and none closes it: close it, or delete it"
            raise UnreadableError("S101", detail, CellRef(None, f"A{row}")) from None
    try:
        rows = _parse_rows(text, delimiter, settings, strict=False)
    except csv.Error:
        raise UnreadableError("S101", "The file cannot be divided into rows and columns.") from None
    repairs.append(Normalisation("Quotation marks inside a value were read as part of it"))
    return rows


def _row_of_open_quote(text: str, delimiter: str) -> int:
    """Return the row in which a text begins that goes on to the end of the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 1
    with suppress(csv.Error):
        for _ in reader:
            row += 1
    return row


def _parse_rows(text: str, delimiter: str, settings: Settings, *, strict: bool) -> list[list[str]]:
    """Divide a text into rows, up to the limit of cells."""
    rows: list[list[str]] = []
    remaining = settings.max_cells
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict):
        rows.append(row)
        remaining -= len(row) or 1
        if remaining < 0:
            raise UnreadableError("S112", f"The file has more than {settings.max_cells:,} cells.")
    return rows
