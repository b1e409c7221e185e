"""The rows of a small reference file in CSV, and the dates in it."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import NoReturn

from wres.errors import WresError

# The whole of ODS etr.csv is about 60 kB; what is a hundred times as large is another file.
_MAX_BYTES = 5_000_000
_LONGEST = 1_000  # characters of a value; the longest names and reasons have some 200
# Python's reader lets them through; a spreadsheet or a web page would not, or would show what follows in another order.
_UNPRINTABLE = re.compile(r"[^\t\n\r -~\u00a0-\u2027\u202f-\u2065\u206a-\ufffd]")


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Yield the rows that hold anything, with the number of the line; values trimmed, with single spaces.

    Raises:
        WresError: there is no such file, or it is empty, too large or not CSV text in UTF-8.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise WresError(f"{path.name} is larger than {_MAX_BYTES:,} bytes: give the file of organisations only.")
        text = path.read_text(encoding="utf-8-sig")
        if _UNPRINTABLE.search(text):
            raise WresError(f"{path.name} holds characters that no text has: save it as CSV in UTF-8.")
    except OSError as error:
        raise WresError(f"{path} cannot be read ({error.strerror}): give the path of a CSV file.") from None
    except UnicodeDecodeError:
        raise WresError(f"{path.name} is not text in UTF-8: save it as CSV in UTF-8.") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, [" ".join(value.split()) for value in row]) for row in reader]
    except csv.Error as error:
        raise_line_error(path, reader.line_num, f"this is not CSV ({error})", "correct the line")
    rows = [(line, row) for line, row in rows if any(row)]
    for line, row in rows:
        if len(longest := max(row, key=len)) > _LONGEST:
            problem = f"there is a value of {len(longest):,} characters ({longest[:20]}...)"
            raise_line_error(
                path, line, problem, f"use at most {_LONGEST:,}; an open quotation mark may have run lines together"
            )
    if not rows:
        raise WresError(f"{path.name} is empty: give a file with at least one row.")
    return rows


def iso_date(text: str, path: Path, line: int) -> str:
    """Return a date written 20220331 or 2022-03-31, as the second; an empty text stays empty.

    Raises:
        WresError: it is neither, or no such day.
    """
    if not text:
        return ""
    # Python reads more than these two ways of writing, weeks among them.
    try:
        written = re.fullmatch(r"[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
        day = date.fromisoformat(text) if written else None
    except ValueError:
        day = None
    if day is None:
        raise_line_error(path, line, f"{text!r} is not a date", "write it as 20220331 or 2022-03-31")
    return day.isoformat()


def raise_line_error(path: Path, line: int, problem: str, remedy: str) -> NoReturn:
    """Raise the WresError for a line of a file."""
    raise WresError(f"{path.name}, line {line}: {problem}; {remedy}.")
