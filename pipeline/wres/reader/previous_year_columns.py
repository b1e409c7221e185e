"""Read last year's figures where the workbook shows them beside the inputs, as the template does."""

from decimal import Decimal

from wres.reader.figure_reader import FigureTable
from wres.returns.number_parsing import read_figure
from wres.returns.text import normalise, normalise_heading

_MOST = 1_000  # a template has about 100
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
        if len(figures) >= _MOST:
            break
        place = grid.place(row, table.columns["item"])
        item = normalise(grid.at(row, table.columns["item"]), place, []).lower()
        for group, column in columns:
            number = read_figure(grid.at(row, column), place, [], text_is_odd=False).number
            if item and number is not None and 0 <= number < _BEYOND_ANY:
                figures.setdefault((item, group), number)
    return figures
