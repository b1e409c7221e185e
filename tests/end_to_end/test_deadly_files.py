"""A file that ends every process that reads it: every other return is validated, and its sender hears what to do."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.database.attempts import MOST, batches_by_attempts, begin_attempt, count_attempts
from wres.database.receipts import get_receipts, pending_validation
from wres.database.registry import open_registry
from wres.database.validation_results import get_findings
from wres.feedback.presubmission import check_file
from wres.reader.guarded_reader import GuardedReader, ReaderEndedError, close_shared
from wres.returns.parsed_return import ParsedReturn
from wres.settings import Settings, load_settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")

# What the processes that read files find when they start: a reader that no scan protects.
_DEADLY = """
import os, signal, time
try:
    import wres.reader.csv_reader as csv_reader
except ImportError:
    csv_reader = None
if csv_reader is not None:
    real = csv_reader.read_csv
    def deadly(content, *rest):
        if b"deadly: crash" in content:
            os.kill(os.getpid(), signal.SIGSEGV)
        if b"deadly: kill" in content:
            os.kill(os.getpid(), signal.SIGKILL)
        if b"deadly: memory" in content:
            bytearray(2_000_000_000)
        if b"deadly: grow" in content:
            held = []
            while True:
                held.append(bytes(1_000_000))
        if b"deadly: time" in content:
            while True:
                pass
        if b"deadly: mistake" in content:
            raise KeyError("a name")
        if b"deadly: depth" in content:
            deep = lambda: deep()
            deep()
        if b"deadly: parent" in content:
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        return real(content, *rest)
    csv_reader.read_csv = deadly
"""
_ENDS = {
    "crash": "S101",
    "kill": "S112",
    "memory": "S112",
    "grow": "S112",
    "time": "S112",
    "mistake": "S101",
    "depth": "S101",
}


@pytest.fixture(autouse=True)
def _deadly_reader(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = tmp_path_factory.mktemp("path")
    (folder / "sitecustomize.py").write_text(_DEADLY)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    close_shared()
    yield
    close_shared()


def make_deadly_file(how: str) -> bytes:
    return b"collection_year,organisation_code,item,ethnic_group,value\ndeadly: " + how.encode() + b"\n"


@pytest.mark.parametrize("how", _ENDS)
def test_a_reader_that_ends_is_a_fault_of_its_file_alone(how: str) -> None:
    reader, harmless = GuardedReader(Settings(max_reader_seconds=0.5)), b"item,white,bme,unknown\na.b,1,2,3\n"
    try:
        before = reader.read(harmless, "a.csv")
        with pytest.raises(ReaderEndedError) as ended:
            reader.read(make_deadly_file(how), "a.csv")
        assert ended.value.fault.code == _ENDS[how]
        assert "a name" not in ended.value.reason
        assert reader.read_alone(make_deadly_file(how), "a.csv") == ParsedReturn(faults=[ended.value.fault])
        assert reader.read(harmless, "a.csv") == before
    finally:
        reader.close()


def test_the_process_that_reads_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = tmp_path / "environment"
    site = Path(os.environ["PYTHONPATH"], "sitecustomize.py")
    site.write_text(f"import os\nopen({str(shown)!r}, 'w').write(repr(dict(os.environ)))\n")
    monkeypatch.setenv("WRES_MESH_PASSWORD", "hunter2")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    reader = GuardedReader(load_settings())
    assert reader.read(b"", "a.csv").faults
    reader.close()
    assert "PATH" in shown.read_text()
    assert "hunter2" not in shown.read_text()


def test_check_answers_too(tmp_path: Path, set_clock: Callable[[str], None]) -> None:
    set_clock("2022-06-10T12:00")
    file = tmp_path / "return.csv"
    file.write_bytes(make_deadly_file("crash"))
    assert [finding["code"] for finding in check_file(load_settings(), file, 2022, None)["findings"]] == ["S101"]


@pytest.mark.parametrize(
    ("processes", "files_a_reader"), [(1, 20), (1, 1), pytest.param(2, 20, marks=pytest.mark.slow)]
)
def test_a_round_validates_every_other_return(
    processes: int,
    files_a_reader: int,
    settings: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock("2022-06-10T12:00")
    monkeypatch.setenv("WRES_MAX_READER_SECONDS", "0.5")
    if processes > 1:
        monkeypatch.setenv("WRES_BATCH_RETURNS", "4")
    monkeypatch.setattr("wres.feedback.batch_runner._FILES_A_READER", files_a_reader)
    monkeypatch.setattr("wres.feedback.batch_runner.cpu_count", lambda: 2)
    for code in ("RXY", "RJ1", "RR8"):
        send_csv(2022, code, figures(2022, (1000, 100, 10), ("10", "2", "0")))
    for number, how in enumerate(_ENDS):
        folder = settings.inbox / "2022" / ("RQM" if number % 2 else "RJZ")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.csv").write_bytes(make_deadly_file(how))
    done = steps.collect(steps.open_context(2022), processes=processes)
    assert (done["accepted"] + done["accepted_with_queries"], done["rejected"]) == (3, len(_ENDS))
    assert done["answered"] == 3 + len(_ENDS)
    engine = open_registry(load_settings())
    findings = get_findings(engine, 2022)
    codes = [
        {finding.code for finding in findings[receipt.receipt]}
        for receipt in get_receipts(engine, 2022)
        if receipt.status == "rejected"
    ]
    assert sorted(map(sorted, codes)) == sorted([code] for code in _ENDS.values())
    assert count_attempts(engine, [receipt.receipt for receipt in get_receipts(engine, 2022)]) == {}


@pytest.mark.slow
def test_a_file_that_ends_the_round_itself_is_refused_in_the_end(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Path]
) -> None:
    """What no limit holds: each round dies, and the next one has fewer returns in hand together with that file."""
    set_clock("2022-06-10T12:00")
    folder = settings.inbox / "2022" / "RQM"
    folder.mkdir(parents=True)
    (folder / "return.csv").write_bytes(make_deadly_file("parent"))
    for code in ("RXY", "RJ1"):
        send_csv(2022, code, figures(2022, (1000, 100, 10), ("10", "2", "0")))
    command = [sys.executable, "-c", "from wres import steps; steps.collect(steps.open_context(2022))"]
    environment = os.environ | {"WRES_HOME": str(settings.home), "WRES_BATCH_RETURNS": "2"}
    ended = [subprocess.run(command, env=environment, check=False).returncode for _ in range(MOST + 1)]
    assert ended == [-signal.SIGKILL] * MOST + [0]
    engine = open_registry(load_settings())
    assert pending_validation(engine, 2022) == []
    status = {receipt.organisation_code: receipt.status for receipt in get_receipts(engine, 2022)}
    assert status.pop("RQM") == "rejected"
    assert set(status.values()) <= {"accepted", "accepted_with_queries"}
    assert [finding.code for findings in get_findings(engine, 2022).values() for finding in findings][-1] == "S112"


def test_a_round_that_fails_for_another_reason_suspects_nobody(
    settings: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock("2022-06-10T12:00")
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    with monkeypatch.context() as patched:
        patched.setattr("wres.feedback.validate_pending.save_results", _no_space)
        for _ in range(MOST + 2):
            with pytest.raises(OSError, match="No space"):
                steps.collect(steps.open_context(2022))
    assert steps.collect(steps.open_context(2022))["rejected"] == 0


def _no_space(*_: object) -> None:
    raise OSError("No space left on device")


def test_returns_that_were_in_hand_go_last_and_with_fewer_others(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Path]
) -> None:
    set_clock("2022-06-10T12:00")
    for code in ("RXY", "RJ1", "RJ1", "RR8", "RQM", "RJZ"):
        send_csv(2022, code, figures(2022, (1000, 100, 10), ("10", "2", "0")))
    steps.receive(steps.open_context(2022))
    engine = open_registry(load_settings())
    waits = pending_validation(engine, 2022)
    names = {receipt.receipt[5:8]: receipt.receipt for receipt in waits}
    begin_attempt(engine, [names["RXY"], names["RQM"]])
    for _ in range(3):
        begin_attempt(engine, [names["RJ1"]])
    attempts = count_attempts(engine, list(names.values()))
    cut = [[receipt.receipt[5:] for receipt in batch] for batch in batches_by_attempts(waits, attempts, 16)]
    assert cut == [["RJZ-001", "RR8-001"], ["RQM-001", "RXY-001"], ["RJ1-001"], ["RJ1-002"]]
