"""Hold a sheet or a CSV file as rows of values with their cell addresses."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache

from wres.returns.invisible import is_unseen
from wres.returns.parsed_return import CellRef

HEADER_ROWS = 1_000  # a header is looked for in so many rows from the top
Value = object  # str, int, float, bool, a date or time, or None


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of values; `top` and `left` say where the first row and column stand in the sender's sheet."""

    sheet: str | None
    rows: Sequence[Sequence[Value]]
    top: int = 0
    left: int = 0
    visible: bool = True
    hidden: Set[tuple[int, int]] = frozenset()  # numbers that a merge hides, by the sheet's row and column, from 0
    uncalculated: Set[tuple[int, int]] = frozenset()  # formulas without a stored result

    def at(self, row: int, column: int) -> Value:
        """Return the value there; "" where the row is shorter."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def place(self, row: int, column: int) -> CellRef:
        """Return the address as a spreadsheet shows it."""
        return CellRef(self.sheet, f"{column_letters(self.left + column)}{self.top + row + 1}")

    def is_uncalculated(self, row: int, column: int) -> bool:
        """Return whether a formula stands there that no program has worked out."""
        return (self.top + row, self.left + column) in self.uncalculated

    def filled(self, row: int) -> Iterator[tuple[int, Value]]:
        """Yield the columns and values of a row that are not blank."""
        return ((column, value) for column, value in enumerate(self.rows[row]) if not is_blank(value))


def is_blank(value: Value) -> bool:
    """Return whether a cell holds nothing that a person could see."""
    return value is None or (isinstance(value, str) and is_unseen(value))


@cache
def column_letters(index: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 25 is Z, 26 is AA."""
    from xlsxwriter.utility import xl_col_to_name

    letters: str = xl_col_to_name(index)
    return letters
