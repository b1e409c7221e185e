"""Read the rows of the table of figures in their order, with the limits of a table."""

from wres.reader.csv_fast_path import LONG, plain_rows
from wres.reader.figure_reader import FigureTable
from wres.reader.odd_rows import find_edge
from wres.reader.row_reader import RowRules, read_long_row, read_wide_row
from wres.returns.parsed_return import CellRef, FileError, Normalisation, ParsedReturn
from wres.returns.template_spec import all_templates, codes_of_label, group_labels
from wres.returns.text import join_words, normalise_heading, strip_invisible, text_of

_MOST_CELLS = 10_000
_MOST_STATED = 100  # organisations or years in one file
_LABEL = "data item"


def read_table(table: FigureTable, read: ParsedReturn, *, text_is_odd: bool) -> None:
    """Add the table's cells and texts to `read`, in the order of the file, and its faults (S101, S104, S112, S114)."""
    place = table.place
    if table.missing:
        names = ", ".join(name.replace(" ", "_") if table.wanted == LONG else _shown(name) for name in table.missing)
        read.faults.append(FileError("S104", f"The header row has no column {names}.", place))
    if table.twice:
        names = join_words([_shown(name) for name in table.wanted if name in table.twice])
        detail = f"The header row has more than one column {names}: rename or delete those that do not count"
        read.faults.append(FileError("S104", detail, place))
    if "item" not in table.columns or table.twice:
        return
    read.faults.extend(_hidden_figures(table))
    read.headings = _headings(table, read.repairs)
    read.faults.extend(_mixed_rows(table))
    reader = read_wide_row if table.groups else read_long_row
    quick = table.wanted == LONG and not text_is_odd and not table.missing
    rules = RowRules(table, text_is_odd, find_edge(table.grid.rows[table.row], table.columns))
    first = table.row + 1
    plain = plain_rows(table.grid, table.row, table.columns) if quick else [None] * len(table.grid.rows[first:])
    for row, cell in enumerate(plain, start=first):
        if len(read.cells) + len(read.texts) > _MOST_CELLS:
            detail = f"The table has more than {_MOST_CELLS:,} figures and texts; a return has about 100."
            read.faults.append(FileError("S112", detail, table.grid.place(row, 0)))
            return
        if len(read.stated) > _MOST_STATED:
            detail = f"The file names more than {_MOST_STATED} organisations and years; a return is for one of each."
            read.faults.append(FileError("S112", detail, table.grid.place(row, 0)))
            return
        if cell:
            read.cells.append(cell)
            continue
        if _is_header_again(table, row):
            continue
        reader(table, row, read, rules)
    read.repairs.extend(rules.notes)


def _hidden_figures(table: FigureTable) -> list[FileError]:
    """Find figures of the table's sheet that merged cells hide: nobody can say if they are meant."""
    if not table.grid.hidden:
        return []
    row, column = min(table.grid.hidden)
    place = table.grid.place(row - table.grid.top, column - table.grid.left)
    detail = (
        "The cell {} holds a figure that nobody sees, for it is merged with others. Take the merge off (Unmerge Cells)"
    )
    return [FileError("S101", detail.format(place.cell), place)]


def _mixed_rows(table: FigureTable) -> list[FileError]:
    """Find rows with the code of one item and the name of another: the figures may be those of either item.

    Such rows come about where only some columns were sorted, or were copied from a template with other rows.
    """
    grid = table.grid
    labels = [column for column, value in grid.filled(table.row) if normalise_heading(value) == _LABEL]
    if not labels or not table.groups:
        return []
    codes = {item.code for template in all_templates() for item in template.items}
    faults = []
    for row in range(table.row + 1, len(grid.rows)):
        code = text_of(grid.at(row, table.columns["item"])).strip().lower()
        label = grid.at(row, labels[0])
        of_label = codes_of_label(normalise_heading(label))
        if of_label and code in codes and code not in of_label:
            name = " ".join(text_of(label).split())
            detail = f"The item code {code} has the name of another item beside it, {name}"
            faults.append(FileError("S114", detail, grid.place(row, labels[0]), name))
    return faults


def _headings(table: FigureTable, repairs: list[Normalisation]) -> dict[str, CellRef]:
    """Return where each heading stands, also that of the labels, which the reading itself does not need."""
    columns = {
        normalise_heading(value): column
        for column, value in table.grid.filled(table.row)
        if normalise_heading(value) == _LABEL
    }
    places = {name: table.grid.place(table.row, column) for name, column in (columns | table.columns).items()}
    for name, column in table.columns.items():
        strip_invisible(text_of(table.grid.at(table.row, column)), places[name], repairs)
    return places


def _is_header_again(table: FigureTable, row: int) -> bool:
    """Return whether a row repeats the headings, as where files were joined."""
    for name, column in table.columns.items():  # noqa: SIM110 (asked of every row, and a generator costs twice as much)
        if table.name_of(table.grid.at(row, column)) != name:
            return False
    return True


def _shown(name: str) -> str:
    """Name a column for its sender: an ethnic group by its label."""
    return group_labels().get(name, name.capitalize())
