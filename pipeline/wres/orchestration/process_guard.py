"""End the processes of the local Airflow when the process that started them is gone, even if that was killed.

Each part of Airflow leads a session of its own, which all that it starts belongs to. The starter writes the number of
each session to this process as a line and keeps the pipe open for as long as it lives. The pipe closes with it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from typing import IO

import psutil

_GRACE = 15  # seconds for a running task when all is to end
_LOOK_EVERY = 0.2  # seconds


def start_guard() -> "subprocess.Popen[bytes]":
    """Start the guard; write the number of each session to its `stdin`, and close that to end them all."""
    return subprocess.Popen(
        [sys.executable, "-m", "wres.orchestration.process_guard"], stdin=subprocess.PIPE, start_new_session=True
    )


def end_sessions(leaders: Collection[int]) -> None:
    """End every process of these sessions: ask the leaders, wait some seconds, then kill the others."""
    sessions = frozenset(leaders)
    for process in _members(sessions):
        if process.pid in sessions:
            with suppress(psutil.NoSuchProcess):
                process.terminate()  # Airflow's scheduler lets running tasks end
    until = time.monotonic() + _GRACE
    while (members := _members(sessions)) and time.monotonic() < until:
        time.sleep(_LOOK_EVERY)
    while members:  # again and again, for a process may have started another meanwhile
        for process in members:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        time.sleep(_LOOK_EVERY)
        members = _members(sessions)


def _members(sessions: frozenset[int]) -> list[psutil.Process]:
    """Return the living processes of sessions; a session keeps its number after its leader has ended.

    One that has ended is a zombie until its parent asks for it, and its parent may be waiting for this process.
    """
    members = []
    for process in psutil.process_iter():
        with suppress(ProcessLookupError, PermissionError, psutil.Error):
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    return members


def _guard(lines: IO[str]) -> None:
    """Read the sessions until the pipe closes, then end them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_sessions([int(line) for line in lines])


if __name__ == "__main__":
    _guard(sys.stdin)
