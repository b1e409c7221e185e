"""Audit, rebuild and backup of one home with a whole story in it: it is made once, so they share this file."""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from tests.support.registry import get_approvals
from wres import steps
from wres.database.approvals import add_approval
from wres.database.audit_log import get_chains, get_events, recorded_values
from wres.database.audit_replay import replay
from wres.database.models import Approval, Base
from wres.database.receipts import NewReceipt, add_receipt
from wres.database.registry import open_registry
from wres.database.releases import get_snapshots, latest_build, list_builds
from wres.errors import WresError
from wres.recovery import rebuild as room
from wres.recovery.audit import audit, registry_faults
from wres.recovery.backup import backup
from wres.recovery.rebuild import fill_registry, rebuild
from wres.recovery.restore import restore
from wres.release.reproduce import compare_rebuilt
from wres.settings import Settings, load_settings
from wres.warehouse.snapshot_reader import read_years


def quiet(*_: object) -> None:
    pass


def rows_of(settings: Settings, *without: str) -> dict[str, list[Any]]:
    """The rows of every table, but for the numbers of snapshots, which Iceberg draws by chance."""
    with Session(open_registry(settings)) as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(*_lasting(table)))), key=str)
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }


def _lasting(table: Table) -> list[Any]:
    return [column for column in table.columns if column.info.get("in_audit_log", True)]


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Audit: a single row or byte that was changed is noticed, in each table and each store in turn.


def audit_sentences(settings: Settings, year: int | None = 2022) -> list[str]:
    return [f"{fault['where']}: {fault['what']}" for fault in audit(settings, open_registry(settings), year, quiet)]


def registry_sentences(settings: Settings) -> list[str]:
    """What of the registry alone is not as it was left; the stores take longer to look at."""
    engine = open_registry(settings)
    return [
        fault
        for head in get_chains(engine)
        for fault in registry_faults(engine, head.chain, replay(get_events(engine, head.chain)))
    ]


def run(settings: Settings, *statements: str) -> None:
    with open_registry(settings).begin() as connection:
        for statement in statements:
            changed = connection.execute(text(statement))
            assert changed.rowcount, statement


def test_what_nobody_touched_is_as_it_was_left(story: Settings, wres: Callable[..., tuple[int, str, str]]) -> None:
    status, out, err = wres("audit", "--format", "json")
    assert (status, json.loads(out), err) == (0, [], "All is as it was left.\n")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE organisations SET name = 'X' WHERE code = 'RXY'", "organisations RXY was changed (name)"),
        ("DELETE FROM organisations WHERE code = 'RXY'", "organisations RXY is missing"),
        ("UPDATE successions SET source = 'X' WHERE rowid = 1", "was changed (source)"),
        ("UPDATE contacts SET address = 'x@example.org'", "contacts were changed since they were loaded"),
        ("UPDATE collection_states SET state = 'open'", "collection_states 2022 was changed (state)"),
        ("UPDATE receipts SET late = 1 WHERE receipt = '2022-RXY-002'", "receipts 2022-RXY-002 was changed (late)"),
        (
            "UPDATE receipts SET report = '{}' WHERE receipt = '2022-RXY-002'",
            "receipts 2022-RXY-002 was changed (report)",
        ),
        ("UPDATE receipts SET answered_at = NULL WHERE receipt = '2022-RXY-001'", "was changed (answered_at)"),
        ("DELETE FROM findings WHERE receipt = '2022-RJ1-001' AND position = 1", "findings 2022-RJ1-001 1 is missing"),
        (
            "UPDATE figures SET value = 13 WHERE receipt LIKE '%RXY-002' AND item || ethnic_group LIKE '%enteredbme'",
            "figures 2022-RXY-002 disciplinary.entered bme was changed (value): the audit log has it otherwise since",
        ),
        ("UPDATE statements SET value = 'X' WHERE key = 'signoff.role'", "signoff.role was changed (value)"),
        ("INSERT INTO statements VALUES ('2022-RXY-002', 'more', 'X')", "statements 2022-RXY-002 more was put in"),
        ("UPDATE builds SET sequence = 9 WHERE collection_year = 2022 AND sequence = 1", "was changed (sequence)"),
        ("UPDATE build_findings SET message = 'X'", "was changed (message)"),
        ("UPDATE approvals SET role = 'X'", "approvals 1 was changed (role)"),
        ("UPDATE releases SET note = 'X' WHERE edition = '1.1'", "releases 2022 1.1 management was changed (note)"),
    ],
)
def test_a_changed_row_is_noticed(story: Settings, statement: str, expected: str) -> None:
    run(story, statement)
    faults_of_registry = registry_sentences(story)
    assert any(expected in line for line in faults_of_registry), faults_of_registry


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE journal SET document = replace(document, 'folder', 'mesh') WHERE chain = 2022 AND sequence = 1",
            "journal: event 1 was changed after it was written",
        ),
        ("DELETE FROM journal WHERE chain = 2022 AND sequence = 3", "journal: event 3 is missing"),
        ("UPDATE journal_heads SET sequence = 3 WHERE chain = 2022", "but its head states event 3"),
    ],
)
def test_a_journal_that_was_tampered_with_is_noticed(story: Settings, statement: str, expected: str) -> None:
    run(story, statement)
    lines = audit_sentences(story)
    assert any(expected in line for line in lines), lines
    assert all(line.startswith("journal") for line in lines)  # the copy in the landing zone vouches for the rest


def test_cutting_off_the_end_of_the_journal_is_noticed(story: Settings) -> None:
    run(
        story,
        "DELETE FROM journal WHERE chain = 2022 AND sequence = (SELECT max(sequence) FROM journal WHERE chain = 2022)",
        "UPDATE journal_heads SET sequence = sequence - 1, exported = exported - 1, hash = (SELECT hash FROM journal j "
        "WHERE j.chain = 2022 ORDER BY sequence DESC LIMIT 1) WHERE chain = 2022",
    )
    (line,) = [line for line in audit_sentences(story) if line.startswith("journal copy")]
    assert line.endswith(" is in the landing zone and not in the registry")


def test_a_year_that_the_journal_does_not_know_is_noticed(story: Settings) -> None:
    run(story, "INSERT INTO collection_states VALUES (2020, 'open', '2020-06-01 00:00:00')")
    assert audit_sentences(story, 2020) == ["registry: collection_states 2020 was put in: the audit log has none"]
    assert audit_sentences(story, 2022) == []


def first(folder: Path, pattern: str) -> Path:
    return sorted(path for path in folder.rglob(pattern) if path.is_file())[0]


@pytest.mark.parametrize(
    ("find", "expected"),
    [
        (lambda home: first(home / "landing" / "journal" / "2022", "*.jsonl"), "in the landing zone "),
        (lambda home: home / "published/2022/1.0/official/csv/national.csv", "csv/national.csv was changed"),
        (lambda home: home / "published/2022/1.0/official/manifest.json", "manifest.json"),
    ],
)
def test_a_changed_byte_is_noticed(story: Settings, find: Callable[[Path], Path], expected: str) -> None:
    path = find(story.home)
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert any(expected in line for line in audit_sentences(story, None)), audit_sentences(story, None)


def test_rows_that_cannot_be_read_are_noticed(story: Settings) -> None:
    path = first(story.home / "warehouse" / "raw" / "figures", "*.parquet")  # of 2021, which every build holds
    path.write_bytes(path.read_bytes()[:100])
    lines = audit_sentences(story, None)
    assert len(lines) == 3
    assert all(line.startswith("warehouse: figures of the build 202") for line in lines)


def test_a_warehouse_that_is_gone_is_noticed_and_the_rest_is_audited_all_the_same(story: Settings) -> None:
    shutil.rmtree(story.home / "warehouse")
    (story.published / "2022" / "1.0" / "official" / "csv" / "national.csv").unlink()
    lines = audit_sentences(story, None)
    assert sum("the counted tables of the build 202" in line for line in lines) == 3
    unreadable = [line for line in lines if line.startswith("warehouse: ")]
    assert len(unreadable) == 12  # three tables of the layer raw and the counted ones, of three builds
    assert all("metadata.json is gone)" in line for line in unreadable)
    assert any(line.startswith("releases: ") and "csv/national.csv" in line for line in lines)


@pytest.mark.parametrize("year", [2021, 2022])
def test_nothing_is_built_of_rows_that_somebody_changed(
    story: Settings, year: int, wres: Callable[..., tuple[int, str, str]]
) -> None:
    """Neither of the year that is built nor of an earlier one, which its marts hold too."""
    for file in (story.home / "warehouse/raw/figures/data" / f"collection_year={year}").glob("*.parquet"):
        rows = pq.read_table(file, partitioning=None)
        place = rows.column_names.index("value")
        other = pa.array([Decimal("7.0")] * rows.num_rows, rows.schema.field(place).type)
        pq.write_table(rows.set_column(place, rows.schema.field(place), other), file)
    status, _, err = wres("build", "2022")
    assert status == 2
    assert f"raw.figures holds other rows of {year} than were built" in err
    assert "wres audit" in err
    assert "wres rebuild" in err
    assert [build.build for build in list_builds(open_registry(story), 2022)] == ["2022-b001", "2022-b002"]


def test_a_build_that_was_killed_before_it_was_recorded_does_not_stop_later_ones(
    story: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are those that it wrote, though the audit log has others of the year."""

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    (story.corrections / "2021.csv").write_text(
        "organisation,item,group,from,to,reason,who,when\n"
        "RXY,disciplinary.entered,bme,9,8,typing error,collection manager,2022-10-05\n"
    )
    with monkeypatch.context() as patched:
        patched.setattr("wres.recovery.build_archive.archive_build", kill)
        with pytest.raises(KeyboardInterrupt):
            steps.build(steps.open_context(2021))
    steps.build(steps.open_context(2022))
    steps.build(steps.open_context(2021))
    assert audit_sentences(story, None) == []


def test_landed_bytes_are_held_against_their_receipts(story: Settings) -> None:
    with open_registry(story).connect() as connection:
        hashes = {row.receipt: row.sha256 for row in connection.execute(text("SELECT * FROM receipts"))}
    for receipt in ("2022-RXY-001", "2022-RXY-002"):
        assert (story.landing / hashes[receipt][:2] / hashes[receipt]).exists()
    (story.landing / hashes["2022-RXY-001"][:2] / hashes["2022-RXY-001"]).write_text("other")
    (story.landing / hashes["2022-RXY-002"][:2] / hashes["2022-RXY-002"]).unlink()
    staff = story.landing / hashes["2022-R0A-001"][:2] / hashes["2022-R0A-001"]
    staff.parent.mkdir(exist_ok=True)
    staff.write_text("names")
    lines = "\n".join(audit_sentences(story))
    assert f"the file of 2022-RXY-001 ({hashes['2022-RXY-001']}) was changed" in lines
    assert f"the file of 2022-RXY-002 ({hashes['2022-RXY-002']}) is gone" in lines
    assert "must not be kept, but is there" in lines


def test_a_release_that_nobody_published_is_noticed(story: Settings, wres: Callable[..., tuple[int, str, str]]) -> None:
    (story.published / "2022" / "1.0" / "official").rename(story.published / "2022" / "1.0" / "gone")
    forged = story.published / "2022" / "1.7" / "official"
    forged.mkdir(parents=True)
    (forged / "manifest.json").write_text("{}")
    status, _, err = wres("audit", "2022")
    assert (status, err.splitlines()[-1]) == (1, "2 things are NOT as they were left.")
    assert audit_sentences(story) == [
        "releases: the official edition 1.0 of 2022 is gone; make it again: wres publish 2022",
        "releases: the official edition 1.7 of 2022 was put in: nobody published it",
    ]


# Rebuild from nothing: landing zone and corrections alone give all of it again.


@pytest.fixture
def landing_alone(story: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Another home with nothing but the landing zone and the corrections of the first."""
    home = tmp_path / "alone"
    shutil.copytree(story.landing, home / "landing")
    shutil.copytree(story.corrections, home / "corrections")
    monkeypatch.setenv("WRES_HOME", str(home))
    yield load_settings()
    for folder in [path for path in tmp_path.rglob("*") if path.is_dir()]:
        folder.chmod(0o755)


def test_all_is_equal_to_what_was_lost(
    story: Settings, landing_alone: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> list[str]:
        raise KeyboardInterrupt

    before = rows_of(story, "contacts")
    with monkeypatch.context() as patch:
        patch.setattr(room, "reproduce_releases", killed)
        with pytest.raises(KeyboardInterrupt):
            rebuild(landing_alone, quiet)
    summary = rebuild(landing_alone, quiet)
    assert (summary["builds"], summary["releases"], summary["contacts_to_load"], summary["differs"]) == (3, 3, True, [])
    assert rows_of(landing_alone, "contacts") == before
    assert files_of(landing_alone.published) == files_of(story.published)
    assert (landing_alone.published / "2022/1.0/official/manifest.json.sig").exists()  # without the key
    engine = open_registry(landing_alone)
    built = latest_build(engine, 2022)
    assert built is not None
    before_it = latest_build(open_registry(story), 2022)
    assert before_it is not None
    assert before_it.build == built.build
    was = read_years(story, "figures", get_snapshots(before_it)["figures"], 2022)
    now = read_years(landing_alone, "figures", get_snapshots(built)["figures"], 2022)
    keys = [(name, "ascending") for name in ("collection_year", "organisation_code", "item", "ethnic_group")]
    assert was.sort_by(keys).equals(now.sort_by(keys))
    assert [fault["what"] for fault in audit(landing_alone, engine, None, quiet)] == [
        "contacts were changed since they were loaded"
    ]
    with pytest.raises(WresError, match=r"registry\.db is there, and nothing is written over"):
        rebuild(landing_alone, quiet)
    # and it goes on from there: nothing is built or published that was before
    monkeypatch.setenv("WRES_AS_OF", "2023-02-25T12:00")
    count = len(get_events(engine, 2022))
    assert steps.build(steps.open_context(2022))["changed"] is False
    # the tables of both builds of the year are counted once more, for they rest on other snapshots
    assert [event.kind for event in get_events(engine, 2022, count)] == ["counted", "counted"]


def test_the_registry_comes_back_on_postgresql(story: Settings, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows_of(story, "contacts")
    events = [event for chain in (0, 2021, 2022) for event in get_events(open_registry(story), chain)]
    monkeypatch.setenv("WRES_DATABASE_URL", postgres)
    settings = load_settings()
    engine = open_registry(settings)
    fill_registry(engine, events, quiet)
    assert rows_of(settings, "contacts") == before
    (old,) = get_approvals(engine, 2022)
    new = {name: value for name, value in recorded_values(old).items() if name != "number"}
    add_approval(engine, Approval(**new))
    assert [approval.number for approval in get_approvals(engine, 2022)] == [1, 2]


def test_nothing_is_made_from_a_journal_that_was_tampered_with(landing_alone: Settings) -> None:
    file = min((landing_alone.landing / "journal" / "2022").iterdir())
    file.write_text(file.read_text().replace("folder", "mesh"))
    with pytest.raises(WresError, match="The audit log of 2022 in the landing zone is not as it was written"):
        rebuild(landing_alone, quiet)
    shutil.rmtree(landing_alone.landing / "journal")
    with pytest.raises(WresError, match="holds no audit log"):
        rebuild(landing_alone, quiet)


def test_rebuild_refuses_a_home_that_is_not_empty(story: Settings, wres: Callable[..., tuple[int, str, str]]) -> None:
    status, _, errors = wres("rebuild")
    assert status == 2
    assert "registry.db is there, and nothing is written over." in errors


# Backup and restore: what is restored elsewhere, on another kind of database, is the same.


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


def test_what_is_restored_elsewhere_is_the_same(
    monkeypatch: pytest.MonkeyPatch, story: Settings, copied: Path, elsewhere: Callable[[], Settings], postgres: str
) -> None:
    before = rows_of(story, "journal_heads")
    monkeypatch.setenv("WRES_DATABASE_URL", postgres)
    there = elsewhere()
    assert restore(there, copied, quiet)["releases"] == 3
    assert rows_of(there, "journal_heads") == before
    assert files_of(there.published) == files_of(story.published)
    assert files_of(there.corrections) == files_of(story.corrections)
    assert audit(there, open_registry(there), None, quiet) == []
    assert compare_rebuilt(there, open_registry(there), 2022, "1.1", "management") == []
    assert there.published.joinpath("2022/1.0/official").stat().st_mode & 0o777 == 0o555
    assert there.corrections.stat().st_mode & 0o777 == 0o700


def test_a_backup_is_private_and_lists_itself(story: Settings, copied: Path) -> None:
    assert copied.stat().st_mode & 0o777 == 0o700
    listed = json.loads((copied / "backup.json").read_text())["files"]
    assert {file["path"] for file in listed} == files_of(copied).keys() - {"backup.json"}
    assert not [file for file in listed if file["path"].startswith("warehouse")]
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
    received_at = datetime(2022, 6, 20, tzinfo=UTC)

    def arrive(number: int) -> str:
        return add_receipt(
            engine,
            NewReceipt(2022, "RJ1", "folder", f"n{number}", "x.csv", empty, 0, received_at, "as_of", simulated=False),
        )

    with ThreadPoolExecutor(2) as pool:
        arriving = [pool.submit(arrive, number) for number in range(12)]
        backup(story, engine, tmp_path / "backup", quiet)
        assert len({future.result() for future in arriving}) == 12
    there = elsewhere()
    restore(there, tmp_path / "backup", quiet)
    assert audit(there, open_registry(there), 2022, quiet) == []


@pytest.mark.parametrize("file", ["registry/receipts.jsonl", "releases/2022/1.1/management/manifest.json"])
def test_a_backup_that_was_changed_is_not_restored(
    copied: Path, elsewhere: Callable[[], Settings], wres: Callable[..., tuple[int, str, str]], file: str
) -> None:
    there = elsewhere()
    (copied / file).write_bytes((copied / file).read_bytes().replace(b"2022", b"2021", 1))
    status, _, errors = wres("restore", str(copied))
    assert (status, errors) == (
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
