"""Finds the table of figures by its headings, wherever it stands, and reads its cells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.returns.cells import ETHNIC_GROUPS, Cell, Fault, Place, ReadReturn, Repair, Text
from pipeline.returns.cleaning import label, text_of, tidy
from pipeline.returns.grids import HEADER_ROWS, Grid, is_blank
from pipeline.returns.numbers import read_figure
from pipeline.returns.plain_rows import LONG, NOT_FIGURES, TIDY_CODE, plain_rows

WIDE = ("item", *ETHNIC_GROUPS)  # a row an item, as in the workbook
_CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+", re.IGNORECASE)
_MOST_CELLS = 10_000
_UNSTATED = "workforce.total"  # a formula that nobody has worked out yet states nothing


@dataclass(frozen=True, slots=True)
class Table:
    """A grid, the row of its header, and the column of each heading (the first, where one is there twice)."""

    grid: Grid
    row: int
    columns: dict[str, int]
    wanted: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def place(self) -> Place:
        """Where the header begins."""
        return self.grid.place(self.row, min(self.columns.values()))

    @property
    def missing(self) -> tuple[str, ...]:
        """The headings that are not there."""
        return tuple(name for name in self.wanted if name not in self.columns)


def find_table(grids: Sequence[Grid], repairs: list[Repair]) -> Table | None:
    """The table of the most complete header; among equals a visible sheet's, then one named Return, then the first."""
    tables = [table for grid in grids for table in _headers(grid) if len(table.columns) > 1]
    if not tables:
        return None
    best = max(tables, key=lambda it: (-len(it.missing), it.grid.visible, label(it.grid.sheet) == "return"))
    repairs.extend(
        Repair(f"The sheet {best.grid.sheet} was read; this other sheet with a table of figures was not", it.place)
        for it in tables
        if not it.missing and not best.missing and it.grid is not best.grid
    )
    return best


def read_table(table: Table, read: ReadReturn, *, text_is_odd: bool) -> None:
    """Add the table's cells and texts to `read`, in the order of the file, and its faults (S104)."""
    place = table.place
    if table.missing:
        names = ", ".join(name.replace(" ", "_") if table.wanted == LONG else _shown(name) for name in table.missing)
        read.faults.append(Fault("S104", f"The header row has no column {names}.", place))
    if table.twice:
        names = ", ".join(_shown(name) for name in table.twice)
        read.faults.append(Fault("S104", f"The header row has more than one column {names}.", place))
    if "item" not in table.columns or table.twice:
        return
    read.headings = _headings(table)
    reader = _read_wide_row if table.wanted == WIDE else _read_long_row
    quick = table.wanted == LONG and not text_is_odd and not table.missing
    first = table.row + 1
    plain = plain_rows(table.grid, table.row, table.columns) if quick else [None] * len(table.grid.rows[first:])
    for row, cell in enumerate(plain, start=first):
        if len(read.cells) > _MOST_CELLS:
            detail = f"The table has more than {_MOST_CELLS:,} figures; a return has about 100."
            read.faults.append(Fault("S112", detail, table.grid.place(row, 0)))
            return
        if cell:
            read.cells.append(cell)
            continue
        if _is_header_again(table, row):
            continue
        reader(table, row, read, text_is_odd=text_is_odd)


def _headings(table: Table) -> dict[str, Place]:
    """Where each heading of the table stands, the one of the labels too, which the reading itself does not need."""
    columns = {label(value): column for column, value in table.grid.filled(table.row) if label(value) == "data item"}
    return {name: table.grid.place(table.row, column) for name, column in (columns | table.columns).items()}


def _headers(grid: Grid) -> Iterator[Table]:
    """Rows in which headings stand; the search ends at the first complete header."""
    for row in range(min(len(grid.rows), HEADER_ROWS)):
        texts = [(column, value) for column, value in enumerate(grid.rows[row]) if isinstance(value, str)]
        names = [(column, label(text)) for column, text in texts if text]
        for wanted in (WIDE, LONG):
            found = [(name, column) for column, name in names if name in wanted]
            columns = dict(reversed(found))
            twice = tuple(sorted({name for name, column in found if columns[name] != column}))
            if columns:
                yield Table(grid, row, columns, wanted, twice)
            if len(columns) == len(wanted):
                return


def _read_wide_row(table: Table, row: int, read: ReadReturn, *, text_is_odd: bool) -> None:
    grid, column = table.grid, table.columns["item"]
    groups = {group: table.columns[group] for group in ETHNIC_GROUPS if group in table.columns}
    given = [text_of(grid.at(row, place)) for place in groups.values() if not is_blank(grid.at(row, place))]
    named = grid.at(row, column)
    if is_blank(named):
        if any(_has_digit(text) for text in given):
            read.repairs.append(Repair("A row with figures and no item code was left out", grid.place(row, column)))
        return
    if not _CODE.fullmatch(text_of(named).strip()) and not any(_has_digit(text) for text in given):
        return  # a heading between rows, or a note below them
    item = _code(table, row, "item", read)
    for group, place in groups.items():
        _figure(table, row, place, item, group, read, text_is_odd=text_is_odd)


def _read_long_row(table: Table, row: int, read: ReadReturn, *, text_is_odd: bool) -> None:
    grid = table.grid
    if all(is_blank(value) for value in grid.rows[row]):
        return
    for key in ("organisation code", "collection year"):
        if key in table.columns and not _as_above(table, row, table.columns[key]):
            state(read, key.replace(" ", "_"), grid, row, table.columns[key])
    item = _code(table, row, "item", read)
    group = _code(table, row, "ethnic group", read) if "ethnic group" in table.columns else ""
    if "value" not in table.columns:
        return
    column = table.columns["value"]
    place = grid.place(row, column)
    width = len(grid.rows[table.row])
    if any(
        not is_blank(value) for value in grid.rows[row][width:]
    ):  # 1,234 without quotation marks falls into two columns
        parts = [text_of(value).strip() for value in grid.rows[row][column:]]
        read.cells.append(Cell(item, group, ",".join(parts)[:200], None, place))
    elif item.startswith(NOT_FIGURES):
        _text(table, row, column, item, group, read)
    else:
        _figure(table, row, column, item, group, read, text_is_odd=text_is_odd)


def _figure(table: Table, row: int, column: int, item: str, group: str, read: ReadReturn, *, text_is_odd: bool) -> None:
    value, place = table.grid.at(row, column), table.grid.place(row, column)
    if item.startswith("calculated."):
        _text(table, row, column, item, group, read)
        return
    figure = read_figure(value, place, read.repairs, text_is_odd=text_is_odd)
    if figure.raw or item != _UNSTATED:
        read.cells.append(Cell(item, group, figure.raw, figure.number, place))


def _text(table: Table, row: int, column: int, item: str, group: str, read: ReadReturn) -> None:
    place = table.grid.place(row, column)
    value = tidy(table.grid.at(row, column), place, read.repairs, lines=True)
    kind, _, rest = item.partition(".")
    key = f"explanation.{rest.upper()}" if kind == "explanation" else f"{item}.{group}" if group else item
    if value:
        read.texts.append(Text(key, value, place))


def state(read: ReadReturn, key: str, grid: Grid, row: int, column: int) -> bool:
    """Add what the cell states under that key, each distinct value once; False when the cell is blank."""
    place, repairs = grid.place(row, column), list[Repair]()
    value = tidy(grid.at(row, column), place, repairs)
    if key == "organisation_code" and value != value.upper():
        repairs.append(Repair(f"The organisation code {value!r} was read as {value.upper()!r}", place))
        value = value.upper()
    if value and not any(text.key == key and text.value == value for text in read.texts):
        read.texts.append(Text(key, value, place))
        read.repairs.extend(repairs)
    return bool(value)


def _code(table: Table, row: int, heading: str, read: ReadReturn) -> str:
    """An item code or ethnic group: codes are in lower case with no spaces at their ends."""
    column = table.columns[heading]
    value = table.grid.at(row, column)
    if isinstance(value, str) and TIDY_CODE.fullmatch(value):
        return value
    place = table.grid.place(row, column)
    given = tidy(value, place, read.repairs)
    if given != given.lower() and not given.startswith("explanation."):
        read.repairs.append(Repair(f"{given!r} was read as {given.lower()!r}", place))
    return given.lower()


def _as_above(table: Table, row: int, column: int) -> bool:
    return row > table.row + 1 and table.grid.at(row, column) == table.grid.at(row - 1, column)


def _is_header_again(table: Table, row: int) -> bool:
    for name, column in table.columns.items():  # noqa: SIM110 (asked of every row, and a generator costs twice as much)
        if label(table.grid.at(row, column)) != name:
            return False
    return True


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _shown(name: str) -> str:
    return "BME" if name == "bme" else name.capitalize()
