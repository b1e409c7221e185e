"""Ten years of warehouse, or as many as the reference data has: what do a build and a release cost in the last year?

Every year is a simulated national collection that goes through every step. A build writes its own year and counts all
that there are; a release has tables and pages over all of them.
"""

import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

from benchmarks.measuring import PLACE, Figure, figure, fresh

QUESTION = "years"
_MOST_SECONDS, _MOST_GROWTH = 20, 0.5  # by the clock, as staff wait; for two processors without other work
_RUNS = 3  # of a release, each on a copy of the home: one alone is often slower by a third
_STEPS = ("collect", "build", "publish")  # to publish: the management release, the approval, the official release


def measure(years: int, returns: int | None) -> Iterator[Figure]:
    """Time by the clock, processor time and memory of each step by how many years there are; each in a fresh process.

    A release is timed several times, and its memory is read in a run of its own.

    With `returns` so many organisations send, else all of the register; of the years the last ones.
    """
    from wres.reference.year_config import configured_years
    from wres.settings import load_settings
    from wres.simulation.demo_collection import run_demo

    home = PLACE / f"home-years-{os.getpid()}"
    os.environ["WRES_HOME"] = str(home)
    spent: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)

    one_at_a_time = ThreadPoolExecutor(1)  # the demonstration publishes a year while it collects the next

    def run_step(step: str, year: int, as_of: datetime, note: str | None) -> None:
        arguments = {"step": step, "year": year, "as_of": as_of.isoformat(), "note": note}
        timing = one_at_a_time.submit(_time_step, home, step, arguments).result()
        spent[step, year].append(timing)

    measured = sorted(configured_years())[-years:]
    try:
        run_demo(load_settings(), measured, returns=returns, seed=1, progress=lambda *_: None, run_step=run_step)
    finally:
        one_at_a_time.shutdown(cancel_futures=True)
        del os.environ["WRES_HOME"]
        shutil.rmtree(home, ignore_errors=True)
    for kind, key, targets in (("clock", "wall", (_MOST_SECONDS, _MOST_GROWTH)), ("processor", "cpu", (None, None))):
        seconds = [sum(part[key] for part in spent["publish", year]) for year in measured]
        name = f"{len(measured)} years: checklist, approval and both releases, {kind}"
        yield figure(QUESTION, name, [seconds[-1]], "s", target=targets[0])
        if len(measured) > 1:  # the slope of the line through all years, for one year's seconds swing
            growth = linear_regression(range(len(measured)), seconds).slope
            yield figure(QUESTION, f"releases: growth with each year, {kind}", [growth], "s", target=targets[1])
    for step in _STEPS:
        cost = {key: [sum(timing[key] for timing in spent[step, year]) for year in measured] for key in ("wall", "cpu")}
        for number, year in enumerate(measured, start=1):
            yield figure(QUESTION, f"{number} years: {step}, clock", [cost["wall"][number - 1]], "s")
            yield figure(QUESTION, f"{number} years: {step}, processor", [cost["cpu"][number - 1]], "s")
            peak = max(timing["peak_mb"] for timing in spent[step, year])
            yield figure(QUESTION, f"{number} years: {step}, memory", [peak], "MB")
        name = f"{step}: with {len(measured)} years, of that with one"
        yield figure(QUESTION, name, [cost["cpu"][-1] / cost["cpu"][0]], "times")


def _time_step(home: Path, step: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a step, and return its seconds and memory; of a release the median seconds of several runs before it."""
    runs = [_publish_copy(home, arguments) for _ in range(_RUNS)] if step == "publish" else []
    timing = fresh("years:run", None, **arguments)
    return {**timing, **{key: median(run[key] for run in runs) for key in ("wall", "cpu") if runs}}


def _publish_copy(home: Path, arguments: dict[str, Any]) -> dict[str, Any]:
    """Publish in a copy of the home, which is made by another process: this one may have its database open."""
    copy = home.with_name(f"{home.name}-copy")
    subprocess.run(["cp", "-a", str(home), str(copy)], check=True)
    try:
        return fresh("years:run", {"WRES_HOME": str(copy)}, is_memory_read=False, **arguments)
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(copy)], check=True)  # releases may not be written to
        shutil.rmtree(copy)


def run(step: str, year: int, as_of: str, note: str | None) -> None:
    """Run one step as the demonstration does; publishing is without the local reports."""
    from wres import steps
    from wres.context import open_context
    from wres.settings import load_settings
    from wres.simulation.direct_steps import publish_directly

    then = datetime.fromisoformat(as_of)
    if step == "publish":
        publish_directly(load_settings(), year, then, note)
    else:
        {"collect": steps.collect, "build": steps.build}[step](open_context(year).at(then))
