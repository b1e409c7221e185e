"""Backup and restore: what is restored elsewhere, on either database, is the same and makes the same releases."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import WresError
from pipeline.publication.rebuild import compare_rebuilt
from pipeline.recovery.audit import audit
from pipeline.recovery.backup import backup
from pipeline.recovery.restore import restore
from pipeline.registry.database import open_registry
from pipeline.registry.receipts import NewReceipt, add_receipt
from pipeline.registry.tables import Base
from pipeline.settings import Settings, load_settings


def quiet(_what: str, _done: int, _of: int) -> None:
    pass


def rows_of(settings: Settings) -> dict[str, list[Any]]:
    with Session(open_registry(settings)) as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=str)
            for table in Base.metadata.sorted_tables
            if table.name != "journal_heads"
        }


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def copied(story: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    backup(story, open_registry(story), folder, quiet)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Settings]]:
    """The settings of another home, with nothing in it."""

    def settings() -> Settings:
        monkeypatch.setenv("WRES_HOME", str(tmp_path / "elsewhere"))
        return load_settings()

    yield settings
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_is_restored_elsewhere_is_the_same(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    story: Settings,
    copied: Path,
    elsewhere: Callable[[], Settings],
    database: str,
) -> None:
    before = rows_of(story)
    if database == "postgresql":
        monkeypatch.setenv("WRES_DATABASE_URL", request.getfixturevalue("postgres"))
    there = elsewhere()
    assert restore(there, copied, quiet)["releases"] == 3
    assert rows_of(there) == before
    assert files_of(there.published) == files_of(story.published)
    assert files_of(there.corrections) == files_of(story.corrections)
    assert audit(there, open_registry(there), None, quiet) == []
    assert compare_rebuilt(there, open_registry(there), 2022, "1.0", "official") == []
    assert there.published.joinpath("2022/1.0/official").stat().st_mode & 0o777 == 0o555


def test_a_backup_is_private_and_lists_itself(story: Settings, copied: Path) -> None:
    assert copied.stat().st_mode & 0o777 == 0o700
    listed = json.loads((copied / "backup.json").read_text())["files"]
    assert {one["path"] for one in listed} == files_of(copied).keys() - {"backup.json"}
    assert not [one for one in listed if one["path"].startswith("warehouse")]
    assert b"lead@example.nhs.uk" in (copied / "registry" / "contacts.jsonl").read_bytes()
    with pytest.raises(WresError, match="is not empty"):
        backup(story, open_registry(story), copied, quiet)


def test_a_backup_taken_while_returns_arrive_is_whole(
    story: Settings, tmp_path: Path, elsewhere: Callable[[], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_registry(story)
    (story.landing / "e3").mkdir(exist_ok=True)
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (story.landing / "e3" / empty).write_bytes(b"")
    at = datetime(2022, 6, 20, tzinfo=UTC)

    def arrive(number: int) -> str:
        return add_receipt(
            engine, NewReceipt(2022, "RJ1", "folder", f"n{number}", "x.csv", empty, 0, at, "as_of", simulated=False)
        )

    with ThreadPoolExecutor(2) as pool:
        arriving = [pool.submit(arrive, number) for number in range(12)]
        backup(story, engine, tmp_path / "backup", quiet)
        assert len({one.result() for one in arriving}) == 12
    there = elsewhere()
    restore(there, tmp_path / "backup", quiet)
    assert audit(there, open_registry(there), 2022, quiet) == []


@pytest.mark.parametrize("file", ["registry/receipts.jsonl", "releases/2022/1.1/management/manifest.json"])
def test_a_backup_that_was_changed_is_not_restored(
    copied: Path, elsewhere: Callable[[], Settings], wres: Callable[..., tuple[int, str, str]], file: str
) -> None:
    there = elsewhere()
    (copied / file).write_bytes((copied / file).read_bytes().replace(b"2022", b"2021", 1))
    status, _, said = wres("restore", str(copied))
    assert (status, said) == (
        2,
        f"{copied / file} is not as it was backed up, so nothing was restored. Give another backup.\n",
    )
    (copied / file).unlink()
    with pytest.raises(WresError, match="so nothing was restored"):
        restore(there, copied, quiet)
    (copied / "backup.json").unlink()
    with pytest.raises(WresError, match="is no whole backup"):
        restore(there, copied, quiet)
    assert not there.home.exists()


def test_nothing_is_written_over(story: Settings, copied: Path) -> None:
    with pytest.raises(WresError, match=r"registry\.db is there, and nothing is written over"):
        restore(story, copied, quiet)
