"""Evidence of people in the rows of a sheet: what stands beside a name, and how many names and addresses there are."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wres.personal_data import person_signs as signs
from wres.returns.grids import Grid, Value
from wres.returns.parsed_return import CellRef

MANY = 5  # addresses or names of different people
SOME = 3  # addresses beside names; names where no return has one
_RECORDS = 2  # rows with a name and a date of birth

WITH_INSURANCE = "a name and a National Insurance number"
_WITH_BIRTH = "a name and a date of birth"
_WITH_NUMBER = "a name and a staff number, an address or a telephone number"
ENOUGH = {WITH_INSURANCE: 1, _WITH_BIRTH: _RECORDS, _WITH_NUMBER: SOME}


@dataclass(slots=True)
class Evidence:
    """The evidence of all sheets so far."""

    emails: set[str] = field(default_factory=set)
    beside_names: set[str] = field(default_factory=set)
    in_words: dict[str, tuple[str, CellRef]] = field(default_factory=dict)  # insurance number: where it was met first
    alone: dict[str, tuple[str, CellRef]] = field(default_factory=dict)  # the same, of cells that hold nothing else
    asked: list[tuple[str, CellRef]] = field(default_factory=list)

    def note_text(self, value: str, place: CellRef) -> None:
        """Add what one text says by itself."""
        self.emails.update(signs.find_personal_emails(value))
        self.beside_names.update(signs.find_named_emails(value))
        numbers = signs.find_insurance_numbers(value)
        into = self.alone if numbers and signs.is_insurance_number(value) else self.in_words
        for number in numbers:
            into.setdefault(number, (number, place))


class SheetEvidence:
    """The evidence of one sheet, row by row; what texts say by themselves is added to that of the whole file."""

    def __init__(self, grid: Grid, file: Evidence) -> None:
        self._grid, self._file = grid, file
        self._records: dict[str, list[CellRef]] = defaultdict(list)
        # By column: the names, the forenames with a surname beside them, the NHS numbers, how many texts there are.
        self._names: dict[int, dict[str, CellRef]] = defaultdict(dict)
        self._forenames: dict[int, dict[str, CellRef]] = defaultdict(dict)
        self._nhs_numbers: dict[int, dict[str, CellRef]] = defaultdict(dict)
        self._texts: dict[int, int] = defaultdict(int)

    def add_row(self, row: int) -> None:
        """Add one row."""
        cells = list(self._grid.filled(row))
        for kind, position in record_kinds([value for _, value in cells]):
            self._records[kind].append(self._grid.place(row, cells[position][0]))
        for position, (column, value) in enumerate(cells):
            place = self._grid.place(row, column)
            if signs.is_nhs_number(value):
                self._nhs_numbers[column][str(value)] = place
            if isinstance(value, str):
                self._texts[column] += any(character.isalpha() for character in value)
                self._file.note_text(value, place)
                if signs.is_known_name(value):
                    self._names[column][value] = place
                elif signs.is_forename(value) and _has_surname_beside(cells, position):
                    self._forenames[column][value] = place

    def judge(self) -> tuple[str, str | None] | None:
        """Return why the sheet is a list of people, and its first cell; None without enough evidence."""
        for kind, least in ENOUGH.items():
            if len(self._records[kind]) >= least:
                return f"rows with {kind}", self._records[kind][0].cell
        for listed in (self._names, self._forenames):
            for column, places in listed.items():
                if len(places) >= MANY and 2 * len(places) >= self._texts[column]:
                    return "a list of names", next(iter(places.values())).cell
        for places in self._nhs_numbers.values():
            if len(places) >= SOME:
                return "NHS numbers", next(iter(places.values())).cell
        if len(self._file.beside_names) >= SOME or len(self._file.emails) >= MANY:
            return "e-mail addresses of persons", None
        return None

    def weak_signs(self) -> Iterator[tuple[str, CellRef]]:
        """Yield the weak signs, each with its cell."""
        for kind, places in self._records.items():
            yield from ((f"a row with {kind}", place) for place in places)
        for numbers in self._nhs_numbers.values():
            for number, place in numbers.items():
                if not number.isdecimal():  # as NHS numbers are written: 943 476 5919
                    yield "a number that has the form of an NHS number", place


def record_kinds(values: Sequence[Value]) -> Iterator[tuple[str, int]]:
    """Yield what a row holds of one person: the kinds, and which of its values says so."""
    named = [n for n, value in enumerate(values) if isinstance(value, str) and signs.is_name(value)]
    forenames = [
        n
        for n, value in enumerate(values)
        if isinstance(value, str) and signs.is_forename(value) and _has_surname_beside(list(enumerate(values)), n)
    ]
    insured = [n for n, value in enumerate(values) if isinstance(value, str) and signs.is_insurance_number(value)]
    if not (named or forenames or insured):
        return
    born = [n for n, value in enumerate(values) if signs.is_birth_date(value)]
    if insured and (named or forenames or born):
        yield WITH_INSURANCE, insured[0]
    if born and (named or forenames):
        yield _WITH_BIRTH, born[0]
    known = forenames or [n for n in named if signs.is_known_name(str(values[n]))]
    if known and any(
        signs.is_staff_number(value)
        or signs.is_whereabouts(value)
        or signs.is_nhs_number(value)
        or (isinstance(value, str) and signs.find_personal_emails(value))
        for value in values
    ):
        yield _WITH_NUMBER, known[0]


def _has_surname_beside(cells: Sequence[tuple[int, Value]], position: int) -> bool:
    """Return whether the cell to the right or left is one word with a capital, as a surname is."""
    for beside in (position + 1, position - 1):
        if 0 <= beside < len(cells):
            value = cells[beside][1]
            if isinstance(value, str) and signs.is_name(f"Jane {value.strip()}") and " " not in value.strip():
                return True
    return False
