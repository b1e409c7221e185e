"""Trying a return out, and sending one again."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.database.registry import open_registry
from wres.intake.submit import put_in_inbox
from wres.monitoring.submission_history import history_rows
from wres.monitoring.submission_status import status_rows, submission_statuses
from wres.recovery.audit import audit
from wres.reference.year_config import load_year
from wres.settings import Settings


def test_a_test_submission_is_answered_and_changes_nothing(
    settings: Settings,
    set_clock: Callable[[str], None],
    figures: Callable[..., Any],
    send_csv: Callable[..., Any],
    tmp_path: Path,
) -> None:
    set_clock("2022-06-10T12:00")
    source = send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0"))).rename(tmp_path / "r.csv")
    put_in_inbox(settings, 2022, "RXY", source, test=True)
    summary = steps.collect(steps.open_context(2022))
    assert (summary["accepted"], summary["tests"], summary["answered"]) == (0, 1, 1)
    document = json.loads((settings.outbox / "2022" / "RXY" / "2022-RXY-001" / "report.json").read_text())
    assert document["status"] == "accepted"
    engine = open_registry(settings)
    assert [row["status"] for row in history_rows(engine, 2022, "RXY")] == ["test_accepted"]
    [standing] = [
        row for row in status_rows(submission_statuses(engine, load_year(2022))) if row["organisation_code"] == "RXY"
    ]
    assert (standing["status"], standing["returns_sent"]) == ("not_received", 0)


def read_page(settings: Settings, receipt: str) -> str:
    return (settings.outbox / "2022" / "RXY" / receipt / "report.html").read_text(encoding="utf-8")


def test_the_same_bytes_again_are_recognised_and_said_so(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    set_clock("2022-06-10T12:00")
    for _ in range(2):
        send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
        steps.collect(steps.open_context(2022))
    assert "byte for byte" not in read_page(settings, "2022-RXY-001")
    assert "byte for byte, the one that you sent before as 2022-RXY-001" in read_page(settings, "2022-RXY-002")
    assert [row["status"] for row in history_rows(open_registry(settings), 2022, "RXY")] == ["superseded", "accepted"]


def test_an_explanation_is_kept_for_the_same_figures_and_asked_for_again_for_others(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    set_clock("2022-06-10T12:00")
    high, higher = (figures(2022, (1000, 100, unknown), ("10", "6", "0")) for unknown in (200, 210))

    def explain(rows: list[list[str]]) -> None:
        rows.append(["2022", "RXY", "explanation.Q326", "", "One case with <b>six</b> people."])

    for cells, change in ((high, None), (high, explain), (high, None), (higher, None)):
        send_csv(2022, "RXY", cells, change)
        steps.collect(steps.open_context(2022))
    rows = history_rows(open_registry(settings), 2022, "RXY")
    assert [(row["findings"], row["explained"]) for row in rows] == [
        ("Q326", ""),
        ("Q326", "Q326"),
        ("Q326", "Q326"),
        ("Q326", ""),
    ]
    assert "1 question about it needs an explanation" in read_page(settings, "2022-RXY-001")
    assert "Every question about it is explained" in read_page(settings, "2022-RXY-002")
    assert "One case with &lt;b&gt;six&lt;/b&gt; people." in read_page(settings, "2022-RXY-002")
    assert "in 2022-RXY-002, and the figures are the same" in read_page(settings, "2022-RXY-003")
    assert "1 question about it needs an explanation" in read_page(settings, "2022-RXY-004")


def test_nothing_is_kept_of_a_staff_list_but_hash_and_size(
    settings: Settings, set_clock: Callable[[str], None], tmp_path: Path
) -> None:
    set_clock("2022-06-10T12:00")
    people = "".join(f"Smythe{n},Jo,AB12345{n % 10}C,white\n" for n in range(30))
    content = f"Surname,First name,National Insurance number,Ethnicity\n{people}"
    (tmp_path / "r.csv").write_text(content, encoding="utf-8")
    put_in_inbox(settings, 2022, "RXY", tmp_path / "r.csv")
    steps.collect(steps.open_context(2022))
    [row] = history_rows(open_registry(settings), 2022, "RXY")
    assert (row["findings"], row["size"]) == ("S113", len(content))
    assert row["sha256"] == hashlib.sha256(content.encode()).hexdigest()
    kept = [path for path in settings.home.rglob("*") if path.is_file() and b"Smythe" in path.read_bytes()]
    assert kept == []
    assert steps.collect(steps.open_context(2022))["received"] == 0


def test_late_is_marked_and_after_the_hard_close_refused(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    for time in ("2022-08-31T23:59", "2022-09-01T00:00", "2022-10-01T00:00"):
        set_clock(time)
        send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "2", "0")))
        steps.collect(steps.open_context(2022))
    rows = history_rows(open_registry(settings), 2022, "RXY")
    assert [(row["status"], row["late"], row["findings"]) for row in rows] == [
        ("superseded", False, ""),
        ("accepted", True, ""),
        ("rejected", True, "S111"),
    ]


SMYTHES = "".join(f"Smythe{n},Jo,AB12345{n % 10}C,white,1,2,3,4,5,6,7,8\n" for n in range(5_000))


def make_zip(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return packed.getvalue()


UNREAD = {
    "S101 open quotation mark": b'Surname,NI Number\nSmythe,"' + SMYTHES.encode()[:2_000],
    "S101 cut": make_zip(Smythe=SMYTHES.encode())[:-60],
    "S101 empty": b"",
    "S102 pdf": b"%PDF-1.7\nSmythe",
    "S102 archive": make_zip(Smythe=b"Smythe"),
    "S102 old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Smythe" * 100,
    "S112 many cells": b"Surname,x\n" + SMYTHES.encode(),
    "S112 many bytes": b"Smythe,Jo\n" * 1_200_000,
    "S113 dashes": b"a,b\nSmythe,AB-12-34-56-C\n",
}


@pytest.mark.parametrize("kind", UNREAD)
def test_nothing_is_kept_of_a_file_that_nobody_could_look_into(
    settings: Settings, set_clock: Callable[[str], None], tmp_path: Path, kind: str
) -> None:
    set_clock("2022-06-10T12:00")
    (tmp_path / "r.csv").write_bytes(UNREAD[kind])
    put_in_inbox(settings, 2022, "RXY", tmp_path / "r.csv")
    steps.collect(steps.open_context(2022))
    engine = open_registry(settings)
    [row] = history_rows(engine, 2022, "RXY")
    assert (row["findings"], row["size"]) == (kind[:4], len(UNREAD[kind]))
    assert row["sha256"] == hashlib.sha256(UNREAD[kind]).hexdigest()
    assert [path for path in settings.landing.rglob("*") if path.name == row["sha256"]] == []
    assert [path for path in settings.home.rglob("*") if path.is_file() and b"Smythe" in path.read_bytes()] == []
    assert audit(settings, engine, None, lambda *_: None) == []


def test_a_name_in_a_figure_cell_stands_in_no_store_and_no_report(
    settings: Settings, set_clock: Callable[[str], None], figures: Callable[..., Any], send_csv: Callable[..., Any]
) -> None:
    set_clock("2022-06-10T12:00")

    def change(rows: list[list[str]]) -> None:
        rows[3][4], rows[4][2], rows[5][4] = "12 Smythe Jo", "smythe.jo", "JH091910C"

    send_csv(2022, "RXY", figures(2022, (1000, 100, 10), ("10", "6", "0")), change)
    steps.collect(steps.open_context(2022))
    [row] = history_rows(open_registry(settings), 2022, "RXY")
    assert "V202" in row["findings"]
    landed = settings.landing / row["sha256"][:2] / row["sha256"]
    for path in settings.home.rglob("*"):
        if path.is_file() and path != landed:
            content = path.read_bytes().lower()
            assert b"smythe" not in content, path
            assert b"jh091910c" not in content, path
