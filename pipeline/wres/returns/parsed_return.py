"""Define what the reader gives: the cells, texts, normalisations and file errors of a return."""

from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple, overload

UNCALCULATED = "a formula without a result (open the file and save it)"  # in place of a value that nobody stored
# Faults after which nothing of a file is kept but its hash, its size and the answer: nobody could look into it, or it
# looks like data about people.
NOT_KEPT = ("S101", "S102", "S112", "S113")
_ROW = "0123456789"


class CellRef(NamedTuple):  # a tuple, as `Cell` is, for a return has hundreds of them
    """Where in the sender's file: a sheet and a cell as a spreadsheet shows it (a CSV file has no sheet)."""

    sheet: str | None = None
    cell: str | None = None


_NOWHERE = CellRef()


class Cell(NamedTuple):
    """One figure of a return as it was sent.

    `raw` is the text as given ("" when blank); `number` is what it was read as, None when it is blank or no number.
    """

    item: str
    ethnic_group: str
    raw: str
    number: Decimal | None
    place: CellRef = _NOWHERE


_WIDTH = len(Cell._fields)


class CellList(MutableSequence[Cell]):
    """Hold the cells of a return in their order, with the fields of all of them end to end in one list.

    A round has many thousands of cells. As a tuple each, the garbage collector would visit them again and again, and
    the process that reads would take a third longer to hand them over.
    """

    __slots__ = ("_fields",)

    def __init__(self, cells: Iterable[Cell] = ()) -> None:
        self._fields: list[Any] = []
        self.extend(cells)

    def __len__(self) -> int:
        return len(self._fields) // _WIDTH

    def __iter__(self) -> Iterator[Cell]:
        return map(Cell._make, zip(*[iter(self._fields)] * _WIDTH, strict=True))

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> "CellList": ...
    def __getitem__(self, index: int | slice) -> "Cell | CellList":
        if isinstance(index, slice):
            return CellList(self[place] for place in range(*index.indices(len(self))))
        first = range(len(self))[index] * _WIDTH
        return Cell._make(self._fields[first : first + _WIDTH])

    def __setitem__(self, index: int, cell: Cell) -> None:  # type: ignore[override] # no slices are needed
        first = range(len(self))[index] * _WIDTH
        self._fields[first : first + _WIDTH] = cell

    def __delitem__(self, index: int) -> None:  # type: ignore[override]
        first = range(len(self))[index] * _WIDTH
        del self._fields[first : first + _WIDTH]

    def insert(self, index: int, cell: Cell) -> None:
        """Insert a cell before a position."""
        first = len(range(len(self))[:index]) * _WIDTH
        self._fields[first:first] = cell

    def append(self, cell: Cell) -> None:
        """Add a cell at the end."""
        self._fields.extend(cell)

    def extend(self, cells: Iterable[Cell]) -> None:
        """Add cells at the end."""
        self._fields.extend(cells._fields if isinstance(cells, CellList) else chain.from_iterable(cells))

    def column(self, name: str) -> list[Any]:
        """Return one field of all cells: `item`, `ethnic_group`, `raw`, `number` or `place`."""
        return self._fields[Cell._fields.index(name) :: _WIDTH]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment] # as of a list

    def __repr__(self) -> str:
        return f"CellList({list(self)!r})"


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text of a return: organisation_code, collection_year, template_version, signoff.*, explanation.*."""

    key: str
    value: str
    place: CellRef = _NOWHERE


@dataclass(frozen=True, slots=True)
class Normalisation:
    """A harmless thing that the reader put right, in words, with its place."""

    what: str
    place: CellRef = _NOWHERE

    def as_document(self) -> dict[str, str | None]:
        """Return it as the registry and report.json have it."""
        return {"what": self.what, **self.place._asdict()}


@dataclass(frozen=True, slots=True)
class FileError:
    """A fault of structure (edits S101, S102, S104, S112, S113): the code, what it is in words, and where."""

    code: str
    detail: str
    place: CellRef = _NOWHERE
    value: str = ""


@dataclass(slots=True)
class ParsedReturn:
    """All that could be read of one file. With a fault, cells and texts hold what was readable, if anything.

    `last_year` maps (item, ethnic group) to the figure of the year before that the workbook shows beside the input;
    empty where it shows none. It is no part of the return. `asked` says what may be about a person and is asked about
    (edit Q310). `headings` says where the headings of the table of figures stand, by their names in lower case: "item",
    "data item", "white", "ethnic group" and so on. `stated` holds the key and value of each text about the return as a
    whole, so that none is listed twice. `empty` says, by key, where a part of the sign-off belongs that is not given.
    """

    cells: MutableSequence[Cell] = field(default_factory=CellList)
    texts: list[Text] = field(default_factory=list)
    repairs: list[Normalisation] = field(default_factory=list)
    faults: list[FileError] = field(default_factory=list)
    asked: list[FileError] = field(default_factory=list)
    last_year: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    headings: dict[str, CellRef] = field(default_factory=dict)
    empty: dict[str, CellRef] = field(default_factory=dict)
    stated: set[tuple[str, str]] = field(default_factory=set, repr=False, compare=False)

    def text(self, key: str) -> Text | None:
        """Return the first text under a key, or None."""
        return next((text for text in self.texts if text.key == key), None)

    def cell_in_column(self, place: CellRef, heading: str) -> CellRef:
        """Return the cell under a heading in the row of a figure; the figure's own where that is not known."""
        above = self.headings.get(heading, CellRef()).cell
        if above is None or place.cell is None:
            return place
        return CellRef(place.sheet, f"{split_column(above)}{row_of(place.cell)}")


@lru_cache(maxsize=10_000)  # the returns of a round have the same few hundred addresses
def split_column(cell: str) -> str:
    """Return the column of an address: C of C12."""
    return cell.rstrip(_ROW)


@lru_cache(maxsize=10_000)
def row_of(cell: str) -> str:
    """Return the row of an address: 12 of C12; nothing where it names no row."""
    return cell[len(cell.rstrip(_ROW)) :]


class UnreadableError(Exception):
    """Carries the fault up to `read_return`, which hands it on; no caller outside this package sees it."""

    def __init__(self, code: str, detail: str, place: CellRef | None = None) -> None:
        super().__init__(detail)
        self.fault = FileError(code, detail, place or CellRef())
