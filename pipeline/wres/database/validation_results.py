"""Validation results: what is stored of a return once it is validated, and which return then stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wres.database.audit_log import Event, append, lock_chain
from wres.database.models import Receipt, ReturnFigure, ReturnFinding, ReturnText
from wres.database.order import BY_ARRIVAL
from wres.database.receipts import ACCEPTED, insert_rows


@dataclass(frozen=True, slots=True)
class ValidationRecord:
    """What is to be stored of one validated return.

    `figures` is kept for accepted returns only; `report` is report.json, `findings` are its rows; `texts` never hold
    a name.
    """

    receipt: str
    status: str
    late: bool
    template_version: str
    rule_set: str
    edits_run: list[str]
    edits_not_run: dict[str, str]
    repairs: list[dict[str, Any]]
    report: dict[str, Any]
    findings: list[dict[str, Any]]
    figures: Mapping[tuple[str, str], Decimal]
    texts: Mapping[str, str]


def save_results(
    session: Session, year: int, judged: Sequence[ValidationRecord], at: datetime
) -> list[ValidationRecord]:
    """Store a round of validation results; a receipt that is validated already is left alone.

    Of an organisation's accepted returns the one that arrived last stands; the others become superseded. A rejected
    return changes nothing for the ones before it. A test keeps what was said of it, as the status
    test_accepted and so on, and stands for nothing.

    Returns:
        What was stored, with the status that it was given.
    """
    waits = Receipt.receipt.in_([record.receipt for record in judged]), Receipt.status == "received"
    still = set(session.scalars(select(Receipt.receipt).where(*waits).with_for_update()))
    tests = set(session.scalars(select(Receipt.receipt).where(*waits, Receipt.test)))
    mine = [record for record in judged if record.receipt in still]
    mine = [replace(record, status=f"test_{record.status}") if record.receipt in tests else record for record in mine]
    if not mine:
        return []
    session.execute(update(Receipt), [_receipt_values(record, at) for record in mine])
    insert_rows(session, ReturnFinding, _finding_rows(mine))
    insert_rows(session, ReturnFigure, _figure_rows(mine))
    insert_rows(session, ReturnText, _statement_rows(mine))
    lock_chain(session, year)  # of two workers the second must see what the first accepted
    superseded = _supersede(session, year, [record.receipt for record in mine])
    append(session, year, [*(_validated_event(record, at) for record in mine), *superseded])
    return mine


def _validated_event(record: ValidationRecord, at: datetime) -> Event:
    """Return the event of a validation result, whole: by later rules it could not be made again."""
    changes = {
        "receipts": [_receipt_values(record, at)],
        "findings": _finding_rows([record]),
        "figures": _figure_rows([record]),
        "statements": _statement_rows([record]),
    }
    return Event("judged", {table: rows for table, rows in changes.items() if rows})


def _receipt_values(record: ValidationRecord, at: datetime) -> dict[str, Any]:
    names = (
        "receipt",
        "status",
        "late",
        "template_version",
        "rule_set",
        "edits_run",
        "edits_not_run",
        "repairs",
        "report",
    )
    return {name: getattr(record, name) for name in names} | {"judged_at": at}


def _finding_rows(judged: Iterable[ValidationRecord]) -> list[dict[str, Any]]:
    return [
        {"receipt": record.receipt, "position": position, **finding}
        for record in judged
        for position, finding in enumerate(record.findings, start=1)
    ]


def _figure_rows(judged: Iterable[ValidationRecord]) -> list[dict[str, Any]]:
    return [
        {"receipt": record.receipt, "item": item, "ethnic_group": group, "value": float(value)}
        for record in judged
        if record.status in ACCEPTED
        for (item, group), value in record.figures.items()
    ]


def _statement_rows(judged: Iterable[ValidationRecord]) -> list[dict[str, Any]]:
    return [
        {"receipt": record.receipt, "key": key, "value": value}
        for record in judged
        for key, value in record.texts.items()
    ]


def _supersede(session: Session, year: int, judged: Sequence[str]) -> list[Event]:
    """Mark every accepted return of the organisations of these receipts superseded but the newest of each."""
    codes = select(Receipt.organisation_code).where(Receipt.receipt.in_(judged))
    accepted = session.execute(
        select(Receipt.receipt, Receipt.organisation_code)
        .where(Receipt.collection_year == year, Receipt.status.in_(ACCEPTED), Receipt.organisation_code.in_(codes))
        .order_by(*BY_ARRIVAL)
    ).all()
    newest = {code: receipt for receipt, code in accepted}
    old = [receipt for receipt, code in accepted if newest[code] != receipt]
    if not old:
        return []
    session.execute(update(Receipt).where(Receipt.receipt.in_(old)).values(status="superseded"))
    return [Event("superseded", {"receipts": [{"receipt": receipt, "status": "superseded"} for receipt in old]})]
