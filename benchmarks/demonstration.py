"""The demonstration: how long does somebody wait who tries the product for the first time?"""

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from benchmarks.measuring import PLACE, Figure, figure

QUESTION = "demo"
_WRES = str(Path(sys.executable).with_name("wres"))
_MOST_SECONDS = 25
_SET_CHILD_SUBREAPER = 36  # of prctl, in linux/prctl.h


def measure(returns: int | None) -> Iterator[Figure]:
    """Measure `wres demo` of two years in an empty home, once: all organisations of the register send, or so many."""
    home = PLACE / f"home-demo-{os.getpid()}"
    options = [] if returns is None else ["--returns", str(returns)]
    _adopt_orphans()
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    try:
        command = [_WRES, "demo", "--years", "2021", "2022", *options]
        environment = {**os.environ, "WRES_HOME": str(home)}
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        wall = time.perf_counter() - started
        _wait_for_all()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(home)], check=False)
        shutil.rmtree(home, ignore_errors=True)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    target = _MOST_SECONDS if returns is None else None
    yield figure(QUESTION, "wres demo of two years, clock", [wall], "s", target=target)
    yield figure(QUESTION, "wres demo of two years, processor", [spent], "s")


def _adopt_orphans() -> None:
    """Become the parent of the process that imports the libraries, which ends a second after the command."""
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _wait_for_all() -> None:
    """Wait until no child is left, so that the processor time of all is known."""
    with suppress(ChildProcessError):
        while True:
            os.wait()
