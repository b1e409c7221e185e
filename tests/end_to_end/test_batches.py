"""Receiving, judging and answering in shares and batches comes to the same as all at once."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st
from sqlalchemy import select

from wres import steps
from wres.database.models import Base, JournalEvent
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.intake import deliver_reports, receive
from wres.returns.template_spec import load_template
from wres.settings import Settings, load_settings


@pytest.mark.slow
def test_batches_of_one_and_two_processes_give_what_one_batch_gives(
    settings: Settings,
    set_clock: Callable[[str], None],
    send_csv: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_clock("2022-06-10T12:00")
    cells = dict.fromkeys(load_template("2.0").cells(), 0) | {("workforce.clinical.band_5", "white"): 9}
    cells = {cell: value for cell, value in cells.items() if cell[0] != "workforce.total"}

    def collect(processes: int = 1) -> tuple[Any, ...]:
        for code in ("RXY", "RJ1"):
            send_csv(2022, code, cells)
        send_csv(2022, "RXY", cells | {("workforce.clinical.band_5", "bme"): -1})
        done = steps.collect(steps.open_context(2022), processes=processes)
        return done, get_receipts(open_registry(settings), 2022)

    together, _ = collect()
    monkeypatch.setenv("WRES_BATCH_RETURNS", "1")
    monkeypatch.setattr(receive, "RECEIPTS_IN_COMMIT", 1)
    monkeypatch.setattr(deliver_reports, "REPORTS_IN_COMMIT", 1)
    one_by_one, _ = collect()
    monkeypatch.setenv("WRES_BATCH_RETURNS", "2")
    monkeypatch.setattr(deliver_reports, "MANY_REPORTS", 1)
    by_two_processes, kept = collect(processes=2)
    assert together == one_by_one == by_two_processes
    assert (together["received"], together["rejected"], together["answered"]) == (3, 1, 3)
    assert Counter(build.status for build in kept)["rejected"] == 3
    assert Counter(build.status for build in kept)["superseded"] == 4  # the returns of the first two times
    assert all(build.answered_at for build in kept)


def test_any_shares_and_batches_give_what_one_worker_gives_at_once(
    tmp_path: Path, figures: Callable[..., Any], send_csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sender explains a query in its first return and meets it again in its second."""
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    unknown = figures(2022, (500, 400, 300), ("5", "4", "0"))
    send_csv(2022, "RXY", unknown, lambda rows: rows.append(["2022", "RXY", "explanation.Q326", "", "A merger."]))
    send_csv(2022, "RXY", unknown)
    for code, entered in (("RJ1", "10"), ("RR8", "-2"), ("RQM", "12")):
        send_csv(2022, code, figures(2022, (1000, 100, 10), ("10", entered, "0")))
    for minutes, path in enumerate(sorted(load_settings().inbox.glob("2022/*/*"))):
        os.utime(path, (minutes * 60, minutes * 60))
    sent = shutil.copytree(load_settings().inbox, tmp_path / "sent")
    expected = _run_collection(tmp_path / "expected", sent, shares=1, size=100, chance=None)
    assert ("Q326", "2022-RXY-002") in {(code["code"], code["receipt"]) for code in expected["findings"]}

    @hypothesis.settings(max_examples=3, phases=[Phase.generate])
    @given(shares=st.integers(2, 4), size=st.integers(1, 3), chance=st.randoms(use_true_random=False))
    def check_same_outcome(shares: int, size: int, chance: Random) -> None:
        home = tmp_path / f"home-{len(list(tmp_path.iterdir()))}"
        assert _run_collection(home, sent, shares, size, chance) == expected

    check_same_outcome()


_OF_THE_HOME = ("delivery_id", "validated_at", "order_time", "modified_at")


def _run_collection(home: Path, sent: Path, shares: int, size: int, chance: Random | None) -> dict[str, Any]:
    """What a round leaves in a new registry; shares in the order that chance gives. Times and the audit log aside."""
    shutil.copytree(sent, home / "inbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WRES_HOME", str(home))
        patch.setenv("WRES_BATCH_RETURNS", str(size))
        order = [(number, shares) for number in range(shares)]
        if chance:
            chance.shuffle(order)
        for share in order:
            steps.receive(steps.open_context(2022), shard=share)
        steps.validate_pending(steps.open_context(2022))
        steps.send_pending_reports(steps.open_context(2022))
        outcome: dict[str, Any] = {}
        with open_registry(load_settings()).connect() as connection:
            for table in (table for table in Base.metadata.sorted_tables if "journal" not in table.name):
                columns = [column for column in table.columns if column.name not in _OF_THE_HOME]
                rows = connection.execute(select(*columns).order_by(*table.primary_key.columns))
                outcome[table.name] = [dict(row._mapping) for row in rows]
            outcome["events"] = Counter(connection.scalars(select(JournalEvent.kind)))
        outcome["answers"] = {
            str(path.relative_to(home)): path.read_bytes() for path in (home / "outbox").rglob("report.json")
        }
    return outcome
