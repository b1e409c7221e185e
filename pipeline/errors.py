"""The one kind of error that a user may see: a sentence that says what is wrong and what to do."""


class WresError(Exception):
    """Something the user can put right. The command line prints its text on one line and exits with 2."""


class UnavailableError(WresError):
    """A server does not answer now. It may put itself right, so a scheduler tries again."""
