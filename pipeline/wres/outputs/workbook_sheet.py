"""Write the sheet of a published table: title and sentences, and below them the rows as one marked-up table.

The look is that of gptables' theme. Its own writer makes a dictionary of formats for every cell, which took most of a
release's time and memory; here a column has one format and is written as a whole (docs/decisions/0043).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wres.outputs.column_values import map_distinct
from wres.outputs.table_schema import Column, TableSpec, held_back, missing_symbol
from wres.outputs.workbook_layout import display_text, is_above_zero, least_figure, plain_text, smallest_text
from wres.outputs.workbook_view import view_rules

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class TableSheet:
    """All that stands on the sheet of a table, from the top, and the table itself.

    `shown` has a list of values for each of the columns of `spec`: numbers, and texts also in place of a figure.
    """

    spec: TableSpec
    title: str
    markings: Sequence[str]
    instructions: str
    said_above: str
    headings: Sequence[str]
    table: "pa.Table"
    shown: Sequence[Sequence[Any]]

    @property
    def header(self) -> int:
        """Return the row of the headings, counted from 0, below title, markings, instructions and one sentence."""
        return 2 + len(self.markings) + bool(self.said_above)


def display_columns(table: "pa.Table", spec: TableSpec) -> list[list[Any]]:
    """Return the values of each column as people read them.

    Numbers stay numbers; a missing figure is its symbol in brackets; booleans are Yes and No; coded values are words.
    """
    hidden = held_back(table)
    return [_shown(column, table[column.name], hidden.get(column.name, ())) for column in spec.columns]


def _shown(column: Column, values: "pa.ChunkedArray", hidden: Collection[int]) -> list[Any]:
    """Return the values of a column as cells show them."""
    marks = view_rules().marks.get(column.name, {})

    def show(value: Any) -> Any:
        if column.datatype == "boolean" or column.is_text:
            mark = marks.get(value)
            return plain_text(display_text(column, value)) + (f" [{mark}]" if mark else "")
        # A workbook holds binary floating point only: 15 digits, which every figure here fits.
        return int(value) if column.datatype in {"year", "integer"} else float(value)

    symbol, held_back_symbol = (
        f"[{missing_symbol(column, is_held_back=is_held_back)}]" for is_held_back in (False, True)
    )
    return map_distinct(values, show, symbol, hidden, held_back_symbol)


def write_sheet(book: Any, worksheet: Any, sheet: TableSheet) -> None:
    """Write a table and what is said above it; widths, heights and printing are set by `lay_out_table`.

    Args:
        book: gptables' workbook, with its theme.
        worksheet: an empty sheet of it.
        sheet: what is to stand there.
    """
    theme = book.theme
    above = [
        (sheet.title, theme.title_format),
        *((marking, theme.subtitle_format) for marking in sheet.markings),
        (sheet.instructions, theme.instructions_format),
        *([(sheet.said_above, theme.legend_format)] if sheet.said_above else []),
    ]
    for row, (text, look) in enumerate(above):
        worksheet.write_string(row, 0, text, book.add_format(look))
    headings = []
    for number, (column, heading, values) in enumerate(
        zip(sheet.spec.columns, sheet.headings, sheet.shown, strict=True)
    ):
        look = column_look(column, sheet.table[column.name], is_first=number == 0)
        headings.append({"header": heading, "header_format": book.add_format({**theme.column_heading_format, **look})})
        # A figure that wrapped would stand out of line, or be cut.
        wrap = {} if column.is_text else {"text_wrap": False}
        # A text of blanks alone is an empty cell.
        cells = [None if isinstance(value, str) and not value.strip() else value for value in values]
        worksheet.write_column(sheet.header + 1, number, cells, book.add_format({**theme.data_format, **look, **wrap}))
    worksheet.add_table(
        *(sheet.header, 0, sheet.header + sheet.table.num_rows, len(headings) - 1),
        {"name": sheet.spec.name, "columns": headings, "autofilter": False, "style": None},
    )


def column_look(column: Column, values: "pa.ChunkedArray", *, is_first: bool) -> dict[str, Any]:
    """Return the format of a column and of its header: figures right, text left, with a gap between columns."""
    look: dict[str, Any] = {"align": "right", "indent": 1} if column.is_number else {"align": "left"}
    if not column.is_number:
        look["indent"] = int(not is_first)
    number_format = _number_format(column, values)
    return {**look, "num_format": number_format} if number_format else look


def _number_format(column: Column, values: "pa.ChunkedArray") -> str | None:
    """Return the number format of a column, the same for all its rows, so that digits stand under each other."""
    if column.datatype == "decimal":
        plain = "#,##0." + "0" * column.decimals
        return f"[<{least_figure(column) / 2:f}]{smallest_text(column)};{plain}" if is_above_zero(column) else plain
    if column.datatype == "integer":
        return "#,##0"
    if column.datatype == "count":
        fractions = {value % 1 for value in values.unique().to_pylist() if value is not None}
        places = max((2 if 4 * fraction % 2 else 1 if fraction else 0 for fraction in fractions), default=0)
        return "#,##0" + ("." + "0" * places if places else "")
    return "0" if column.datatype == "year" else None
