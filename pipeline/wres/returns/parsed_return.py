"""What the reader hands on: cells with their places, repairs, faults of structure. No judgement."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

UNCALCULATED = "a formula without a result (open the file and save it)"  # in place of a value that nobody stored
ETHNIC_GROUPS = ("white", "bme", "unknown")
# Faults after which nothing of a file is kept but its hash, its size and the answer: nobody could look into it, or it
# looks like data about people.
NOT_KEPT = ("S101", "S102", "S112", "S113")
_ROW = "0123456789"


class Place(NamedTuple):  # a tuple, as `Cell` is: a round of 25,000 returns has millions of them
    """Where in the sender's file: a sheet and a cell as a spreadsheet shows it (a CSV file has no sheet)."""

    sheet: str | None = None
    cell: str | None = None


_NOWHERE = Place()


class Cell(NamedTuple):
    """One figure of a return as it was sent.

    `raw` is the text as given ("" when blank); `number` is what it was read as, None when it is blank or no number.
    """

    item: str
    ethnic_group: str
    raw: str
    number: Decimal | None
    place: Place = _NOWHERE


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text of a return: organisation_code, collection_year, template_version, signoff.*, explanation.*."""

    key: str
    value: str
    place: Place = _NOWHERE


@dataclass(frozen=True, slots=True)
class Repair:
    """A harmless thing that the reader put right, in words, with its place."""

    what: str
    place: Place = _NOWHERE


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of structure (edits S101, S102, S104, S112, S113): the code, what it is in words, and where."""

    code: str
    detail: str
    place: Place = _NOWHERE
    value: str = ""


@dataclass(slots=True)
class ReadReturn:
    """All that could be read of one file. With a fault, cells and texts hold what was readable, if anything.

    `last_year` maps (item, ethnic group) to the figure of the year before that the workbook shows beside the input;
    empty where it shows none. It is no part of the return. `asked` says what may be about a person and is asked about
    (edit Q310). `headings` says where the headings of the table of figures stand, by their names in lower case: "item",
    "data item", "white", "ethnic group" and so on. `stated` holds the key and value of each text about the return as a
    whole, so that none is listed twice.
    """

    cells: list[Cell] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    asked: list[Fault] = field(default_factory=list)
    last_year: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    headings: dict[str, Place] = field(default_factory=dict)
    stated: set[tuple[str, str]] = field(default_factory=set, repr=False, compare=False)

    def text(self, key: str) -> Text | None:
        """The first text under a key, or None."""
        return next((text for text in self.texts if text.key == key), None)

    def beside(self, place: Place, heading: str) -> Place:
        """The cell under that heading in the row of a figure's place; the place itself where that is not known."""
        above = self.headings.get(heading, Place()).cell
        if above is None or place.cell is None:
            return place
        return Place(place.sheet, f"{column_of(above)}{row_of(place.cell)}")


@lru_cache(maxsize=10_000)  # the returns of a round have the same few hundred addresses
def column_of(cell: str) -> str:
    """C of C12."""
    return cell.rstrip(_ROW)


@lru_cache(maxsize=10_000)
def row_of(cell: str) -> str:
    """12 of C12; nothing where the address names no row."""
    return cell[len(cell.rstrip(_ROW)) :]
