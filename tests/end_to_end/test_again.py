"""Any step twice changes nothing. What a killed step leaves is looked at in tests/survival."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from wres import steps
from wres.database.models import Base
from wres.database.registry import open_registry
from wres.settings import Settings

# When a thing was done, and the snapshot numbers that Iceberg draws by chance, may differ between two runs.
TIMES = ("_at", "delivery_id", "_snapshot")


def registry_rows(settings: Settings) -> dict[str, list[dict[str, object]]]:
    """Everything remembered, times aside."""
    outcome: dict[str, list[dict[str, object]]] = {}
    with open_registry(settings).connect() as connection:
        for name, table in Base.metadata.tables.items():
            columns = [column.name for column in table.columns if not column.name.endswith(TIMES)]
            if name.startswith("journal"):  # its documents tell times, and its hashes are over them
                columns = [column for column in columns if column in ("chain", "sequence", "kind", "exported")]
            query = text(
                f"SELECT {', '.join(columns)} FROM {name} ORDER BY {', '.join(table.primary_key.columns.keys())}"
            )
            outcome[name] = [dict(row._mapping) for row in connection.execute(query)]
    return outcome


def files_under(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def send_three(figures: Callable[..., Any], send_csv: Callable[..., Any]) -> None:
    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
    send_csv(2022, "RJ1", figures(2022, (500, 900, 20), ("30", "-2", "1")))
    send_csv(2022, "RR8", figures(2022, (5000, 900, 20), ("30", "20", "1")))


def test_every_step_twice_changes_nothing(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    set_clock("2022-06-10T12:00")
    send_three(figures, send_csv)
    steps.run(steps.open_context(2022))
    rows, releases, answers = registry_rows(settings), files_under(settings.published), files_under(settings.outbox)
    again = steps.run(steps.open_context(2022))
    assert (again["received"], again["answered"], again["changed"]) == (0, 0, False)
    assert registry_rows(settings) == rows
    assert files_under(settings.published) == releases
    assert files_under(settings.outbox) == answers


def test_an_answer_says_what_was_found(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    set_clock("2022-06-10T12:00")
    send_three(figures, send_csv)
    steps.collect(steps.open_context(2022))
    document = json.loads((settings.outbox / "2022" / "RJ1" / "2022-RJ1-001" / "report.json").read_text())
    assert (document["status"], [finding["code"] for finding in document["findings"]]) == ("rejected", ["V203"])
