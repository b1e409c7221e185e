"""Store receipts, look them up, and list those to be validated or answered."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from wres.database.audit_chain import Event
from wres.database.audit_log import append, lock_chain
from wres.database.models import Receipt, ReturnFinding
from wres.database.order import BY_ARRIVAL
from wres.database.registry import read_session
from wres.returns.parsed_return import NOT_KEPT

ACCEPTED = ("accepted", "accepted_with_queries")
_MOST_HASHES = 10_000  # that one query may name
_TRIES = 20  # how often two workers may want the same receipt number at once


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """The facts of a received file; `order_time` is the time of receipt by default."""

    collection_year: int
    organisation_code: str
    channel: str
    delivery_id: str
    file_name: str
    sha256: str
    size: int
    received_at: datetime
    clock_source: str
    simulated: bool
    test: bool = False
    modified_at: datetime | None = None
    order_time: datetime | None = None


def add_receipt(engine: Engine, new: NewReceipt) -> str:
    """Commit a receipt and return its id; the same delivery a second time gets the id that it has."""
    return add_receipts(engine, [new])[0]


def add_receipts(engine: Engine, new: Sequence[NewReceipt]) -> list[str]:
    """Commit receipts of one year in one transaction and return their ids, in the same order.

    A delivery that has a receipt already, or that is named twice, gets the id that it has. Where another worker takes a
    number or a delivery in between, the numbers are looked up again.
    """
    taken = retry_if_exception_type(IntegrityError)
    again = Retrying(retry=taken, stop=stop_after_attempt(_TRIES), reraise=True)
    return again(_insert_in_one_transaction, engine, new)


def _insert_in_one_transaction(engine: Engine, new: Sequence[NewReceipt]) -> list[str]:
    """Insert receipts with their events, or none of them."""
    with Session(engine) as session, session.begin():
        return _insert_new(session, new)


def _insert_new(session: Session, new: Sequence[NewReceipt]) -> list[str]:
    """Insert the receipts whose delivery has none yet, under the next numbers; returns the ids of all."""
    if not new:
        return []
    (year,) = {receipt.collection_year for receipt in new}
    ids = {
        (channel, delivery): receipt
        for channel, delivery, receipt in session.execute(
            select(Receipt.channel, Receipt.delivery_id, Receipt.receipt).where(
                Receipt.delivery_id.in_({receipt.delivery_id for receipt in new})
            )
        )
    }
    taken = defaultdict(int, _numbers_taken(session, year, {receipt.organisation_code for receipt in new}))
    rows = []
    for receipt_facts in new:
        if (receipt_facts.channel, receipt_facts.delivery_id) not in ids:
            number = taken[receipt_facts.organisation_code] = taken[receipt_facts.organisation_code] + 1
            receipt = f"{year}-{receipt_facts.organisation_code}-{number:03d}"
            fields = {name: getattr(receipt_facts, name) for name in NewReceipt.__slots__}
            fields["order_time"] = receipt_facts.order_time or receipt_facts.received_at
            rows.append({"receipt": receipt, "number": number, "status": "received", "late": False, **fields})
            ids[receipt_facts.channel, receipt_facts.delivery_id] = receipt
    insert_rows(session, Receipt, rows)
    append(session, year, [Event("received", {"receipts": [row]}) for row in rows])
    return [ids[receipt.channel, receipt.delivery_id] for receipt in new]


def _numbers_taken(session: Session, year: int, codes: Collection[str]) -> dict[str, int]:
    """Return the highest receipt number of each organisation that has one."""
    query = (
        select(Receipt.organisation_code, func.max(Receipt.number))
        .where(Receipt.collection_year == year, Receipt.organisation_code.in_(codes))
        .group_by(Receipt.organisation_code)
    )
    return {code: number for code, number in session.execute(query) if number}


def pending_validation(engine: Engine, year: int, only: Collection[str] | None = None) -> list[Receipt]:
    """Return the receipts that are not validated yet, all or `only` these, in the order in which they came."""
    with read_session(engine) as session:
        query = select(Receipt).where(Receipt.collection_year == year, Receipt.status == "received")
        if only is not None:
            query = query.where(Receipt.receipt.in_(only))
        return list(session.scalars(query.order_by(*BY_ARRIVAL)))


def years_unfinished(engine: Engine) -> set[int]:
    """Return the collection years with a receipt that is not validated or not answered yet."""
    with Session(engine) as session:
        query = select(Receipt.collection_year).where(Receipt.answered_at.is_(None)).distinct()
        return set(session.scalars(query))


def insert_rows(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> None:
    """Insert all rows at once, or none where there are none."""
    if rows:  # straight into the table: no row becomes an object
        session.connection().execute(insert(table.__table__), rows)


def pending_report(engine: Engine, year: int) -> list[Receipt]:
    """Return the validated receipts whose sender has no report yet, without the reports."""
    with read_session(engine) as session:
        query = select(Receipt).where(
            Receipt.collection_year == year, Receipt.validated_at.is_not(None), Receipt.answered_at.is_(None)
        )
        return list(session.scalars(query.order_by(*BY_ARRIVAL)))


def get_reports(engine: Engine, receipts: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the reports of these receipts, by receipt; empty for one that is not validated."""
    with read_session(engine) as session:
        query = select(Receipt.receipt, Receipt.report).where(Receipt.receipt.in_(receipts))
        return {receipt: report or {} for receipt, report in session.execute(query)}


def mark_answered(session: Session, year: int, receipts: Collection[str], answered_at: datetime) -> None:
    """Store that the reports of these receipts of a year are with their senders."""
    if not receipts:
        return
    lock_chain(session, year)
    session.execute(update(Receipt).where(Receipt.receipt.in_(receipts)).values(answered_at=answered_at))
    append(
        session,
        year,
        [Event("answered", {"receipts": [{"receipt": receipt, "answered_at": answered_at} for receipt in receipts]})],
    )


def get_receipts(engine: Engine, year: int, organisation_code: str | None = None) -> list[Receipt]:
    """Return all receipts of a year, or of one organisation in it, in the order in which they came."""
    with read_session(engine) as session:
        query = select(Receipt).where(Receipt.collection_year == year)
        if organisation_code is not None:
            query = query.where(Receipt.organisation_code == organisation_code)
        return list(session.scalars(query.order_by(*BY_ARRIVAL)))


def newest_receipt(engine: Engine, year: int, organisation_code: str, *, test: bool) -> Receipt | None:
    """Return the receipt that an organisation got last for a year, of its returns or of its tests."""
    with read_session(engine) as session:
        query = select(Receipt).where(
            Receipt.collection_year == year, Receipt.organisation_code == organisation_code, Receipt.test == test
        )
        return session.scalars(query.order_by(Receipt.number.desc()).limit(1)).first()


def get_receipt(engine: Engine, year: int, organisation_code: str, receipt: str) -> Receipt | None:
    """Return one receipt of an organisation and year, with its report; None where it has no such receipt."""
    with read_session(engine) as session:
        query = select(Receipt).where(
            Receipt.receipt == receipt,
            Receipt.collection_year == year,
            Receipt.organisation_code == organisation_code,
        )
        return session.scalars(query.options(undefer(Receipt.report))).first()


def first_receipt_by_hash(engine: Engine, year: int, codes: Collection[str]) -> dict[tuple[str, str], str]:
    """Return the first receipt of each file that these organisations sent in a year, by organisation and SHA-256."""
    first: dict[tuple[str, str], str] = {}
    with read_session(engine) as session:
        query = select(Receipt.organisation_code, Receipt.sha256, Receipt.receipt).where(
            Receipt.collection_year == year, Receipt.organisation_code.in_(codes)
        )
        for code, sha256, receipt in session.execute(query.order_by(*BY_ARRIVAL)):
            first.setdefault((code, sha256), receipt)
    return first


def has_real_receipts(engine: Engine) -> bool:
    """Return whether any receipt of this registry was not simulated."""
    with Session(engine) as session:
        return session.scalar(select(Receipt.receipt).where(~Receipt.simulated).limit(1)) is not None


def hashes_not_kept(session: Session, year: int | None = None) -> set[str]:
    """Return the hashes of files whose bytes must not be kept: refused unread or as data about people, or erased.

    One that is not validated yet is validated first, and bytes that another receipt took as a return are kept for
    that one.

    Args:
        session: a session, or one on a connection that reads an older state.
        year: only of files that were sent for this year; by default all.
    """
    refused = select(ReturnFinding.receipt).where(ReturnFinding.code.in_(NOT_KEPT))
    unwanted = Receipt.receipt.in_(refused) | Receipt.forgotten_at.is_not(None)
    query = select(Receipt.sha256).where(unwanted)
    if year is not None:
        query = query.where(Receipt.collection_year == year)
    hashes = set(session.scalars(query))
    wanted = (
        select(Receipt.sha256).where(Receipt.sha256.in_(hashes), ~unwanted)
        if len(hashes) < _MOST_HASHES
        else (select(Receipt.sha256).where(~unwanted))
    )
    return hashes - set(session.scalars(wanted))
