"""How a workbook looks: whether rows are as high as their texts, as LibreOffice draws them, and letters on paper."""

import io
import math
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string

_USUAL_WIDTH, _USUAL_HEIGHT, _LINE = 8.4, 15, 13  # letters, points, points
_LONG_SIDE = {8: 16.54, 9: 11.69}  # inches, of A3 and A4 as Excel numbers them
_PIXELS, _LETTER_PIXELS = 96, 7  # of an inch, of a letter of the default font
_NARROW = 1.2  # letters of text in the width of a digit, which the width of a column counts


def hidden_texts(content: bytes) -> Iterator[tuple[str, str]]:
    """List the cells whose wrapped text needs more lines than their row has room for: sheet and address."""
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        widths = {
            number: dimension.width
            for dimension in sheet.column_dimensions.values()
            for number in range(dimension.min or 0, (dimension.max or 0) + 1)
        }
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.alignment.wrap_text:
                    lines = math.ceil(len(cell.value) / (_NARROW * widths.get(cell.column, _USUAL_WIDTH)))
                    if lines > 1 and (sheet.row_dimensions[cell.row].height or _USUAL_HEIGHT) < _LINE * lines:
                        yield sheet.title, cell.coordinate


def printed_points(content: bytes, letters: int = 11) -> dict[str, float]:
    """Return the size of the letters on paper of each sheet that is printed in landscape, over pages side by side.

    Args:
        content: of a workbook.
        letters: their size on the screen, in points.
    """
    return {
        sheet.title: letters * min(1, _scale(sheet))
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        if sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    }


def _scale(sheet: Any) -> float:
    widths = {
        number: _LETTER_PIXELS * dimension.width
        for dimension in sheet.column_dimensions.values()
        for number in range(dimension.min, dimension.max + 1)
    }
    first, last = (sheet.print_title_cols or ":").replace("$", "").split(":")
    repeated = range(column_index_from_string(first), column_index_from_string(last) + 1) if first else ()
    pages = sheet.page_setup.fitToWidth or 1
    paper = (_LONG_SIDE[sheet.page_setup.paperSize] - sheet.page_margins.left - sheet.page_margins.right) * _PIXELS
    return float(pages * paper / (sum(widths.values()) + (pages - 1) * sum(widths[column] for column in repeated)))
