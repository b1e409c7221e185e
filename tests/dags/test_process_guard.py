"""However the process that started Airflow ends, nothing that it started runs on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

# A stand-in for a part of Airflow: it has a child in a process group of its own, as Airflow's tasks have, and neither
# minds being asked to end.
PART = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "600"], preexec_fn=os.setpgrp)
open(sys.argv[1], "w").write(f"{os.getpid()} {child.pid}")
time.sleep(600)
"""
STARTER = """
import subprocess, sys, time
from wres.orchestration import process_guard
guard = process_guard.start_guard()
for path in sys.argv[2:]:
    part = subprocess.Popen([sys.executable, "-c", sys.argv[1], path], start_new_session=True)
    guard.stdin.write(b"%d\\n" % part.pid)
    guard.stdin.flush()
print(guard.pid, flush=True)
time.sleep(600)
"""


def _pids(path: Path) -> list[int]:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if path.exists() and len(pids := path.read_text().split()) == 2:
            return [int(pid) for pid in pids]
        time.sleep(0.05)
    raise TimeoutError(path)


def _living(pids: list[int]) -> list[int]:
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_survives_the_process_that_started_it(tmp_path: Path, signal_number: signal.Signals) -> None:
    files = [tmp_path / "first", tmp_path / "second"]
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, PART, *map(str, files)], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    with starter, starter.stdout:
        guard = int(starter.stdout.readline())
        pids = [pid for path in files for pid in _pids(path)]
        assert _living(pids) == pids
        os.kill(starter.pid, signal_number)
        starter.wait(10)
        until = time.monotonic() + 60
        while _living([*pids, guard]) and time.monotonic() < until:
            time.sleep(0.1)
    assert _living([*pids, guard]) == []
