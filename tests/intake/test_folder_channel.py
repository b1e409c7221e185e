"""The folder channel: what is finished is received once; nothing is lost when a run is interrupted."""

import io
import os
import time
from pathlib import Path

import pytest

from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.intake import receive
from wres.intake.channel import IncomingFile
from wres.intake.folder_channel import FolderChannel
from wres.intake.receive import receive_all
from wres.intake.submit import put_in_inbox
from wres.settings import Settings, load_settings
from wres.storage.landing import read_landed, store_file


def leave(settings: Settings, name: str, content: bytes = b"bytes", org: str = "RXY") -> Path:
    path = settings.inbox / "2022" / org / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def receive_everything(settings: Settings) -> list[str]:
    received = receive_all(settings, open_registry(settings), [FolderChannel(settings)], 2022, lambda _done, _of: None)
    assert received.failures == []
    return received.receipts


def test_bytes_are_landed_and_the_file_is_taken(settings: Settings) -> None:
    path = leave(settings, "Return 2022.XLSX", b"the bytes")
    assert receive_everything(settings) == ["2022-RXY-001"]
    [receipt] = get_receipts(open_registry(settings), 2022)
    assert (receipt.file_name, receipt.size, receipt.channel) == ("Return 2022.XLSX", 9, "folder")
    assert read_landed(settings, receipt.sha256, 100) == b"the bytes"
    assert not path.exists()
    assert receive_everything(settings) == []


@pytest.mark.parametrize("name", [".return.csv", "~$return.xlsx", "return.csv.part", "return.tmp", "a.CRDOWNLOAD"])
def test_unfinished_files_are_left(settings: Settings, name: str) -> None:
    path = leave(settings, name)
    assert receive_everything(settings) == []
    assert path.exists()


def test_a_file_that_grows_is_left_for_the_next_round(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_SETTLE_SECONDS", "0.2")
    settings = load_settings()
    path = leave(settings, "return.csv", b"half")

    def grow(_seconds: float) -> None:
        path.write_bytes(b"half and more")

    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", grow)
        assert FolderChannel(settings).waiting(2022) == []
    time.sleep(0.2)
    assert [delivery.place for delivery in FolderChannel(settings).waiting(2022)] == [str(path)]


def test_a_clock_that_is_ahead_does_not_keep_a_file_waiting_for_ever(settings: Settings) -> None:
    path = leave(settings, "return.csv")
    os.utime(path, (time.time() + 86_400, time.time() + 86_400))
    assert receive_everything(settings) == ["2022-RXY-001"]


def test_killed_between_receipt_and_taking_the_same_file_has_one_receipt(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leave(settings, "return.csv")
    with monkeypatch.context() as patch:
        patch.setattr(FolderChannel, "acknowledge", lambda _self, _delivery: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            receive_everything(settings)
    assert path.exists()
    assert receive_everything(settings) == ["2022-RXY-001"]
    assert not path.exists()
    assert len(get_receipts(open_registry(settings), 2022)) == 1


def test_killed_before_the_receipt_nothing_is_taken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    path = leave(settings, "return.csv")
    with monkeypatch.context() as patch:
        patch.setattr(receive, "add_receipts", lambda _engine, _new: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            receive_everything(settings)
    assert path.exists()
    assert receive_everything(settings) == ["2022-RXY-001"]


def test_a_file_replaced_after_it_was_landed_stays_and_is_received_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leave(settings, "return.csv", b"first")
    take = FolderChannel.acknowledge

    def replaced_meanwhile(self: FolderChannel, delivery: IncomingFile) -> None:
        path.write_bytes(b"second and longer")
        take(self, delivery)

    with monkeypatch.context() as patch:
        patch.setattr(FolderChannel, "acknowledge", replaced_meanwhile)
        assert receive_everything(settings) == ["2022-RXY-001"]
    assert receive_everything(settings) == ["2022-RXY-002"]
    stored = [read_landed(settings, receipt.sha256, 100) for receipt in get_receipts(open_registry(settings), 2022)]
    assert stored == [b"first", b"second and longer"]


def test_a_link_is_never_followed(settings: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    folder = leave(settings, ".keep").parent
    (folder / "link.csv").symlink_to(secret)
    (settings.inbox / "2022" / "RRR").symlink_to(tmp_path)
    assert receive_everything(settings) == ["2022-RXY-001"]
    [receipt] = get_receipts(open_registry(settings), 2022)
    assert receipt.size == 0
    assert secret.read_bytes() == b"secret"


def test_what_lies_in_the_test_folder_is_a_test_of_the_same_sender(settings: Settings) -> None:
    leave(settings, "return.csv", b"counts")
    leave(settings, "return.csv", b"tried", org="RXY/Test")
    receive_everything(settings)
    rows = [
        (receipt.receipt, receipt.organisation_code, receipt.test)
        for receipt in get_receipts(open_registry(settings), 2022)
    ]
    assert rows == [("2022-RXY-001", "RXY", False), ("2022-RXY-002", "RXY", True)]


def test_what_is_absurdly_large_is_left_and_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRES_MAX_LANDED_BYTES", "10")
    settings = load_settings()
    path = leave(settings, "huge.csv", b"x" * 11)
    leave(settings, "fine.csv", b"x" * 10)
    received = receive_all(settings, open_registry(settings), [FolderChannel(settings)], 2022, lambda _done, _of: None)
    assert (len(received.receipts), path.exists()) == (1, True)
    assert received.failures == ["huge.csv of RXY: It is larger than 10 bytes, so it was left where it is. Remove it."]
    assert [file for file in settings.landing.rglob("*") if file.name.endswith(".part")] == []


def test_names_are_made_fit_to_show_and_never_used_as_paths(settings: Settings) -> None:
    leave(settings, "a\x1b[31m\n.csv", org="rxy ")
    leave(settings, "b.csv", org="R=1!")
    leave(settings, os.fsdecode(b"c\xff.csv"))
    receive_everything(settings)
    rows = {(receipt.organisation_code, receipt.file_name) for receipt in get_receipts(open_registry(settings), 2022)}
    assert rows == {("RXY", "a�[31m�.csv"), ("R-1-", "b.csv"), ("RXY", "c�.csv")}


def test_landing_the_same_bytes_twice_keeps_them_once(settings: Settings) -> None:
    first, second = (
        store_file(settings, io.BytesIO(b"x" * 3_000_000)),
        store_file(settings, io.BytesIO(b"x" * 3_000_000)),
    )
    assert first == second
    assert [path.name for path in settings.landing.rglob("*") if path.is_file()] == [first.sha256]


def test_submitting_never_overwrites_a_waiting_file(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "return.csv"
    for content in (b"one", b"two"):
        source.write_bytes(content)
        put_in_inbox(settings, 2022, "RXY", source)
    assert sorted(path.read_bytes() for path in (settings.inbox / "2022" / "RXY").iterdir()) == [b"one", b"two"]


@pytest.mark.parametrize(("code", "name"), [("../X", "return.csv"), ("RXY", "missing.csv")])
def test_what_cannot_be_submitted_is_said_in_a_sentence(
    settings: Settings, tmp_path: Path, code: str, name: str
) -> None:
    (tmp_path / "return.csv").write_bytes(b"x")
    with pytest.raises(WresError):
        put_in_inbox(settings, 2022, code, tmp_path / name)


def test_a_file_that_shrinks_while_it_is_read_is_left_for_the_next_round(settings: Settings) -> None:
    channel = FolderChannel(settings)
    path = settings.inbox / "2022" / "RXY" / "return.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * 3_000_000)
    [delivery] = channel.waiting(2022)

    def read() -> None:
        with channel.open(delivery) as source:
            assert len(source.read(1_000_000)) == 1_000_000
            os.truncate(path, 10)
            source.read()

    with pytest.raises(FileNotFoundError):
        read()
    assert [receipt.place for receipt in channel.waiting(2022)] == [str(path)]
