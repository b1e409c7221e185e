"""Claims: what one worker has in hand no other takes, and what a killed one had in hand is free at once."""

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.support.registry import save_all_results
from wres import steps
from wres.database.audit_log import get_events
from wres.database.models import Receipt
from wres.database.receipts import (
    NewReceipt,
    add_receipts,
    get_receipts,
    mark_answered,
    pending_report,
    pending_validation,
)
from wres.database.registry import open_registry
from wres.database.validation_results import save_results
from wres.database.work_queue import Step, batch_by_sender, claim_pending
from wres.returns.findings import ValidationResult
from wres.returns.template.template_writer import CSV_COLUMNS
from wres.returns.template_spec import load_template
from wres.settings import Settings, load_settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)
CODES = ("RXY", "RJ1", "RR8", "RQM", "RJZ", "RYJ")
_FORKED = multiprocessing.get_context("fork")  # a new interpreter would cost seconds of imports


@pytest.fixture
def engine(anywhere: Settings) -> Engine:
    return open_registry(anywhere)


@pytest.fixture
def on_postgres(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("WRES_DATABASE_URL", postgres)
    return open_registry(load_settings())


def new(code: str, name: str = "a") -> NewReceipt:
    return NewReceipt(
        collection_year=2022,
        organisation_code=code,
        channel="folder",
        delivery_id=f"{code}/{name}",
        file_name="return.csv",
        sha256="0" * 64,
        size=7,
        received_at=NOON,
        clock_source="machine",
        simulated=False,
    )


def validated(receipt: str) -> ValidationResult:
    return ValidationResult(receipt, "accepted", "2.0", "wres-edits/1", edits_run=["V203"], report={"receipt": receipt})


def wait_for(engine: Engine, step: Step) -> list[Receipt]:
    """The receipts that are pending for a step."""
    return pending_validation(engine, 2022) if step == "validate" else pending_report(engine, 2022)


@pytest.fixture(params=["validate", "answer"])
def step(request: pytest.FixtureRequest, engine: Engine) -> Step:
    """A step that two receipts wait for."""
    receipts = add_receipts(engine, [new("RXY"), new("RJ1")])
    if request.param == "answer":
        save_all_results(engine, 2022, [validated(receipt) for receipt in receipts], NOON)
    step: Step = request.param
    return step


def test_what_one_has_in_hand_another_is_not_given(engine: Engine, step: Step) -> None:
    waits = wait_for(engine, step)
    with claim_pending(engine, 2022, step, waits) as mine:
        assert {receipt.receipt for receipt in mine.receipts} == {receipt.receipt for receipt in waits}
        with claim_pending(engine, 2022, step, waits) as theirs:
            assert theirs.receipts == []
    with claim_pending(engine, 2022, step, waits) as again:
        assert len(again.receipts) == 2


def test_what_one_has_in_hand_keeps_no_other_sender_waiting(engine: Engine, step: Step) -> None:
    waits = wait_for(engine, step)
    with claim_pending(engine, 2022, step, waits[:1]) as mine, claim_pending(engine, 2022, step, waits) as theirs:
        assert [receipt.receipt for receipt in mine.receipts] == [waits[0].receipt]
        assert [receipt.receipt for receipt in theirs.receipts] == [waits[1].receipt]


def test_what_is_done_is_not_given_again(engine: Engine, step: Step) -> None:
    waits = wait_for(engine, step)
    with claim_pending(engine, 2022, step, waits) as mine:
        if step == "validate":
            save_results(mine.session, 2022, [validated(receipt.receipt) for receipt in mine.receipts], NOON)
        else:
            mark_answered(mine.session, 2022, [receipt.receipt for receipt in mine.receipts], NOON)
    with claim_pending(engine, 2022, step, waits) as nothing:
        assert nothing.receipts == []
    assert wait_for(engine, step) == []


def test_after_an_error_nothing_is_remembered_and_all_is_free(engine: Engine, step: Step) -> None:
    waits = wait_for(engine, step)
    with suppress(ZeroDivisionError), claim_pending(engine, 2022, step, waits) as mine:
        mark_answered(mine.session, 2022, [receipt.receipt for receipt in mine.receipts], NOON)
        assert 1 / 0
    with claim_pending(engine, 2022, step, waits) as again:
        assert len(again.receipts) == 2
    assert all(receipt.answered_at is None for receipt in get_receipts(engine, 2022))


def test_what_a_killed_worker_had_in_hand_is_free_at_once(engine: Engine, step: Step) -> None:
    waits = wait_for(engine, step)
    hearing, saying = _FORKED.Pipe(duplex=False)

    def hold() -> None:
        with claim_pending(engine, 2022, step, waits) as mine:
            saying.send(len(mine.receipts))
            time.sleep(60)

    child = _FORKED.Process(target=hold)
    child.start()
    assert hearing.recv() == 2
    with claim_pending(engine, 2022, step, waits) as theirs:
        assert theirs.receipts == []
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join()
    until, free = time.monotonic() + 5, 0  # PostgreSQL may need an instant to see that the connection is gone
    while not free and time.monotonic() < until:
        with claim_pending(engine, 2022, step, waits) as again:
            free = len(again.receipts)
    assert free == 2


def test_who_is_being_answered_keeps_nobody_from_judging(on_postgres: Engine) -> None:
    """A result that supersedes a return does not wait for its sender's answer, nor do both wait for each other."""
    [first] = add_receipts(on_postgres, [new("RXY")])
    save_all_results(on_postgres, 2022, [validated(first)], NOON)
    [second] = add_receipts(on_postgres, [new("RXY", "b")])

    def supersede() -> int:
        with claim_pending(on_postgres, 2022, "validate", pending_validation(on_postgres, 2022)) as claim:
            return len(save_results(claim.session, 2022, [validated(second)], NOON))

    with (
        ThreadPoolExecutor(1) as pool,
        claim_pending(on_postgres, 2022, "answer", pending_report(on_postgres, 2022)) as mine,
    ):
        assert pool.submit(supersede).result(timeout=120) == 1
        mark_answered(mine.session, 2022, [first], NOON)
    statuses = {receipt.receipt: (receipt.status, receipt.answered_at) for receipt in get_receipts(on_postgres, 2022)}
    assert statuses == {first: ("superseded", NOON), second: ("accepted", None)}


def test_of_two_returns_validated_at_once_the_newer_stands(on_postgres: Engine) -> None:
    receipts = add_receipts(on_postgres, [new("RXY", name) for name in "abcdef"])
    by_id = {pending.receipt: pending for pending in pending_validation(on_postgres, 2022)}

    def validate_receipt(receipt: str) -> None:
        with claim_pending(on_postgres, 2022, "validate", [by_id[receipt]]) as claim:
            save_results(claim.session, 2022, [validated(receipt.receipt) for receipt in claim.receipts], NOON)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(validate_receipt, receipts))
    statuses = [receipt.status for receipt in get_receipts(on_postgres, 2022)]
    assert statuses == ["superseded"] * 5 + ["accepted"]


def test_two_processes_validate_each_return_once_and_both_validate_some(
    on_postgres: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    monkeypatch.setenv("WRES_BATCH_RETURNS", "1")
    leave(settings, "RWE")
    steps.collect(steps.open_context(2022))  # imports here what both would else import first
    for code in CODES:
        leave(settings, code)
    assert len(steps.receive(steps.open_context(2022))) == len(CODES)
    counted = at_once(lambda: steps.validate_pending(steps.open_context(2022)))
    assert sum(count["accepted"] + count["accepted_with_queries"] + count["rejected"] for count in counted) == len(
        CODES
    )
    assert all(sum(count.values()) for count in counted)
    assert pending_validation(on_postgres, 2022) == []
    delivered = at_once(lambda: steps.send_pending_reports(steps.open_context(2022)))
    assert sum(delivered) == len(CODES)
    kinds = Counter(event.kind for event in get_events(on_postgres, 2022))
    assert kinds["validated"] == kinds["received"] == 1 + len(CODES)
    answered = [row["receipt"] for event in get_events(on_postgres, 2022, kind="answered") for row in answers_of(event)]
    assert sorted(answered) == sorted(receipt.receipt for receipt in get_receipts(on_postgres, 2022))


def answers_of(event: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = event.content()["changes"]["receipts"]
    return rows


def at_once(work: Callable[[], Any]) -> list[Any]:
    """What two processes come to that begin the same work at the same moment."""
    together = _FORKED.Barrier(2)
    pipes = [_FORKED.Pipe(duplex=False) for _ in range(2)]

    def do(together: Barrier, saying: Connection) -> None:
        together.wait()
        saying.send(work())

    children = [_FORKED.Process(target=do, args=(together, saying)) for _, saying in pipes]
    for child in children:
        child.start()
    for _, saying in pipes:
        saying.close()  # so that one that fails is not waited for
    claimed = [hearing.recv() for hearing, _ in pipes]
    for child in children:
        child.join()
    return claimed


def leave(settings: Settings, code: str) -> Path:
    """A CSV return in a sender's inbox."""
    rows = [f"2022,{code},{item},{group},0" for item, group in load_template("2.0").cells()]
    folder = settings.inbox / "2022" / code
    folder.mkdir(parents=True)
    path = folder / "return.csv"
    path.write_text("\n".join([",".join(CSV_COLUMNS), *rows]) + "\n")
    return path


@given(st.lists(st.sampled_from("ABCDE"), max_size=30), st.integers(1, 12))
def test_a_batch_has_its_size_and_an_organisations_returns_stay_together(senders: list[str], size: int) -> None:
    receipts = [
        Receipt(
            receipt=str(position),
            organisation_code=code,
            number=position,
            received_at=NOON + timedelta(seconds=-position),
        )
        for position, code in enumerate(senders)
    ]
    cut = list(batch_by_sender(receipts, size))
    together = [item for batch in cut for item in batch]
    assert sorted(together, key=lambda receipt: receipt.number) == receipts
    assert [item.number for item in together] == [
        receipt.number for receipt in sorted(receipts, key=lambda receipt: (receipt.organisation_code, receipt.number))
    ]
    assert all(len(batch) >= size for batch in cut[:-1])
    assert all(len(batch) < size + max(Counter(senders).values()) for batch in cut)
    found_in = [code for batch in cut for code in {item.organisation_code for item in batch}]
    assert len(found_in) == len(set(found_in))
