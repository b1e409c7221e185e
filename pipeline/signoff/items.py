"""What a line of the release checklist is, and how its findings are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_SHOWN = 3  # findings of one code that are told in full


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. `code` is that of an edit, or a word of its own for what no edit says."""

    code: str
    severity: Literal["error", "warning", "note"]
    message: str
    what_to_do: str


def told(sentences: Sequence[str]) -> str:
    """The first few in full, and the number of the others."""
    more = len(sentences) - _SHOWN
    return " ".join(sentences[:_SHOWN]) + (f" And {more} more." if more > 0 else "")


def listed(codes: Sequence[str]) -> str:
    """The first few codes, and the number of the others."""
    more = len(codes) - _SHOWN
    return ", ".join(codes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
