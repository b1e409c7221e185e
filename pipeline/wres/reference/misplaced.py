"""Files that lie on a channel where none are taken from: where, whose they may be, and how to put it right."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal["no_sender", "subfolder", "unknown_year", "not_a_file", "unfinished"]

_REMEDIES: dict[Reason, str] = {
    "no_sender": "Nothing there says who sent it. Move it into the folder of its sender: YEAR/CODE/.",
    "subfolder": "Returns are taken from the sender's own folder and its folder test only. Move it there.",
    "unknown_year": "There is no such collection year. Move it to the year that it is for.",
    "not_a_file": "It is not a file (a link, a pipe or a device). Put the file itself in its place.",
    "unfinished": "Its name says that it is not finished, and it is a day old. Rename it if it is whole, or remove it.",
}


@dataclass(frozen=True, slots=True)
class Misplaced:
    """The files in one place of a channel from which nothing is taken.

    Args:
        place: the folder or prefix, fit to be shown.
        files: how many files lie there.
        example: the name of one of them, fit to be shown.
        reason: why none is taken.
        collection_year: the year to which the place belongs, None where it belongs to none.
        organisation_code: the sender to which the place belongs, empty where it belongs to none.
    """

    place: str
    files: int
    example: str
    reason: Reason
    collection_year: int | None = None
    organisation_code: str = ""

    @property
    def what(self) -> str:
        """Return where and how many, in words."""
        if self.files == 1:
            return f"{self.place}/{self.example} is not taken."
        return f"{self.place}/ holds {self.files} files that are not taken, such as {self.example}."

    @property
    def remedy(self) -> str:
        """Return how to put it right."""
        return _REMEDIES[self.reason]
