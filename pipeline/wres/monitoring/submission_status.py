"""How every organisation of a collection stands: what it sent, what became of it, and what still lacks an answer."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from wres.database.explanations import get_explained_queries
from wres.database.models import Receipt, ReturnFinding
from wres.database.order import BY_ARRIVAL
from wres.database.organisations import current_organisations
from wres.database.receipts import ACCEPTED
from wres.reference.register import is_eligible, is_expected
from wres.reference.year_config import CollectionYear


@dataclass(frozen=True, slots=True)
class EditCount:
    """An edit that struck a return, and how many findings it left there."""

    code: str
    severity: str
    findings: int


@dataclass(frozen=True, slots=True)
class ReceivedReturn:
    """One return as it was received. `explained` are the codes of its queries whose explanation counts."""

    receipt: str
    received_at: datetime
    status: str
    late: bool
    hits: tuple[EditCount, ...]
    explained: frozenset[str]

    @property
    def unexplained(self) -> list[str]:
        """Return the codes of its queries that it does not explain."""
        return [hit.code for hit in self.hits if hit.severity == "query" and hit.code not in self.explained]

    @property
    def rejected_for(self) -> list[str]:
        """Return the codes for which it was rejected."""
        return [hit.code for hit in self.hits if hit.severity == "reject"]


@dataclass(frozen=True, slots=True)
class OrganisationStatus:
    """One organisation that is expected, or that sent something all the same; `sent` has the oldest first.

    `expected`: it must send. `voluntary`: it may send and need not.
    """

    code: str
    name: str
    region: str
    organisation_type: str
    expected: bool
    sent: tuple[ReceivedReturn, ...]
    voluntary: bool = False

    @property
    def counted(self) -> bool:
        """Return whether it counts among those expected: a voluntary organisation does once a return is accepted."""
        return self.expected or (self.voluntary and self.counting is not None)

    @property
    def counting(self) -> ReceivedReturn | None:
        """Return the return that counts: the last good one."""
        return next((sent for sent in reversed(self.sent) if sent.status in ACCEPTED), None)

    @property
    def shown(self) -> ReceivedReturn | None:
        """Return the return that counts, or else the last one."""
        return self.counting or (self.sent[-1] if self.sent else None)

    @property
    def status(self) -> str:
        """Return the status of the return that counts; else `rejected`, `received` (pending) or `not_received`."""
        return self.shown.status if self.shown else "not_received"

    @property
    def late(self) -> bool:
        """Return whether the return shown came after the deadline."""
        return self.shown is not None and self.shown.late


def submission_statuses(engine: Engine, calendar: CollectionYear) -> list[OrganisationStatus]:
    """Return every organisation that must send in a year or was heard from, in the order of their codes."""
    register = {row["code"]: row for row in current_organisations(engine)}
    sent = _get_received(engine, calendar.year)
    expected = {code for code, row in register.items() if is_expected(row, calendar)}
    return [
        _get_status(code, register.get(code), calendar, tuple(sent.get(code, ())))
        for code in sorted(expected | sent.keys())
    ]


def _get_status(
    code: str, organisation: dict[str, str] | None, calendar: CollectionYear, sent: tuple[ReceivedReturn, ...]
) -> OrganisationStatus:
    """Put together what the register and the receipts say of one organisation."""
    if organisation is None:
        return OrganisationStatus(code, "not in the register", "", "", expected=False, sent=sent)
    expected = is_expected(organisation, calendar)
    return OrganisationStatus(
        code,
        organisation["name"],
        organisation["region_name"],
        organisation["organisation_type"],
        expected,
        sent,
        voluntary=is_eligible(organisation, calendar) and not expected,
    )


def _get_received(engine: Engine, year: int) -> dict[str, list[ReceivedReturn]]:
    """Return what each organisation sent, by its code, the oldest first."""
    columns = (Receipt.organisation_code, Receipt.receipt, Receipt.received_at, Receipt.status, Receipt.late)
    receipts = select(*columns).where(Receipt.collection_year == year, ~Receipt.test)
    findings = (
        select(ReturnFinding.receipt, ReturnFinding.code, ReturnFinding.severity, func.count())
        .join(Receipt, Receipt.receipt == ReturnFinding.receipt)
        .where(Receipt.collection_year == year)
        .group_by(ReturnFinding.receipt, ReturnFinding.code, ReturnFinding.severity)
        .order_by(ReturnFinding.receipt, ReturnFinding.code)
    )
    hits: dict[str, list[EditCount]] = defaultdict(list)
    explained: dict[str, set[str]] = defaultdict(set)
    for query in get_explained_queries(engine, year):
        if query.text:
            explained[query.receipt].add(query.code)
    sent: dict[str, list[ReceivedReturn]] = defaultdict(list)
    with Session(engine) as session:
        for receipt, code, severity, count in session.execute(findings):
            hits[receipt].append(EditCount(code, severity, count))
        for code, receipt, received_at, status, late in session.execute(receipts.order_by(*BY_ARRIVAL)):
            about = (tuple(hits[receipt]), frozenset(explained[receipt]))
            sent[code].append(ReceivedReturn(receipt, received_at, status, late, *about))
    return dict(sent)


STATUS_COLUMNS = ("organisation_code", "name", "status", "received_at", "late", "returns_sent", "receipt")


def choose_statuses(
    organisations: Iterable[OrganisationStatus], statuses: Collection[str], *, late: bool
) -> list[OrganisationStatus]:
    """Choose those with one of these statuses, where any are given; with `late` those of them that were late.

    Who sent something without being asked is never outstanding.
    """
    return [sent for sent in organisations if (not statuses or sent.status in statuses) and (sent.late or not late)]


def status_rows(organisations: Iterable[OrganisationStatus]) -> list[dict[str, Any]]:
    """Return a row for each organisation: code, name, status, returns sent, last receipt, late."""
    return [
        {
            "organisation_code": sent.code,
            "name": sent.name,
            "status": sent.status,
            "received_at": sent.shown.received_at if sent.shown else None,
            "late": sent.late,
            "returns_sent": len(sent.sent),
            "receipt": sent.shown.receipt if sent.shown else None,
        }
        for sent in organisations
    ]
