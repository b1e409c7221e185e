"""Characters and looks that a plain text loses: which there are, where they do no harm, how to show that one is there.

The list is Unicode's Default_Ignorable_Code_Point with control characters, characters for private use, annotation
marks and the stand-in for an object. Tab and line ends are spaces, not listed here.
"""

import re
import unicodedata

_CONTROL = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_LINE = "\x0b\x0c"  # vertical tab and form feed, which divide lines in some programs
_MARKS = "\u061c\u200e\u200f"
_REORDERING = "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates: what follows may be shown reordered
_UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u2800\u3164"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_ANY = re.compile(f"[{_CONTROL}{_LINE}{_MARKS}{_REORDERING}{_UNSEEN}]")
# Joiners, variation selectors and the like shape letters of many scripts, so running text keeps them.
_IN_RUNNING_TEXT = re.compile(
    f"[{_CONTROL}{_LINE}{_MARKS}{_REORDERING}\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufffe\uffff]"
)
# Between digits these tell that the cell holds more than one number, or show its digits in another order.
_DIVIDES = re.compile(f"[{_CONTROL}{_LINE}\u061c\u200f{_REORDERING}\t\n\r\x85\u2028\u2029]")
_REORDERS = re.compile(f"[{_REORDERING}]")
_NAMES = {"\n": "[line break]", "\r": "[line break]", "\x85": "[line break]", "\u2028": "[line break]"}
_NAMES |= {"\u2029": "[line break]", "\x0b": "[line break]", "\x0c": "[page break]", "\t": "[tab]"}
_LONGEST_MARKED = 16
_SHORT_MARKED = re.compile(rf"[0-9][0-9 ,.]{{0,{_LONGEST_MARKED - 1}}}|[a-z]")
_NOTE = re.compile(
    r"\[(?:(?P<look>superscript|subscript|struck out)(?: (?P<marked>[^\]]+))?"
    r"|(?P<name>[A-Za-z+ ][A-Za-z0-9+ -]{1,60}))\]"
)
_SHOWN = re.compile(f"\r\n|[{_CONTROL}{_LINE}{_MARKS}{_REORDERING}{_UNSEEN}\t\n\r\x85\u2028\u2029]")


def remove_invisible(text: str, *, running_text: bool = False) -> str:
    """Return the text without characters that nobody can see; running text keeps those that shape its letters."""
    if text.isascii() and text.isprintable():
        return text
    return (_IN_RUNNING_TEXT if running_text else _ANY).sub("", text)


def is_unseen(text: str) -> bool:
    """Return whether a text shows nothing at all: it is empty, or spaces and characters that nobody can see."""
    first = text[:1]
    if "!" <= first <= "~":
        return False
    return not remove_invisible(text).strip()


def read_digits(text: str) -> str | None:
    """Return what a cell with a number shows; None where hidden characters may change which number it is.

    A line end, a tab, a control character or a change of direction does so between the first sign and the last, and a
    change of direction also before it.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    shown = remove_invisible(text).strip()
    if not shown:
        return ""
    first = next(index for index, character in enumerate(text) if character == shown[0])
    last = text.rindex(shown[-1])
    if _DIVIDES.search(text, first, last) or _REORDERS.search(text, 0, first):
        return None
    return shown


def show_invisible(text: str) -> str:
    """Name each character of a text that cannot be seen, in brackets, so that its sender can find it."""
    if text.isascii() and text.isprintable():
        return text
    return _SHOWN.sub(_name, text.strip(" \t\r\n"))


def _name(match: re.Match[str]) -> str:
    """Name a character in words."""
    character = match[0][0]
    if character in _NAMES:
        return _NAMES[character]
    name = unicodedata.name(character, "").lower()
    return f"[{name or f'character U+{ord(character):04X}'}]"


def mark_text(look: str, text: str) -> str:
    """Return a text that stands above, below or crossed out beside others, such that it joins them in no number.

    389 with a footnote's raised 1 is shown as 3891 without it. What the text says stands in the brackets where it is
    a number or a letter, so that a heading with such a mark at its end is still known.
    """
    if not text.strip():
        return text
    return f"[{look} {text}]" if _SHORT_MARKED.fullmatch(text) else f"[{look}] {text}"


def is_crossed_out(text: str) -> bool:
    """Return whether a text is what `mark_text` makes of a figure that is crossed out as a whole."""
    note = _NOTE.fullmatch(text)
    return note is not None and note["look"] == "struck out" and _is_note(note)


def take_out_notes(text: str) -> tuple[list[str], str]:
    """Return the notes in brackets that `show_invisible` and `mark_text` write, and the text with a space for each."""
    notes: list[str] = []

    def take(match: re.Match[str]) -> str:
        if not _is_note(match):
            return match[0]
        notes.append(match[0])
        return " "

    return notes, _NOTE.sub(take, text)


def _is_note(match: re.Match[str]) -> bool:
    """Return whether brackets hold a note of this module, and not a word of the sender's."""
    if match["look"]:
        return match["marked"] is None or _SHORT_MARKED.fullmatch(match["marked"]) is not None
    if match[0] in _NAMES.values() or re.fullmatch(r"character U\+[0-9A-F]{4,6}", match["name"]):
        return True
    try:
        return _SHOWN.fullmatch(unicodedata.lookup(match["name"])) is not None
    except KeyError:
        return False
