"""Make texts from outside safe: to show on a terminal, to keep as a person typed them, to write into a CSV file."""

import re
import unicodedata
from collections.abc import Iterable

# What begins a formula, in the full width of East Asian keyboards too; tab and line ends, which a spreadsheet drops.
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# Nobody sees them and no text needs them; they come along when a text is copied from a document or a chat.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_JOINERS = "\u200c\u200d"  # some scripts and emoji are written with them
_LINE_SIGNS = "\t\n\r"
_UNFIT_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs"}
_NAMED_CHARACTERS = 3


def printable(text: str) -> str:
    """Return a text on one line, with each character that would not be shown written as an escape, as in `\\x1b`.

    A file's name, a cell's value or a forged manifest could otherwise move the cursor, hide what stands before it or
    make a terminal send commands.
    """
    return text if text.isprintable() else "".join(map(_printable, text))


def printable_lines(text: str) -> str:
    """Return a text of several lines, each of them printable."""
    return "\n".join(map(printable, text.split("\n")))


def escape_formula(text: str) -> str:
    """Return a text for a CSV file, with an apostrophe before what could begin a formula.

    A negative number begins none. Lines end in LF: Python 3.11's csv does not quote a CR, after which a spreadsheet
    begins a new row. Workbooks need no such guard: there every text is written as a text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text


def escape_row(values: Iterable[object]) -> list[object]:
    """Return a row for `csv.writer`: texts escaped, everything else as it is, for only a text can be a formula."""
    return [escape_formula(value) if isinstance(value, str) else value for value in values]


def tidy_line(text: str) -> str:
    """Return a typed text as one line: spaces and line ends of every kind become single spaces, none at its ends."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())


def unfit_characters(text: str) -> str:
    """Name the control, direction and unassigned characters of a typed text by their numbers; empty without any.

    Tabs and line ends are fit for a text.
    """
    signs = dict.fromkeys(sign for sign in _UNSEEN.sub("", text) if sign not in _LINE_SIGNS + _JOINERS and _unfit(sign))
    numbers = [f"U+{ord(sign):04X}" for sign in signs]
    more = len(numbers) - _NAMED_CHARACTERS
    return ", ".join(numbers[:_NAMED_CHARACTERS]) + (f" and {more} more" if more > 0 else "")


def words_of(text: str) -> list[str]:
    """List the words of a text that have two letters or more."""
    return [word for word in text.split() if sum(sign.isalpha() for sign in word) > 1]


def _printable(character: str) -> str:
    """Return a character that a terminal shows: itself, a space, or its escape."""
    if character.isprintable():
        return character
    return " " if character.isspace() and character not in "\x1c\x1d\x1e\x1f\x85" else ascii(character)[1:-1]


def _unfit(sign: str) -> bool:
    return unicodedata.category(sign) in _UNFIT_CATEGORIES
