"""Store what senders state on the page about a return that counts: explanations of queries, and the sign-off."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from wres.database.audit_chain import Event
from wres.database.audit_log import append, lock_chain, recorded_values
from wres.database.models import OnlineStatement, Receipt, ReturnFigure
from wres.database.receipts import ACCEPTED
from wres.database.registry import read_session
from wres.errors import WresError

Figures = Mapping[tuple[str, str], Decimal | float]


def figures_digest(figures: Figures) -> str:
    """Return the SHA-256 of all figures of a return: the same for the same figures, however they were written."""
    rows = sorted([item, group, float(value)] for (item, group), value in figures.items())
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def digests_of(session: Session, receipts: Collection[str]) -> dict[str, str]:
    """Return the digest of the figures of each of these receipts that has any."""
    columns = ReturnFigure.receipt, ReturnFigure.item, ReturnFigure.ethnic_group, ReturnFigure.value
    figures: dict[str, dict[tuple[str, str], float]] = {}
    for receipt, item, group, value in session.execute(select(*columns).where(ReturnFigure.receipt.in_(receipts))):
        figures.setdefault(receipt, {})[item, group] = value
    return {receipt: figures_digest(values) for receipt, values in figures.items()}


def add_statements(
    engine: Engine,
    receipt: str,
    statements: Iterable[tuple[str, str, str | None]],
    *,
    role: str,
    at: datetime,
    clock_source: str,
) -> None:
    """Record the statements of a sender on its return that counts, with its figures, in one event.

    Args:
        engine: the registry.
        receipt: the return.
        statements: the key as in a file, the text, and the message of the query that it explains (None: sign-off).
        role: the role of the person who gives them.
        at: when they are given.
        clock_source: machine or as_of.

    Raises:
        WresError: the return does not count any more, or never did.
    """
    with Session(engine) as session, session.begin():
        year = session.scalar(select(Receipt.collection_year).where(Receipt.receipt == receipt))
        if year is None:
            raise WresError(f"There is no receipt {receipt}.")
        lock_chain(session, year)
        counting = session.scalar(
            select(Receipt.receipt).where(Receipt.receipt == receipt, Receipt.status.in_(ACCEPTED), ~Receipt.test)
        )
        if counting is None:
            raise WresError(
                f"{receipt} is not the return that counts. Open the return that counts, and explain that one."
            )
        digest = digests_of(session, [receipt]).get(receipt, figures_digest({}))
        last = session.scalar(select(func.max(OnlineStatement.number)).where(OnlineStatement.receipt == receipt)) or 0
        rows = [
            OnlineStatement(
                receipt=receipt,
                number=number,
                key=key,
                value=value,
                message=message,
                figures=digest,
                role=role,
                given_at=at,
                clock_source=clock_source,
            )
            for number, (key, value, message) in enumerate(statements, start=last + 1)
        ]
        session.add_all(rows)
        session.flush()
        append(
            session, year, [Event("explained online", {"online_statements": [recorded_values(row) for row in rows]})]
        )


def get_statements(engine: Engine, year: int, codes: Collection[str] | None = None) -> list[OnlineStatement]:
    """Return the statements given on the page for a year, by these organisations or by all, in order."""
    query = (
        select(OnlineStatement)
        .join(Receipt, Receipt.receipt == OnlineStatement.receipt)
        .where(Receipt.collection_year == year)
        .order_by(OnlineStatement.given_at, OnlineStatement.receipt, OnlineStatement.number)
    )
    if codes is not None:
        query = query.where(Receipt.organisation_code.in_(codes))
    with read_session(engine) as session:
        return list(session.scalars(query))
