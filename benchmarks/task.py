"""Runs one function in this process and prints what it took: `python -m benchmarks.task MODULE:FUNCTION ARGUMENTS`."""

import importlib
import json
import os
import sys
import time
from pathlib import Path


def _processor() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _most_memory() -> float:
    """Megabytes of this process at its largest; `getrusage` counts what its parent held as well."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    module, name = sys.argv[1].split(":")
    function = getattr(importlib.import_module(f"benchmarks.{module}"), name)
    wall, cpu = time.perf_counter(), _processor()
    result = function(**json.loads(sys.argv[2]))
    spent = {"wall": time.perf_counter() - wall, "cpu": _processor() - cpu}
    print(json.dumps({**spent, "own_peak_mb": _most_memory(), "result": result}, default=str))


if __name__ == "__main__":
    main()
