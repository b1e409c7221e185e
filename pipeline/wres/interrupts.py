"""Ctrl-C, also where Python or a library loses the exception that it raises.

What is raised inside a callback, such as that of a weak reference while a module is imported, Python only prints. What
is raised inside a library's own `except:` is gone, or becomes another error.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SOON = 0.01  # seconds


class _Interrupts:
    """Whether Ctrl-C was pressed in this process."""

    requested = False


def watch_interrupts() -> None:
    """Note Ctrl-C from now on, and raise KeyboardInterrupt again where Python lost it; for the main thread.

    A shell starts a program in the background of a script with Ctrl-C ignored. So it stays then.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGALRM, _interrupt)
    sys.unraisablehook = _raise_again


def is_interrupted() -> bool:
    """Return whether Ctrl-C was pressed, also where it was lost."""
    return _Interrupts.requested


def require_not_interrupted() -> None:
    """Stop here where Ctrl-C was pressed during work that may have lost it, such as a library's import.

    Raises:
        KeyboardInterrupt: it was pressed.
    """
    if _Interrupts.requested:
        raise KeyboardInterrupt


def leave_interrupts_to_server() -> None:
    """Have Ctrl-C raise KeyboardInterrupt as Python does it; a server's event loop then takes it over and ends."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def ignore_interrupts() -> None:
    """Take no notice of Ctrl-C any more: the work is over and the process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def block_interrupts() -> Iterator[None]:
    """Block Ctrl-C in this thread, and for good in each process that it starts meanwhile.

    What is pressed in the block is answered after it.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    blocked_before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked_before)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    _Interrupts.requested = True
    raise KeyboardInterrupt


def _raise_again(lost: "sys.UnraisableHookArgs") -> None:
    """Raise a lost KeyboardInterrupt again when the callback is over in which it was raised; print others as ever."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, _SOON)
    else:
        sys.__unraisablehook__(lost)
