"""Collections year after year in one process: the promises hold after each, and memory does not grow with the years."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_YEARS = (2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025)
_GROWTH = 250  # MB between the third year and the last; a release has the rows of all years up to its own
_YEAR_BY_YEAR = """
import ctypes, gc, os, sys
import pyarrow
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tests.survival.truth import require_sound
from tests.survival.worlds import World
from wres.settings import load_settings
from wres.simulation.demo_collection import run_demo
from wres.simulation.direct_steps import DirectSteps
here = ThreadPoolExecutor(1)  # the steps of all years in this process, whose memory is measured
world = World("soak", Path(os.environ["WRES_HOME"]).parent)
for year in map(int, sys.argv[2:]):
    for seed in (1, 2) if sys.argv[1] == "220" else (1,):  # the second sends again, and so makes a revision
        settings = load_settings()
        run_step = DirectSteps(settings, [year], here, here)
        run_demo(settings, [year], returns=int(sys.argv[1]), seed=seed, progress=lambda *_: None, run_step=run_step)
        require_sound(world, set())
    gc.collect()  # what is held counts, not what the allocators have not given back yet
    pyarrow.default_memory_pool().release_unused()
    if hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)
    memory = next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]
    print(f"year {year} memory {int(memory) // 1024} MB", flush=True)
os._exit(0)
"""


def test_year_after_year(tmp_path: Path, full: bool, record_summary: Callable[..., None]) -> None:
    years, returns = (_YEARS, 220) if full else (_YEARS[3:5], 3)
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", _YEAR_BY_YEAR, str(returns), *map(str, years)],
        env={**os.environ, "WRES_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    memory = {int(year): int(size) for year, size in re.findall(r"year (\d+) memory (\d+) MB", done.stdout)}
    assert tuple(memory) == years
    editions = {path.parent.name for path in home.glob("published/*/*/official")}
    assert editions == ({"1.0", "1.1"} if full else {"1.0"})
    record_summary(soak=memory, returns=returns)
    assert not full or memory[years[-1]] - memory[years[2]] < _GROWTH  # type: ignore[misc]
