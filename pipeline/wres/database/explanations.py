"""Match queries with the senders' explanations, which count only while the figures they explain are unchanged."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from wres.database.models import OnlineStatement, Receipt, ReturnFinding, ReturnText
from wres.database.online_statements import digests_of, get_statements
from wres.database.order import BY_ARRIVAL
from wres.database.registry import read_session

SIGN_OFF = "Q309"  # a sign-off that lacks something is not explained but made good
_PREFIX = "explanation."


@dataclass(frozen=True, slots=True)
class ExplainedQuery:
    """One query of one receipt, and its explanation.

    `text`, `given_in` (a receipt), `given_at` and `role` (who signed that return off) are None without an explanation.
    `figures` is the digest of the figures for which it counts, where it is a sign-off that was given on the page.
    """

    receipt: str
    organisation_code: str
    code: str
    message: str
    text: str | None = None
    given_in: str | None = None
    given_at: datetime | None = None
    role: str | None = None
    figures: str | None = None


def get_explained_queries(engine: Engine, year: int, codes: Collection[str] | None = None) -> list[ExplainedQuery]:
    """Return every query of every return of a year, each with its explanation, in the order in which they were asked.

    With `codes`, of the returns of these organisations alone.

    A return may explain a query itself, or an earlier one of the same organisation may have: that one still counts
    while it met the very same query, which names the figures that it is about. Once a figure differs so does the
    query's message, and the old explanation no longer counts. An explanation on the page counts in the same way;
    a sign-off that was given there makes good one that is incomplete, while all figures are the same.
    """
    conditions = [Receipt.collection_year == year]
    if codes is not None:
        conditions.append(Receipt.organisation_code.in_(codes))
    page_statements = get_statements(engine, year, codes)
    with read_session(engine) as session:
        asked = session.execute(
            select(  # not the whole receipt: it holds the report
                Receipt.receipt,
                Receipt.organisation_code,
                Receipt.received_at,
                ReturnFinding.code,
                ReturnFinding.message,
            )
            .join(ReturnFinding, ReturnFinding.receipt == Receipt.receipt)
            .where(*conditions, ReturnFinding.severity == "query", ~Receipt.test)
            .order_by(Receipt.organisation_code, *BY_ARRIVAL, ReturnFinding.position)
        ).all()
        texts = session.execute(
            select(ReturnText.receipt, ReturnText.key, ReturnText.value)
            .join(Receipt, Receipt.receipt == ReturnText.receipt)
            .where(*conditions)
        ).all()
        online = _Online(session, page_statements, asked_of=[row.receipt for row in asked])
    statements = {(receipt, key): value for receipt, key, value in texts}
    explanations: dict[tuple[str, str, str], ExplainedQuery] = {}
    queries = []
    for receipt, organisation_code, received_at, code, message in asked:
        query = ExplainedQuery(receipt, organisation_code, code, message)
        about = (organisation_code, code, message)
        in_return = statements.get((receipt, _PREFIX + code), "").strip()
        if in_return:
            role = statements.get((receipt, "signoff.role"))
            explanations[about] = replace(query, text=in_return, given_in=receipt, given_at=received_at, role=role)
        if (later := online.explanation(receipt, code, message)) is not None:
            explanations[about] = replace(
                query, text=later.value, given_in=receipt, given_at=later.given_at, role=later.role
            )
        if code == SIGN_OFF and (signed := online.sign_off(query)) is not None:
            query = signed
        elif (explained := explanations.get(about)) is not None:
            query = replace(explained, receipt=query.receipt)
        queries.append(query)
    return queries


class _Online:
    """The statements given on the page, by receipt and query; each organisation's sign-offs by the figures signed."""

    def __init__(self, session: Session, statements: Sequence[OnlineStatement], asked_of: Collection[str]) -> None:
        self._explained = {(statement.receipt, statement.key, statement.message): statement for statement in statements}
        self._signed: dict[tuple[str, str], dict[str, OnlineStatement]] = {}
        for statement in statements:
            if statement.key in ("signoff.role", "signoff.date"):
                signed = self._signed.setdefault((_sender_of(statement.receipt), statement.figures), {})
                signed[statement.key] = statement
        self._digests = digests_of(session, set(asked_of)) if self._signed else {}

    def explanation(self, receipt: str, code: str, message: str) -> OnlineStatement | None:
        """Return the last explanation of a query of a receipt on the page."""
        return self._explained.get((receipt, _PREFIX + code, message))

    def sign_off(self, query: ExplainedQuery) -> ExplainedQuery | None:
        """Return the query of an incomplete sign-off as the sign-off on the page makes it good."""
        about = (query.organisation_code, self._digests.get(query.receipt, ""))
        return _is_signed_off(query, self._signed.get(about, {}))


def _is_signed_off(query: ExplainedQuery, signed: Mapping[str, OnlineStatement]) -> ExplainedQuery | None:
    """Return a query of the sign-off as made good by the role and date given on the page; None where one is missing."""
    if not {"signoff.role", "signoff.date"} <= signed.keys():
        return None
    role, day = signed["signoff.role"], date.fromisoformat(signed["signoff.date"].value)
    text = f"Signed off on the page by the {role.value} on {day:%-d %B %Y}."
    return replace(
        query, text=text, given_in=role.receipt, given_at=role.given_at, role=role.value, figures=role.figures
    )


def _sender_of(receipt: str) -> str:
    """Return the organisation code that a receipt's id holds between its year and its number."""
    return receipt.split("-", 1)[1].rsplit("-", 1)[0]
