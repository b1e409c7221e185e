"""Start times: how long does a person wait for a command on one file, or on none?"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import PLACE, Figure, figure, fresh

QUESTION = "start"
_WRES = str(Path(sys.executable).with_name("wres"))


def measure(runs: int) -> Iterator[Figure]:
    """Three commands in turn, by the clock and of the processor."""
    home = PLACE / "home-start"
    blank = PLACE / "blank.xlsx"
    environment = {**os.environ, "WRES_HOME": str(home)}
    fresh("starting:blank", {"WRES_HOME": str(home)}, path=str(blank))
    commands = {"--help": 0.2, "status 2022": 0.8, f"check {blank}": 5.0}
    found: dict[str, list[tuple[float, float]]] = {command: [] for command in commands}
    for _ in range(runs):
        for command in commands:
            found[command].append(_once(command.split(), environment))
    for command, most in commands.items():
        name = f"wres {command.split()[0]}"
        yield figure(QUESTION, f"{name}, clock", [wall for wall, _ in found[command]], "s", target=most)
        yield figure(QUESTION, f"{name}, processor", [cpu for _, cpu in found[command]], "s")


def blank(path: str) -> str:
    """A blank workbook of a trust."""
    from wres.adhoc import write_prefilled_template
    from wres.context import open_context

    return str(write_prefilled_template(open_context(2022), "RXY", Path(path)))


def _once(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([_WRES, *arguments], env=environment, capture_output=True, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
