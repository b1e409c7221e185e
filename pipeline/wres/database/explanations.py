"""What senders said of their queries: an explanation counts only while the figures it explains are unchanged."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from wres.database.models import Receipt, ReturnFinding, ReturnText
from wres.database.order import BY_ARRIVAL

_PREFIX = "explanation."


@dataclass(frozen=True, slots=True)
class ExplainedQuery:
    """One query of one receipt and what explains it.

    `text`, `given_in` (a receipt), `given_at` and `role` (who signed that return off) are None without an explanation.
    """

    receipt: str
    organisation_code: str
    code: str
    message: str
    text: str | None = None
    given_in: str | None = None
    given_at: datetime | None = None
    role: str | None = None


def get_explained_queries(engine: Engine, year: int, codes: Collection[str] | None = None) -> list[ExplainedQuery]:
    """Every query of every return of a year, each with its explanation, in the order in which they were asked.

    With `codes`, of the returns of these organisations alone.

    A return may explain a query itself, or an earlier one of the same organisation may have: that one still counts
    while it met the very same query, which names the figures that it is about. Once a figure differs so does the
    query's message, and the old explanation no longer speaks of it.
    """
    some = [Receipt.collection_year == year]
    if codes is not None:
        some.append(Receipt.organisation_code.in_(codes))
    with Session(engine) as session:
        asked = session.execute(
            select(  # not the whole receipt: it holds the report
                Receipt.receipt,
                Receipt.organisation_code,
                Receipt.received_at,
                ReturnFinding.code,
                ReturnFinding.message,
            )
            .join(ReturnFinding, ReturnFinding.receipt == Receipt.receipt)
            .where(*some, ReturnFinding.severity == "query", ~Receipt.test)
            .order_by(Receipt.organisation_code, *BY_ARRIVAL, ReturnFinding.position)
        ).all()
        said = session.execute(
            select(ReturnText.receipt, ReturnText.key, ReturnText.value)
            .join(Receipt, Receipt.receipt == ReturnText.receipt)
            .where(*some)
        ).all()
    statements = {(receipt, key): value for receipt, key, value in said}
    given: dict[tuple[str, str, str], ExplainedQuery] = {}
    queries = []
    for receipt, organisation_code, received_at, code, message in asked:
        query = ExplainedQuery(receipt, organisation_code, code, message)
        about = (organisation_code, code, message)
        own = statements.get((receipt, _PREFIX + code), "").strip()
        if own:
            role = statements.get((receipt, "signoff.role"))
            given[about] = replace(query, text=own, given_in=receipt, given_at=received_at, role=role)
        if (explained := given.get(about)) is not None:
            query = replace(explained, receipt=query.receipt)
        queries.append(query)
    return queries
