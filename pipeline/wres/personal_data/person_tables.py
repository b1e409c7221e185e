"""Tell a table of people from a table of counts by its headings and by what stands below them."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from wres.personal_data.person_headings import ABOUT, Heading, heading_of
from wres.returns.grids import Grid, Value, is_blank

_LOOKED_AT = 200  # rows below a heading, and rows with headings in a sheet
_WORDS = {
    Heading.NUMBER: "numbers or dates of birth of staff",
    Heading.NAME: "names",
    Heading.CONTACT: "addresses",
    Heading.TRAIT: "personal characteristics",
    Heading.CASE: "disciplinary cases",
    Heading.POST: "posts",
}


@dataclass(frozen=True, slots=True)
class TableOfPeople:
    """Where a table of people begins, what its columns hold, and whether there is no doubt of it."""

    row: int
    column: int
    why: str
    certain: bool


def tables_of_people(grid: Grid, signs: Set[Value], *, with_return: bool) -> Iterator[TableOfPeople]:
    """Yield the tables of a sheet that look like lists of people.

    `signs` are the texts of the sheet that are worth a look; `with_return` says that the file holds a return too.
    Beside a return, one row below headings of names may be the contact of the sender, so it is in doubt.
    """
    looked_at = 0
    for row, cells in enumerate(grid.rows):
        if signs.isdisjoint(cells):
            continue
        kinds = {
            column: kind
            for column, value in enumerate(cells)
            if isinstance(value, str) and value and (kind := heading_of(value))
        }
        about = {column: kind for column, kind in kinds.items() if kind & ABOUT}
        if not about or (len(about) == 1 and not _has(about, Heading.NUMBER | Heading.NAME)):
            continue
        looked_at += 1
        if looked_at > _LOOKED_AT:
            return
        body = _rows_below(grid, row, about)
        for column in [column for column, kind in about.items() if kind & Heading.COUNT]:
            if not _holds_long_numbers(body, column):  # so many members of staff
                kinds[column] = Heading.COUNT
                del about[column]
        counts = [column for column, kind in kinds.items() if kind is Heading.COUNT]
        if len(about) < 2 and not _has(about, Heading.NUMBER | Heading.NAME):
            continue
        if body and (certain := _judge(about, counts, body, with_return=with_return)) is not None:
            named = Heading.NONE
            for kind in about.values():
                named |= kind
            words = " and ".join(text for kind, text in _WORDS.items() if kind & named)
            yield TableOfPeople(row, min(about), f"columns of {words}", certain)


def form_labels(grid: Grid, signs: Set[Value]) -> Iterator[tuple[int, int]]:
    """Yield the place of each label of a form about one person, such as Date of birth, with a value beside it."""
    for row, cells in enumerate(grid.rows):
        if signs.isdisjoint(cells):
            continue
        filled = [(column, value) for column, value in enumerate(cells) if not is_blank(value)]
        if len(filled) != 2 or not isinstance(filled[0][1], str):
            continue
        (column, text), (_, value) = filled
        below = grid.at(row + 1, column) if row + 1 < len(grid.rows) else None
        is_label = heading_of(text) is Heading.NUMBER and not (isinstance(value, str) and heading_of(value))
        if is_label and not is_number(below):
            yield row, column


def is_number(value: Value) -> bool:
    """Return whether a cell holds a plain number, also as text."""
    if isinstance(value, str):
        return value.strip().replace(",", "").isdecimal()
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has(kinds: dict[int, Heading], wanted: Heading) -> int:
    """Return how many columns are of that kind."""
    return sum(1 for kind in kinds.values() if kind & wanted)


def _rows_below(grid: Grid, heading_row: int, about: dict[int, Heading]) -> list[Sequence[Value]]:
    """Return the rows below the headings in which two of their columns hold something (one, if there is one)."""
    wanted = min(2, len(about))
    rows = []
    for row in range(heading_row + 1, min(len(grid.rows), heading_row + 1 + _LOOKED_AT)):
        values = [grid.at(row, column) for column in about]
        filled = [value for value in values if not is_blank(value)]
        headings = [value for value in filled if isinstance(value, str) and heading_of(value)]
        if len(filled) >= wanted and len(headings) < max(2, len(filled)):
            rows.append(grid.rows[row])
    return rows


def _judge(
    about: dict[int, Heading], counts: list[int], body: list[Sequence[Value]], *, with_return: bool
) -> bool | None:
    """Return True for a list of people, None for none, False where it is in doubt."""
    numbers, names = _has(about, Heading.NUMBER), _has(about, Heading.NAME)
    traits, cases = _has(about, Heading.TRAIT), _has(about, Heading.CASE)
    summary = _is_summary(about, counts, body)
    if len(about) == 1:  # a number or a name
        (column,) = about
        values = [row[column] for row in body]
        if numbers and (summary or len({str(value) for value in values}) < 0.8 * len(values)):
            return None
        return True if len(values) >= 5 else (None if with_return else False)
    if numbers:
        return True
    if names:
        return len(body) >= 2 or not with_return
    if summary:
        return None
    of_cases = cases and len(about) + bool(traits) >= 3 and len(body) >= 3
    of_traits = traits and len(about) >= 3 and len(body) >= 5
    return True if of_cases or of_traits else None


def _is_summary(about: dict[int, Heading], counts: list[int], body: list[Sequence[Value]]) -> bool:
    """Return whether a column counts something: by its heading, or as counts with no two rows of the same group."""
    if any(_holds_counts(body, column) for column in counts):
        return True
    width = max(len(row) for row in body)
    others = [column for column in range(width) if column not in about and column not in counts]
    groups = {tuple(str(row[column]) if column < len(row) else "" for column in about) for row in body}
    unique = len(groups) == len(body) and not _has(about, Heading.NUMBER | Heading.NAME)
    return unique and any(_holds_counts(body, column) for column in others)


def _holds_counts(body: list[Sequence[Value]], column: int) -> bool:
    values = [row[column] for row in body if column < len(row) and not is_blank(row[column])]
    return bool(values) and sum(is_number(value) or value in ("-", "*", "c") for value in values) >= 0.8 * len(values)


def _holds_long_numbers(body: list[Sequence[Value]], column: int) -> bool:
    """Return whether a column holds such as name one person: numbers of six digits or more, or texts."""
    values = [row[column] for row in body if column < len(row) and not is_blank(row[column])]
    long = [value for value in values if not is_number(value) or len(str(value).split(".")[0]) >= 6]
    return len(long) >= 0.5 * max(1, len(values))
