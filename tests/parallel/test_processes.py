"""A step spread over processes: the same results in the same order, and none of them outlives the one that began it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Barrier

import pytest

from tests.support.processes import require_ended
from wres.errors import UnavailableError
from wres.outputs.schema_check import ReleaseCheckError
from wres.parallel import process_map, thread_map


def double(number: int) -> int:
    return 2 * number


def own_process(_: int) -> int:
    return os.getpid()


def end_by_force(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(sentence: str) -> None:
    raise ReleaseCheckError("R501", [sentence], "Build again.")


@pytest.mark.parametrize("processes", [1, 2])
def test_results_are_in_order_with_any_number_of_processes(processes: int) -> None:
    with process_map(processes) as mapped:
        assert list(mapped(double, range(50))) == [2 * number for number in range(50)]
        assert list(mapped(double, [])) == []


def test_what_waits_runs_at_once_in_threads_with_the_results_in_order() -> None:
    together = Barrier(4)

    def wait_for_others(number: int) -> int:
        together.wait(300)  # passed by four at once
        return 2 * number

    assert thread_map(wait_for_others, range(8)) == [2 * number for number in range(8)]
    assert thread_map(double, []) == []
    with pytest.raises(TypeError):
        thread_map(double, [1, None])  # type: ignore[arg-type]


def test_one_process_is_this_one_and_several_are_others() -> None:
    with process_map(1) as mapped:
        assert set(mapped(own_process, range(3))) == {os.getpid()}
    with process_map(2) as mapped:
        others = set(mapped(own_process, range(40)))
    assert others
    assert os.getpid() not in others


def test_a_process_ended_from_outside_is_reported_in_a_sentence() -> None:
    with pytest.raises(UnavailableError, match="too little memory"), process_map(2) as mapped:
        list(mapped(end_by_force, [1]))


def test_a_mistake_in_the_work_is_the_callers_to_see() -> None:
    with pytest.raises(TypeError), process_map(2) as mapped:
        list(mapped(double, [None]))  # type: ignore[misc]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_comes_as_it_was_raised(processes: int) -> None:
    with pytest.raises(ReleaseCheckError) as raised, process_map(processes) as mapped:
        list(mapped(refuse, ["a total differs"]))
    error = raised.value
    assert (error.code, error.breaches, error.what_to_do) == ("R501", ["a total differs"], "Build again.")
    assert str(error) == "R501: a total differs. Nothing was published. Build again."


_SCRIPT = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from tests.parallel.test_processes import own_process
from wres.parallel import process_map
if __name__ == "__main__":
    with process_map(2) as each:
        print(*set(each(own_process, range(40))), flush=True)
        time.sleep(60)
"""


def test_processes_end_with_the_one_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    killed = subprocess.Popen(
        [sys.executable, str(script), str(Path(__file__).parents[2])], stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    with killed.stdout:
        helpers = [int(part) for part in killed.stdout.readline().split()]
        killed.kill()
        killed.wait()
    require_ended(helpers, within=60)


_SLOW_MODULE = """
import os, pathlib
with pathlib.Path(__file__).with_name("imported").open("a") as file:
    file.write(f"{os.getpid()}\\n")
"""
_SCRIPT_WITH_LIBRARIES = """
import os, time
from wres.parallel import process_pool
if __name__ == "__main__":
    with process_pool(1, "slow_module") as one, process_pool(1, "slow_module") as another:
        pools = (one, another)
        print(*(pool.submit(os.getpid).result() for pool in pools))
        print(*(pool.submit(os.getppid).result() for pool in pools))
        print(*(pool.submit(eval, "'slow_module' in __import__('sys').modules").result() for pool in pools), flush=True)
        time.sleep(60)
"""


def test_libraries_are_imported_once_for_all_pools(tmp_path: Path) -> None:
    (tmp_path / "slow_module.py").write_text(_SLOW_MODULE)
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT_WITH_LIBRARIES)
    killed = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # where what tracks semaphores says that it freed those of the killed process
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        text=True,
    )
    assert killed.stdout is not None
    with killed.stdout:
        processes, parents, loaded = (killed.stdout.readline().split() for _ in range(3))
        killed.kill()
        killed.wait()
    assert len(set(processes)) == 2
    assert loaded == ["True", "True"]
    assert set(parents) == {(tmp_path / "imported").read_text().strip()}
    require_ended([int(process) for process in processes + parents], within=60)


STARTS = {
    "process_map": """
from wres.parallel import process_map
if __name__ == "__main__":
    with process_map(2) as mapped:
        print(list(mapped(abs, [-1, -2])))
""",
    "process_pool": """
from wres.parallel import process_pool
if __name__ == "__main__":
    with process_pool(2, "decimal") as pool:
        print(list(pool.map(abs, [-1, -2])))
""",
    "a reader of files": """
from wres.reader.guarded_reader import shared_reader
from wres.settings import Settings
shared_reader(Settings()).read(b"", "a.csv")
print([1, 2])
""",
    "a process that validates uploads": """
from multiprocessing import Pipe
from wres.settings import load_settings
from wres.child_processes import ChildProcess
from wres.web.validation_process import run
if __name__ == "__main__":
    ours, theirs = Pipe()
    process = ChildProcess(target=run, args=(theirs, load_settings(), 2_000_000_000))
    process.start()
    theirs.close()
    assert ours.recv() == "ready"
    ours.close()
    process.join()
    print([1, 2])
""",
}


@pytest.mark.parametrize("program", STARTS.values(), ids=STARTS)
def test_a_process_that_is_just_starting_never_hears_ctrl_c(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each presses it in the first moment of its own Python, before anything of this project is imported."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "if '-c' in sys.orig_argv or '-m' in sys.orig_argv:\n"
        "    open(os.environ['PRESSED'], 'a').write('x')\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
    )
    (tmp_path / "program.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("PRESSED", str(tmp_path / "pressed"))
    command = [sys.executable, str(tmp_path / "program.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("[1, 2]\n", "", 0)
    assert (tmp_path / "pressed").exists()
