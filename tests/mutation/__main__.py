"""Change the code in small ways, one after another, and count which changes a test notices: python -m tests.mutation

Cosmic Ray makes the changes in a copy of the project; a sample of them is drawn, the same for the same seed. Prints a
line a room, and what survived. Exit status 1 where fewer than `--floor` percent were noticed.
"""

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Each room, and the quick tests that should notice a change in it.
ROOMS = {
    "indicators": ["tests/indicators", "tests/backtests"],
    "validation": ["tests/validation"],
    "disclosure": ["tests/disclosure"],
}
_COPIED = ("pipeline", "sql", "expectations", "dags", "docs", "tests", "benchmarks", "pyproject.toml", "README.md")
_TIMEOUT = 300  # seconds for the tests of one change; a change that makes them take longer is noticed


def main() -> int:
    """Make the sample, run the tests once for each change, and say what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cosmic-ray", default="cosmic-ray", help="the program, from an environment of its own")
    options.add_argument("--sample", type=int, default=10, help="changes in each room")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", choices=ROOMS)
    options.add_argument("--floor", type=float, default=0.0)
    options.add_argument("--folder", type=Path, default=ROOT / "var" / "mutation" / "work")
    chosen = options.parse_args()
    noticed, made = 0, 0
    for room in [chosen.only] if chosen.only else ROOMS:
        outcomes, survivors = _try_room(room, chosen.cosmic_ray, chosen.sample, chosen.seed, chosen.folder / room)
        noticed, made = noticed + outcomes["KILLED"], made + outcomes.total()
        _say(f"{room}: {outcomes['KILLED']} of {outcomes.total()} changes were noticed")
        for survivor in survivors:
            _say(f"  not noticed: {survivor}")
    share = 100 * noticed / made if made else 100.0
    _say(f"{noticed} of {made} changes were noticed ({share:.0f}%)")
    return int(share < chosen.floor)


def _try_room(room: str, program: str, sample: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """Return how many changes of a room came to which end, and which of them no test noticed."""
    copy, session = folder / "copy", folder / "session.sqlite"
    shutil.rmtree(folder, ignore_errors=True)
    copy.mkdir(parents=True)
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    tests = f"{sys.executable} -m pytest -n 0 -x -q -p no:cacheprovider -m 'not slow' {' '.join(ROOMS[room])}"
    command = f"env PYTHONPATH={copy / 'pipeline'} {tests}"
    (folder / "config.toml").write_text(
        f'[cosmic-ray]\nmodule-path = "pipeline/wres/{room}"\ntimeout = {_TIMEOUT}\nexcluded-modules = []\n'
        f'test-command = "{command}"\n[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )
    subprocess.run([program, "init", folder / "config.toml", session], cwd=copy, check=True, capture_output=True)
    _draw(session, sample, seed)
    began = time.monotonic()
    subprocess.run([program, "exec", folder / "config.toml", session], cwd=copy, check=True, capture_output=True)
    _say(f"{room}: {time.monotonic() - began:.0f} s")
    return _outcomes(session)


def _draw(session: Path, sample: int, seed: int) -> None:
    """Leave a random sample of the planned changes in a session, at most one of a file until all files have one."""
    with sqlite3.connect(session) as connection:
        planned = connection.execute("SELECT job_id, module_path FROM mutation_specs ORDER BY job_id").fetchall()
        rows = connection.execute(
            "SELECT job_id, module_path, operator_name, start_pos_row, occurrence FROM mutation_specs "
            "ORDER BY module_path, start_pos_row, operator_name, occurrence, job_id"
        ).fetchall()
        assert len(rows) == len(planned)
        draw, by_file = random.Random(seed), defaultdict(list)
        for job, path, *_ in rows:
            by_file[path].append(job)
        chosen: set[str] = set()
        while len(chosen) < min(sample, len(rows)):
            for path in draw.sample(sorted(by_file), len(by_file)):
                if by_file[path] and len(chosen) < sample:
                    chosen.add(by_file[path].pop(draw.randrange(len(by_file[path]))))
        for job, *_ in rows:
            if job not in chosen:
                connection.execute("DELETE FROM mutation_specs WHERE job_id = ?", (job,))
                connection.execute("DELETE FROM work_items WHERE job_id = ?", (job,))


def _outcomes(session: Path) -> tuple[Counter[str], list[str]]:
    """Read how each change ended; the name of an outcome is Cosmic Ray's."""
    with sqlite3.connect(session) as connection:
        rows = connection.execute(
            "SELECT s.module_path, s.start_pos_row, s.operator_name, r.test_outcome, r.worker_outcome "
            "FROM mutation_specs s JOIN work_results r ON r.job_id = s.job_id"
        ).fetchall()
    ends: Counter[str] = Counter()
    survivors = []
    for path, row, operator, outcome, worker in rows:
        end = str(outcome or worker).rsplit(".", 1)[-1].upper()
        ends["KILLED" if end == "INCOMPETENT" else end] += 1
        if end == "SURVIVED":
            survivors.append(f"{path}:{row} {operator.removeprefix('core/')}")
    return ends, sorted(survivors)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
