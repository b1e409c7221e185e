"""Text as people mean it: invisible characters and stray spaces off, length bounded; what was done is said."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from wres.returns.grids import Value
from wres.returns.invisible import remove_invisible
from wres.returns.parsed_return import CellRef, Normalisation

_SPACES = re.compile(r"\s+")
_NOTE_MARK = re.compile(r"\s*(\([^()]*\)|\[[^\[\]]*\]|[*:†‡])\s*$")

_NOTE_ENDS = (")", "]", "*", ":", "†", "‡")
_LONGEST_LABEL = 60

LONGEST_TEXT = 4_000  # an explanation
LONGEST_WORD = 200  # everything else


def text_of(value: Value) -> str:
    """Return a cell's value as text, before any repair. A float that is a whole number has no decimal point."""
    match value:
        case None:
            text = ""
        case bool():
            text = str(value).upper()
        case float():
            text = f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime() | date() | time():
            text = value.isoformat()
        case _:
            text = str(value)
    return text


def printable_name(name: str) -> str:
    """Return a file name fit to be shown: no control characters, no undecodable bytes, not too long."""
    return "".join(c if c.isprintable() else "�" for c in name)[:120]


def format_number(value: float | Decimal | Fraction) -> str:
    """Format a count as people write it: 1,234 or 2.5."""
    number = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(str(value))
    return f"{number.normalize():,f}"


def join_words(words: Sequence[str]) -> str:
    """Return words as a sentence lists them: White, BME and Unknown."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def normalise_heading(value: Value) -> str:
    """Return a heading for comparing: lower case, single spaces, no underscores, no note mark or bracket at its end."""
    if not isinstance(value, str) or len(value) > _LONGEST_LABEL or value.isdigit():
        return ""
    return _normalise_heading(value)


@lru_cache(maxsize=2_000)  # item codes come again in every return
def _normalise_heading(value: str) -> str:
    text = " ".join(remove_invisible(value).replace("_", " ").split()).casefold()
    return (_NOTE_MARK.sub("", text) or text) if text[-1:] in _NOTE_ENDS else text


def normalise(value: Value, place: CellRef, repairs: list[Normalisation], *, lines: bool = False) -> str:
    """Return a cell as a word or, with `lines`, as a text that may have lines; each repair is listed."""
    raw = text_of(value)
    limit = LONGEST_TEXT if lines else LONGEST_WORD
    text = strip_invisible(raw, place, repairs, running_text=lines)
    spaced = text.replace("\xa0", " ").strip() if lines else _SPACES.sub(" ", text).strip()
    if spaced != text:
        repairs.append(Normalisation("Spaces that do not belong were removed", place))
    if len(spaced) > limit:
        repairs.append(Normalisation(f"The text was cut to its first {limit:,} characters", place))
    return spaced[:limit]


def strip_invisible(text: str, place: CellRef, repairs: list[Normalisation], *, running_text: bool = False) -> str:
    """Return the text without characters that nobody can see, which is a repair."""
    seen = remove_invisible(text, running_text=running_text)
    if seen != text:
        repairs.append(Normalisation("Invisible characters were removed", place))
    return seen
