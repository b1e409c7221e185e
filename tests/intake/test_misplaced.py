"""Files that are no returns are left alone; files where none is taken from are counted and named."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from wres.database.receipts import get_receipts
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.intake.channel import IncomingFile, OnFailure, SenderFilter, any_sender, fail, is_left_alone
from wres.intake.folder_channel import FolderChannel
from wres.intake.receive import Received, receive_all
from wres.intake.s3_channel import S3Channel
from wres.settings import Settings, load_settings
from wres.storage.file_store import is_byproduct

BYPRODUCTS = [
    *("Thumbs.db", "thumbs.db", "ehthumbs.db", "desktop.ini", "Desktop.ini", ".DS_Store", "._return.xlsx", "Icon\r"),
    *(
        "return.xlsx:Zone.Identifier",
        "return.xlsx.Zone.Identifier",
        "Zone.Identifier",
        "return.xlsx\uf03aZone.Identifier",
    ),
    *("~$return.xlsx", ".~lock.return.xlsx#", ".~lock.return.ods#", ".nfs000000000123"),
]


def leave(settings: Settings, place: str) -> Path:
    path = settings.inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"bytes")
    return path


def find_misplaced(channel: FolderChannel | S3Channel) -> set[tuple[str, int, str, int | None, str]]:
    return {
        (place.place, place.files, place.reason, place.collection_year, place.organisation_code)
        for place in channel.misplaced()
    }


@pytest.mark.parametrize("name", BYPRODUCTS)
def test_what_a_program_leaves_behind_is_no_return(settings: Settings, name: str) -> None:
    leave(settings, f"2022/RXY/{name}")
    leave(settings, f"2022/{name}")
    channel = FolderChannel(settings)
    assert is_byproduct(name)
    assert (channel.count(2022), channel.waiting(2022), find_misplaced(channel)) == (0, [], set())


@pytest.mark.parametrize(
    "name", ["return.xlsx", "Thumbs.db.xlsx", "desktop.ini.csv", "lock.csv", "identifier", "a~1.xlsx"]
)
def test_a_return_of_an_odd_name_is_taken(name: str) -> None:
    assert not is_left_alone(name)


def test_files_where_none_is_taken_from_are_counted_by_place(settings: Settings) -> None:
    for place in (
        *("lost.xlsx", "2022/x.xlsx", "2022/y.xlsx", "2022/test/x.xlsx", "2022/ /x.xlsx", "2022/---/x.xlsx"),
        *("2022/RXY/Final/x.xlsx", "2022/RXY/Final/deep/y.xlsx", "2022/rxy/Test/more/x.xlsx", "2030/RXY/x.xlsx"),
        *("2022-23/x.xlsx", "2022/RXY/good.csv", "2022/RXY/TEST/good.csv", "2021/RXY/good.csv", "2022/RXY/new.part"),
    ):
        leave(settings, place)
    os.mkfifo(settings.inbox / "2022" / "RXY" / "pipe")
    (settings.inbox / "2022" / "RRR").symlink_to(settings.inbox)
    channel = FolderChannel(settings)
    assert find_misplaced(channel) == {
        ("inbox", 1, "no_sender", None, ""),
        ("inbox/2022", 3, "no_sender", 2022, ""),
        ("inbox/2022/test", 1, "no_sender", 2022, ""),
        ("inbox/2022/ ", 1, "no_sender", 2022, ""),
        ("inbox/2022/---", 1, "no_sender", 2022, ""),
        ("inbox/2022/RXY/Final", 2, "subfolder", 2022, "RXY"),
        ("inbox/2022/rxy/Test/more", 1, "subfolder", 2022, "RXY"),
        ("inbox/2022/RXY", 1, "not_a_file", 2022, "RXY"),
        ("inbox/2030", 1, "unknown_year", None, ""),
        ("inbox/2022-23", 1, "unknown_year", None, ""),
    }
    assert [file.file_name for file in channel.waiting(2022)] == ["good.csv", "good.csv"]
    assert channel.years() == {2021, 2022, 2030}


def test_a_file_that_is_unfinished_for_a_day_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("return.part", ".hidden", "~$return.xlsx"):
        leave(settings, f"2022/RXY/{name}")
    channel, now = FolderChannel(settings), time.time()
    assert channel.misplaced() == []
    monkeypatch.setattr(time, "time", lambda: now + 100_000)
    [place] = channel.misplaced()
    assert (place.reason, place.what) == ("unfinished", "inbox/2022/RXY/return.part is not taken.")


def test_names_are_made_fit_to_show(settings: Settings) -> None:
    leave(settings, "2022/RXY/Final\x1b[31m/a\x1b[2Jb\n.csv")
    [place] = FolderChannel(settings).misplaced()
    assert place.what.isprintable()


@contextmanager
def user_with_rights() -> Iterator[None]:
    """Be a user for whom rights hold, as they do not for root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def open_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home that any user may reach."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("WRES_HOME", folder)
        yield load_settings()
        for sender in Path(folder).glob("inbox/2022/*"):
            sender.chmod(0o700)


class ListedWithRights(FolderChannel):
    """The channel as a user finds it who is not root."""

    def waiting(self, year: int, accepts: SenderFilter = any_sender, failed: OnFailure = fail) -> list[IncomingFile]:
        with user_with_rights():
            return super().waiting(year, accepts, failed)

    def count(self, year: int) -> int:
        with user_with_rights():
            return super().count(year)


@pytest.mark.parametrize("rights", [0o000, 0o300, 0o600])
def test_a_sender_that_cannot_be_listed_stops_no_other(open_home: Settings, rights: int) -> None:
    for org in ("RRR", "RXY", "RYA"):
        leave(open_home, f"2022/{org}/return.csv")
    (open_home.inbox / "2022" / "RXY").chmod(rights)
    channel = ListedWithRights(open_home)
    assert channel.count(2022) == 2
    with pytest.raises(WresError, match="RXY"):
        channel.waiting(2022)
    received = receive_all(open_home, open_registry(open_home), [channel], 2022, lambda _done, _of: None)
    assert received.receipts == ["2022-RRR-001", "2022-RYA-001"]
    [failure] = received.failures
    assert failure.startswith(f"The folder of RXY, {open_home.inbox}/2022/RXY, cannot be listed: Permission denied.")


def test_s3_takes_and_names_alike(
    use_s3: Callable[..., None], put: Callable[..., str], receive_2022: Callable[[], Received], bucket: object
) -> None:
    use_s3()
    for name, org in (
        ("good.csv", "RXY"),
        ("Thumbs.db", "RXY"),
        ("desktop.ini", "RR8"),
        ("x.csv", "  "),
        ("x.csv", "-.-"),
    ):
        put(name, org=org)
    channel = S3Channel(load_settings())
    assert channel.years() == {2022}
    assert find_misplaced(channel) == {
        ("s3: inbox/2022/  ", 1, "no_sender", 2022, ""),
        ("s3: inbox/2022/-.-", 1, "no_sender", 2022, ""),
    }
    assert receive_2022().receipts == ["2022-RXY-001"]
    assert [receipt.file_name for receipt in get_receipts(open_registry(load_settings()), 2022)] == ["good.csv"]
