"""Receipts: one a delivery, validated once; the newest accepted return stands."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.registry import save_all_results
from wres.database.receipts import (
    NewReceipt,
    add_receipt,
    get_receipts,
    get_reports,
    has_real_receipts,
    mark_answered,
    pending_report,
    pending_validation,
)
from wres.database.registry import open_registry
from wres.database.validation_results import current_figures, get_findings
from wres.returns.findings import Finding, ValidationResult
from wres.settings import Settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)


@pytest.fixture
def engine(anywhere: Settings) -> Engine:
    return open_registry(anywhere)


def new(delivery: str, code: str = "RXY", minutes: int = 0) -> NewReceipt:
    return NewReceipt(
        collection_year=2022,
        organisation_code=code,
        channel="folder",
        delivery_id=delivery,
        file_name="return.csv",
        sha256="0" * 64,
        size=7_000_000_000,
        received_at=NOON + timedelta(minutes=minutes),
        clock_source="machine",
        simulated=False,
    )


def validated(receipt: str, status: str = "accepted", staff: str = "10") -> ValidationResult:
    finding = Finding("V203", "reject", "m", "h", cell="E2", item="vsm", ethnic_group="bme", value="-1")
    return ValidationResult(
        receipt=receipt,
        status=status,
        template_version="2.0",
        rule_set="wres-edits/1",
        edits_run=["V203"],
        edits_not_run={"Q302": "no accepted return last year"},
        report={"receipt": receipt},
        findings=[finding] if status == "rejected" else [],
        figures={("workforce.clinical.vsm", "white"): Decimal(staff)},
        texts={"signoff.role": "Director of Workforce"},
    )


def test_a_delivery_has_one_receipt_however_often_it_is_added(engine: Engine) -> None:
    assert [add_receipt(engine, new(name)) for name in ("a", "a", "b")] == [
        "2022-RXY-001",
        "2022-RXY-001",
        "2022-RXY-002",
    ]
    assert [receipt.received_at for receipt in get_receipts(engine, 2022)] == [NOON, NOON]


def test_many_workers_never_share_a_number(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda n: add_receipt(engine, new(f"d{n % 12}")), range(24)))
    assert sorted(set(ids)) == [f"2022-RXY-{n:03d}" for n in range(1, 13)]
    assert ids[:12] == ids[12:]


def test_the_newest_accepted_return_stands_and_a_rejected_one_harms_nothing(engine: Engine) -> None:
    first, second, third = (add_receipt(engine, new(name, minutes=n)) for n, name in enumerate("abc"))
    save_all_results(engine, 2022, [validated(first, staff="10"), validated(second, "rejected")], NOON)
    assert current_figures(engine, 2022) == {"RXY": {("workforce.clinical.vsm", "white"): Decimal(10)}}
    save_all_results(engine, 2022, [validated(third, "accepted_with_queries", staff="16.5")], NOON)
    assert [receipt.status for receipt in get_receipts(engine, 2022)] == [
        "superseded",
        "rejected",
        "accepted_with_queries",
    ]
    assert current_figures(engine, 2022) == {"RXY": {("workforce.clinical.vsm", "white"): Decimal("16.5")}}
    assert [finding.code for finding in get_findings(engine, 2022)[second]] == ["V203"]


def test_the_newest_stands_even_when_it_is_validated_first(engine: Engine) -> None:
    first, second = (add_receipt(engine, new(name, minutes=n)) for n, name in enumerate("ab"))
    save_all_results(engine, 2022, [validated(second)], NOON)
    save_all_results(engine, 2022, [validated(first)], NOON)
    assert [receipt.status for receipt in get_receipts(engine, 2022)] == ["superseded", "accepted"]


def test_a_result_is_recorded_once(engine: Engine) -> None:
    receipt = add_receipt(engine, new("a"))
    save_all_results(engine, 2022, [validated(receipt)], NOON)
    save_all_results(engine, 2022, [validated(receipt, "rejected")], NOON)
    assert [receipt.status for receipt in get_receipts(engine, 2022)] == ["accepted"]
    assert pending_validation(engine, 2022) == []
    assert get_findings(engine, 2022) == {}


def test_an_answer_is_owed_until_it_is_given(engine: Engine) -> None:
    receipt = add_receipt(engine, new("a"))
    assert pending_report(engine, 2022) == []
    save_all_results(engine, 2022, [validated(receipt)], NOON)
    assert [pending.receipt for pending in pending_report(engine, 2022)] == [receipt]
    assert get_reports(engine, [receipt]) == {receipt: {"receipt": receipt}}
    with Session(engine) as session, session.begin():
        mark_answered(session, 2022, [receipt], NOON)
    assert pending_report(engine, 2022) == []


def test_a_test_is_validated_and_never_counted(engine: Engine) -> None:
    counted, tried = add_receipt(engine, new("a")), add_receipt(engine, replace(new("b"), test=True))
    save_all_results(engine, 2022, [validated(counted, staff="10"), validated(tried, staff="99")], NOON)
    assert [receipt.status for receipt in get_receipts(engine, 2022)] == ["accepted", "test_accepted"]
    assert current_figures(engine, 2022) == {"RXY": {("workforce.clinical.vsm", "white"): Decimal(10)}}
    assert [pending.receipt for pending in pending_report(engine, 2022)] == [counted, tried]


def test_simulated_receipts_are_not_real_ones(engine: Engine) -> None:
    add_receipt(engine, replace(new("a"), simulated=True))
    assert not has_real_receipts(engine)
    add_receipt(engine, new("b"))
    assert has_real_receipts(engine)
