"""What number a cell holds. Only what can be meant in one way is read as a number; nothing is guessed."""

import re
from dataclasses import dataclass
from decimal import Decimal

from wres.returns.grids import Value, is_blank
from wres.returns.invisible import read_digits, show_invisible
from wres.returns.parsed_return import CellRef, Normalisation
from wres.returns.text import LONGEST_WORD, strip_invisible, text_of

COUNT = re.compile(r"0|[1-9][0-9]{0,11}")  # what nearly every cell of a CSV file is
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
# Thousands are divided by a comma, an apostrophe or a space of any width; never by a tab or a line end.
_DIVIDERS = ",'\u2019 \xa0\u2007\u2008\u2009\u200a\u202f\u2002\u2003\u2004\u2005\u2006\u3000"
_THOUSANDS = re.compile(rf"[+-]?\d{{1,3}}([{_DIVIDERS}]\d{{3}})+(\.\d+)?", re.ASCII)
_NO_NUMBER = 4_000  # a cell with more characters is not looked at
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0C: ",", 0xFF0E: "."}


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as given, and the number that it was read as (None when it is blank or no number)."""

    raw: str
    number: Decimal | None


def read_figure(value: Value, place: CellRef, repairs: list[Normalisation], *, text_is_odd: bool) -> Figure:
    """Read one cell. `text_is_odd` in a workbook, where a number held as text is a slip; in CSV all is text."""
    if isinstance(value, str) and not text_is_odd and COUNT.fullmatch(value):
        return Figure(value, Decimal(value))
    if is_blank(value):
        if isinstance(value, str) and value:
            repairs.append(Normalisation("A cell with nothing but spaces was read as empty", place))
        return Figure("", None)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Figure(text_of(value)[:LONGEST_WORD], None)
    if not isinstance(value, str):
        # A spreadsheet holds and shows 15 digits; what lies beyond them is noise of binary arithmetic.
        return Figure(text_of(value), _read_exactly(f"{value:.15g}"))
    digits = read_digits(value) if len(value) <= _NO_NUMBER else None
    number = _parse(digits.translate(_FULL_WIDTH)) if digits is not None and len(digits) <= LONGEST_WORD else None
    if number is None:
        return Figure(show_invisible(value[:LONGEST_WORD])[:LONGEST_WORD], None)
    raw = strip_invisible(value, place, repairs)[:LONGEST_WORD]
    if raw != f"{number:f}" or text_is_odd:
        how = f"The text '{raw.strip()}' was read as the number {number:f}" if text_is_odd else ""
        repairs.append(Normalisation(how or f"{raw!r} was read as {number:f}", place))
    return Figure(raw, number)


def _parse(text: str) -> Decimal | None:
    if _THOUSANDS.fullmatch(text):
        dividers = set(text) & set(_DIVIDERS)
        return _read_exactly(re.sub(f"[{_DIVIDERS}]", "", text)) if len(dividers) == 1 else None
    return _read_exactly(text) if _PLAIN.fullmatch(text) else None


def _read_exactly(text: str) -> Decimal | None:
    """Read a number exactly as it is written."""
    number = Decimal(text)
    if not number.is_finite():
        return None
    if not number:
        return Decimal(0)
    # 12.0 is 12, and 16.50 is 16.5; normalize(), or adding 0, would round to the context's precision.
    return Decimal(text.rstrip("0").rstrip(".") if "." in text and "e" not in text else f"{number:f}")
