"""Store the results of validation, decide which return of an organisation counts from then on, and read them back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from wres.database.audit_chain import Event
from wres.database.audit_log import append, lock_chain
from wres.database.models import Receipt, ReturnFigure, ReturnFinding, ReturnText
from wres.database.order import BY_ARRIVAL
from wres.database.receipts import ACCEPTED, insert_rows
from wres.returns.findings import Finding, ValidationResult

# The fields of a result that are columns of its receipt as they are.
_COLUMNS = (
    "receipt", "status", "late", "template_version", "rule_set", "edits_run", "edits_not_run", "report",
)  # fmt: skip
_AT_ONCE = 10_000  # rows that are read at a time; else the library holds all of them


def save_results(
    session: Session, year: int, results: Sequence[ValidationResult], validated_at: datetime
) -> list[ValidationResult]:
    """Store results of validation; a receipt that is validated already is left alone.

    Of an organisation's accepted returns the one that arrived last counts; the others become superseded. A rejected
    return changes nothing for the ones before it. The result of a test is stored with the status test_accepted and so
    on, and it never counts. Figures are stored of accepted returns only.

    Returns:
        The results that were stored, with the status that each was given.
    """
    unvalidated = Receipt.receipt.in_([result.receipt for result in results]), Receipt.status == "received"
    pending = set(session.scalars(select(Receipt.receipt).where(*unvalidated).with_for_update()))
    tests = set(session.scalars(select(Receipt.receipt).where(*unvalidated, Receipt.test)))
    stored = [
        replace(result, status=f"test_{result.status}") if result.receipt in tests else result
        for result in results
        if result.receipt in pending
    ]
    if not stored:
        return []
    session.execute(update(Receipt), [_receipt_values(result, validated_at) for result in stored])
    insert_rows(session, ReturnFinding, _finding_rows(stored))
    insert_rows(session, ReturnFigure, _figure_rows(stored))
    insert_rows(session, ReturnText, _text_rows(stored))
    lock_chain(session, year)  # of two workers the second must see what the first accepted
    superseded = _supersede(session, year, [result.receipt for result in stored])
    append(session, year, [*(_validated_event(result, validated_at) for result in stored), *superseded])
    return stored


def get_findings(engine: Engine, year: int) -> dict[str, list[Finding]]:
    """Return the findings of every receipt of a year, in the order of the report."""
    findings: dict[str, list[Finding]] = defaultdict(list)
    with Session(engine) as session:
        query = (
            select(ReturnFinding.receipt, ReturnFinding.finding)
            .join(Receipt, Receipt.receipt == ReturnFinding.receipt)
            .where(Receipt.collection_year == year)
            .order_by(ReturnFinding.receipt, ReturnFinding.position)
        )
        for receipt, finding in session.execute(query):
            findings[receipt].append(finding)
    return dict(findings)


def current_figures(engine: Engine, year: int) -> dict[str, dict[tuple[str, str], Decimal]]:
    """Return the figures of each organisation with an accepted return in a year, by (item, ethnic group)."""
    figures: dict[str, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    cells: dict[tuple[str, str], tuple[str, str]] = {}  # each kept once: two million figures have a hundred cells
    values: dict[float, Decimal] = {}
    query = (
        select(Receipt.organisation_code, ReturnFigure.item, ReturnFigure.ethnic_group, ReturnFigure.value)
        .join(ReturnFigure, ReturnFigure.receipt == Receipt.receipt)
        .where(Receipt.collection_year == year, Receipt.status.in_(ACCEPTED))
    )
    with engine.connect() as connection:  # a session takes as long again for each row
        for code, item, group, value in connection.execute(query.execution_options(yield_per=_AT_ONCE)):
            if (exact := values.get(value)) is None:
                exact = values[value] = Decimal(str(value))
            figures[code][cells.setdefault((item, group), (item, group))] = exact
    return dict(figures)


def _validated_event(result: ValidationResult, validated_at: datetime) -> Event:
    """Return the event of a validation result, whole: by later rules it could not be made again."""
    changes = {
        "receipts": [_receipt_values(result, validated_at)],
        "findings": _finding_rows([result]),
        "figures": _figure_rows([result]),
        "statements": _text_rows([result]),
    }
    return Event("validated", {table: rows for table, rows in changes.items() if rows})


def _receipt_values(result: ValidationResult, validated_at: datetime) -> dict[str, Any]:
    """Return the columns of a receipt that validation fills."""
    columns = {name: getattr(result, name) for name in _COLUMNS}
    return columns | {"repairs": [repair.as_document() for repair in result.repairs], "validated_at": validated_at}


def _finding_rows(results: Iterable[ValidationResult]) -> list[dict[str, Any]]:
    """Return the rows of the table of findings, numbered in the order of the report."""
    return [
        {"receipt": result.receipt, "position": position, **asdict(finding)}
        for result in results
        for position, finding in enumerate(result.findings, start=1)
    ]


def _figure_rows(results: Iterable[ValidationResult]) -> list[dict[str, Any]]:
    """Return the rows of the table of figures, of accepted returns only."""
    return [
        {"receipt": result.receipt, "item": item, "ethnic_group": group, "value": float(value)}
        for result in results
        if result.status in ACCEPTED
        for (item, group), value in result.figures.items()
    ]


def _text_rows(results: Iterable[ValidationResult]) -> list[dict[str, Any]]:
    """Return the rows of the table of texts."""
    return [
        {"receipt": result.receipt, "key": key, "value": value}
        for result in results
        for key, value in result.texts.items()
    ]


def _supersede(session: Session, year: int, validated: Sequence[str]) -> list[Event]:
    """Mark every accepted return of the organisations of these receipts superseded but the newest of each."""
    codes = select(Receipt.organisation_code).where(Receipt.receipt.in_(validated))
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
