"""Define what the reader gives: the cells, texts, normalisations and file errors of a return."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
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


class CellTable(Sequence[Cell]):
    """Hold the cells of returns in their order, one list for each field: validation reads whole columns."""

    __slots__ = ("_columns",)

    def __init__(self, cells: Iterable[Cell] = ()) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in Cell._fields}
        self.extend(cells)

    def __len__(self) -> int:
        return len(self._columns["item"])

    def __iter__(self) -> Iterator[Cell]:
        return map(Cell._make, zip(*self._columns.values(), strict=True))

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> "CellTable": ...
    def __getitem__(self, index: int | slice) -> "Cell | CellTable":
        if isinstance(index, slice):
            return CellTable(list(self)[index])
        return Cell(*(values[index] for values in self._columns.values()))

    def __setitem__(self, index: int, cell: Cell) -> None:
        for values, value in zip(self._columns.values(), cell, strict=True):
            values[index] = value

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment] # as of a list

    def append(self, cell: Cell) -> None:
        """Add a cell at the end."""
        for values, value in zip(self._columns.values(), cell, strict=True):
            values.append(value)

    def extend(self, cells: Iterable[Cell]) -> None:
        """Add cells at the end."""
        if isinstance(cells, CellTable):
            for name, values in self._columns.items():
                values.extend(cells.column(name))
        else:
            for cell in cells:
                self.append(cell)

    def column(self, name: str) -> list[Any]:
        """Return one field of all cells: `item`, `ethnic_group`, `raw`, `number` or `place`."""
        return self._columns[name]


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
    """A fault of structure (edits S101, S102, S104, S112, S113, S114): the code, what it is in words, and where."""

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
    whole, so that none is listed twice. `empty` says, by key, where a text belongs that is not given: who and when, and
    parts of the sign-off.
    """

    cells: CellTable = field(default_factory=CellTable)
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
