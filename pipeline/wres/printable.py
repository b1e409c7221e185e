"""Text that a terminal or a log shows as it stands: no escape sequence, no line of its own, no turned direction."""


def printable(text: str) -> str:
    """Give a text on one line, with each character that would not be shown written as an escape, as in `\\x1b`.

    A file's name, a cell's value or a forged manifest could otherwise move the cursor, hide what stands before it or
    make a terminal send commands.
    """
    return text if text.isprintable() else "".join(map(_printable, text))


def printable_lines(text: str) -> str:
    """Give a text of several lines, each of them printable."""
    return "\n".join(map(printable, text.split("\n")))


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() and character not in "\x1c\x1d\x1e\x1f\x85" else ascii(character)[1:-1]
