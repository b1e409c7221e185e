"""Which tests run which line, and how long each test takes: the tests, run once under coverage."""

import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from coverage import CoverageData

from tests.mutation.recorder import SECONDS

_OPTIONS = ["-n", "0", "--dist=no", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=1"]


@dataclass
class Baseline:
    """What the tests do while the code is as it is: processor seconds by test, and the tests that ran a line."""

    seconds: dict[str, float] = field(default_factory=dict)
    by_line: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    by_file: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def choose_tests(self, file: str, line: int, budget: float) -> list[str]:
        """Choose tests for a change of a line, at least one if any ran the file: who ran the line, quickest first.

        A line that runs at import, or once for many tests, is recorded for no test or one. So the other tests of the
        same files follow. `budget`: processor seconds for all of them.
        """
        direct = self.by_line.get((file, line)) or self.by_file.get(file, set())
        files = {test.partition("::")[0] for test in direct}
        others = {test for test in self.seconds if test.partition("::")[0] in files} - direct
        chosen: list[str] = []
        for test in [*self._quickest_first(direct), *self._quickest_first(others)]:
            if not chosen or budget >= self.seconds[test]:
                chosen.append(test)
                budget -= self.seconds[test]
        return chosen

    def _quickest_first(self, tests: Iterable[str]) -> list[str]:
        return sorted(tests, key=lambda test: (self.seconds[test], test))

    def record(self, copy: Path, tests: str, folder: Path, timeout: float) -> None:
        """Run the quick tests of a file or folder once, and keep what they ran in a folder.

        Raises:
            RuntimeError: a test fails though nothing is changed.
            subprocess.TimeoutExpired: they took longer than `timeout` seconds.
        """
        data, durations = _files(tests, folder)
        options = [
            "-p",
            "tests.mutation.recorder",
            "--cov",
            "--cov-context=test",
            "--cov-report=",
            "--cov-fail-under=0",
        ]
        durations.unlink(missing_ok=True)
        _, output = run_pytest(
            copy, [*options, "-m", "not slow", tests], timeout, {"COVERAGE_FILE": str(data), SECONDS: str(durations)}
        )
        if not durations.exists():
            raise RuntimeError(f"{tests} fails before anything is changed:\n{output[-3000:]}")

    def add(self, tests: str, folder: Path) -> None:
        """Read what was recorded of the tests of a file or folder."""
        data, durations = _files(tests, folder)
        self.seconds |= json.loads(durations.read_text(encoding="utf-8"))
        coverage = CoverageData(str(data))
        coverage.read()
        for path in coverage.measured_files():
            file = f"pipeline/{path.rpartition('/pipeline/')[2]}"
            for line, contexts in coverage.contexts_by_lineno(path).items():
                ran = {test for context in contexts if (test := context.rpartition("|")[0]) in self.seconds}
                self.by_line[file, line] |= ran
                self.by_file[file] |= ran


def _files(tests: str, folder: Path) -> tuple[Path, Path]:
    name = tests.replace("/", "-")
    return folder / f"{name}.coverage", folder / f"{name}.json"


def run_pytest(
    copy: Path, arguments: list[str], timeout: float, variables: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Run tests in a copy of the project, with the code of that copy; return the exit status and the output.

    Raises:
        subprocess.TimeoutExpired: they took longer than `timeout` seconds; they and the processes that they started
            are ended.
    """
    environment = {
        **os.environ,
        **(variables or {}),
        "PYTHONPATH": str(copy / "pipeline"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(copy.with_name(f"{copy.name}-tmp")),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *_OPTIONS, *arguments],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a group of their own, with all that the tests start
    ) as process:
        try:
            output, _ = process.communicate(timeout=timeout)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, output
