"""How high a row of a workbook must be for wrapped text: not every program works it out when it opens a file."""

import textwrap

LETTER = 1.0  # a letter of text against one of the font that widths of columns are counted in
LINE_HEIGHT = 16  # points


def text_height(text: str, width: float, letter: float = LETTER) -> int:
    """Return the height in points that wrapped text needs in a column.

    Args:
        text: with line breaks where it has them.
        width: of the column, in letters.
        letter: the width of a letter of this text.
    """
    lines = sum(len(textwrap.wrap(part, max(int(width / letter), 1))) or 1 for part in text.splitlines() or [""])
    return LINE_HEIGHT * lines
