"""Which collections the timetable sees: the years' files, what was opened or closed by hand, and the clock in force."""

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from airflow.timetables.base import DagRunInfo, TimeRestriction

from pipeline.collection import calendar
from pipeline.orchestration import periods
from pipeline.orchestration.rounds import Period
from pipeline.orchestration.timetable import CollectionTimetable
from pipeline.registry.collections import set_state
from pipeline.registry.database import open_registry
from pipeline.settings import Settings

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _ask_anew() -> Iterator[None]:
    periods._known = None
    yield
    periods._known = None


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the years' files, to add to."""
    folder = tmp_path / "years"
    shutil.copytree(calendar._YEARS, folder)
    monkeypatch.setattr(calendar, "_YEARS", folder)
    yield folder
    calendar.known_years.cache_clear()
    calendar.load_year.cache_clear()


def _ask(last: DagRunInfo | None = None) -> DagRunInfo | None:
    return CollectionTimetable().next_dagrun_info_v2(
        last_dagrun_info=last, restriction=TimeRestriction(None, None, False)
    )


def test_every_year_s_file_is_a_collection(settings: Settings) -> None:
    found = periods.read_periods()
    assert list(found) == list(calendar.known_years())
    year = calendar.load_year(2022)
    assert found[2022] == Period(year.opens, year.hard_close, (year.deadline, year.hard_close))
    assert not settings.home.exists()  # looking makes nothing


def test_adding_a_file_schedules_a_collection(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 2032 not in periods.read_periods()
    text = (files / "2025.toml").read_text()
    for year in (2026, 2025, 2024):
        text = text.replace(str(year), str(year + 7))
    (files / "2032.toml").write_text(text)
    assert periods.read_periods()[2032].since == datetime(2032, 5, 31, 23, tzinfo=UTC)
    monkeypatch.setenv("WRES_AS_OF", "2032-06-01T00:00")
    assert (due := _ask()) is not None
    assert due.partition_key == "2032"


def test_a_faulty_file_stops_no_other_collection(files: Path, caplog: pytest.LogCaptureFixture) -> None:
    (files / "2024.toml").write_text("year = 2024\n")
    assert 2025 in (found := periods.read_periods())
    assert 2024 not in found
    assert "The 2024 collection is not scheduled: The calendar file 2024.toml has no" in caplog.text


def test_what_is_opened_or_closed_by_hand_counts(anywhere: Settings, caplog: pytest.LogCaptureFixture) -> None:
    assert 2022 in periods.read_periods()
    opened, closed = datetime(2026, 1, 5, 10, 7, tzinfo=UTC), datetime(2022, 7, 1, tzinfo=UTC)
    engine = open_registry(anywhere)
    set_state(engine, 2020, "open", opened)
    set_state(engine, 2022, "closed", closed)
    found = periods.read_periods()
    assert found[2020] == Period(opened, None, (calendar.load_year(2020).deadline,))
    assert 2022 not in found
    set_state(engine, 2020, "closed", closed)
    assert 2020 not in periods.read_periods()
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "nonsense://"])
def test_without_the_registry_the_files_count_and_it_is_said(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WRES_DATABASE_URL", url)
    assert list(periods.read_periods()) == list(calendar.known_years())
    [said] = caplog.records
    assert said.levelno == logging.WARNING
    assert "collections are scheduled by the years' files alone" in said.getMessage()
    assert "nobody" not in said.getMessage()


def test_a_registry_file_that_is_damaged_stops_nothing(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.home.mkdir()
    (settings.home / "registry.db").write_text("not a database")
    assert list(periods.read_periods()) == list(calendar.known_years())
    assert "The registry cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("as_of", "years"),
    [
        ("2022-05-31T23:00", []),
        ("2022-06-01T00:00", [2022]),
        ("2022-09-15T12:00", [2022]),  # late
        ("2022-10-01T00:00", []),
    ],
)
def test_a_clock_that_is_set_says_what_is_open_and_rounds_go_by_real_time(
    as_of: str, years: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", as_of)
    assert periods.read_periods() == dict.fromkeys(years, Period(LONG_AGO))
    due = _ask()
    assert (due is not None) == bool(years)
    if due:
        now = datetime.now(UTC)
        assert timedelta(0) <= now - due.run_after < timedelta(minutes=15, seconds=5)
        later = _ask(due)
        assert later is not None
        assert later.run_after - due.run_after in (timedelta(minutes=15), timedelta(minutes=30))


def test_an_unreadable_clock_schedules_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "yesterday")
    assert _ask() is None
    assert "No collection is scheduled: The setting WRES_AS_OF cannot be used" in caplog.text


def test_a_run_says_its_year_and_its_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-07-01T12:00")
    due = _ask()
    assert due is not None
    assert (due.partition_key, due.partition_date, due.logical_date) == ("2022", due.run_after, due.run_after)
