"""Judging and answering in batches comes to the same as all at once."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import steps
from pipeline.intake import answer, receive
from pipeline.registry.database import open_registry
from pipeline.registry.receipts import receipts_of
from pipeline.returns.specification import load_template
from pipeline.settings import Settings


def test_batches_of_one_give_what_one_batch_gives(
    settings: Settings,
    at: Callable[[str], None],
    send_csv: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at("2022-06-10T12:00")
    cells = dict.fromkeys(load_template("2.0").cells(), 0) | {("workforce.clinical.band_5", "white"): 9}
    cells = {cell: value for cell, value in cells.items() if cell[0] != "workforce.total"}

    def collected() -> tuple[Any, ...]:
        for code in ("RXY", "RJ1"):
            send_csv(2022, code, cells)
        send_csv(2022, "RXY", cells | {("workforce.clinical.band_5", "bme"): -1})
        done = steps.collect(2022)
        return done, receipts_of(open_registry(settings), 2022)

    together, _ = collected()
    monkeypatch.setenv("WRES_BATCH_RETURNS", "1")
    for module in (receive, answer):
        monkeypatch.setattr(module, "_TOGETHER", 1)
    one_by_one, kept = collected()
    assert together == one_by_one
    assert (together["received"], together["rejected"], together["answered"]) == (3, 1, 3)
    assert Counter(one.status for one in kept)["rejected"] == 2
    assert Counter(one.status for one in kept)["superseded"] == 2  # the returns of the first time
    assert all(one.answered_at for one in kept)
