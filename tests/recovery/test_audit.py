"""Audit: a single row or byte that was changed is noticed, and said where, in each table and each store in turn."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.recovery.audit import audit, registry_faults
from pipeline.registry.database import open_registry
from pipeline.registry.journal import chains_of, events_of
from pipeline.registry.replay import replay
from pipeline.settings import Settings


def quiet(_what: str, _done: int, _of: int) -> None:
    pass


def said(settings: Settings, year: int | None = 2022) -> list[str]:
    return [f"{one['where']}: {one['what']}" for one in audit(settings, open_registry(settings), year, quiet)]


def registry_said(settings: Settings) -> list[str]:
    """What of the registry alone is not as it was left; the stores take longer to look at."""
    engine = open_registry(settings)
    return [
        what
        for head in chains_of(engine)
        for what in registry_faults(engine, head.chain, replay(events_of(engine, head.chain)))
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
            "figures 2022-RXY-002 disciplinary.entered bme was changed (value): the journal has it otherwise since 20",
        ),
        ("UPDATE statements SET value = 'X' WHERE key = 'signoff.role'", "signoff.role was changed (value)"),
        ("INSERT INTO statements VALUES ('2022-RXY-002', 'more', 'X')", "statements 2022-RXY-002 more was put in"),
        ("UPDATE builds SET turn = 9 WHERE collection_year = 2022 AND turn = 1", "was changed (turn)"),
        ("UPDATE build_findings SET message = 'X'", "was changed (message)"),
        ("UPDATE approvals SET role = 'X'", "approvals 1 was changed (role)"),
        ("UPDATE releases SET note = 'X' WHERE edition = '1.1'", "releases 2022 1.1 management was changed (note)"),
    ],
)
def test_a_changed_row_is_noticed(story: Settings, statement: str, expected: str) -> None:
    run(story, statement)
    found = registry_said(story)
    assert any(expected in line for line in found), found


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
    lines = said(story)
    assert any(expected in line for line in lines), lines
    assert all(line.startswith("journal") for line in lines)  # the copy in the landing store vouches for the rest


def test_cutting_off_the_end_of_the_journal_is_noticed(story: Settings) -> None:
    run(
        story,
        "DELETE FROM journal WHERE chain = 2022 AND sequence = (SELECT max(sequence) FROM journal WHERE chain = 2022)",
        "UPDATE journal_heads SET sequence = sequence - 1, exported = exported - 1, hash = (SELECT hash FROM journal j "
        "WHERE j.chain = 2022 ORDER BY sequence DESC LIMIT 1) WHERE chain = 2022",
    )
    (line,) = [line for line in said(story) if line.startswith("journal copy")]
    assert line.endswith(" is in the landing store and not in the registry")


def test_a_year_that_the_journal_does_not_know_is_noticed(story: Settings) -> None:
    run(story, "INSERT INTO collection_states VALUES (2020, 'open', '2020-06-01 00:00:00')")
    assert said(story, 2020) == ["registry: collection_states 2020 was put in: the journal has none"]
    assert said(story, 2022) == []


def first(folder: Path, pattern: str) -> Path:
    return sorted(path for path in folder.rglob(pattern) if path.is_file())[0]


@pytest.mark.parametrize(
    ("find", "expected"),
    [
        (lambda home: first(home / "landing" / "journal" / "2022", "*.jsonl"), "in the landing store was changed"),
        (lambda home: first(home / "warehouse", "*.parquet"), "warehouse: "),
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
    assert any(expected in line for line in said(story, None)), said(story, None)


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
    lines = "\n".join(said(story))
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
    assert said(story) == [
        "releases: the official edition 1.0 of 2022 is gone; make it again: wres publish 2022",
        "releases: the official edition 1.7 of 2022 was put in: nobody published it",
    ]
