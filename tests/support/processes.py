"""Watch processes that a test has started through others."""

import time
from collections.abc import Collection
from pathlib import Path


def is_running(process: int) -> bool:
    """Whether there is such a process, other than one that has ended and was not waited for."""
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def require_ended(processes: Collection[int], within: float) -> None:
    """Require that there were processes, and that all end within these seconds."""
    assert processes
    until = time.monotonic() + within
    while any(map(is_running, processes)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(is_running, processes))
