"""An explanation counts only while the figures it explains are unchanged."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from wres.database.explanations import get_explained_queries
from wres.database.receipts import NewReceipt, add_receipt
from wres.database.registry import open_registry
from wres.database.validation_results import ValidationRecord, save_all_results
from wres.settings import Settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)
HIGH = "The relative likelihood is 5.10."


@pytest.fixture
def engine(anywhere: Settings) -> Engine:
    return open_registry(anywhere)


def sent(engine: Engine, message: str, text: str | None, code: str = "RXY") -> str:
    """A return that meets Q303 with this message, and perhaps explains it."""
    number = len(get_explained_queries(engine, 2022))
    new = NewReceipt(2022, code, "folder", f"d{number}", "r.csv", "0" * 64, 1, NOON, "machine", simulated=False)
    receipt = add_receipt(engine, new)
    texts = {"signoff.role": "Director of Workforce"} | ({"explanation.Q303": text} if text is not None else {})
    finding = {"code": "Q303", "severity": "query", "message": message, "how_to_fix": "Say why."}
    judged = ValidationRecord(
        receipt, "accepted_with_queries", False, "2.0", "rules/1", ["Q303"], {}, [], {}, [finding], {}, texts
    )
    save_all_results(engine, 2022, [judged], NOON)
    return receipt


def test_a_return_explains_its_own_query(engine: Engine) -> None:
    receipt = sent(engine, HIGH, " One large case. ")
    [query] = get_explained_queries(engine, 2022)
    assert (query.text, query.given_in, query.given_at, query.role) == (
        "One large case.",
        receipt,
        NOON,
        "Director of Workforce",
    )


def test_an_earlier_explanation_counts_while_the_figures_are_the_same(engine: Engine) -> None:
    first = sent(engine, HIGH, "One large case.")
    sent(engine, HIGH, None)
    assert [(query.text, query.given_in) for query in get_explained_queries(engine, 2022)][1] == (
        "One large case.",
        first,
    )


def test_it_counts_no_more_once_they_changed(engine: Engine) -> None:
    sent(engine, HIGH, "One large case.")
    sent(engine, "The relative likelihood is 6.00.", None)
    assert get_explained_queries(engine, 2022)[1].text is None


@pytest.mark.parametrize("text", [None, "", "   "])
def test_silence_explains_nothing(engine: Engine, text: str | None) -> None:
    sent(engine, HIGH, text)
    assert [query.text for query in get_explained_queries(engine, 2022)] == [None]


def test_nobody_explains_for_another_organisation(engine: Engine) -> None:
    sent(engine, HIGH, "One large case.")
    sent(engine, HIGH, None, code="RJ1")
    assert {query.organisation_code: query.text for query in get_explained_queries(engine, 2022)} == {
        "RXY": "One large case.",
        "RJ1": None,
    }
