"""Small changes of the code, as Cosmic Ray makes them: planned, drawn at random, and made in a copy of the project."""

import random
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_COPIED = ("pipeline", "sql", "expectations", "dags", "docs", "tests", "benchmarks", "pyproject.toml", "README.md")


@dataclass(frozen=True, order=True)
class Mutant:
    """One change: a file, a place in it, an operator of Cosmic Ray, and which of its occurrences in the file."""

    file: str
    line: int
    column: int
    operator: str
    occurrence: int

    @property
    def room(self) -> str:
        return self.file.split("/")[2]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.operator.removeprefix('core/')}"


def copy_project(root: Path, copy: Path) -> None:
    """Copy what the tests need. Bytecode is checked by the source's hash, for a change may keep size and second."""
    shutil.rmtree(copy, ignore_errors=True)
    for name in _COPIED:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    copy.with_name(f"{copy.name}-tmp").mkdir(exist_ok=True)  # for the tests' temporary files
    compile_all = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "pipeline", "tests"]
    subprocess.run(compile_all, cwd=copy, check=True)


def draw_mutants(program: str, project: Path, room: str, folder: Path, sample: int, seed: int) -> list[Mutant]:
    """Draw places of a room's code at random, and one change of all that are possible at each."""
    config, session = folder / f"{room}.toml", folder / f"{room}.sqlite"
    config.write_text(
        f'[cosmic-ray]\nmodule-path = "pipeline/wres/{room}"\ntimeout = 1\nexcluded-modules = []\n'
        'test-command = ""\n[cosmic-ray.distributor]\nname = "local"\n',
        encoding="utf-8",
    )
    session.unlink(missing_ok=True)
    subprocess.run([program, "init", config, session], cwd=project, check=True, capture_output=True)
    with sqlite3.connect(session) as connection:
        columns = "module_path, start_pos_row, start_pos_col, operator_name, occurrence"
        planned = [Mutant(*row) for row in connection.execute(f"SELECT {columns} FROM mutation_specs")]
    by_place: dict[tuple[str, int, int], list[Mutant]] = defaultdict(list)
    for mutant in sorted(planned):
        by_place[mutant.file, mutant.line, mutant.column].append(mutant)
    chance = random.Random(seed)
    places = chance.sample(sorted(by_place), min(sample, len(by_place)))
    return [chance.choice(by_place[place]) for place in places]


@contextmanager
def applied(program: str, copy: Path, mutant: Mutant) -> Iterator[str]:
    """Make a change in a copy for as long as the block lasts; give the line as it was and as it is."""
    path = copy / mutant.file
    before = path.read_bytes()
    command = [program, "apply", mutant.file, mutant.operator, str(mutant.occurrence)]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    try:
        lines, changed = before.decode().splitlines(), path.read_text(encoding="utf-8").splitlines()
        pairs = [(old.strip(), new.strip()) for old, new in zip(lines, changed, strict=False) if old != new]
        if not pairs:
            raise RuntimeError(f"Cosmic Ray made no change: {mutant}")
        yield f"{pairs[0][0]}  ->  {pairs[0][1]}"
    finally:
        path.write_bytes(before)
