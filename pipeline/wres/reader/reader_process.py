"""The process in which `guarded_reader` has files read: one after the other, with limited memory and time.

A frame is a length of eight bytes and as many bytes. The first frame in holds the settings, the first one out says
that the process is ready; then each file in gives one frame out, or the end of the process.
"""

import os
import pickle
import signal
import sys
from typing import IO

from wres.reader.return_reader import read_return
from wres.returns.parsed_return import FileError, ParsedReturn
from wres.settings import Settings

LENGTH = 8
READY, RETURN, MEMORY, ERROR = b"ready", b"return", b"memory", b"error"  # what a frame begins with
_MOST_ANSWER = 2_000_000  # bytes of what was read of one file; a return's are about 6,000


def main() -> None:
    """Serve files from standard input until it ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may come between the answers
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    settings = Settings(**pickle.loads(_frame(requests)))  # noqa: S301 - from the parent
    _limit_memory(settings.max_reader_bytes)
    write_frame(answers, READY)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a reader that dies may show what it had in hand
    while request := _frame(requests):
        content, file_name = pickle.loads(request)  # noqa: S301 - from the parent
        del request
        _limit_time(settings.max_reader_seconds)
        answer = _answer(content, file_name, settings)
        _limit_time(0)
        write_frame(answers, answer)
        if answer == MEMORY:
            return  # what is left of the process is not to be relied on


def _answer(content: bytes, file_name: str, settings: Settings) -> bytes:
    """Return what was read, or how the reading failed; a mistake of the reader is no reason to stop."""
    try:
        answer = pickle.dumps(read_return(content, file_name, settings))
    except MemoryError:
        return MEMORY
    except Exception as error:  # the other files have to be read
        return ERROR + _where(error).encode()
    if len(answer) > _MOST_ANSWER:
        detail = "The file has far more in it than a return: texts or figures that no return needs."
        answer = pickle.dumps(ParsedReturn(faults=[FileError("S112", detail)]))
    return RETURN + answer


def _where(error: Exception) -> str:
    """Return the kind of an error and the line that raised it, without its text, which may repeat the file."""
    traceback, place = error.__traceback__, ""
    while traceback is not None:
        place = f"{os.path.basename(traceback.tb_frame.f_code.co_filename)}:{traceback.tb_lineno}"  # noqa: PTH119
        traceback = traceback.tb_next
    return f"{type(error).__name__} at {place}"


def _limit_memory(size: int) -> None:
    """Limit what the process may hold; where the system knows no such limit, the time limit stands alone."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, most in ((resource.RLIMIT_DATA, size), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        within = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (within, within))
        except (ValueError, OSError):  # macOS refuses some
            continue


def _limit_time(seconds: float) -> None:
    """End the process after so many seconds of processor time; 0 takes the limit off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Send a frame."""
    stream.write(len(content).to_bytes(LENGTH, "big"))
    stream.write(content)
    stream.flush()


def _frame(stream: IO[bytes]) -> bytes:
    return read_frame(stream) or b""


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Receive a frame; None when the stream ends before it is whole."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        return None
    size = int.from_bytes(head, "big")
    content = stream.read(size)
    return content if len(content) == size else None


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # whoever asked has ended
        os._exit(1)
