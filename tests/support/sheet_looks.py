"""How a workbook looks: whether rows are as high as their texts, as LibreOffice draws them, and letters on paper."""

import io
import math
from collections.abc import Iterator
from typing import Any

import openpyxl

_USUAL_WIDTH, _USUAL_HEIGHT, _LINE = 8.4, 15, 13  # letters, points, points
_LETTERS, _A4_LONG = 11, 11.69  # points on the screen, inches
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


def printed_points(content: bytes) -> dict[str, float]:
    """Return the size of the letters of each sheet that is printed as wide as one page of A4 in landscape."""
    return {
        sheet.title: _printed_points(sheet)
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        if sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    }


def _printed_points(sheet: Any) -> float:
    widths = (
        (dimension.max - dimension.min + 1) * (_LETTER_PIXELS * dimension.width)
        for dimension in sheet.column_dimensions.values()
    )
    paper = (_A4_LONG - sheet.page_margins.left - sheet.page_margins.right) * _PIXELS
    return float(_LETTERS * min(1, paper / sum(widths)))
