"""A national round: what does each step take, for workbooks and for CSV files?

Every step runs in a fresh process, as a task of the DAG does. `start` is the same step of a round of two returns.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from benchmarks.measuring import PLACE, Figure, figure, fresh

QUESTION = "national round"
YEAR = 2022
STEPS = ("receive", "validate", "answer", "build", "release", "approve", "official")
_IN_TIME, _RELEASED = "2022-06-10T12:00", "2023-03-10T12:00"


def measure(size: int, runs: int) -> Iterator[Figure]:
    """Measure both forms: seconds and memory by step, and the whole round."""
    for form in ("csv", "xlsx"):
        small, rounds = [], []
        with homes() as within:
            for _ in range(runs):
                small.append(round_of(2, form, within))
                rounds.append(round_of(size, form, within))
        for step in STEPS:
            name = f"{size} {form}: {step}"
            yield figure(QUESTION, f"{name}, processor", [timing[step]["cpu"] for timing in rounds], "s")
            yield figure(QUESTION, f"{name}, clock", [timing[step]["wall"] for timing in rounds], "s")
            yield figure(QUESTION, f"{name}, memory", [timing[step]["peak_mb"] for timing in rounds], "MB")
        start, whole = ([_processor(timings) for timings in measured] for measured in (small, rounds))
        yield figure(QUESTION, f"{size} {form}: all steps, processor", whole, "s")
        yield figure(QUESTION, f"2 {form}: all steps (start-up), processor", start, "s")


def _processor(timings: dict[str, dict[str, float]]) -> float:
    """Add up the processor time of all steps of a round."""
    return sum(timings[step]["cpu"] for step in STEPS)


@contextmanager
def homes() -> Iterator[Path]:
    """Give a folder for the homes of rounds, removed when all of them are over.

    Not one by one: a file system may look long for room for a new file where many were removed a moment ago.
    """
    PLACE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="homes-", dir=PLACE, ignore_cleanup_errors=True) as within:
        yield Path(within)


def round_of(size: int, form: str, within: Path, one_in: int = 20) -> dict[str, dict[str, float]]:
    """Run one round in a new home, step by step, and return what each step took."""
    home = mkdtemp(dir=within)
    environment = {"WRES_HOME": home, "WRES_AS_OF": _IN_TIME}
    fresh("national:prepare", environment, home=home, size=size, form=form, one_in=one_in)
    timings = {}
    for step in STEPS:
        if step == "official":
            environment["WRES_AS_OF"] = _RELEASED
        timings[step] = fresh("national:run", environment, step=step)
    return timings


def prepare(home: str, size: int, form: str, one_in: int) -> int:
    """Make a simulated home whose register holds the nation, with every return in the inbox."""
    from benchmarks.nation import files, register
    from wres.database.organisations import replace_register
    from wres.simulation.marking import mark_simulated
    from wres.steps import open_context

    mark_simulated(Path(home), has_real_receipts=False)
    replace_register(open_context(YEAR).database, register(size))
    past = time.time() - 60  # nobody is writing them any more
    sent = files(PLACE / "returns", size, form, one_in=one_in)
    for code, path in sent:
        folder = Path(home) / "inbox" / str(YEAR) / code
        folder.mkdir(parents=True)
        os.utime(shutil.copy(path, folder), (past, past))
    os.sync()  # else the first step would wait until the disk has what was copied here
    return len(sent)


def run(step: str) -> Any:
    """Run one step of the pipeline, as a command calls it."""
    from wres import steps
    from wres.parallel import cpu_count

    if step == "approve":
        warnings = [item["code"] for item in steps.checklist(steps.open_context(YEAR)) if item["severity"] == "warning"]
        return steps.approve(steps.open_context(YEAR), "the benchmark", "benchmark", warnings)["build"]
    calls: dict[str, Callable[..., Any]] = {
        "receive": steps.receive,
        "validate": partial(steps.validate_pending, processes=cpu_count()),
        "answer": partial(steps.send_pending_reports, processes=cpu_count()),
        "build": steps.build,
        "release": steps.publish,
        "official": steps.publish,
    }
    done = calls[step](steps.open_context(YEAR))
    return len(done) if isinstance(done, list) else done
