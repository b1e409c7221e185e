"""Text in a CSV file that no spreadsheet takes for a formula, or for a row of its own: one guard for every CSV output.

Workbooks need none: there every text is written as a text.
"""

import re
from collections.abc import Iterable

# What begins a formula, in the full width of East Asian keyboards too; tab and line ends, which a spreadsheet drops.
_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def escape_formula(text: str) -> str:
    """The text with an apostrophe before what could begin a formula; a negative number begins none.

    Lines end in LF: Python 3.11's csv does not quote a CR, after which a spreadsheet begins a new row.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_STARTS) and not _NUMBER.fullmatch(text) else text


def escape_row(values: Iterable[object]) -> list[object]:
    """A row for `csv.writer`: texts made inert, everything else as it is, for only a text can be a formula."""
    return [escape_formula(value) if isinstance(value, str) else value for value in values]
