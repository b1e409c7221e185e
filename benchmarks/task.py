"""Runs one function in this process and prints what it took: `python -m benchmarks.task MODULE:FUNCTION ARGUMENTS`."""

import importlib
import json
import os
import resource
import sys
import time


def _processor() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    module, name = sys.argv[1].split(":")
    function = getattr(importlib.import_module(f"benchmarks.{module}"), name)
    wall, cpu = time.perf_counter(), _processor()
    result = function(**json.loads(sys.argv[2]))
    spent = {"wall": time.perf_counter() - wall, "cpu": _processor() - cpu}
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**spent, "own_peak_mb": own, "result": result}, default=str))


if __name__ == "__main__":
    main()
