"""Erase the texts of a receipt's sender, in the registry and in the documents of the audit log.

Who sent a file and when, its hash and size, its status, the codes of its findings, and its figures, which are counts,
stay. The audit log's chain stays whole: the hash of an event is over the digest of its document as it was
written, and the event of the erasure states the digest of each document that remains.
"""

import json
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, delete, insert, or_, select, update
from sqlalchemy.orm import Session, undefer

from wres.database.audit_chain import FORGOTTEN, Event, digest_of
from wres.database.audit_log import append, lock_chain
from wres.database.models import JournalEvent, OnlineStatement, Receipt, ReturnFinding, ReturnText
from wres.errors import WresError
from wres.returns.findings import Finding

ERASED = "(erased)"

Titles = Mapping[str, str]  # of edits, by code


@dataclass(frozen=True, slots=True)
class Erasure:
    """The receipts whose texts are erased: all that hold the same bytes. `answers` are all receipts of their senders.

    A later report may have repeated an erased explanation, so all of them are written again.
    """

    receipts: list[Receipt]
    answers: list[Receipt]
    sha256: str


def erase_texts(engine: Engine, receipt: str, reason: str, forgotten_at: datetime, titles: Titles) -> Erasure:
    """Erase the texts of a receipt and of every other one that holds the same bytes; twice does no harm.

    Raises:
        WresError: there is no such receipt, or one of these files is not validated and answered yet.
    """
    with Session(engine) as session, session.begin():
        if engine.dialect.name == "sqlite":  # what is erased is written over
            session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
        named = session.get(Receipt, receipt)
        if named is None:
            raise WresError(f"There is no receipt {receipt}. Look: wres history YEAR ORGANISATION")
        same = select(Receipt).where(Receipt.sha256 == named.sha256).order_by(Receipt.receipt)
        receipts = list(session.scalars(same.options(undefer(Receipt.report))))
        if pending := [receipt for receipt in receipts if receipt.validated_at is None or receipt.answered_at is None]:
            year = pending[0].collection_year
            raise WresError(f"{pending[0].receipt} is not validated and answered yet. First run: wres collect {year}")
        for year in sorted({receipt.collection_year for receipt in receipts}):
            of_year = [
                receipt for receipt in receipts if receipt.collection_year == year and receipt.forgotten_at is None
            ]
            if of_year:
                _erase_year(session, year, of_year, reason, forgotten_at, titles)
        session.flush()
        answers: list[Receipt] = list(session.scalars(_select_answered(receipts)))
        session.expunge_all()
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:  # what was erased may still stand in the log of changes
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Erasure(receipts, answers, receipts[0].sha256)


def _select_answered(receipts: list[Receipt]) -> Select[Receipt]:
    """Select the answered receipts of the senders of these receipts, each in its year."""
    of_sender = [
        (Receipt.collection_year == receipt.collection_year) & (Receipt.organisation_code == receipt.organisation_code)
        for receipt in receipts
    ]
    query = select(Receipt).where(or_(*of_sender), Receipt.answered_at.is_not(None))
    return query.order_by(Receipt.receipt).options(undefer(Receipt.report)).execution_options(populate_existing=True)


def _erase_year(
    session: Session, year: int, receipts: list[Receipt], reason: str, forgotten_at: datetime, titles: Titles
) -> None:
    """Erase the texts of receipts of one year, and record it in the year's chain."""
    ids = {receipt.receipt for receipt in receipts}
    lock_chain(session, year)
    scrub = _TextEraser(ids, titles)
    _erase_rows(session, receipts, scrub)
    session.execute(update(Receipt).where(Receipt.receipt.in_(ids)).values(forgotten_at=forgotten_at))
    _erase_elsewhere(session, year, receipts, scrub)
    erased = {}
    for event in session.scalars(select(JournalEvent).where(JournalEvent.chain == year)):
        senders = [f"{year}-{receipt.organisation_code}-" for receipt in receipts]
        if not any(sender in event.document for sender in senders):
            continue
        content = json.loads(event.document)
        document = json.dumps(scrub.content(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        if document != event.document:
            event.document = document
            erased[str(event.sequence)] = digest_of(document)
    session.flush()
    rows = [{"receipt": receipt.receipt, "forgotten_at": forgotten_at} for receipt in receipts]
    append(session, year, [Event(FORGOTTEN, {"receipts": rows}, facts={"reason": reason, "erased": erased})])


def _erase_rows(session: Session, receipts: list[Receipt], scrub: "_TextEraser") -> None:
    """Erase the texts of receipts in the registry's own rows."""
    ids = scrub.receipts
    for receipt in receipts:
        values = scrub.receipt(
            {
                "receipt": receipt.receipt,
                "file_name": receipt.file_name,
                "delivery_id": receipt.delivery_id,
                "repairs": receipt.repairs,
                "report": receipt.report,
            }
        )
        for name in ("file_name", "delivery_id", "repairs", "report"):
            setattr(receipt, name, values[name])
    session.flush()
    findings = (
        session.execute(select(*ReturnFinding.__table__.columns).where(ReturnFinding.receipt.in_(ids))).mappings().all()
    )
    session.execute(delete(ReturnFinding).where(ReturnFinding.receipt.in_(ids)))
    if findings:
        session.execute(insert(ReturnFinding), [scrub.finding(dict(row)) for row in findings])
    for table in (ReturnText, OnlineStatement):
        session.execute(delete(table).where(table.receipt.in_(ids)))


def _erase_elsewhere(session: Session, year: int, receipts: list[Receipt], scrub: "_TextEraser") -> None:
    """Take the texts out of the reports of other receipts of these senders, where they explained a query again."""
    codes = {receipt.organisation_code for receipt in receipts}
    others = select(Receipt).where(
        Receipt.collection_year == year,
        Receipt.organisation_code.in_(codes),
        Receipt.receipt.not_in(scrub.receipts),
        Receipt.validated_at.is_not(None),
    )
    for other in session.scalars(others.options(undefer(Receipt.report))):
        report = scrub.explanations_in(other.report)
        if report != other.report:
            other.report = report


@dataclass(frozen=True, slots=True)
class _TextEraser:
    """Erase the texts of these receipts from rows, in the registry and in the audit log alike."""

    receipts: Collection[str]
    titles: Titles

    def content(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return the document of an event without the texts."""
        changes = dict(content.get("changes", {}))
        if "receipts" in changes:
            changes["receipts"] = [self.receipt(row) for row in changes["receipts"]]
        if "findings" in changes:
            changes["findings"] = [self.finding(row) for row in changes["findings"]]
        for name in ("statements", "online_statements"):
            if name in changes:
                changes[name] = [row for row in changes[name] if row["receipt"] not in self.receipts]
        kept = {name: rows for name, rows in changes.items() if rows}
        return {**content, "changes": kept} if kept else {name: v for name, v in content.items() if name != "changes"}

    def receipt(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of the receipts, whole or in part, without the texts."""
        if row["receipt"] not in self.receipts:
            return {**row, "report": self.explanations_in(row["report"])} if row.get("report") else row
        erased: dict[str, Any] = {
            "file_name": ERASED,
            "delivery_id": f"erased {row['receipt']}",
            "repairs": [],
            "report": self._report(row["report"]) if row.get("report") else row.get("report"),
        }
        return {name: erased.get(name, value) for name, value in row.items()}

    def finding(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a finding with its code and severity alone, and the edit's title as its message."""
        if "receipt" in row and row["receipt"] not in self.receipts:
            return row
        return row | asdict(Finding(row["code"], row["severity"], self.titles.get(row["code"], ERASED), how_to_fix=""))

    def explanations_in(self, report: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return the report of another receipt without the explanations that these receipts gave."""
        if not report:
            return report
        explained = [
            {**explained, "text": ERASED} if explained["given_in"] in self.receipts else explained
            for explained in report["page"].get("explained", [])
        ]
        return {**report, "page": {**report["page"], "explained": explained}}

    def _report(self, report: dict[str, Any]) -> dict[str, Any]:
        page = {**report["page"], "file_name": ERASED, "explained": [], "copy": {}}
        findings = [self.finding(dict(row)) for row in report["findings"]]
        return {**report, "repairs": [], "findings": findings, "page": page}
