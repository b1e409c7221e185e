"""Those of the demonstration are copies of a process that imports libraries, none of them from the current folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
from wres.parallel import process_pool
if __name__ == "__main__":
    with process_pool(1, "wres.simulation.loaded_libraries") as pool:
        print(pool.submit(eval, "'great_expectations' in __import__('sys').modules").result())
"""


@pytest.mark.slow
def test_no_library_comes_from_the_folder_that_somebody_works_in(tmp_path: Path) -> None:
    script, folder = tmp_path / "script.py", tmp_path / "folder"
    script.write_text(_SCRIPT)
    folder.mkdir()
    for library in ("calendar", "great_expectations", "pandas"):
        (folder / f"{library}.py").write_text("raise SystemExit('This is no library.')")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("True\n", "")
