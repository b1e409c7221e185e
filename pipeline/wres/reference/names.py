"""How an organisation's name is written: the Organisation Data Service sends capitals, the field does not."""

import re

_CAPITALS = {"NHS", "CCG", "ICB"}
_SMALL = {"and", "for", "in", "of", "on", "the", "under", "upon"}
# A word with its apostrophe, so that King's keeps a small s and Thomas' stays whole.
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]*)?")


def title_case(name: str) -> str:
    """Return a name in the field's usual capitals, its spaces made single.

    A name that already has a small letter was written by somebody and keeps its letters as they are.
    """
    name = " ".join(name.split())
    if name != name.upper():
        return name
    return _WORD.sub(lambda match: _word(match.group(), first=match.start() == 0), name)


def names_match(text: str, other: str) -> bool:
    """Return whether two names differ in nothing but capitals, spaces and punctuation."""
    return _bare(text) == _bare(other)


def _word(word: str, *, first: bool) -> str:
    if word in _CAPITALS:
        return word
    small = word.lower()
    return small if small in _SMALL and not first else small.capitalize()


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
