"""Change the code in small ways, one after another, and count which changes a test notices: python -m tests.mutation

The tests run once under coverage. Then for each change of a fixed random sample those tests run that ran the changed
line, quickest first, up to a budget of processor time. Prints a line for each change and one for each room. Exit
status 1 where fewer than `--floor` percent were noticed.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from queue import Queue

from tests.mutation.baseline import Baseline, run_pytest
from tests.mutation.mutants import Mutant, applied, copy_project, draw_mutants

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("indicators", "validation", "disclosure")
# The quick tests that should notice a change in one of them.
TESTS = ("tests/disclosure", "tests/validation", "tests/indicators", "tests/warehouse/test_counted_builds.py")


def main() -> int:
    """Make the sample, run tests for each change, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cosmic-ray", default="cosmic-ray", help="the program, from an environment of its own")
    parser.add_argument("--sample", type=int, default=20, help="changes in each room at most")
    parser.add_argument("--minutes", type=float, default=25.0, help="after so many no further change is begun")
    parser.add_argument("--recorded", action="store_true", help="take the recording of the tests that is there already")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=90.0, help="processor seconds of tests for a change")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=ROOMS)
    parser.add_argument("--floor", type=float, default=0.0)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "mutation" / "work")
    options = parser.parse_args()
    began = time.monotonic()
    folder = options.folder.resolve()
    program = shutil.which(options.cosmic_ray) or parser.error(f"there is no program {options.cosmic_ray}")
    program = str(Path(program).resolve())  # it runs in the copies
    copies: Queue[Path] = Queue()
    for number in range(options.workers):
        copy_project(ROOT, folder / f"copy-{number}")
        copies.put(folder / f"copy-{number}")
    rooms = [options.only] if options.only else ROOMS
    baseline = Baseline()
    with ThreadPoolExecutor(options.workers) as workers:
        recordings = [
            workers.submit(record_tests, copies, baseline, tests, folder, options.recorded) for tests in TESTS
        ]
        for recording in recordings:
            recording.result()
        say(f"{len(baseline.seconds)} tests recorded, {time.monotonic() - began:.0f} s")
        drawn = [draw_mutants(program, ROOT, room, folder, options.sample, options.seed) for room in rooms]
        mutants = [mutant for turn in zip_longest(*drawn) for mutant in turn if mutant]  # the rooms by turns
        until = time.monotonic() + 60 * options.minutes
        outcomes = workers.map(
            lambda mutant: try_mutant(program, copies, baseline, mutant, options.budget, until), mutants
        )
        noticed: dict[str, list[bool]] = {room: [] for room in rooms}
        for mutant, outcome in zip(mutants, outcomes, strict=True):
            if outcome:
                noticed[mutant.room].append(outcome.startswith("noticed"))
                say(f"  {mutant}: {outcome}")
    for room, ends in noticed.items():
        say(f"{room}: {sum(ends)} of {len(ends)} changes were noticed")
    ends = [end for room in rooms for end in noticed[room]]
    share = 100 * sum(ends) / len(ends)
    say(f"{sum(ends)} of {len(ends)} changes were noticed ({share:.0f}%), {time.monotonic() - began:.0f} s")
    return int(share < options.floor)


def record_tests(copies: "Queue[Path]", baseline: Baseline, tests: str, folder: Path, recorded: bool) -> None:
    """Record tests in a copy that nobody else uses, unless they are `recorded` already."""
    with borrowed(copies) as copy:
        if not recorded:
            baseline.record(copy, tests, folder)
        baseline.add(tests, folder)


def try_mutant(
    program: str, copies: "Queue[Path]", baseline: Baseline, mutant: Mutant, budget: float, until: float
) -> str:
    """Make a change, run its tests, and say what came of it; nothing is done after the time `until`.

    Raises:
        RuntimeError: pytest did not find the tests.
    """
    if time.monotonic() > until:
        return ""
    tests = baseline.choose_tests(mutant.file, mutant.line, budget)
    if not tests:
        return "NOT NOTICED: no test runs the file"
    limit = 240 + 10 * sum(baseline.seconds[test] for test in tests)  # others may use the machine
    with borrowed(copies) as copy, applied(program, copy, mutant) as difference:
        try:
            status, output = run_pytest(copy, ["-x", *tests], timeout=limit)
        except subprocess.TimeoutExpired:
            return "noticed, for the tests did not end"
    if status == 5 or "ERROR: not found:" in output:
        raise RuntimeError(f"The tests for {mutant} were not found:\n{output[-2000:]}")
    return f"noticed, with {len(tests)} tests at most" if status else f"NOT NOTICED by {len(tests)} tests: {difference}"


@contextmanager
def borrowed(copies: "Queue[Path]") -> Iterator[Path]:
    """Take a copy of the project that nobody else uses, and give it back."""
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
