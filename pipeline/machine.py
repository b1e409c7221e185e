"""What the machine may refuse in mid-step, such as room on the disk or its database, told in one sentence."""

import errno

from pipeline.errors import UnavailableError

_REFUSED = {
    errno.ENOSPC: "make room on it",
    errno.EDQUOT: "make room on it",
    errno.EROFS: "make it writable",
    errno.EACCES: "let the pipeline's user write there",
    errno.EPERM: "let the pipeline's user write there",
    errno.EIO: "look after the disk",
    errno.EMFILE: "let the pipeline's user open more files",
    errno.ENFILE: "let the machine open more files",
    errno.ESTALE: "mount it again",
}
_DATABASE = ("OperationalError", "InterfaceError", "InternalError")


def told_of(error: BaseException) -> UnavailableError | None:
    """The sentence for an error of the machine; None for any other, which is a fault of the program.

    All that was done before it is kept and nothing is half done, so the same step again completes it.
    """
    if isinstance(error, OSError) and error.errno in _REFUSED:
        place = f"{error.filename} cannot be written" if error.filename else "A file cannot be written"
        return UnavailableError(
            f"{place}: {error.strerror}. What was done before is kept; {_REFUSED[error.errno]}, then run it again."
        )
    if type(error).__module__ == "sqlalchemy.exc" and type(error).__name__ in _DATABASE:
        return UnavailableError(  # the driver's text may hold an address or a password
            f"The registry's database failed in the middle ({type(error).__name__}). What was done before is kept; see "
            "that the database runs and has room, then run it again."
        )
    return None
