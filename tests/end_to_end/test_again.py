"""Any step twice changes nothing; a step that was killed and is run again ends as if it had never been killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline import steps
from pipeline.registry.database import open_registry
from pipeline.registry.tables import Base
from pipeline.settings import Settings

# When a thing was done, and the snapshot numbers that Iceberg draws by chance, may differ between two runs.
TIMES = ("_at", "delivery_id", "_snapshot")

# Where a run is killed: the function during whose call, and whether before or after its work.
KILLS = [
    ("pipeline.intake.receive", "land", "after"),
    ("pipeline.intake.receive", "add_receipts", "after"),
    ("pipeline.validation.round", "judge", "after"),
    ("pipeline.registry.receipts", "_supersede", "after"),
    ("pipeline.validation.feedback", "write_reports", "after"),
    ("pipeline.registry.receipts", "mark_answered", "before"),
    ("pipeline.warehouse.build", "_replace_year", "after"),
    ("pipeline.registry.releases", "remember_build", "before"),
    ("pipeline.publication.editions", "claim_edition", "after"),
    ("pipeline.publication.completing", "tag_release", "after"),
    ("pipeline.publication.making", "write_release", "before"),
]

_KILLED_RUN = """
import importlib, os, signal, sys
module, name, when = sys.argv[1:4]
place = importlib.import_module(module)
real = getattr(place, name)
def deadly(*args, **named):
    if when == "after":
        real(*args, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(place, name, deadly)
from pipeline import steps
steps.run(2022)
"""


def registry_rows(settings: Settings) -> dict[str, list[dict[str, object]]]:
    """Everything remembered, times aside."""
    found: dict[str, list[dict[str, object]]] = {}
    with open_registry(settings).connect() as connection:
        for name, table in Base.metadata.tables.items():
            columns = [column.name for column in table.columns if not column.name.endswith(TIMES)]
            if name.startswith("journal"):  # its documents tell times, and its hashes are over them
                columns = [column for column in columns if column in ("chain", "sequence", "kind", "exported")]
            query = text(
                f"SELECT {', '.join(columns)} FROM {name} ORDER BY {', '.join(table.primary_key.columns.keys())}"
            )
            found[name] = [dict(row._mapping) for row in connection.execute(query)]
    return found


def files_under(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def published_figures(settings: Settings) -> dict[str, bytes]:
    """The tables of every release; the manifest names Iceberg snapshots, whose numbers are drawn by chance."""
    return {name: content for name, content in files_under(settings.published).items() if name.endswith(".csv")}


def send_three(figures: Callable, send_csv: Callable) -> None:
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "-2", "1")))
    send_csv(2022, "RR8", figures(2022, (5000, 900, 20), ("30", "20", "1")))


def test_every_step_twice_changes_nothing(
    settings: Settings, at: Callable[[str], None], figures: Callable, send_csv: Callable
) -> None:
    at("2022-06-10T12:00")
    send_three(figures, send_csv)
    steps.run(2022)
    rows, releases, answers = registry_rows(settings), files_under(settings.published), files_under(settings.outbox)
    again = steps.run(2022)
    assert (again["received"], again["answered"], again["changed"]) == (0, 0, False)
    assert registry_rows(settings) == rows
    assert files_under(settings.published) == releases
    assert files_under(settings.outbox) == answers


@pytest.mark.slow
def test_killed_anywhere_and_run_again_ends_the_same(
    settings: Settings,
    at: Callable[[str], None],
    figures: Callable,
    send_csv: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at("2022-06-10T12:00")
    send_three(figures, send_csv)
    steps.run(2022)
    wanted = registry_rows(settings), published_figures(settings), set(files_under(settings.outbox))
    for number, (module, name, when) in enumerate(KILLS):
        monkeypatch.setenv("WRES_HOME", str(tmp_path / f"killed-{number}"))
        killed = steps.load_settings()
        for sha256 in {str(row["sha256"]) for row in wanted[0]["receipts"]}:
            _send_again(killed, settings.landing / sha256[:2] / sha256)
        died = subprocess.run([sys.executable, "-c", _KILLED_RUN, module, name, when], env=os.environ, check=False)
        assert died.returncode == -signal.SIGKILL, f"{module}.{name} was never called"
        steps.run(2022)
        found = registry_rows(killed), published_figures(killed), set(files_under(killed.outbox))
        assert found == wanted, f"killed {when} {module}.{name}"
        assert files_under(killed.inbox) == {}


def _send_again(killed: Settings, landed: Path) -> None:
    content = landed.read_bytes()
    org = content.splitlines()[1].split(b",")[1].decode()
    folder = killed.inbox / "2022" / org
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{org}-0.csv").write_bytes(content)


def test_an_answer_says_what_was_found(
    settings: Settings, at: Callable[[str], None], figures: Callable, send_csv: Callable
) -> None:
    at("2022-06-10T12:00")
    send_three(figures, send_csv)
    steps.collect(2022)
    document = json.loads((settings.outbox / "2022" / "RJ1" / "2022-RJ1-001" / "report.json").read_text())
    assert (document["status"], [finding["code"] for finding in document["findings"]]) == ("rejected", ["V203"])
