"""Change the code in small ways, one after another, and count which changes a test notices: python -m tests.mutation

The tests run once under coverage. Then for each change of a fixed random sample those tests run that ran the changed
line, quickest first, up to a budget of processor time. All ends within `--minutes`: the changes share what is left of
them after the recording, and a change whose tests have not ended by then is not counted. Prints a line for each change
and one for each room. Exit status 1 where fewer than `--floor` percent were noticed, 2 where no change was tried.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
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
    """Draw the sample, run tests for each change, and print which changes were noticed."""
    options = read_options()
    began = time.monotonic()
    deadline = began + 60 * options.minutes
    folder = options.folder.resolve()
    copies: Queue[Path] = Queue()
    for number in range(options.workers):
        copy_project(ROOT, folder / f"copy-{number}")
        copies.put(folder / f"copy-{number}")
    rooms = [options.only] if options.only else ROOMS
    baseline = Baseline()
    with ThreadPoolExecutor(options.workers) as workers:
        recordings = [
            workers.submit(record_tests, copies, baseline, tests, folder, options.recorded, deadline) for tests in TESTS
        ]
        try:
            for recording in recordings:
                recording.result()
        except subprocess.TimeoutExpired:
            print_line(f"The tests did not run once within {options.minutes:g} minutes. Give more: --minutes")
            return 2
        print_line(f"{len(baseline.seconds)} tests recorded, {time.monotonic() - began:.0f} s")
        drawn = [draw_mutants(options.cosmic_ray, ROOT, room, folder, options.sample, options.seed) for room in rooms]
        mutants = [mutant for turn in zip_longest(*drawn) for mutant in turn if mutant]  # the rooms by turns
        trial = Trial(options.cosmic_ray, copies, baseline, options.budget, options.workers, deadline, len(mutants))
        noticed: dict[str, list[bool]] = {room: [] for room in rooms}
        for mutant, outcome in zip(mutants, workers.map(trial.run, mutants), strict=True):
            if outcome:
                noticed[mutant.room].append(outcome.startswith("noticed"))
                print_line(f"  {mutant}: {outcome}")
    for room, outcomes in noticed.items():
        print_line(f"{room}: {sum(outcomes)} of {len(outcomes)} changes were noticed")
    counted = [outcome for outcomes in noticed.values() for outcome in outcomes]
    if len(counted) < len(mutants):
        print_line(f"{len(mutants) - len(counted)} changes were not tried: the {options.minutes:g} minutes were over")
    if not counted:
        return 2
    share = 100 * sum(counted) / len(counted)
    seconds = time.monotonic() - began
    print_line(f"{sum(counted)} of {len(counted)} changes were noticed ({share:.0f}%), {seconds:.0f} s")
    return int(share < options.floor)


def read_options() -> argparse.Namespace:
    """Read the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cosmic-ray", default="cosmic-ray", help="the program, from an environment of its own")
    parser.add_argument("--sample", type=int, default=20, help="changes in each room at most")
    parser.add_argument("--minutes", type=float, default=25.0, help="for everything, with the first run of the tests")
    parser.add_argument("--recorded", action="store_true", help="take the recording of the tests that is there already")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=90.0, help="processor seconds of tests for a change at most")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", choices=ROOMS)
    parser.add_argument("--floor", type=float, default=0.0)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "mutation" / "work")
    options = parser.parse_args()
    program = shutil.which(options.cosmic_ray) or parser.error(f"there is no program {options.cosmic_ray}")
    options.cosmic_ray = str(Path(program).resolve())  # it runs in the copies
    return options


def record_tests(
    copies: "Queue[Path]", baseline: Baseline, tests: str, folder: Path, recorded: bool, deadline: float
) -> None:
    """Record tests in a copy that nobody else uses, unless they are `recorded` already.

    Raises:
        subprocess.TimeoutExpired: they did not end by the deadline, a time of `time.monotonic`.
    """
    with borrow_copy(copies) as copy:
        if not recorded:
            baseline.record(copy, tests, folder, max(deadline - time.monotonic(), 0))
        baseline.add(tests, folder)


@dataclass
class Trial:
    """Makes changes and runs their tests, several at once; `deadline` is a time of `time.monotonic`."""

    program: str
    copies: "Queue[Path]"
    baseline: Baseline
    budget: float
    workers: int
    deadline: float
    remaining: int  # changes that are not begun yet

    def run(self, mutant: Mutant) -> str:
        """Make a change, run its tests, and return the outcome; empty where the deadline came first.

        Raises:
            RuntimeError: pytest did not find the tests.
        """
        seconds = self.deadline - time.monotonic()
        share = seconds * self.workers / max(self.remaining, 1)
        self.remaining -= 1
        if seconds <= 0:
            return ""
        tests = self.baseline.choose_tests(mutant.file, mutant.line, min(self.budget, share))
        if not tests:
            return "NOT NOTICED: no test runs the file"
        limit = 240 + 10 * sum(self.baseline.seconds[test] for test in tests)  # others may use the machine
        with borrow_copy(self.copies) as copy, applied(self.program, copy, mutant) as difference:
            try:
                status, output = run_pytest(copy, ["-x", *tests], timeout=min(limit, seconds))
            except subprocess.TimeoutExpired:
                return "" if seconds < limit else "noticed, for the tests did not end"
        if status == 5 or "ERROR: not found:" in output:
            raise RuntimeError(f"The tests for {mutant} were not found:\n{output[-2000:]}")
        if status:
            return f"noticed, with {len(tests)} tests at most"
        return f"NOT NOTICED by {len(tests)} tests: {difference}"


@contextmanager
def borrow_copy(copies: "Queue[Path]") -> Iterator[Path]:
    """Take a copy of the project that nobody else uses, and give it back."""
    copy = copies.get()
    try:
        yield copy
    finally:
        copies.put(copy)


def print_line(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
