"""How a table looks in the workbook: the words or the number in a cell, formats, widths and heights."""

import textwrap
from typing import TYPE_CHECKING, Any

from pipeline.publication.specification import Column, TableSpec

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_NARROWEST, _WIDEST = 12, 60  # characters of a spreadsheet's default font
_LETTER, _BOLD_LETTER = 1.1, 1.25  # a letter of the workbook's 12 point Arial against one of the default font
LINE_HEIGHT, SUBTITLE_HEIGHT, TITLE_HEIGHT = 16, 20, 24  # points, for letters of 12, 14 and 16


def people_values(table: "pa.Table", spec: TableSpec) -> "pd.DataFrame":
    """The rows as people read them, under the columns' titles.

    Numbers stay numbers; a missing figure is its symbol in brackets; booleans are Yes and No; coded values are words.
    """
    import pandas as pd

    columns = {
        column.title: pd.Series(_shown(column, table[column.name].to_pylist()), dtype=object) for column in spec.columns
    }
    return pd.DataFrame(columns)


def _shown(column: Column, values: list[Any]) -> list[Any]:
    return [f"[{column.null}]" if value is None else _shown_one(column, value) for value in values]


def _shown_one(column: Column, value: Any) -> Any:
    if column.datatype == "boolean" or column.is_text:
        return words_for(column, value)
    # A workbook holds binary floating point only: 15 digits, which every figure here fits.
    return int(value) if column.datatype in {"year", "integer"} else float(value)


def words_for(column: Column, value: Any) -> str:
    """A value as people read it: Yes and No, the words of a code, anything else as it prints."""
    if column.datatype == "boolean":
        return "Yes" if value else "No"
    text = str(value)
    if column.values is not None:
        return column.values[text]
    return text[:1].upper() + text[1:].replace("_", " ") if column.coded else text


def column_formats(table: "pa.Table", spec: TableSpec) -> list[dict[str, Any]]:
    """For gptables: figures right under their header, text left with a gap to the figures before it."""
    formats = []
    for number, column in enumerate(spec.columns):
        side = {"align": "right"} if column.is_number else {"align": "left", "indent": 1 if number else 0}
        formats.append({"column": {"columns": [number], "format": side, "include_names": True}})
        if chosen := _number_format(column, table[column.name]):
            formats.append({"column": {"columns": [number], "format": {"num_format": chosen}}})
    return formats


def _number_format(column: Column, values: "pa.ChunkedArray") -> str | None:
    """One format for all rows of a column, so that the digits stand under each other."""
    if column.datatype == "decimal":
        return "#,##0." + "0" * column.decimals
    if column.datatype == "integer":
        return "#,##0"
    if column.datatype == "count":
        fractions = {value % 1 for value in values.unique().to_pylist() if value is not None}
        places = max((2 if 4 * fraction % 2 else 1 if fraction else 0 for fraction in fractions), default=0)
        return "#,##0" + ("." + "0" * places if places else "")
    return "0" if column.datatype == "year" else None


def column_widths(shown: "pd.DataFrame", spec: TableSpec) -> list[float]:
    """Widths in characters: the longest text or word of the header, within limits past which text wraps."""
    widths = []
    for column in spec.columns:
        header = max(map(len, [*column.title.split(), "[note 10]"])) * _BOLD_LETTER + 1
        texts = max(map(len, shown[column.title].unique())) * _LETTER + 2 if column.is_text else 0
        widths.append(min(max(header, texts, _NARROWEST), _WIDEST))
    return widths


def text_height(text: str, width: float, letter: float = _LETTER) -> int:
    """The height in points that wrapped text needs in a column; not every program works it out when it opens a file."""
    lines = sum(len(textwrap.wrap(part, max(int(width / letter), 1))) or 1 for part in text.splitlines() or [""])
    return LINE_HEIGHT * lines


def header_height(spec: TableSpec, widths: list[float]) -> int:
    """The height of a header whose titles wrap, with a line for the note."""
    return max(
        text_height(column.title, width - 1, _BOLD_LETTER) + (LINE_HEIGHT if column.note else 0)
        for column, width in zip(spec.columns, widths, strict=True)
    )


def tall_rows(shown: "pd.DataFrame", spec: TableSpec, widths: list[float]) -> dict[int, int]:
    """The rows, counted from 0, that some text makes taller than one line, with their heights."""
    heights: dict[int, int] = {}
    for column, width in zip(spec.columns, widths, strict=True):
        if not column.is_text:
            continue
        needed = {text: text_height(text, width - 1) for text in shown[column.title].unique()}
        for row, text in enumerate(shown[column.title]):
            if needed[text] > LINE_HEIGHT:
                heights[row] = max(heights.get(row, 0), needed[text])
    return heights
