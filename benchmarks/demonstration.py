"""The demonstration: how long does somebody wait who tries the product for the first time?"""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import PLACE, Figure, figure

QUESTION = "demo"
_WRES = str(Path(sys.executable).with_name("wres"))
_MOST_SECONDS = 25


def measure(returns: int | None) -> Iterator[Figure]:
    """Measure `wres demo` of two years in an empty home, once: all organisations of the register send, or so many."""
    home = PLACE / f"home-demo-{os.getpid()}"
    options = [] if returns is None else ["--returns", str(returns)]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    try:
        command = [_WRES, "demo", "--years", "2021", "2022", *options]
        subprocess.run(command, env={**os.environ, "WRES_HOME": str(home)}, capture_output=True, check=True)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(home)], check=False)
        shutil.rmtree(home, ignore_errors=True)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    target = _MOST_SECONDS if returns is None else None
    yield figure(QUESTION, "wres demo of two years, clock", [wall], "s", target=target)
    yield figure(QUESTION, "wres demo of two years, processor", [spent], "s")
