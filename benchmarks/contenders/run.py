"""Runs one contender in a process of its own, maybe in another environment: `python run.py NAME RULES.json`.

For each line on standard input, a list of paths as JSON, it checks the files and answers with a line: seconds by the
clock (`wall`) and of the processor (`cpu`, children included), and the findings: file, code, item, ethnic group.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    name, rules = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints goes to standard error
    started = time.perf_counter()
    contender = importlib.import_module(name).Contender(rules)
    answers.write(json.dumps({"start": time.perf_counter() - started, "codes": contender.codes}) + "\n")
    answers.flush()
    for line in sys.stdin:
        paths = json.loads(line)
        wall, cpu = time.perf_counter(), _processor()
        findings = contender.check(paths)
        spent = {"wall": time.perf_counter() - wall, "cpu": _processor() - cpu}
        answers.write(json.dumps({**spent, "findings": findings}) + "\n")
        answers.flush()


def _processor() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    main()
