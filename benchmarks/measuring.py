"""What is measured and how: figures, a task in a fresh process with its seconds and its memory, medians."""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "var" / "bench"  # returns, homes and the environments of the alternatives; git ignores it
COMMAND = "make bench"
_LOOK_EVERY = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the results.

    `noise` is half the range of the middle half of the runs, beside their median; 0 where there was one run. `least`
    says that more is better, and the target is a least one. `pace` is the machine's in that invocation, see `pace`.
    """

    question: str
    name: str
    value: float
    unit: str
    noise: float = 0.0
    runs: int = 1
    target: float | None = None
    least: bool = False
    note: str = ""
    pace: float | None = None

    @property
    def met(self) -> bool | None:
        """Return whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.least else self.value <= self.target


def figure(question: str, name: str, values: Sequence[float], unit: str, **more: Any) -> Figure:
    """Return the median of some runs, with their noise."""
    median = statistics.median(values)
    quarters = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [median] * 3
    noise = (quarters[2] - quarters[0]) / 2 / median if median else 0.0
    return Figure(question, name, round(median, 4), unit, round(noise, 3), len(values), **more)


def ratios(question: str, name: str, ours: Sequence[float], theirs: Sequence[float], **more: Any) -> Figure:
    """Return how many times as long the other takes, run by run."""
    return figure(
        question,
        name,
        [their_time / our_time for our_time, their_time in zip(ours, theirs, strict=True)],
        "times",
        **more,
    )


def pace(runs: int = 9) -> float:
    """Return the processor seconds of a fixed piece of work, mixed as in the pipeline: how fast this machine is now.

    The same code takes twice as long on another machine, or on the same one while its neighbours are busy. Beside this,
    times of two days can be compared.
    """
    return statistics.median(_fixed_work() for _ in range(runs))


def _fixed_work() -> float:
    started = time.process_time()
    counts = {f"R{number:05d}": Decimal(number % 997) for number in range(60_000)}
    text = json.dumps({code: str(count) for code, count in counts.items()})
    known = {code: int(count) for code, count in json.loads(text).items()}
    assert sum(known.values()) == sum(counts.values())
    np.sort(np.random.default_rng(1).random(500_000))
    return time.process_time() - started


def fresh(
    task: str, environment: Mapping[str, str] | None = None, *, is_memory_read: bool = True, **given: Any
) -> dict[str, Any]:
    """Run `module:function` of this folder in a new Python.

    Reading the memory of processes again and again takes a fifth of a processor where they are large. Where all
    processors have work, read it in another run than the one that is timed.

    Returns:
        wall and cpu: seconds of the function, its children's processor time included; whole: seconds of the process;
        peak_mb: the most memory of the process and its children together (pages that they share count once), or of
        the process alone; result.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.task", task, json.dumps(given)],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = _Peak(process.pid)
    if is_memory_read:
        peak.start()
    output, _ = process.communicate()
    if is_memory_read:
        peak.stop()
    if process.returncode:
        raise RuntimeError(f"{task} failed; its error is printed above")
    answer: dict[str, Any] = json.loads(output.splitlines()[-1])
    task_peak = answer.pop("own_peak_mb")
    return {**answer, "whole": time.perf_counter() - started, "peak_mb": round(max(peak.mb, task_peak), 1)}


class _Peak(threading.Thread):
    """Measures the memory of a process and its children now and then."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.mb = 0.0
        self._pid, self._done = pid, threading.Event()

    def run(self) -> None:
        while not self._done.wait(_LOOK_EVERY):
            self.mb = max(self.mb, sum(_memory(pid) for pid in _family(self._pid)))

    def stop(self) -> None:
        self._done.set()
        self.join()


def _family(pid: int) -> list[int]:
    family = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                family += _family(int(child))
    except OSError:
        pass
    return family


def _memory(pid: int) -> float:
    """Return the megabytes of a process; a page that several processes share is divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def processor_time(process: psutil.Process) -> float:
    """Return the processor seconds of a process and all below it, also of those that ended and were waited for."""
    total = 0.0
    for member in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):
            times = member.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
