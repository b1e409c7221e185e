"""Run all targets, one after the other, for some minutes: python tests/fuzzing --minutes 60

Exit status 1 where a target failed. The input on which it failed is kept in var/fuzz/TARGET/failures;
`python tests/fuzzing/start.py TARGET var/fuzz/TARGET FILE` runs it again. The next run goes on from the inputs in
var/fuzz/TARGET/corpus.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"workbook": 300_000, "csv": 20_000, "validation": 2_000, "report": 4_000, "template": 2_000}  # longest input
_LIMITS = ("-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=1")


def main() -> int:
    """Run the targets, and print a line for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--only", choices=TARGETS)
    chosen = options.parse_args()
    targets = [chosen.only] if chosen.only else list(TARGETS)
    seconds = max(1, round(60 * chosen.minutes / len(targets)))
    failed = [target for target in targets if not _run_target(target, seconds)]
    return 1 if failed else 0


def _run_target(target: str, seconds: int) -> bool:
    """Run a target for so many seconds; return whether it held."""
    folder = ROOT / "var" / "fuzz" / target
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    command = [sys.executable, Path(__file__).with_name("start.py"), target, folder, *_LIMITS]
    command += [f"-max_total_time={seconds}", f"-max_len={TARGETS[target]}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WRES_")}
    with log.open("wb") as output:
        status = subprocess.run(
            command,  # type: ignore[arg-type]
            env={**environment, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "pipeline")))},
            stdout=output,
            stderr=output,
            check=False,
        ).returncode
    log_text = log.read_text("utf-8", errors="replace")
    inputs, points = _last_number(log_text, r"number_of_executed_units: (\d+)"), _last_number(log_text, r" cov: (\d+)")
    memory = _last_number(log_text, r"peak_rss_mb: +(\d+)")
    _print_line(f"{target}: {inputs} inputs in {seconds} s, coverage {points}, peak {memory} MB")
    if status:
        _print_line(f"{target} FAILED with status {status}. The log says on which input: {log.relative_to(ROOT)}")
    return status == 0


def _last_number(text: str, pattern: str) -> str:
    return (re.findall(pattern, text) or ["?"])[-1]  # type: ignore[no-any-return]


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
