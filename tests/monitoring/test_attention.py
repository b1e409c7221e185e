"""What somebody has to look at: failed steps on the page, and what is overdue."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from wres.database.registry import open_registry
from wres.monitoring.attention import overdue, recent_failures, record_failure
from wres.reference.year_config import load_year
from wres.settings import Settings, load_settings
from wres.steps import open_context, write_progress_page


def test_the_page_shows_what_failed_lately(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    record_failure(settings, 2022, "answer", "The outbox <cannot> be written.")
    record_failure(settings, None, "plan_round", "The registry is away.")
    record_failure(settings, 2021, "receive", "Of another year.")
    page = write_progress_page(open_context(2022)).read_text()
    assert "What needs attention" in page
    assert "the step answer failed. The outbox &lt;cannot&gt; be written." in page
    assert "The registry is away." in page
    assert "Of another year." not in page


def test_old_failures_and_unfinished_lines_are_left_out(settings: Settings) -> None:
    record_failure(settings, 2022, "receive", "Long ago.")
    path = settings.home / "logs" / "failures.jsonl"
    old = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    path.write_text(path.read_text().replace(path.read_text().split('"')[3], old) + '{"at": "20')
    assert recent_failures(settings, 2022) == []
    record_failure(settings, 2022, "receive", "Today.")  # after the unfinished line
    record_failure(settings, 2022, "receive", "Once more.")
    assert [failure["cause"] for failure in recent_failures(settings, 2022)] == ["Once more."]


def test_without_failures_the_page_says_nothing_of_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    assert "What needs attention" not in write_progress_page(open_context(2022)).read_text()


def test_an_open_collection_without_a_round_for_an_hour_is_overdue(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, calendar = open_registry(settings), load_year(2022)
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    now = load_settings()
    [text] = overdue(now, engine, calendar)
    assert text.startswith("No collecting round of 2022 has finished for an hour.")
    page = write_progress_page(open_context(2022))
    assert list(overdue(now, engine, calendar)) == []
    hour_ago = time.time() - 3700
    os.utime(page, (hour_ago, hour_ago))
    assert len(list(overdue(now, engine, calendar))) == 1
    monkeypatch.setenv("WRES_AS_OF", "2022-11-10T12:00")  # closed: no round is expected
    assert list(overdue(load_settings(), engine, calendar)) == []
