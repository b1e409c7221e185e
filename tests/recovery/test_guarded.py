"""What audit, backup, restore and rebuild see and refuse: links, unlisted files, lost files, an older registry."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from wres import steps
from wres.database.audit_log import GENERAL, get_events
from wres.database.collection_state import set_state
from wres.database.registry import open_registry
from wres.errors import WresError
from wres.recovery import backup as backup_room
from wres.recovery.audit import audit
from wres.recovery.backup import backup
from wres.recovery.restore import restore
from wres.settings import Settings, load_settings

Wres = Callable[..., tuple[int, str, str]]


def quiet(*_: object) -> None:
    pass


def audit_sentences(settings: Settings) -> list[str]:
    return [f"{fault['where']}: {fault['what']}" for fault in audit(settings, open_registry(settings), 2022, quiet)]


pytestmark = pytest.mark.usefixtures("removable")


@pytest.fixture
def copied(story: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "backup"
    backup(story, open_registry(story), folder, quiet)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Settings]:
    def settings() -> Settings:
        monkeypatch.setenv("WRES_HOME", str(tmp_path / "elsewhere"))
        return load_settings()

    return settings


# Audit


def test_latest_is_held_against_what_is_published(story: Settings) -> None:
    latest = story.published / "2022" / "latest.json"
    content = latest.read_bytes()
    latest.rename(latest.with_name("moved.json"))
    assert audit_sentences(story) == [f"releases: {latest} is gone; write it again: wres publish 2022"]
    latest.write_bytes(content.replace(b"1.1", b"1.0"))
    [fault] = audit_sentences(story)
    assert "latest.json names other editions than those that are published" in fault
    latest.unlink()
    latest.symlink_to(latest.with_name("moved.json"))
    [fault] = audit_sentences(story)
    assert f"{latest} is a link, and not what was published" in fault


@pytest.mark.parametrize("path", ["2022", "2022/1.0", "2022/1.0/official", "2022/1.0/official/csv/goals.csv"])
def test_a_link_in_the_place_of_what_was_published_is_seen(story: Settings, tmp_path: Path, path: str) -> None:
    place = story.published / path
    place.parent.chmod(0o755)
    place.chmod(0o755)
    place.rename(tmp_path / "moved")
    place.symlink_to(tmp_path / "moved")
    assert any("link" in fault for fault in audit_sentences(story)), audit_sentences(story)


def test_a_landed_file_replaced_by_a_link_is_seen(story: Settings, tmp_path: Path) -> None:
    with open_registry(story).connect() as connection:
        digest = connection.scalar(text("SELECT sha256 FROM receipts WHERE receipt = '2022-RXY-002'"))
    landed = story.landing / digest[:2] / digest
    landed.rename(tmp_path / "moved")
    landed.symlink_to(tmp_path / "moved")
    assert audit_sentences(story) == [f"landing zone: the file of 2022-RXY-002 ({digest}) was replaced by a link"]


# Backup


def test_a_killed_backup_is_gone_on_with(
    story: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: Callable[[], Settings]
) -> None:
    folder, engine = tmp_path / "backup", open_registry(story)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(backup_room, "copy_staff_files", killed)
        with pytest.raises(KeyboardInterrupt):
            backup(story, engine, folder, quiet)
    with pytest.raises(WresError, match="is no whole backup"):
        restore(elsewhere(), folder, quiet)
    landed = next((folder / "landing").iterdir())
    landed.write_bytes(b"half")
    kept = {path: path.stat().st_mtime_ns for path in (folder / "landing").iterdir() if path != landed}
    (folder / "landing" / ("0" * 64)).write_bytes(b"what must not be kept any more")
    backup(story, engine, folder, quiet)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    listed = {load["path"] for load in json.loads((folder / "backup.json").read_text())["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {*listed, "backup.json"}
    assert restore(elsewhere(), folder, quiet)["releases"] == 3
    with pytest.raises(WresError, match="is not empty"):
        backup(story, engine, folder, quiet)


@pytest.mark.parametrize("place", ["published", "published/2022/x", "sealed", "inbox/2022/RXY", "landing/x", "."])
def test_a_backup_goes_nowhere_where_others_read(story: Settings, place: str, wres: Wres) -> None:
    status, _, errors = wres("backup", str(story.home / place))
    assert (status, "Give a backup a folder of its own" in errors) == (2, True)
    assert not (story.published / "backup.json").exists()


def test_a_link_into_the_published_releases_is_followed_to_the_refusal(
    story: Settings, tmp_path: Path, wres: Wres
) -> None:
    (tmp_path / "link").symlink_to(story.published)
    assert wres("backup", str(tmp_path / "link" / "x"))[0] == 2


# Restore


def test_what_the_list_does_not_name_is_not_taken(
    copied: Path, story: Settings, elsewhere: Callable[[], Settings]
) -> None:
    (copied / "releases/2022/1.1/management/csv/more.csv").write_text("x")
    (copied / "corrections" / "2020.csv").write_text("x")
    (copied / "registry.db").write_text("x")
    there = elsewhere()
    restore(there, copied, quiet)
    assert not (there.published / "2022/1.1/management/csv/more.csv").exists()
    assert not (there.corrections / "2020.csv").exists()
    assert audit(there, open_registry(there), None, quiet) == []


@pytest.mark.parametrize(
    "path",
    ["corrections/2022.csv", "releases/2022/1.1", "releases", "registry/receipts.jsonl", "landing", "backup.json"],
)
def test_a_link_in_a_backup_is_not_followed(
    copied: Path, tmp_path: Path, path: str, elsewhere: Callable[[], Settings]
) -> None:
    (copied / path).rename(tmp_path / "moved")
    (copied / path).symlink_to(tmp_path / "moved")
    there = elsewhere()
    with pytest.raises(WresError, match="Give another"):
        restore(there, copied, quiet)
    assert not there.home.exists()


@pytest.mark.parametrize(
    "path",
    [
        "../outside", "/etc/x", "registry.db", "published/2022/1.0/official/index.html", "sealed/x", "inbox/2022/r",
        "corrections/../registry.db", "releases/2022/1.0/official/../../x", "landing/x", "", "SIMULATED/x", ".begun",
        "corrections/./x", "corrections//x", "corrections/\x1b[2J\x00", "airflow/airflow.db",
    ],
)  # fmt: skip
def test_a_listed_path_that_is_none_of_a_backup_is_refused(
    copied: Path, elsewhere: Callable[[], Settings], path: str, wres: Wres
) -> None:
    document = json.loads((copied / "backup.json").read_text())
    document["files"].append({"path": path, "bytes": 1, "sha256": sha256(b"x").hexdigest()})
    (copied / "backup.json").write_text(json.dumps(document))
    there = elsewhere()
    status, _, errors = wres("restore", str(copied))
    assert (status, "\x1b" in errors) == (2, False)
    assert "which is no file of a backup" in errors
    assert not there.home.exists()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"files": 1}', '{"files": [1]}', '{"files": [{"path": 1}]}', "[" * 99_999]
)
def test_a_list_that_is_none_is_reported(
    copied: Path, elsewhere: Callable[[], Settings], content: str, wres: Wres
) -> None:
    (copied / "backup.json").write_text(content)
    elsewhere()
    status, _, errors = wres("restore", str(copied))
    assert (status, "is no whole backup" in errors) == (2, True)


def test_nothing_of_staff_is_written_over(copied: Path, elsewhere: Callable[[], Settings]) -> None:
    there = elsewhere()
    there.corrections.mkdir(parents=True)
    (there.corrections / "2022.csv").write_text("newer")
    with pytest.raises(WresError, match=r"2022\.csv is there, and nothing is written over"):
        restore(there, copied, quiet)
    (there.corrections / "2022.csv").unlink()
    (there.corrections / "2022.csv").symlink_to(there.home / "registry.db")
    with pytest.raises(WresError, match=r"2022\.csv is there, and nothing is written over"):
        restore(there, copied, quiet)


# Rebuild


def test_a_landed_file_that_is_lost_is_reported_by_rebuild_and_audit(
    story: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wres: Wres
) -> None:
    with open_registry(story).connect() as connection:
        digest = connection.scalar(text("SELECT sha256 FROM receipts WHERE receipt = '2022-RXY-001'"))
    shutil.copytree(story.landing, tmp_path / "alone" / "landing")
    shutil.copytree(story.corrections, tmp_path / "alone" / "corrections")
    (tmp_path / "alone" / "landing" / digest[:2] / digest).unlink()
    monkeypatch.setenv("WRES_HOME", str(tmp_path / "alone"))
    status, out, _ = wres("rebuild")
    assert status == 1
    assert f"Lost: 2022: the file of 2022-RXY-001 ({digest}) is gone" in " ".join(out.split())
    assert "landing zone: the file of 2022-RXY-001" in "\n".join(audit_sentences(load_settings()))


def test_a_lost_file_that_a_build_rests_on_is_reported_before_anything_is_made(
    story: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wres: Wres
) -> None:
    [built] = [event.content()["facts"] for event in get_events(open_registry(story), 2021, kind="built")]
    digest = built["tables"]["figures"]["years"]["2021"]
    shutil.copytree(story.landing, tmp_path / "alone" / "landing")
    (tmp_path / "alone" / "landing" / digest[:2] / digest).unlink()
    monkeypatch.setenv("WRES_HOME", str(tmp_path / "alone"))
    status, _, errors = wres("rebuild")
    assert (status, errors.startswith("The landing zone lacks what a build rests on")) == (2, True)
    assert not (tmp_path / "alone" / "registry.db").exists()


# Once in the audit log, and no older registry


def test_what_is_loaded_or_set_again_is_in_the_journal_once(story: Settings, tmp_path: Path, wres: Wres) -> None:
    engine = open_registry(story)
    wres("organisations", "list", "--format", "csv")
    register = tmp_path / "register.csv"
    shutil.copyfile(Path(steps.__file__).parent / "reference" / "register" / "organisations.csv", register)
    assert wres("organisations", "load", str(register))[0] == 0
    before = len(get_events(engine, GENERAL)), len(get_events(engine, 2022))
    for _ in range(2):
        assert wres("organisations", "load", str(register))[0] == 0
        assert wres("collection", "close", "2022")[0] == 0
    assert (len(get_events(engine, GENERAL)), len(get_events(engine, 2022))) == before
    with engine.connect() as connection:
        changed_at = connection.scalar(text("SELECT changed_at FROM collection_states WHERE collection_year = 2022"))
    set_state(engine, 2022, "closed", load_settings().clock.now())
    with engine.connect() as connection:  # the first closing stays the time from which a return is refused
        assert (
            connection.scalar(text("SELECT changed_at FROM collection_states WHERE collection_year = 2022"))
            == changed_at
        )
    for _ in range(2):
        assert wres("collection", "open", "2022")[0] == 0
    assert len(get_events(engine, 2022)) == before[1] + 1


def test_an_older_registry_that_was_put_back_is_reported_by_every_step(
    story: Settings, tmp_path: Path, wres: Wres
) -> None:
    registry = story.home / "registry.db"
    with sqlite3.connect(registry) as source, sqlite3.connect(tmp_path / "older.db") as target:
        source.backup(target)
    assert wres("collection", "open", "2022")[0] == 0
    for suffix in ("", "-wal", "-shm"):
        Path(f"{registry}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "older.db", registry)
    for command in ("status", "build", "publish", "checklist", "collect", "run"):
        status, _, errors = wres(command, "2022")
        assert (status, "an older registry has been put back" in errors) == (2, True), (command, errors)
    os.utime(registry)
    set_state(open_registry(story), 2022, "open", load_settings().clock.now())  # and went on by itself since
    status, _, errors = wres("status", "2022")
    assert (status, "an older registry has been put back" in errors) == (2, True)
