"""Tell rows that hold no figures of the return (notes, footers, totals) and rows whose values are shifted."""

import itertools
import re
from collections.abc import Mapping, Sequence

from wres.returns.grids import Grid, Value, is_blank
from wres.returns.template_spec import group_headings
from wres.returns.text import normalise_heading, text_of

CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+", re.IGNORECASE)
_TOTAL = re.compile(
    r"((grand|overall|sub|column|row|running|year|over)[ -]?)*(total|totals|sum|sums)\b.*"
    r"|.*[ -](total|totals|subtotal|subtotals|sum)|overall|all|all staff|all groups|all items"
)
_SHORT_NUMBER = re.compile(r"[+-]?\d{1,3}")
_THREE_DIGITS = re.compile(r"\d{3}(\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d[\d.,' \xa0\u2009\u202f]*")
_FEW_ROWS = 20  # so few say nothing of what a column usually holds


def is_total(names: Sequence[str]) -> bool:
    """Return whether one of the names that a row has where a code belongs says that it is a total."""
    return any(_TOTAL.fullmatch(normalise_heading(name)) for name in names)


def has_digit(text: str) -> bool:
    """Return whether a text could state a figure."""
    return any(character.isdigit() for character in text)


def is_note(item: str, group: str, value: str) -> bool:
    """Return whether a row of the long form names no item and no ethnic group, and states no figure."""
    if not item:
        return not group and not value
    return not CODE.fullmatch(item) and normalise_heading(group) not in group_headings() and not has_digit(value)


def find_edge(header: Sequence[Value], columns: Mapping[str, int]) -> int:
    """Return the first of the columns at the right that have no heading."""
    named = [column for column, heading in enumerate(header) if not is_blank(heading)]
    return max([*named, *columns.values()]) + 1


def holds_anything(row: Sequence[Value], edge: int) -> bool:
    """Return whether a row has anything from that column on."""
    return len(row) > edge and any(not is_blank(value) for value in row[edge:])


def find_unusual_numbers(grid: Grid, header: int, columns: Sequence[int]) -> frozenset[int]:
    """Return the columns right of `columns` that hold a number in some row, though not in half of them."""
    counts: dict[int, int] = {}
    rows = 0
    first, last = min(columns), max(columns)
    for row in grid.rows[header + 1 :]:
        rows += any(not is_blank(value) for value in row[first : last + 1])
        for column in range(last + 1, len(row)):
            if _is_number(row[column]):
                counts[column] = counts.get(column, 0) + 1
    return frozenset(column for column, count in counts.items() if rows < _FEW_ROWS or 2 * count < rows)


def is_shifted(row: Sequence[Value], columns: Sequence[int], unusual: frozenset[int]) -> bool:
    """Return whether a number such as 1,234 without quotation marks seems to have moved what stands right of it.

    It seems so where a number of up to three digits is followed by one of exactly three, and numbers go on to a column
    further right where few other rows have one (`unusual`).
    """
    beyond = max(columns) + 1
    end = next((column for column in range(beyond, len(row)) if not _is_number(row[column])), len(row))
    if unusual.isdisjoint(range(beyond, end)):
        return False
    values = [text_of(value).strip() for value in row[min(columns) : max(columns) + 2]]
    return any(
        _SHORT_NUMBER.fullmatch(left) and _THREE_DIGITS.fullmatch(right) for left, right in itertools.pairwise(values)
    )


def _is_number(value: Value) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)
