"""Ctrl-C ends a command at any moment, also where Python or a library loses the exception."""

import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wres.cli.standard_streams import INTERRUPTED, STOPPED
from wres.reader.reader_process import write_frame
from wres.settings import Settings

# A command that presses Ctrl-C in the middle of its work, and works on for long where that is lost.
_PROGRAM = """
import os, signal, sys, time, weakref
from wres.cli import main
from wres.cli.entry import main as run
from wres.interrupts import require_not_interrupted

def press(*_):
    signal.raise_signal(signal.SIGINT)

class Thing:
    pass

def settings():
    {work}
    for _ in range(3000):
        time.sleep(0.01)

main.command_settings = settings
sys.argv = ["wres", "demo"]
run()
"""
LOST = {
    "nowhere": "press()",
    "in the callback of a weak reference": "thing = Thing(); kept = weakref.ref(thing, press); del thing",
    "in what is done when an object goes": "Thing.__del__ = press; Thing()",
    "in a library that catches all": """try:
        press()
    except BaseException:
        pass
    require_not_interrupted()""",
    "in a library that makes another error of it": """try:
        press()
    except BaseException:
        raise ImportError("numpy.core failed to import")""",
}


def run_program(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a Python of its own."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("where", LOST)
def test_ctrl_c_ends_a_command_wherever_it_is_lost(where: str) -> None:
    done = run_program(_PROGRAM.format(work=LOST[where]))
    assert (done.returncode, done.stdout, done.stderr) == (INTERRUPTED, "", STOPPED + "\n")


def test_ctrl_c_ends_a_command_while_its_modules_are_imported() -> None:
    """The import of the command line itself: there nothing of it can answer yet."""
    program = (
        "import signal, sys\n"
        "from wres.cli.entry import main\n"
        "class Press:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'wres.cli.main':\n"
        "            signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Press())\n"
        "main()\n"
    )
    done = run_program(program)
    assert (done.returncode, done.stdout, done.stderr) == (INTERRUPTED, "", STOPPED + "\n")


def test_ctrl_c_stays_ignored_where_a_shell_had_it_ignored() -> None:
    program = (
        "import signal\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from wres.interrupts import watch_interrupts\n"
        "watch_interrupts()\n"
        "signal.raise_signal(signal.SIGINT)\n"
        "print('at work')\n"
    )
    done = run_program(program)
    assert (done.returncode, done.stdout, done.stderr) == (0, "at work\n", "")


def test_an_error_without_ctrl_c_stays_what_it_is() -> None:
    done = run_program(_PROGRAM.format(work='raise RuntimeError("a fault")'))
    assert done.returncode == 1
    assert "RuntimeError: a fault" in done.stderr


def test_the_process_that_reads_files_ends_without_a_word_when_its_parent_has() -> None:
    """Its first answer goes nowhere, where Ctrl-C ended the command while it started."""
    limits = Settings().model_dump(include={"max_reader_bytes"})
    command = [sys.executable, "-P", "-m", "wres.reader.reader_process"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as reader:
        assert reader.stdin
        assert reader.stdout
        assert reader.stderr
        reader.stdout.close()
        write_frame(reader.stdin, pickle.dumps(limits))
        assert (reader.wait(300), reader.stderr.read()) == (1, b"")


@pytest.mark.slow
def test_ctrl_c_ends_a_check_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "return.csv"
    path.write_text("item,white,bme,unknown\nworkforce.clinical.band_5,1,2,3\n", encoding="utf-8")
    command = [sys.executable, "-c", "from wres.cli.entry import main; main()", "check", str(path), "--year", "2022"]
    for tenths in range(2, 32):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            time.sleep(tenths / 10)
            is_running = process.poll() is None
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=300)
        assert "Traceback" not in err
        if is_running and process.returncode not in (0, 1, 2):  # it may have come to its end just then
            assert (process.returncode, err.splitlines()[-1]) == (INTERRUPTED, STOPPED)
