"""Texts that people type into the pipeline, such as a note, a name or a role: tidied and looked through before use."""

import re
import unicodedata

# Nobody sees them and no text needs them; they come along when a text is copied from a document or a chat.
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_JOINERS = "\u200c\u200d"  # some scripts and emoji are written with them
_LINE_SIGNS = "\t\n\r"
_UNFIT = {"Cc", "Cf", "Cn", "Co", "Cs"}
_SHOWN = 3


def tidy_line(text: str) -> str:
    """Give the text as one line: spaces and line ends of every kind become single spaces, none at its ends."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", text)).split())


def unfit_characters(text: str) -> str:
    """Name the control, direction and unassigned characters of a text by their numbers; empty where there are none.

    Tabs and line ends are fit for a text.
    """
    seen = dict.fromkeys(sign for sign in _UNSEEN.sub("", text) if sign not in _LINE_SIGNS + _JOINERS and _unfit(sign))
    numbers = [f"U+{ord(sign):04X}" for sign in seen]
    return ", ".join(numbers[:_SHOWN]) + (f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else "")


def words_of(text: str) -> list[str]:
    """List the words of a text that have two letters or more."""
    return [word for word in text.split() if sum(sign.isalpha() for sign in word) > 1]


def _unfit(sign: str) -> bool:
    return unicodedata.category(sign) in _UNFIT
