"""When a return arrived decides, not when a round ran; and no file lies unmentioned."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from wres import steps
from wres.database.models import Receipt
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.database.validation_results import current_figures
from wres.intake.channel import IncomingFile, sort_by_time_and_name
from wres.intake.folder_channel import FolderChannel
from wres.intake.rounds import years_to_collect
from wres.monitoring.submission_status import submission_statuses
from wres.reference.year_config import load_year
from wres.settings import Settings

LONDON = ZoneInfo("Europe/London")
ENTERED = ("disciplinary.entered", "white")


@pytest.fixture
def arrives(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """From now on what is in the inbox arrived at this time: nobody can set an inode's change time."""
    waiting = FolderChannel.waiting

    def set_clock(moment: datetime) -> None:
        def waiting_since(self: FolderChannel, *arguments: Any, **options: Any) -> list[IncomingFile]:
            return sort_by_time_and_name(
                replace(file, arrived_at=moment, modified_at=None) for file in waiting(self, *arguments, **options)
            )

        monkeypatch.setattr(FolderChannel, "waiting", waiting_since)

    return set_clock


@pytest.fixture
def good_return(send_csv: Callable[..., Path], figures: Callable[..., Any]) -> None:
    """One good return of RXY in its inbox."""
    send_csv(2022, "RXY", figures(2022, (2505, 725, 66), ("17", "9", "0")))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def receipts(settings: Settings, year: int = 2022) -> list[Receipt]:
    return get_receipts(open_registry(settings), year)


def report(settings: Settings, receipt: Receipt) -> dict[str, Any]:
    path = settings.outbox / str(receipt.collection_year) / receipt.organisation_code / receipt.receipt / "report.json"
    return dict(json.loads(path.read_text()))


@pytest.mark.parametrize(
    ("arrived", "collected", "late", "rejected"),
    [
        ("2022-08-31T23:50:00", "2022-09-01T00:05:00", False, False),
        ("2022-08-31T23:59:59.999999", "2022-09-01T00:05:00", False, False),
        ("2022-09-01T00:00:00", "2022-09-01T00:05:00", True, False),
        ("2022-09-30T23:50:00", "2022-10-01T00:05:00", True, False),
        ("2022-09-30T23:59:59.999999", "2022-10-01T00:05:00", True, False),
        ("2022-10-01T00:00:00", "2022-10-01T00:05:00", True, True),
        ("2026-01-01T00:00:00", "2022-08-31T23:59:30", False, False),
    ],
)
def test_the_time_of_arrival_counts_and_a_minute_that_is_named_is_included(
    settings: Settings, good_return: None, arrives: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch,
    arrived: str, collected: str, late: bool, rejected: bool,
) -> None:  # fmt: skip
    monkeypatch.setenv("WRES_AS_OF", collected)
    arrives(london(arrived))
    steps.collect(steps.open_context(2022))
    [receipt] = receipts(settings)
    reported = report(settings, receipt)
    assert (receipt.late, receipt.status == "rejected") == (late, rejected)
    assert ("S111" in {finding["code"] for finding in reported["findings"]}) == rejected
    assert datetime.fromisoformat(reported["received_at"]) == min(london(arrived), london(collected))


def test_the_later_of_two_files_counts_and_both_are_named_where_no_time_tells(
    settings: Settings,
    send_csv: Callable[..., Path],
    figures: Callable[..., Any],
    arrives: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    for entered, name in ((4, "return.csv"), (5, "return-1.csv"), (9, "return-10.csv"), (6, "return-2.csv")):
        path = send_csv(2022, "RXY", figures(2022, (2505, 725, 66), (str(entered), "9", "0")))
        path.rename(path.with_name(name))
    arrives(datetime(2022, 6, 10, 11, tzinfo=UTC))
    steps.collect(steps.open_context(2022))
    saved_receipts = receipts(settings)
    assert [receipt.file_name for receipt in saved_receipts] == [
        "return.csv",
        "return-1.csv",
        "return-2.csv",
        "return-10.csv",
    ]
    assert [receipt.status == "superseded" for receipt in saved_receipts] == [True, True, True, False]
    assert current_figures(open_registry(settings), 2022)["RXY"][ENTERED] == 9
    for receipt in saved_receipts:
        [repair_text] = [
            repair["what"] for repair in report(settings, receipt)["repairs"] if "same time" in repair["what"]
        ]
        assert "return.csv, return-1.csv, return-2.csv, return-10.csv" in repair_text
        page = settings.outbox / "2022" / "RXY" / receipt.receipt / "report.html"
        assert page.read_text().count(repair_text) == 1


def test_a_file_that_was_received_in_a_later_round_does_not_replace_one_that_arrived_after_it(
    settings: Settings,
    send_csv: Callable[..., Path],
    figures: Callable[..., Any],
    arrives: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    for entered, minute in ((5, 30), (4, 20)):  # the second was kept back by a failure
        send_csv(2022, "RXY", figures(2022, (2505, 725, 66), (str(entered), "9", "0")))
        arrives(datetime(2022, 6, 10, 9, minute, tzinfo=UTC))
        steps.collect(steps.open_context(2022))
    assert [(receipt.receipt, receipt.status == "superseded") for receipt in receipts(settings)] == [
        ("2022-RXY-002", True),
        ("2022-RXY-001", False),
    ]
    [rxy] = [
        submission_status
        for submission_status in submission_statuses(open_registry(settings), load_year(2022))
        if submission_status.code == "RXY"
    ]
    assert rxy.counting is not None
    assert rxy.counting.receipt == "2022-RXY-001"


def test_a_return_for_a_closed_year_is_answered_by_a_round_of_another(
    settings: Settings, send_csv: Callable[..., Path], figures: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    assert years_to_collect(steps.open_pipeline()) == [2022]
    send_csv(2020, "RXY", figures(2020, (2505, 725, 66), ("17", "9", "0")))
    send_csv(2023, "RXY", figures(2023, (2505, 725, 66), ("17", "9", "0")))  # it waits for its opening
    assert years_to_collect(steps.open_pipeline()) == [2020, 2022]
    steps.collect(steps.open_context(2022))
    [receipt] = receipts(settings, 2020)
    assert "S111" in {finding["code"] for finding in report(settings, receipt)["findings"]}
    assert (receipts(settings, 2023), years_to_collect(steps.open_pipeline())) == ([], [2022])


def test_a_closed_year_is_collected_until_each_sender_has_its_answer(
    settings: Settings, send_csv: Callable[..., Path], figures: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-09-30T12:00")
    send_csv(2022, "RXY", figures(2022, (2505, 725, 66), ("17", "9", "0")))
    steps.receive(steps.open_context(2022))
    monkeypatch.setenv("WRES_AS_OF", "2022-10-02T12:00")
    assert years_to_collect(steps.open_pipeline()) == [2022]
    steps.validate_pending(steps.open_context(2022))
    assert years_to_collect(steps.open_pipeline()) == [2022]
    steps.send_pending_reports(steps.open_context(2022))
    assert years_to_collect(steps.open_pipeline()) == []
    [receipt] = receipts(settings)
    assert (receipt.status, receipt.late) == ("accepted", True)


def test_files_that_are_not_taken_are_counted_and_named_everywhere(
    settings: Settings, wres: Callable[..., tuple[int, str, str]]
) -> None:
    clock = ("--as-of", "2022-06-10T12:00")
    for place in ("2022/x.xlsx", "2022/RXY/Final/return.xlsx", "2031/RXY/x.xlsx", "2022/RRR/Thumbs.db"):
        path = settings.inbox / place
        path.parent.mkdir(parents=True)
        path.write_bytes(b"bytes")
    status, out, _ = wres("collect", "2022", "--format", "json", *clock)
    assert (status, json.loads(out)[0]["misplaced"]) == (0, 3)
    events = [json.loads(line) for line in (settings.home / "logs" / "wres.jsonl").read_text().splitlines()]
    named = [(event.get("organisation_code"), event["reason"]) for event in events if event["event"] == "not taken"]
    assert sorted(named, key=str) == [("RXY", "subfolder"), (None, "no_sender"), (None, "unknown_year")]
    _, out, err = wres("status", "2022", "--format", "json", *clock)
    assert all(place in err for place in ("inbox/2022/x.xlsx", "inbox/2022/RXY/Final/return.xlsx", "inbox/2031/"))
    assert {row["status"] for row in json.loads(out)} == {"not_received"}
    page = (settings.progress / "2022" / "index.html").read_text()
    assert "3 files lie where no return is taken from" in page
    assert "inbox/2022/RXY/Final/return.xlsx" in page
    with (settings.progress / "2022" / "chase-list.csv").open(newline="") as file:
        rows = {row["organisation_code"]: row for row in csv.DictReader(file)}
    assert rows["RXY"]["why"] == "nothing received"
    assert "inbox/2022/RXY/Final/return.xlsx is not taken." in rows["RXY"]["text"]
    assert rows[""]["why"] == "files where none are taken from"
    assert all(place in rows[""]["text"] for place in ("inbox/2022/x.xlsx", "inbox/2031/RXY/x.xlsx"))
