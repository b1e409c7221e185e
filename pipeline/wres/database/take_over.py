"""The journal of a registry that is older than its journal: it begins with what the registry holds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session, undefer

from wres.database.audit_log import GENERAL, Event, append, row_of
from wres.database.contacts import KIND as CONTACTS
from wres.database.contacts import contacts_digest
from wres.database.models import (
    Approval,
    Base,
    Build,
    BuildFinding,
    CollectionState,
    Contact,
    Organisation,
    Receipt,
    Release,
    ReturnFigure,
    ReturnFinding,
    ReturnText,
    Succession,
)

KIND = "taken over"


def take_over(connection: Connection) -> None:
    """Write what the registry holds as the first events of its journal; what came before that is not vouched for."""
    with Session(connection, join_transaction_mode="create_savepoint") as session, session.begin():
        general = [Event(KIND, {table.__tablename__: rows}) for table, rows in _loaded(session) if rows]
        if session.scalar(select(Contact).limit(1)):
            general.append(Event(CONTACTS, facts=contacts_digest(session)))
        append(session, GENERAL, general)
        years: dict[int, list[Event]] = defaultdict(list)
        for year, event in _of_years(session):
            years[year].append(event)
        for year in sorted(years):
            append(session, year, years[year])


def _loaded(session: Session) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    for table in (Organisation, Succession):
        yield table, [row_of(model) for model in session.scalars(select(table).order_by(*table.__table__.primary_key))]


def _of_years(session: Session) -> Iterator[tuple[int, Event]]:
    """What belongs to collection years, in the order of the tables' dependence."""
    for state in session.scalars(select(CollectionState)):
        yield state.collection_year, Event(KIND, {"collection_states": [row_of(state)]})
    query = select(Receipt).options(undefer(Receipt.report)).order_by(Receipt.received_at, Receipt.receipt)
    for receipt in session.scalars(query):
        changes: dict[str, list[dict[str, Any]]] = {"receipts": [row_of(receipt)]}
        for table in (ReturnFinding, ReturnFigure, ReturnText):
            if rows := session.scalars(select(table).where(table.receipt == receipt.receipt)).all():
                changes[table.__tablename__] = _rows(rows)
        yield receipt.collection_year, Event(KIND, changes)
    for build in session.scalars(select(Build).order_by(Build.collection_year, Build.sequence)):
        found = session.scalars(select(BuildFinding).where(BuildFinding.build == build.build)).all()
        yield build.collection_year, Event(KIND, {"builds": [row_of(build)], "build_findings": _rows(found)})
    for approval in session.scalars(select(Approval).order_by(Approval.number)):
        yield approval.collection_year, Event(KIND, {"approvals": [row_of(approval)]})
    for release in session.scalars(select(Release).order_by(Release.published_at, Release.edition)):
        yield release.collection_year, Event(KIND, {"releases": [row_of(release)]})


def _rows(records: Sequence[Base]) -> list[dict[str, Any]]:
    return [row_of(model) for model in records]
