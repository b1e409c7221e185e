"""The answer to one receipt as it stands now: the report to its sender, and the explanations since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from wres.database.explanations import SIGN_OFF, ExplainedQuery, get_explained_queries
from wres.database.models import Receipt
from wres.database.receipts import ACCEPTED
from wres.validation.edit_catalogue import load_catalogue


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """One query of a return: its code and title, the messages that it was asked in, and its explanation so far."""

    code: str
    title: str
    how_to_fix: str
    messages: tuple[str, ...]
    explanation: str

    @property
    def is_sign_off(self) -> bool:
        """Return whether a sign-off puts it right, and no explanation."""
        return self.code == SIGN_OFF


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """The answer to a receipt, for its page; `document` is the report to the sender, empty until it is checked."""

    receipt: Receipt
    document: Mapping[str, Any]
    queries: tuple[OpenQuery, ...] = field(default=())

    @property
    def checked(self) -> bool:
        """Return whether the answer is there."""
        return bool(self.document)

    @property
    def counts(self) -> bool:
        """Return whether this return counts, so that it can be explained and signed off."""
        return self.receipt.status in ACCEPTED and not self.receipt.test

    @property
    def unexplained(self) -> list[OpenQuery]:
        """Return the queries without an explanation."""
        return [query for query in self.queries if not query.explanation]


def get_answer(engine: Engine, receipt: Receipt) -> ReceiptAnswer:
    """Return the answer to a receipt, with the explanations that count for it now."""
    if not receipt.report:
        return ReceiptAnswer(receipt, {})
    explained = [
        query
        for query in get_explained_queries(engine, receipt.collection_year, [receipt.organisation_code])
        if query.receipt == receipt.receipt
    ]
    queries = _group_by_code(receipt.report["findings"], explained, receipt.report["page"].get("explained", []))
    return ReceiptAnswer(receipt, _with_explanations(receipt.report, explained), queries)


def _group_by_code(
    findings: list[dict[str, Any]], explained: list[ExplainedQuery], explained_in_test: list[dict[str, Any]]
) -> tuple[OpenQuery, ...]:
    """Return a query a code, in the order of the report; a code is explained once all its messages are."""
    texts = {(query.code, query.message): query.text or "" for query in explained}
    by_test = {row["code"]: str(row["text"]) for row in explained_in_test}  # a test is no query of the collection
    messages: dict[str, list[str]] = {}
    fixes: dict[str, str] = {}
    for finding in findings:
        if finding["severity"] == "query":
            messages.setdefault(finding["code"], []).append(finding["message"])
            fixes.setdefault(finding["code"], finding["how_to_fix"])
    queries = []
    for code, code_messages in messages.items():
        given_texts = [texts.get((code, message), "" if texts else by_test.get(code, "")) for message in code_messages]
        text = given_texts[-1] if all(given_texts) else ""
        queries.append(
            OpenQuery(code, load_catalogue()[code].title, fixes[code], tuple(dict.fromkeys(code_messages)), text)
        )
    return tuple(queries)


def _with_explanations(report: dict[str, Any], explained: list[ExplainedQuery]) -> dict[str, Any]:
    """Return the report's document with the explanations as they count now."""
    if not explained:
        return report
    now = {
        (query.code, query.text): {
            "code": query.code,
            "text": query.text,
            "given_in": query.given_in if query.given_in != query.receipt else None,
        }
        for query in explained
        if query.text
    }
    return {**report, "page": {**report["page"], "explained": list(now.values())}}
