"""Whether the rows of a workbook are high enough for their texts: LibreOffice draws a row as high as the file says."""

import io
import math
from collections.abc import Iterator

import openpyxl

_USUAL_WIDTH, _USUAL_HEIGHT, _LINE = 8.4, 15, 13  # letters, points, points
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
