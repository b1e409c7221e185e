"""The S3 channel against a real S3 service: what was put is received once, answered there, and never lost."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from wres import steps
from wres.database.order import names_of_same_time
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.intake import receive as receiving
from wres.intake.receive import Received
from wres.intake.s3_channel import S3Channel
from wres.settings import Settings, load_settings
from wres.storage.landing import read_landed

Put = Callable[..., str]
Receive = Callable[[], Received]
ReceiveTwice = Callable[[], list[Received]]
RETURN = b"collection_year,organisation_code,item,ethnic_group,value\n2022,RXY,disciplinary.entered,white,1\n"


def is_there(bucket: Any, key: str) -> bool:
    return bool(bucket.get_file_info(key).is_file)


def landed(settings: Settings) -> list[tuple[str, str, bytes]]:
    rows = get_receipts(open_registry(settings), 2022)
    return [(row.receipt, row.file_name, read_landed(settings, row.sha256, 1000)) for row in rows]


@pytest.fixture
def s3(use_s3: Callable[..., None]) -> Settings:
    use_s3()
    return load_settings()


def test_the_whole_way(s3: Settings, bucket: Any, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    key = put("Return 2022.csv", RETURN)
    summary = steps.collect(steps.open_context(2022))
    assert (summary["received"], summary["rejected"], summary["answered"], summary["failures"]) == (1, 1, 1, [])
    assert not is_there(bucket, key)
    assert landed(s3) == [("2022-RXY-001", "Return 2022.csv", RETURN)]
    answer = "wres/some/where/outbox/2022/RXY/2022-RXY-001"
    assert {name for name in ("html", "csv", "json", "xlsx") if is_there(bucket, f"{answer}/report.{name}")} == {
        "html", "csv", "json", "xlsx",
    }  # fmt: skip
    with bucket.open_input_stream(f"{answer}/report.json") as source:
        assert json.load(source)["receipt"] == "2022-RXY-001"
    assert not (s3.outbox / "2022").exists()
    assert steps.receive(steps.open_context(2022)) == []
    assert steps.send_pending_reports(steps.open_context(2022)) == 0


def test_what_is_taken_and_as_what(s3: Settings, bucket: Any, put: Put, receive_2022: Receive) -> None:
    put("return.csv.gz", b"not compressed at all")
    put("in/a/folder.csv", b"", org="rrr")
    put("ü +%20\n.csv", b"odd name", org="RZZ")
    unfinished = [put("~$return.xlsx"), put(".part")]
    with bucket.open_output_stream("wres/some/where/inbox/2022/nobody.csv", compression=None) as target:
        target.write(b"whose is this?")
    assert receive_2022().failures == []
    assert set(landed(s3)) == {
        ("2022-RXY-001", "return.csv.gz", b"not compressed at all"),
        ("2022-RRR-001", "folder.csv", b""),
        ("2022-RZZ-001", "ü +%20�.csv", b"odd name"),
    }
    assert all(is_there(bucket, key) for key in unfinished)


def test_an_empty_bucket_is_no_mistake(s3: Settings, receive_2022: Receive) -> None:
    assert receive_2022() == Received([], [])


@pytest.mark.parametrize(("place", "name"), [(receiving, "add_receipts"), (S3Channel, "acknowledge")])
def test_killed_before_or_after_the_receipt_there_is_one(
    s3: Settings, bucket: Any, put: Put, receive_2022: Receive, monkeypatch: pytest.MonkeyPatch, place: Any, name: str
) -> None:
    key = put("return.csv")
    with monkeypatch.context() as patch:
        patch.setattr(place, name, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            receive_2022()
    assert is_there(bucket, key)
    assert receive_2022().receipts == ["2022-RXY-001"]
    assert not is_there(bucket, key)
    assert len(landed(s3)) == 1


def test_overwritten_within_the_second_by_as_many_bytes_is_received_too(
    s3: Settings, put: Put, receive_2022: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("return.csv", b"first ")
    take = S3Channel.acknowledge

    def overwritten_meanwhile(self: S3Channel, delivery: Any) -> None:
        put("return.csv", b"second")
        take(self, delivery)

    with monkeypatch.context() as patch:
        patch.setattr(S3Channel, "acknowledge", overwritten_meanwhile)
        receive_2022()
    receive_2022()
    assert [content for _, _, content in landed(s3)] == [b"first ", b"second"]


def test_the_same_bytes_sent_again_are_another_receipt(s3: Settings, put: Put, receive_2022: Receive) -> None:
    put("return.csv")
    assert receive_2022().receipts == ["2022-RXY-001"]
    time.sleep(1.1)
    put("return.csv")
    assert receive_2022().receipts == ["2022-RXY-002"]


def test_two_workers_at_once_receive_each_object_once(
    s3: Settings, bucket: Any, put: Put, receive_2022_twice: ReceiveTwice
) -> None:
    keys = [put("return.csv", org=org) for org in ("RXY", "RRR", "RR8")]
    assert [received.failures for received in receive_2022_twice()] == [[], []]
    assert {receipt for receipt, _, _ in landed(s3)} == {"2022-RXY-001", "2022-RRR-001", "2022-RR8-001"}
    assert len(landed(s3)) == 3
    assert not any(is_there(bucket, key) for key in keys)


def test_the_object_that_was_put_later_counts_and_the_time_of_receipt_is_s3s(
    s3: Settings, put: Put, receive_2022: Receive
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    put("return.csv", b"first")
    time.sleep(1.1)  # the times of S3 are whole seconds
    put("a.csv", b"second")
    time.sleep(1.1)
    for name in ("v10.csv", "v9.csv", "v9 (1).csv"):
        put(name, name.encode())
    after = datetime.now(UTC)
    receive_2022()
    rows = get_receipts(open_registry(s3), 2022)
    assert [row.file_name for row in rows[:2]] == ["return.csv", "a.csv"]
    assert before <= rows[0].received_at < rows[1].received_at < rows[4].received_at <= after
    if len({row.received_at for row in rows[2:]}) == 1:  # put within one second: no time tells them apart
        assert [row.file_name for row in rows[2:]] == ["v9.csv", "v9 (1).csv", "v10.csv"]
        named = names_of_same_time(open_registry(s3), 2022, ["RXY"])
        assert named == {row.receipt: ["v9.csv", "v9 (1).csv", "v10.csv"] for row in rows[2:]}


def test_a_report_under_a_name_of_its_own_stands_beside_the_answers(
    s3: Settings, bucket: Any, put: Put, receive_2022: Receive
) -> None:
    put("return.csv", RETURN)
    receive_2022()
    [receipt] = get_receipts(open_registry(s3), 2022)

    def write(folder: Path) -> None:
        (folder / "local-report.html").write_text("<p>Report</p>", encoding="utf-8")

    for _ in range(2):  # a killed run gives it again
        S3Channel(s3).deliver_report(receipt, write, name="local-report-1.0")
    with bucket.open_input_stream("wres/some/where/outbox/2022/RXY/local-report-1.0/local-report.html") as source:
        assert source.read() == b"<p>Report</p>"
