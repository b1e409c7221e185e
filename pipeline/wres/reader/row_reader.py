"""Read one row of the table of figures: an item with its ethnic groups (the workbook), or one figure (CSV)."""

from dataclasses import dataclass, field

from wres.reader.csv_fast_path import LONG, NOT_FIGURES, TIDY_CODE
from wres.reader.figure_reader import FigureTable
from wres.reader.odd_rows import (
    CODE,
    find_unusual_numbers,
    has_digit,
    holds_anything,
    is_note,
    is_shifted,
    is_total,
)
from wres.reader.shown_values import is_known_code
from wres.returns.grids import Grid, is_blank
from wres.returns.invisible import show_invisible
from wres.returns.number_parsing import read_figure
from wres.returns.parsed_return import UNCALCULATED, Cell, Normalisation, ParsedReturn, Text
from wres.returns.template_spec import group_headings
from wres.returns.text import normalise, normalise_heading, text_of

_NOTE = "A row without item, ethnic group and value was read as a note"
_LONGEST_CODE = 8
_TOTAL_ROW = "The row {name!r} was left out; a total is read only from the item workforce.total"
_UNSTATED = "workforce.total"  # a formula that nobody has worked out yet states nothing


@dataclass(slots=True)
class RowRules:
    """Hold what the rows of a table have in common; `notes` are those since the last row with an item."""

    table: FigureTable
    text_is_odd: bool
    edge: int
    notes: list[Normalisation] = field(default_factory=list)
    unusual: frozenset[int] | None = None

    def is_shifted(self, row: int, columns: list[int], *, any_text: bool) -> bool:
        """Return whether a row may have moved to the right: 1,234 without quotation marks falls into two columns.

        With `any_text`, anything right of the last heading says so.
        """
        values = self.table.grid.rows[row]
        if any_text and holds_anything(values, self.edge):
            return True
        if len(values) <= max(columns) + 1:
            return False
        if self.unusual is None:
            unusual = find_unusual_numbers(self.table.grid, self.table.row, columns)
            # Under a heading of its sender's own a number of a workbook is where it was typed.
            self.unusual = frozenset(place for place in unusual if place >= self.edge) if self.text_is_odd else unusual
        return is_shifted(values, columns, self.unusual)


def read_wide_row(table: FigureTable, row: int, read: ParsedReturn, rules: RowRules) -> None:
    """Read one row of a table with a column for each ethnic group."""
    grid, column = table.grid, table.columns["item"]
    groups = {group: table.columns[group] for group in table.groups if group in table.columns}
    values = [text_of(grid.at(row, place)) for place in groups.values() if not is_blank(grid.at(row, place))]
    has_figures = any(has_digit(text) for text in values)
    named = grid.at(row, column)
    if is_blank(named):
        if has_figures:
            read.repairs.append(
                Normalisation("A row with figures and no item code was left out", grid.place(row, column))
            )
        return
    name = normalise(named, grid.place(row, column), [])
    if not CODE.fullmatch(name):
        if not has_figures:  # a heading between rows, or a note below them
            rules.notes.append(Normalisation(_NOTE, grid.place(row, column)))
            return
        if is_total([name]):
            read.repairs.append(Normalisation(_TOTAL_ROW.format(name=name[:60]), grid.place(row, column)))
            return
    rules.notes.clear()
    item = _read_code(table, row, "item", read)
    places = list(groups.values())
    if places and rules.is_shifted(row, places, any_text=not rules.text_is_odd):
        raw = _join_values(grid, row, min(places))
        read.cells.extend(Cell(item, group, raw, None, grid.place(row, place)) for group, place in groups.items())
        return
    for group, place in groups.items():
        _read_figure_cell(table, row, place, item, group, read, rules)


def read_long_row(table: FigureTable, row: int, read: ParsedReturn, rules: RowRules) -> None:
    """Read one row of a table in long form, which holds one figure."""
    grid = table.grid
    if all(is_blank(value) for value in grid.rows[row]):
        return
    named = {name: _read_word(table, row, name) for name in LONG}
    item, group, value = named["item"], named["ethnic group"], named["value"]
    place = grid.place(row, next(column for column, _ in grid.filled(row)))
    if "value" in table.columns and is_note(item, group, value):
        read.repairs.append(Normalisation(_NOTE, place))
        return
    names = [named[name] for name in LONG[:-1]]
    if not CODE.fullmatch(item) and is_total(names):
        total = next(name for name in names if is_total([name]))
        read.repairs.append(Normalisation(_TOTAL_ROW.format(name=total[:60]), place))
        return
    for key in ("organisation code", "collection year"):
        if (item or group) and key in table.columns and not _repeats_above(table, row, table.columns[key]):
            record_text(read, key.replace(" ", "_"), grid, row, table.columns[key])
    item = _read_code(table, row, "item", read)
    group = _read_group(table, row, read) if "ethnic group" in table.columns else ""
    if "value" not in table.columns:
        return
    column = table.columns["value"]
    if rules.is_shifted(row, [column], any_text=True):
        read.cells.append(Cell(item, group, _join_values(grid, row, column), None, grid.place(row, column)))
    elif item.startswith(NOT_FIGURES):
        _read_text_cell(table, row, column, item, group, read)
    else:
        _read_figure_cell(table, row, column, item, group, read, rules)


def _join_values(grid: Grid, row: int, first: int) -> str:
    """Join the values of a row from a column on, as the sender wrote them."""
    parts = [text_of(value).strip() for value in grid.rows[row][first:]]
    while parts and not parts[-1]:
        parts.pop()
    return show_invisible(",".join(parts)[:200])


def _read_word(table: FigureTable, row: int, heading: str) -> str:
    """Return the value under a heading, tidied; nothing where the table has no such heading."""
    if heading not in table.columns:
        return ""
    return normalise(table.grid.at(row, table.columns[heading]), table.place, [])


def _read_figure_cell(
    table: FigureTable, row: int, column: int, item: str, group: str, read: ParsedReturn, rules: RowRules
) -> None:
    """Read one cell as a figure, or as the text of a calculated row."""
    value, place = table.grid.at(row, column), table.grid.place(row, column)
    if item.startswith("calculated."):
        _read_text_cell(table, row, column, item, group, read)
        return
    if is_blank(value) and item != _UNSTATED and table.grid.is_uncalculated(row, column):
        read.cells.append(Cell(item, group, UNCALCULATED, None, place))
        return
    figure = read_figure(value, place, read.repairs, text_is_odd=rules.text_is_odd)
    if figure.raw or item != _UNSTATED:
        read.cells.append(Cell(item, group, figure.raw, figure.number, place))


def _read_text_cell(table: FigureTable, row: int, column: int, item: str, group: str, read: ParsedReturn) -> None:
    """Read one cell as a text of the return."""
    place = table.grid.place(row, column)
    value = normalise(table.grid.at(row, column), place, read.repairs, lines=True)
    kind, _, remainder = item.partition(".")
    key = f"explanation.{remainder.upper()}" if kind == "explanation" else f"{item}.{group}" if group else item
    if value:
        read.texts.append(Text(key, value, place))


def record_text(read: ParsedReturn, key: str, grid: Grid, row: int, column: int) -> bool:
    """Add what the cell states under that key, each distinct value once; False when the cell is blank."""
    place, repairs = grid.place(row, column), list[Normalisation]()
    value = normalise(grid.at(row, column), place, repairs)
    if key == "organisation_code" and value != value.upper():
        if len(value) <= _LONGEST_CODE:  # a code with a name beside it is refused as a whole
            repairs.append(Normalisation(f"The organisation code {value!r} was read as {value.upper()!r}", place))
        value = value.upper()
    if value and (key, value) not in read.stated:
        read.stated.add((key, value))
        read.texts.append(Text(key, value, place))
        read.repairs.extend(repairs)
    return bool(value)


def _read_code(table: FigureTable, row: int, heading: str, read: ParsedReturn) -> str:
    """Return an item code or ethnic group: codes are in lower case with no spaces at their ends."""
    column = table.columns[heading]
    value = table.grid.at(row, column)
    if isinstance(value, str) and TIDY_CODE.fullmatch(value):
        return value
    place = table.grid.place(row, column)
    code = normalise(value, place, read.repairs)
    if code != code.lower() and not code.startswith("explanation.") and is_known_code(code.lower()):
        read.repairs.append(Normalisation(f"{code!r} was read as {code.lower()!r}", place))
    return code.lower()


def _read_group(table: FigureTable, row: int, read: ParsedReturn) -> str:
    """Read an ethnic group by its code, or by the label that a template gives it."""
    column = table.columns["ethnic group"]
    value = table.grid.at(row, column)
    group = group_headings().get(normalise_heading(value))
    label = text_of(value).strip()
    if isinstance(value, str) and value.lower() == group:
        return group  # White for white is no slip: the template writes it so
    if group is None or label.lower() == group:
        return _read_code(table, row, "ethnic group", read)
    read.repairs.append(Normalisation(f"{label!r} was read as {group!r}", table.grid.place(row, column)))
    return group


def _repeats_above(table: FigureTable, row: int, column: int) -> bool:
    """Return whether a cell holds the same as the one above it, below the header."""
    return row > table.row + 1 and table.grid.at(row, column) == table.grid.at(row - 1, column)
