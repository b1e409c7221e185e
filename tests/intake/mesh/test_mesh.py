"""The MESH channel against NHS England's own test server: received once, answered to the mailbox, never lost."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from wres import steps
from wres.database import receipts
from wres.database.registry import open_registry
from wres.database.validation_results import current_figures
from wres.intake import receive as receiving
from wres.intake.mesh_channel import MeshChannel
from wres.intake.receive import Received
from wres.settings import Settings
from wres.storage.landing import read_landed

pytestmark = pytest.mark.slow
Send = Callable[..., str]
Inbox = Callable[[str], list[Any]]
Receive = Callable[[], Received]
ReceiveTwice = Callable[[], list[Received]]
RETURN = b"collection_year,organisation_code,item,ethnic_group,value\n2022,RXY,disciplinary.entered,white,1\n"


def landed(settings: Settings) -> list[tuple[str, str, bytes]]:
    rows = receipts.get_receipts(open_registry(settings), 2022)
    return [(row.receipt, row.file_name, read_landed(settings, row.sha256, 1_000_000)) for row in rows]


def report_in(message: Any) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(message.content)) as archive:
        assert sorted(archive.namelist()) == ["report.csv", "report.html", "report.json", "report.xlsx"]
        return dict(json.loads(archive.read("report.json")))


@pytest.fixture
def june_2022(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")


def test_the_whole_way(mesh: Settings, send: Send, inbox: Inbox, june_2022: None) -> None:
    send(RETURN, filename="return.csv")
    summary = steps.collect(steps.open_context(2022))
    assert (summary["received"], summary["rejected"], summary["answered"], summary["failures"]) == (1, 1, 1, [])
    assert landed(mesh) == [("2022-RXY-001", "return.csv", RETURN)]
    assert inbox("X26ABC1") == []
    [answer] = inbox("X26ABC2")
    assert (answer.workflow_id, answer.local_id, answer.filename) == (
        "WRES_RETURN_ACK",
        "2022-RXY-001",
        "2022-RXY-001.zip",
    )
    assert (report_in(answer)["receipt"], report_in(answer)["status"]) == ("2022-RXY-001", "rejected")
    assert steps.receive(steps.open_context(2022)) == []
    assert steps.send_pending_reports(steps.open_context(2022)) == 0


def test_a_mailbox_that_is_not_entered_is_answered_with_s106(
    mesh: Settings, send: Send, inbox: Inbox, june_2022: None
) -> None:
    send(RETURN, mailbox="X26ABC3", filename="wres-2022-RXY.csv")
    steps.collect(steps.open_context(2022))
    [answer] = inbox("X26ABC3")
    report = report_in(answer)
    assert (report["receipt"], report["status"]) == ("2022-MESH-X26ABC3-001", "rejected")
    assert "S106" in {finding["code"] for finding in report["findings"]}
    assert current_figures(open_registry(mesh), 2022) == {}


def test_what_is_not_a_return_is_left_alone(
    mesh: Settings, sandbox: Any, send: Send, inbox: Inbox, receive_2022: Receive
) -> None:
    other = send(workflow_id="WRES_RETURN_ACK")
    with sandbox.client("X26ABC1") as client:
        report = {
            "mailbox_id": "X26ABC1",
            "code": "14",
            "description": "x",
            "workflow_id": "WRES_RETURN",
            "status": "error",
        }
        client._session.post(f"{sandbox.url}/messageexchange/admin/report", json=report).raise_for_status()
    assert receive_2022() == Received([], [])
    assert {message.id(): message.message_type for message in inbox("X26ABC1")}[other] == "DATA"
    assert sorted(message.message_type for message in inbox("X26ABC1")) == ["DATA", "REPORT"]


def test_large_and_compressed_content_arrives_as_it_was(mesh: Settings, send: Send, receive_2022: Receive) -> None:
    content = bytes(range(256)) * 2000
    send(content, filename="chunks.csv", max_chunk_size=100_000, compress=True)
    nameless = send(b"x")
    assert receive_2022().failures == []
    assert [(name, stored) for _, name, stored in landed(mesh)] == [
        ("chunks.csv", content),
        (f"{nameless}.dat", b"x"),
    ]


def test_a_message_that_names_another_year_waits_for_it(
    mesh: Settings, send: Send, inbox: Inbox, receive_2022: Receive
) -> None:
    send(subject="WRES 2021 RXY")
    assert receive_2022() == Received([], [])
    assert [delivery.organisation_code for delivery in MeshChannel(mesh).waiting(2021)] == ["RXY"]
    send(subject="WRES 2022 RXY")
    send(subject="WRES 2099 RXY")  # no such collection: let the return itself say what it is
    assert receive_2022().receipts == ["2022-RXY-001", "2022-RXY-002"]


@pytest.mark.parametrize(("place", "name"), [(receiving, "add_receipts"), (MeshChannel, "acknowledge")])
def test_killed_before_or_after_the_receipt_there_is_one(
    mesh: Settings,
    send: Send,
    inbox: Inbox,
    receive_2022: Receive,
    monkeypatch: pytest.MonkeyPatch,
    place: Any,
    name: str,
) -> None:
    send()
    with monkeypatch.context() as patch:
        patch.setattr(place, name, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            receive_2022()
    assert len(inbox("X26ABC1")) == 1
    assert receive_2022().receipts == ["2022-RXY-001"]
    assert inbox("X26ABC1") == []
    assert len(landed(mesh)) == 1


def test_the_same_bytes_sent_again_are_another_receipt(mesh: Settings, send: Send, receive_2022: Receive) -> None:
    send()
    send()
    assert receive_2022().receipts == ["2022-RXY-001", "2022-RXY-002"]


def test_two_workers_at_once_receive_each_message_once(
    mesh: Settings, send: Send, inbox: Inbox, receive_2022_twice: ReceiveTwice
) -> None:
    for _ in range(3):
        send()
    assert [received.failures for received in receive_2022_twice()] == [[], []]
    assert len(landed(mesh)) == 3
    assert inbox("X26ABC1") == []


def test_killed_between_answer_and_remembering_it_the_same_answer_is_sent_again(
    mesh: Settings, send: Send, inbox: Inbox, june_2022: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(RETURN)
    with monkeypatch.context() as patch:
        patch.setattr(receipts, "mark_answered", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            steps.collect(steps.open_context(2022))
    assert steps.send_pending_reports(steps.open_context(2022)) == 1
    first, again = inbox("X26ABC2")
    assert (first.local_id, first.content) == (again.local_id, again.content)


def test_the_message_that_mesh_accepted_later_counts_and_the_time_of_receipt_is_meshs(
    mesh: Settings, send: Send, receive_2022: Receive
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    send(b"first", filename="z.csv")
    time.sleep(1.1)  # the times of MESH are whole seconds
    send(b"second", filename="a.csv")
    after = datetime.now(UTC)
    receive_2022()
    first, second = receipts.get_receipts(open_registry(mesh), 2022)
    assert (first.file_name, second.file_name) == ("z.csv", "a.csv")
    assert before <= first.received_at < second.received_at <= after


def test_a_message_that_names_no_year_belongs_to_the_current_one(mesh: Settings, send: Send) -> None:
    send(subject="WRES RXY")
    send(subject="WRES 2021 RXY")
    channel = MeshChannel(mesh, current_year=2022)
    assert channel.years() == {2021, 2022}
    assert [len(channel.waiting(year)) for year in (2020, 2021, 2022)] == [0, 1, 1]
