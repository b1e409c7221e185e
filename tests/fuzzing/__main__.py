"""All targets one after the other for some minutes: python tests/fuzzing --minutes 60. Exit status 1 where one fell.

What brought a target down is kept in var/fuzz/TARGET/found; `python tests/fuzzing/start.py TARGET var/fuzz/TARGET FILE`
shows it again. The corpus in var/fuzz/TARGET/corpus is what the next run goes on from.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"workbook": 300_000, "csv": 20_000, "judging": 2_000, "report": 4_000, "template": 2_000}  # longest input
_LIMITS = ("-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1", "-verbosity=1")


def main() -> int:
    """Fuzz, and say in a line a target what was done."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--only", choices=TARGETS)
    chosen = options.parse_args()
    targets = [chosen.only] if chosen.only else list(TARGETS)
    seconds = max(1, round(60 * chosen.minutes / len(targets)))
    fallen = [target for target in targets if not _fuzz(target, seconds)]
    return 1 if fallen else 0


def _fuzz(target: str, seconds: int) -> bool:
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
    said = log.read_text("utf-8", errors="replace")
    inputs, points = _last(said, r"number_of_executed_units: (\d+)"), _last(said, r" cov: (\d+)")
    memory = _last(said, r"peak_rss_mb: +(\d+)")
    _say(f"{target}: {inputs} inputs in {seconds} s, coverage {points}, peak {memory} MB")
    if status:
        _say(f"{target} FELL with status {status}; what brought it down is told in {log.relative_to(ROOT)}")
    return status == 0


def _last(text: str, pattern: str) -> str:
    return (re.findall(pattern, text) or ["?"])[-1]  # type: ignore[no-any-return]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
