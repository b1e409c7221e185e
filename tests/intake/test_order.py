"""Of two files of one sender the later counts, by time, and by name where no time tells them apart."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wres.database.order import names_of_same_time
from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.intake.channel import IncomingFile, name_key, order_times, sort_by_time_and_name
from wres.intake.folder_channel import FolderChannel
from wres.intake.receive import receive_all
from wres.settings import Settings

NOON = datetime(2022, 6, 10, 12, tzinfo=UTC)


def leave(settings: Settings, name: str, modified: float | None = None, org: str = "RXY") -> Path:
    path = settings.inbox / "2022" / org / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(name.encode())
    if modified is not None:
        os.utime(path, (modified, modified))
    return path


def order(settings: Settings) -> list[str]:
    receive_all(settings, open_registry(settings), [FolderChannel(settings)], 2022, lambda _done, _of: None)
    return [receipt.file_name for receipt in get_receipts(open_registry(settings), 2022)]


def delivery(name: str, arrived: int, modified: int | None = None, code: str = "RXY") -> IncomingFile:
    """A delivery that arrived, and was last written, so many minutes past noon."""
    times = [None if minutes is None else NOON + timedelta(minutes=minutes) for minutes in (arrived, modified)]
    return IncomingFile("folder", f"{code}/{name}", code, name, name, times[0] or NOON, modified_at=times[1])


@pytest.mark.parametrize(
    "names",
    [
        ("return.xlsx", "return-1.xlsx", "return-2.xlsx", "return-10.xlsx"),
        ("return.xlsx", "return-corrected.xlsx"),
        ("return.csv", "return (1).csv"),
        ("return.xlsx", "Return (2).csv"),
        ("return v9.xlsx", "return v10.xlsx"),
        ("return_2.9.xlsx", "return_2.10.xlsx"),
        ("a.csv", "a.xlsx"),
        ("RXY 9 June.xlsx", "rxy 10 June.xlsx"),
        ("wres", "wres.xlsx"),
        ("9" * 4000 + ".csv", "9" * 4000 + "9.csv"),
    ],
)
def test_names_are_in_the_order_that_people_give_them(names: tuple[str, ...]) -> None:
    assert [*sorted({*names}, key=name_key)] == list(names)


@pytest.mark.parametrize("second", ["return-1.csv", "return (1).csv", "a.csv", "Return.csv", "return.txt", "0.csv"])
def test_the_file_that_was_written_later_is_the_later_one(settings: Settings, second: str) -> None:
    now = time.time()
    leave(settings, second, now - 60)
    leave(settings, "return.csv", now - 120)
    assert order(settings) == ["return.csv", second]


def test_of_files_written_at_the_same_time_the_one_that_arrived_later_is_the_later_one(settings: Settings) -> None:
    now = time.time() - 60
    leave(settings, "b.csv", now)
    time.sleep(0.05)
    leave(settings, "a.csv", now)
    assert order(settings) == ["b.csv", "a.csv"]


def test_a_modification_time_in_the_future_is_that_of_arrival(settings: Settings) -> None:
    leave(settings, "a.csv", time.time() + 86_400)
    time.sleep(0.05)
    leave(settings, "b.csv")
    assert order(settings) == ["a.csv", "b.csv"]


def test_in_a_later_round_what_arrives_is_later_however_old_the_file_says_it_is(settings: Settings) -> None:
    leave(settings, "new.csv")
    order(settings)
    leave(settings, "old.csv", 86_400.0)
    assert order(settings) == ["new.csv", "old.csv"]


def test_time_goes_before_arrival_before_name() -> None:
    files = [delivery("c", 5, 1), delivery("b", 4, 2), delivery("a", 6, 2), delivery("d", 6, 2), delivery("z", 9, 0)]
    assert [file.file_name for file in sort_by_time_and_name(files)] == ["z", "c", "b", "a", "d"]


def test_the_time_that_orders_receipts_never_runs_backwards_for_a_sender_nor_ahead_of_the_clock() -> None:
    files = [delivery("a", 9), delivery("b", 5), delivery("c", 90), delivery("d", 3, code="RRR")]
    now = NOON + timedelta(minutes=30)
    minutes = [(moment - NOON).total_seconds() / 60 for moment in order_times(files, now)]
    assert minutes == [9, 9, 30, 3]


def test_a_file_whose_receiving_failed_does_not_overtake_the_one_that_corrects_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(settings, "first.csv")
    time.sleep(0.05)
    leave(settings, "corrected.csv")
    opened = FolderChannel.open

    def fails_for_the_first(self: FolderChannel, file: IncomingFile) -> Any:
        if file.file_name == "first.csv":
            raise WresError("It cannot be read just now.")
        return opened(self, file)

    with monkeypatch.context() as patch:
        patch.setattr(FolderChannel, "open", fails_for_the_first)
        assert order(settings) == ["corrected.csv"]
    assert order(settings) == ["first.csv", "corrected.csv"]


def test_files_that_no_time_tells_apart_are_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        FolderChannel,
        "waiting",
        lambda *_: sort_by_time_and_name(
            [delivery("v10.csv", 5), delivery("v9.csv", 5), delivery("alone.csv", 6), delivery("v9.csv", 5, code="RRR")]
        ),
    )
    monkeypatch.setattr(FolderChannel, "open", lambda _self, file: (leave(settings, file.file_name)).open("rb"))
    monkeypatch.setattr(FolderChannel, "acknowledge", lambda *_: None)
    assert sorted(order(settings)) == ["alone.csv", "v10.csv", "v9.csv", "v9.csv"]
    engine = open_registry(settings)
    named = names_of_same_time(engine, 2022, ["RXY", "RRR"])
    assert named == {f"2022-RXY-00{number}": ["v9.csv", "v10.csv"] for number in (1, 2)}


@pytest.mark.parametrize("by", ["move", "link", "copy"])
def test_the_time_of_receipt_is_that_of_arrival_which_a_sender_cannot_set(
    settings: Settings, tmp_path: Path, by: str
) -> None:
    source = tmp_path / "return.csv"
    source.write_bytes(b"bytes")
    os.utime(source, (86_400, 86_400))
    time.sleep(0.05)
    before = datetime.now(UTC) - timedelta(milliseconds=20)
    target = leave(settings, ".keep").with_name("return.csv")
    way: dict[str, Callable[[], object]] = {
        "move": lambda: source.rename(target),
        "link": lambda: os.link(source, target),
        "copy": lambda: (target.write_bytes(b"bytes"), os.utime(target, (86_400, 86_400))),
    }
    way[by]()
    order(settings)
    [receipt] = get_receipts(open_registry(settings), 2022)
    assert before <= receipt.received_at <= datetime.now(UTC)
    assert receipt.modified_at == datetime(1970, 1, 2, tzinfo=UTC)


def test_by_a_clock_that_is_set_the_time_of_receipt_is_not_after_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(settings, "return.csv")
    early = settings.model_copy(update={"as_of": NOON})
    order(early)
    [receipt] = get_receipts(open_registry(settings), 2022)
    assert (receipt.received_at, receipt.clock_source) == (NOON, "as_of")
