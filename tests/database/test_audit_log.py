"""The audit log: an event a change, in chains that show what was tampered with; the events make the registry again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from wres.database.audit_chain import Event, digest_of, first_broken_link
from wres.database.audit_log import GENERAL, append, get_chains, get_events
from wres.database.collection_state import set_state
from wres.database.organisations import current_register, replace_register
from wres.database.receipts import NewReceipt, add_receipt, add_receipts, mark_answered
from wres.database.registry import open_registry
from wres.settings import Settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)


@pytest.fixture
def engine(anywhere: Settings) -> Engine:
    return open_registry(anywhere)


def new(delivery: str, code: str = "RXY", year: int = 2022) -> NewReceipt:
    return NewReceipt(year, code, "folder", delivery, "return.csv", "0" * 64, 7, NOON, "machine", simulated=False)


def kinds(engine: Engine, chain: int) -> list[str]:
    return [event.kind for event in get_events(engine, chain)]


def test_each_change_is_an_event_of_its_year(engine: Engine) -> None:
    first, *_ = add_receipts(engine, [new("a"), new("b", "RJ1"), new("a")])
    add_receipt(engine, new("c", year=2021))
    with Session(engine) as session, session.begin():
        mark_answered(session, 2022, [first], NOON)
    set_state(engine, 2022, "closed", NOON)
    replace_register(engine, current_register(engine).head(3))
    assert kinds(engine, 2022) == ["received", "received", "answered", "closed by hand"]
    assert kinds(engine, 2021) == ["received"]
    assert kinds(engine, GENERAL) == ["organisations loaded"]
    assert [(head.chain, head.sequence, head.exported) for head in get_chains(engine)] == [
        (GENERAL, 1, 0),
        (2021, 1, 0),
        (2022, 4, 0),
    ]


def test_a_batch_numbers_its_receipts_and_knows_those_there_are(engine: Engine) -> None:
    assert add_receipts(engine, [new("a"), new("b"), new("a"), new("x", "RJ1")]) == [
        "2022-RXY-001",
        "2022-RXY-002",
        "2022-RXY-001",
        "2022-RJ1-001",
    ]
    assert add_receipts(engine, [new("b"), new("c")]) == ["2022-RXY-002", "2022-RXY-003"]
    assert add_receipts(engine, []) == []
    assert len(get_events(engine, 2022)) == 4


def test_an_event_tells_the_row_whole(engine: Engine) -> None:
    add_receipt(engine, new("a"))
    (event,) = get_events(engine, 2022)
    (row,) = event.content()["changes"]["receipts"]
    assert row["receipt"] == "2022-RXY-001"
    assert row["received_at"] == "2022-06-10T12:00:00+00:00"
    assert datetime.fromisoformat(event.at) - datetime.now(UTC) < timedelta(minutes=1)
    assert first_broken_link([event]) is None


def test_what_fails_leaves_no_event(engine: Engine) -> None:
    with Session(engine) as session:
        append(session, 2022, [Event("received", facts={"n": 1})])
        session.rollback()
    assert get_events(engine, 2022) == []


def test_many_workers_keep_one_chain(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: add_receipt(engine, new(f"d{n}", f"R{n % 3}")), range(24)))
    events = get_events(engine, 2022)
    assert len(events) == 24
    assert first_broken_link(events) is None


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_is_tampered_with_breaks_the_chain(settings: Settings, number: int) -> None:
    engine = open_registry(settings)
    add_receipts(engine, [new(name) for name in "abc"])
    events = get_events(engine, 2022)
    changed = replace(events[number - 1], document=events[number - 1].document.replace("RXY", "RXX"))
    broken, why = first_broken_link([*events[: number - 1], changed, *events[number:]]) or (None, "")
    assert (broken, why) == (changed, f"event {number} was changed after it was written")
    if number < 3:
        _, why = first_broken_link([*events[: number - 1], *events[number:]]) or (None, "")
        assert why == f"event {number} is missing"
        forged = replace(changed, digest=digest_of(changed.document))
        forged = replace(forged, hash=forged.compute_hash())
        _, why = first_broken_link([*events[: number - 1], forged, *events[number:]]) or (None, "")
        assert why == f"event {number + 1} does not follow the one before it"
