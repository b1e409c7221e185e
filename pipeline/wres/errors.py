"""The one kind of error that a user may see: a sentence that says what is wrong and what to do."""

from pipeline.printable import printable


class WresError(Exception):
    """Something the user can put right. The command line prints its text on one line and exits with 2.

    The text may name files and quote what is in them, so it is made printable, wherever it is shown or logged.
    """

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


class UnavailableError(WresError):
    """A server does not answer now. It may put itself right, so a scheduler tries again."""
