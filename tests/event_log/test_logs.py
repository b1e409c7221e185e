"""Events: what a line holds, where it goes, who may read it, and what it never holds."""

import json
import logging
import stat
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from wres.event_log import configure_logging, log_event


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    """No handler of a test's home outlives it."""
    yield
    log = logging.getLogger("wres")
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()


def lines(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "logs" / "wres.jsonl").read_text().splitlines()]


def test_an_event_is_a_line_with_its_fields(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    configure_logging(tmp_path)
    log_event("validated", 2022, "RXY", "2022-RXY-001", status="accepted")
    log_event("not answered", 2022, "RXY", channel="mesh", failed=True)
    log_event("built", 2022, changed=False, edition=None)
    log_lines = lines(tmp_path)
    assert all(str(line.pop("time")).endswith("+00:00") for line in log_lines)
    assert log_lines == [
        {
            "level": "info",
            "event": "validated",
            "collection_year": 2022,
            "organisation_code": "RXY",
            "receipt": "2022-RXY-001",
            "status": "accepted",
        },
        {
            "level": "error",
            "event": "not answered",
            "collection_year": 2022,
            "organisation_code": "RXY",
            "channel": "mesh",
        },
        {"level": "info", "event": "built", "collection_year": 2022, "changed": False},
    ]
    # What Airflow's task log shows, which takes no fields from the standard library.
    assert caplog.messages == [
        "validated collection_year=2022 organisation_code=RXY receipt=2022-RXY-001 status=accepted",
        "not_answered collection_year=2022 organisation_code=RXY channel=mesh",
        "built collection_year=2022 changed=False",
    ]


def test_logs_are_for_the_pipelines_own_user(tmp_path: Path) -> None:
    configure_logging(tmp_path)
    log_event("built", 2022)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "logs", tmp_path / "logs" / "wres.jsonl")]
    assert modes == [0o700, 0o600]


def test_events_go_to_one_home_and_once(tmp_path: Path) -> None:
    for home in ("first", "second", "second"):
        configure_logging(tmp_path / home)
        log_event("built", 2022)
    assert [len(lines(tmp_path / home)) for home in ("first", "second")] == [1, 2]


def test_without_an_event_there_is_no_file(tmp_path: Path) -> None:
    configure_logging(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_moved_away_is_begun_again(tmp_path: Path) -> None:
    configure_logging(tmp_path)
    log_event("built", 2021)
    (tmp_path / "logs" / "wres.jsonl").rename(tmp_path / "logs" / "wres.jsonl.1")
    log_event("built", 2022)
    assert [line["collection_year"] for line in lines(tmp_path)] == [2022]


def test_a_text_with_line_breaks_stays_one_line(tmp_path: Path) -> None:
    configure_logging(tmp_path)
    log_event("approved", 2022, role="head\nof {profession} %s")
    assert [line["role"] for line in lines(tmp_path)] == ["head\nof {profession} %s"]


def _many(home: Path, worker: int) -> None:
    configure_logging(home)
    for number in range(200):
        log_event("received", 2022, f"R{worker}", f"2022-R{worker}-{number:03d}", sha256="0" * 64)


def test_workers_at_once_write_whole_lines(tmp_path: Path) -> None:
    context = get_context("spawn")
    workers = [context.Process(target=_many, args=(tmp_path, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len({line["receipt"] for line in lines(tmp_path)}) == 600


def test_a_collections_events_cost_next_to_nothing(tmp_path: Path) -> None:
    configure_logging(tmp_path)
    started = time.process_time()
    for number in range(660):  # three for each of 220 returns
        log_event("received", 2022, "RXY", f"2022-RXY-{number:03d}", channel="folder", size=20_000)
    assert time.process_time() - started < 0.5
