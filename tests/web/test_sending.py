"""A return on its way: sent on the page or by the API, answered, explained, signed off, fetched back."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from wres import steps
from wres.database.audit_log import get_events
from wres.database.explanations import get_explained_queries
from wres.database.organisations import current_successions
from wres.database.receipts import get_receipts
from wres.recovery.audit import audit
from wres.reference.register import predecessors_of
from wres.reference.year_config import load_year

YEAR = 2022
PAGE = f"/returns/{YEAR}/RXY"
API = f"/api/v1/returns/{YEAR}/RXY"
Make = Callable[..., bytes]


def test_a_file_is_safe_before_its_receipt_is_shown_and_answered_on_the_same_page(
    service: Any, csv_return: Make
) -> None:
    browser = service.signed_in("RXY")
    sent = browser.send(csv_return(bme="-2"), "C:\\kent & <b>medway</b>.csv")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGE}/2022-RXY-001")
    assert "being checked" in browser.get(sent.headers["location"]).text
    service.check()
    answer = browser.get(f"{PAGE}/2022-RXY-001").text
    assert "Not accepted" in answer
    assert f'<a href="{PAGE}">send the corrected file</a>' in answer
    assert "V203" in answer
    assert "is below 0: -2" in answer
    assert "<b>medway" not in answer
    assert "The marked workbook (.xlsx)</a>: your cells" in answer
    fetched = browser.get(f"{PAGE}/2022-RXY-001/file")
    assert fetched.content == csv_return(bme="-2")
    assert fetched.headers["content-disposition"].startswith("attachment; ")
    assert browser.get(f"{PAGE}/2022-RXY-001/report.xlsx").content[:2] == b"PK"
    assert json.loads(browser.get(f"{PAGE}/2022-RXY-001/report.json").content)["status"] == "rejected"
    assert browser.get(f"{PAGE}/2022-RXY-001/report.exe").status_code == 404
    assert browser.get(f"{PAGE}/template").content[:2] == b"PK"


def test_no_marked_cells_are_promised_of_a_file_that_cannot_be_read(service: Any) -> None:
    browser = service.signed_in("RXY")
    browser.send(b"%PDF-1.7", "return.pdf")
    service.check()
    answer = browser.get(f"{PAGE}/2022-RXY-001").text
    assert "The file is a PDF document, which is not taken." in answer
    assert "The findings as a workbook (.xlsx)" in answer
    assert "marked workbook" not in answer


def test_the_same_bytes_again_are_the_same_return_until_something_else_was_sent(service: Any, csv_return: Make) -> None:
    browser, key = service.signed_in("RXY"), service.key()
    first, second = csv_return(bme="9"), csv_return(bme="8")
    for _ in range(2):
        assert browser.send(first).headers["location"].endswith("2022-RXY-001")
    service.check()
    again = browser.client.post(API, files={"file": ("r.csv", first)}, headers=key)
    assert (again.status_code, again.json()["receipt"], again.json()["status"]) == (200, "2022-RXY-001", "accepted")
    assert (
        browser.send(first, test="true").headers["location"].endswith("2022-RXY-002")
    )  # trying it out is another thing
    assert browser.send(second).headers["location"].endswith("2022-RXY-003")
    assert browser.send(first).headers["location"].endswith("2022-RXY-004")  # it is to count again
    service.check()
    standing = [
        receipt.receipt for receipt in get_receipts(service.state.database, YEAR) if receipt.status == "accepted"
    ]
    assert standing == ["2022-RXY-004"]
    assert "Test: accepted" in browser.get(PAGE).text


def test_what_is_explained_and_signed_on_the_page_is_what_a_file_would_have_said(
    service: Any, csv_return: Make
) -> None:
    browser = service.signed_in("RXY")
    browser.send(csv_return(bme="39", role=""))
    service.check()
    answer = f"{PAGE}/2022-RXY-001"
    assert "Explain the questions" in browser.get(answer).text
    empty = browser.submit(answer, f"{answer}/explain")
    assert (empty.status_code, "Enter an explanation" in empty.text) == (400, True)
    personal = browser.submit(answer, f"{answer}/explain", **{"explanation-Q308": "It was AB123456C."})
    assert (personal.status_code, "must not hold" in personal.text) == (400, True)
    answered = browser.submit(answer, f"{answer}/explain", **{"explanation-Q308": "  One <large>\ncase. "})
    assert answered.status_code == 303
    for fields, message in (
        ({}, "Enter the role"),
        ({"role": "Director"}, "Enter the date"),
        ({"role": "Director", "day": "31", "month": "2", "year": "2022"}, "must be a real date"),
        ({"role": "Director", "day": "1", "month": "2", "year": "2022"}, "must be 31 March 2022 or later"),
        ({"role": "Director", "day": "21", "month": "6", "year": "2022"}, "must be today or in the past"),
    ):
        refused = browser.submit(answer, f"{answer}/sign-off", **fields)
        assert (refused.status_code, message in refused.text) == (400, True), message
    signed = {"role": "Director of People", "day": "3", "month": "6", "year": "2022"}
    assert browser.submit(answer, f"{answer}/sign-off", **signed).status_code == 303
    page = browser.get(answer).text
    assert "Sign the return off" not in page
    assert "One &lt;large&gt; case." in page
    queries = {query.code: query.text for query in get_explained_queries(service.state.database, YEAR)}
    assert queries["Q308"] == "One <large> case."
    assert queries["Q309"] == "Signed off on the page by the Director of People on 3 June 2022."
    events = [event.kind for event in get_events(service.state.database, YEAR)]
    assert events == ["received", "validated", "explained online", "explained online"]
    assert "Every question about it is explained" in page
    assert "needs an explanation" not in page

    browser.send(csv_return(bme="39", role="") + b"\n")  # the same figures in other bytes
    service.check()
    again = browser.get(f"{PAGE}/2022-RXY-002").text
    assert "Sign the return off" not in again
    assert "in 2022-RXY-001, and the figures are the same" in again
    browser.send(csv_return(bme="38", role=""))
    service.check()
    changed = browser.get(f"{PAGE}/2022-RXY-003").text
    assert "Sign the return off" in changed
    replaced = browser.get(f"{PAGE}/2022-RXY-001").text  # nothing of it is to be done any more
    assert "counts in place of this one" in replaced
    assert "The return counts." not in replaced
    assert "send the whole file again" not in replaced
    late = browser.submit(f"{PAGE}/2022-RXY-003", f"{answer}/explain", **{"explanation-Q308": "Too late."})
    assert late.status_code == 404
    assert service.signed_in(national=True).get(f"{PAGE}/2022-RXY-003").text.count("<form") == 1  # to sign out


def test_everything_said_on_the_page_is_in_the_audit_and_in_the_copy_of_the_journal(
    service: Any, csv_return: Make
) -> None:
    browser = service.signed_in("RXY")
    browser.send(csv_return(bme="39"))
    service.check()
    answer = f"{PAGE}/2022-RXY-001"
    browser.submit(answer, f"{answer}/explain", **{"explanation-Q308": "One large case."})
    steps.send_pending_reports(service.state.context(YEAR))
    settings = service.state.settings
    assert audit(settings, service.state.database, None, lambda *_: None) == []


def test_the_api_sends_tells_and_gives(service: Any, csv_return: Make) -> None:
    browser, key = service.browser(), service.key()
    sent = browser.client.post(API, files={"file": ("r.csv", csv_return(bme="-2"))}, headers=key)
    assert (sent.status_code, sent.json()["status"]) == (202, "received")
    unchecked = browser.get(f"{API}/2022-RXY-001/findings", headers=key)  # an empty list would say: nothing found
    assert (unchecked.status_code, unchecked.json()["title"]) == (409, "Conflict")
    service.check()
    report = browser.get(f"{API}/2022-RXY-001", headers=key).json()
    assert (report["status"], report["findings"][0]["code"]) == ("rejected", "V203")
    assert [row["receipt"] for row in browser.get(API, headers=key).json()] == ["2022-RXY-001"]
    assert browser.get(f"{API}/2022-RXY-001/findings", headers=key).json() == report["findings"]
    assert browser.get(f"/api/v1/templates/{YEAR}/RXY", headers=key).content[:2] == b"PK"
    tried = browser.client.post(API, files={"file": ("r.csv", csv_return())}, data={"test": "true"}, headers=key)
    service.check()
    report = browser.get(f"{API}/{tried.json()['receipt']}", headers=key).json()
    assert (report["status"], report["test"]) == ("accepted", True)
    nothing = browser.client.post(API, headers=key)
    assert (nothing.status_code, nothing.headers["content-type"]) == (422, "application/problem+json")
    assert set(nothing.json()) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize(("clock", "status"), [("2022-05-01T10:00", "opens on 1 June 2022"), ("2022-10-05T10:00", "")])
def test_before_it_opens_nothing_is_taken_and_after_it_closed_it_is_answered(
    service: Any, csv_return: Make, monkeypatch: pytest.MonkeyPatch, clock: str, status: str
) -> None:
    from wres.settings import load_settings
    from wres.web.app import create_app

    monkeypatch.setenv("WRES_AS_OF", clock)
    later = type(service)(create_app(load_settings()))
    browser = later.signed_in("RXY")
    sent = browser.client.post(API, files={"file": ("r.csv", csv_return())}, headers=later.key())
    if status:
        assert (sent.status_code, status in sent.json()["detail"]) == (422, True)
        assert get_receipts(later.state.database, YEAR) == []
        return
    later.check()
    assert "S111" in browser.get(f"{PAGE}/2022-RXY-001").text
    assert 'type="file"' not in browser.get(PAGE).text


def test_the_page_names_the_predecessors_whose_figures_are_last_year_s(service: Any) -> None:
    successions, register = current_successions(service.state.database), service.state.organisations()
    predecessors = {code: set(predecessors_of(successions, code, load_year(YEAR))) - {code} for code in register}
    code, before = next((code, before) for code, before in predecessors.items() if before)
    page = service.signed_in(code).get(f"/returns/{YEAR}/{code}").text
    assert "organisations that are part of yours now" in page
    for gone in before:
        assert register.get(gone, {"name": gone})["name"] in page.replace("&#39;", "'").replace("&amp;", "&")
    assert "part of yours now" not in service.signed_in("RXY").get(PAGE).text
