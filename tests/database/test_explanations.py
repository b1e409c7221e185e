"""An explanation counts only while the figures it explains are unchanged."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.registry import save_all_results
from wres.database.audit_log import get_events
from wres.database.audit_replay import TABLES, differences, replay, rows_of_chain
from wres.database.explanations import get_explained_queries
from wres.database.online_statements import add_statements
from wres.database.receipts import NewReceipt, add_receipt
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.returns.findings import Finding, ValidationResult
from wres.settings import Settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)
HIGH = "The relative likelihood is 5.10."


@pytest.fixture
def engine(anywhere: Settings) -> Engine:
    return open_registry(anywhere)


def sent(
    engine: Engine,
    message: str,
    text: str | None,
    code: str = "RXY",
    query: str = "Q303",
    figures: dict[tuple[str, str], Decimal] | None = None,
) -> str:
    """A return that meets Q303, or another query, with this message, and perhaps explains it."""
    number = len(get_explained_queries(engine, 2022))
    new = NewReceipt(2022, code, "folder", f"d{number}", "r.csv", "0" * 64, 1, NOON, "machine", simulated=False)
    receipt = add_receipt(engine, new)
    texts = {"signoff.role": "Director of Workforce"} | ({"explanation.Q303": text} if text is not None else {})
    result = ValidationResult(
        receipt,
        "accepted_with_queries",
        "2.0",
        "rules/1",
        findings=[Finding(query, "query", message, "Say why.")],
        edits_run=["Q303"],
        figures=figures or {},
        texts=texts,
    )
    save_all_results(engine, 2022, [result], NOON)
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


def explain(engine: Engine, receipt: str, *statements: tuple[str, str, str | None]) -> None:
    add_statements(engine, receipt, statements, role="Analyst", at=NOON, clock_source="machine")


def test_what_is_said_on_the_page_counts_as_what_a_file_says_while_the_query_is_the_same(engine: Engine) -> None:
    first = sent(engine, HIGH, "In the file.")
    explain(engine, first, ("explanation.Q303", "On the page.", HIGH))
    again = sent(engine, HIGH, None)
    sent(engine, "The relative likelihood is 6.00.", None)
    explanations = [(query.text, query.given_in, query.role) for query in get_explained_queries(engine, 2022)]
    assert explanations == [("On the page.", first, "Analyst")] * 2 + [(None, None, None)]
    explain(engine, sent(engine, HIGH, "A later file."), ("explanation.Q303", "Of another query.", "Other."))
    assert get_explained_queries(engine, 2022)[-1].text == "A later file."
    with pytest.raises(WresError, match="not the return that counts"):
        explain(engine, again, ("explanation.Q303", "Too late.", HIGH))


def test_a_sign_off_on_the_page_makes_good_an_incomplete_one_while_all_figures_are_the_same(engine: Engine) -> None:
    figures = {("workforce.clinical.band_5", "white"): Decimal(7)}
    first = sent(engine, "The sign-off has no role.", None, query="Q309", figures=figures)
    explain(engine, first, ("signoff.role", "Director of People", None))
    assert get_explained_queries(engine, 2022)[0].text is None  # a role without its date is no sign-off
    explain(engine, first, ("signoff.date", "2022-06-09", None))
    sent(engine, "The sign-off has no role.", None, query="Q309", figures=figures)
    sent(engine, "The sign-off has no role.", None, query="Q309", figures={**figures, ("x", "bme"): Decimal(1)})
    same, also, changed = get_explained_queries(engine, 2022)
    assert same.text == also.text == "Signed off on the page by the Director of People on 9 June 2022."
    assert changed.text is None


def test_what_was_said_on_the_page_is_restored_from_the_audit_log(engine: Engine) -> None:
    explain(engine, sent(engine, HIGH, None), ("explanation.Q303", "On the page.", HIGH))
    replayed = replay(get_events(engine, 2022))
    with Session(engine) as session:
        for table in TABLES:
            assert list(differences(replayed, table, rows_of_chain(session, table, 2022))) == []
    assert [row["value"] for row in replayed.rows["online_statements"].values()] == ["On the page."]
