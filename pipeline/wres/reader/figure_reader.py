"""Find the table of figures by its headings, wherever it stands, and last year's figures beside its cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wres.reader.csv_fast_path import LONG
from wres.returns.grids import HEADER_ROWS, Grid, Value
from wres.returns.number_parsing import read_figure
from wres.returns.parsed_return import CellRef
from wres.returns.template_spec import heading_forms
from wres.returns.text import normalise, normalise_heading

_ITEM = "item"
_LONG_NAMES = {name: name for name in LONG}


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A grid, the row of its header, and the column of each heading (the first, where one is there twice).

    A heading is called by its name in lower case, that of an ethnic group by the group's code; `names` has the name of
    each heading that the table may have. `groups` are the ethnic groups that have a column of their own, as in the
    workbook; a table with a row for each figure has none.
    """

    grid: Grid
    row: int
    columns: dict[str, int]
    wanted: tuple[str, ...]
    twice: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the ethnic groups that have a column of their own, in the order of the template."""
        return () if self.wanted == LONG else self.wanted[1:]

    def name_of(self, value: Value) -> str:
        """Return the name of a heading, as in `columns`; nothing where it is none that the table may have."""
        return self.names.get(normalise_heading(value), "")

    @property
    def place(self) -> CellRef:
        """Return where the header begins."""
        return self.grid.place(self.row, min(self.columns.values()))

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the headings that are not there."""
        return tuple(name for name in self.wanted if name not in self.columns)


def find_tables(grids: Sequence[Grid]) -> list[FigureTable]:
    """Return the tables of figures, the one that counts first.

    That is the one of the most complete header; among equals a visible sheet's, then the one of the sheet Return, then
    the first.
    """
    tables = [table for grid in grids for table in _headers(grid) if len(table.columns) > 1]
    return sorted(tables, key=lambda it: (len(it.missing), not it.grid.visible, not _is_return(it.grid)))


def _is_return(grid: Grid) -> bool:
    """Return whether a sheet has that very name: `Return (2)` is another one."""
    return (grid.sheet or "").strip().casefold() == "return"


def _headers(grid: Grid) -> Iterator[FigureTable]:
    """Yield the rows in which headings stand; the search ends at the first complete header."""
    forms = [{"item": _ITEM, **form} for form in heading_forms()]
    for row in range(min(len(grid.rows), HEADER_ROWS)):
        texts = [(column, value) for column, value in enumerate(grid.rows[row]) if isinstance(value, str)]
        headings = [(normalise_heading(text), column) for column, text in texts if text]
        # The template's groups that match most of the row: a further heading may be a group of another template.
        wide = min(
            (_header(grid, row, headings, form) for form in forms),
            key=lambda table: (len(table.missing), -len(table.columns)),
        )
        for table in (wide, _header(grid, row, headings, _LONG_NAMES)):
            if table.columns:
                yield table
            if not table.missing:
                return


def _header(grid: Grid, row: int, headings: Sequence[tuple[str, int]], names: Mapping[str, str]) -> FigureTable:
    """Look for the headings of one form of table in a row."""
    placed = [(names[heading], column) for heading, column in headings if heading in names]
    columns = dict(reversed(placed))
    twice = tuple(sorted({name for name, column in placed if columns[name] != column}))
    return FigureTable(grid, row, columns, tuple(dict.fromkeys(names.values())), twice, names)


_MOST_LAST_YEAR = 1_000  # a template has about 100
_BEYOND_ANY = 10**9


def read_last_year(table: FigureTable) -> dict[tuple[str, str], Decimal]:
    """Read last year's figures by (item, ethnic group) from columns such as "White last year", found by heading.

    They are for information, so nothing here is a repair or a fault: a column that is missing or there twice, a cell
    that is blank or holds no number of people and an item that was given before are left out.
    """
    if not table.groups or "item" not in table.columns:
        return {}
    grid = table.grid
    names = [(normalise_heading(value), column) for column, value in grid.filled(table.row)]
    headings = [name for name, _ in names]
    groups = {f"{heading} last year": name for heading, name in table.names.items() if name in table.groups}
    columns = [(groups[name], column) for name, column in names if name in groups and headings.count(name) == 1]
    figures: dict[tuple[str, str], Decimal] = {}
    for row in range(table.row + 1, len(grid.rows) if columns else 0):
        if len(figures) >= _MOST_LAST_YEAR:
            break
        place = grid.place(row, table.columns["item"])
        item = normalise(grid.at(row, table.columns["item"]), place, []).lower()
        for group, column in columns:
            number = read_figure(grid.at(row, column), place, [], text_is_odd=False).number
            if item and number is not None and 0 <= number < _BEYOND_ANY:
                figures.setdefault((item, group), number)
    return figures
