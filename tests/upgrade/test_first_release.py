"""What the first released schema left is migrated, read, audited, published again, backed up and made again."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from pipeline import steps
from pipeline.publication.manifest import verify_release
from pipeline.recovery.audit import audit
from pipeline.recovery.backup import backup
from pipeline.recovery.rebuild import rebuild
from pipeline.registry.database import open_registry
from pipeline.registry.journal import chains_of, events_of
from pipeline.registry.receipts import receipts_of, standing_figures
from pipeline.registry.releases import latest_build
from pipeline.settings import Settings, load_settings
from pipeline.warehouse.read import read_years


def quiet(_what: str, _done: int, _of: int) -> None:
    pass


def test_it_is_of_the_first_schema(first_release: Settings) -> None:
    import sqlite3

    with sqlite3.connect(first_release.home / "registry.db") as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_it_is_migrated_and_read(first_release: Settings) -> None:
    engine = open_registry(first_release)
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        assert connection.scalar(text("SELECT count(*) FROM receipts")) == 6
    assert {"journal", "approvals", "build_findings"} <= tables
    assert [(one.receipt, one.status) for one in receipts_of(engine, 2022)] == [
        ("2022-RJ1-001", "accepted_with_queries"),
        ("2022-RXY-001", "superseded"),
        ("2022-RJ1-002", "rejected"),
        ("2022-RXY-002", "accepted"),
    ]
    assert standing_figures(engine, 2022)["RXY"]["disciplinary.entered", "bme"] == 13
    built = latest_build(engine, 2022)
    assert built is not None
    rows = read_years(first_release, "figures", built.figures_snapshot, 2022).to_pylist()
    assert {(row["collection_year"], row["organisation_code"]) for row in rows} == {
        (year, code) for year in (2021, 2022) for code in ("RXY", "RJ1")
    }
    assert verify_release(first_release.published / "2022" / "1.0" / "management") == []
    assert [one.kind for one in events_of(engine, 2021)] == ["taken over"] * 4
    assert audit(first_release, engine, None, quiet) == []


def test_it_is_published_again_and_from_then_on_all_can_be_made_again(
    first_release: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_AS_OF", "2022-07-10T12:00")
    for year in (2021, 2022):
        steps.build(year)
    assert steps.publish(2022)["edition"] == "1.0"  # the same content is the same build, and its release stands
    first_release.corrections.mkdir()
    header = "organisation,item,group,from,to,reason,who,when"
    line = "RXY,disciplinary.entered,bme,13,14,typing error,collection manager,2022-07-10"
    (first_release.corrections / "2022.csv").write_text(f"{header}\n{line}\n")
    steps.build(2022)
    assert steps.publish(2022, note="A figure was corrected.")["edition"] == "1.1"
    engine = open_registry(first_release)
    assert audit(first_release, engine, None, quiet) == []
    backup(first_release, engine, tmp_path / "backup", quiet)
    assert audit(first_release, engine, None, quiet) == []

    shutil.copytree(first_release.landing, tmp_path / "elsewhere" / "landing")
    monkeypatch.setenv("WRES_HOME", str(tmp_path / "elsewhere"))
    there = load_settings()
    said = rebuild(there, quiet)
    assert [one.sequence for one in chains_of(open_registry(there))] == [one.sequence for one in chains_of(engine)]
    assert latest_build(open_registry(there), 2022) is not None
    assert said["builds"] == 3
    # What an earlier program published cannot be made by this one, and what revises it rests on it: a backup has both.
    assert [one.partition(" was not made again")[0] for one in said["differs"]] == [
        "The management edition 1.0 of 2022",
        "The management edition 1.1 of 2022",
    ]
