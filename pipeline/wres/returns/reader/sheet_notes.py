"""What a scan finds in a sheet that the fast reader does not tell."""

from dataclasses import dataclass, field

Position = tuple[int, int]  # row and column of the sheet, from 0


@dataclass(slots=True)
class SheetNotes:
    """`hidden`: cells under a merge, which nobody sees; `uncalculated`: formulas without a stored result.

    `hidden_texts` are what those hidden cells say, once they are read.
    """

    hidden: set[Position] = field(default_factory=set)
    uncalculated: set[Position] = field(default_factory=set)
    hidden_texts: list[str] = field(default_factory=list)
