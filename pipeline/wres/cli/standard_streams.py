"""Standard input, output and error as the shell handed them over: closed, broken, or not able to write every letter."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO

# Exit statuses of a program that a signal ended, as the shell gives them.
BROKEN_PIPE = 128 + 13  # SIGPIPE
INTERRUPTED = 128 + 2  # SIGINT, by Ctrl-C
STOPPED = "Stopped before the end. Run the command again; nothing is done twice."


@contextmanager
def safe_streams() -> Iterator[None]:
    """Run a command line so that no stream of the shell's ends it in a traceback.

    A stream that is closed (`>&-`) is replaced by one that goes nowhere, before any file that is opened takes its
    number. A letter that the terminal's encoding lacks is written as an escape. Who reads no further (`| head -1`) ends
    the command without a word.
    """
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            yield
        finally:
            sys.stdout.flush()  # here, where a failure can be reported, not when the interpreter ends
    except BrokenPipeError:
        if not _is_broken(sys.stdout) and not _is_broken(sys.stderr):
            raise  # it was another pipe
        raise SystemExit(BROKEN_PIPE) from None
    finally:
        _discard_what_is_left()


def _open_closed_streams() -> None:
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if name == "stdin" else os.O_WRONLY)  # takes the lowest number that is free
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def _is_broken(stream: TextIO) -> bool:
    """Say whether nobody reads a stream any more."""
    poll = select.poll()
    try:
        poll.register(stream.fileno(), select.POLLOUT)
    except (OSError, ValueError):  # it has no file of the system's
        return False
    return any(event & select.POLLERR for _, event in poll.poll(0))


def _discard_what_is_left() -> None:
    """Send what nobody reads any more nowhere, so that the interpreter does not fail on it when it ends."""
    for stream in (sys.stdout, sys.stderr):
        if _is_broken(stream):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
