"""A registry that an earlier version made is upgraded when this one opens it: the tables are new, the rows the same.

For each released version from 0.2.0 on there is a dump of its registry, registry-VERSION.sql. `make record-registry`
writes that of the version at hand; CONTRIBUTING.md says when.
"""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, create_engine, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wres.database.audit_chain import first_broken_link
from wres.database.audit_log import get_chains, get_events
from wres.database.audit_replay import TABLES, differences, replay, rows_of_chain
from wres.database.models import Base
from wres.database.registry import open_registry, upgrade_tables
from wres.errors import WresError
from wres.settings import Settings, package_data, sqlite_url

CHANGELOG = Path(__file__).parent.parent.parent / "CHANGELOG.md"
DUMPS = sorted(Path(__file__).parent.glob("registry-*.sql"))
Rows = dict[str, list[dict[str, Any]]]

every_version = pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)


def load_dump(dump: Path, file: Path) -> Engine:
    """Make a dump's registry in an SQLite file, without upgrading it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return create_engine(sqlite_url(file))


def read_rows(engine: Engine) -> Rows:
    """Return all rows of a registry by table, times in UTC."""
    metadata = MetaData()
    metadata.reflect(engine)
    rows: Rows = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            stored = connection.execute(select(table).order_by(*table.primary_key)).mappings()
            rows[table.name] = [{column: _in_utc(value) for column, value in row.items()} for row in stored]
    return rows


def _in_utc(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value


def schema(engine: Engine) -> dict[str, Any]:
    """Return columns, keys and indexes of each table, to be compared."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": [(column["name"], str(column["type"]), column["nullable"]) for column in columns],
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (key["constrained_columns"], key["referred_table"]) for key in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(key["column_names"] for key in inspector.get_unique_constraints(table)),
            "indexes": sorted((str(index["name"]), index["column_names"]) for index in inspector.get_indexes(table)),
        }
        for (_, table), columns in inspector.get_multi_columns().items()
    }


def put_back(old: Engine, settings: Settings) -> None:
    """Make the registry of these settings as it was: of an SQLite file a copy, in PostgreSQL table by table."""
    if not settings.database_url:
        settings.home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(old.url.database), settings.registry_file)
        return
    rows, target, metadata = read_rows(old), create_engine(settings.registry_url()), MetaData()
    with target.begin() as connection:
        upgrade_tables(connection, rows["alembic_version"][0]["version_num"])
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name != "alembic_version" and rows[table.name]:
                connection.execute(table.insert(), rows[table.name])
    target.dispose()


def audit_log_faults(engine: Engine) -> list[str]:
    """Return what in the registry is not as its audit log tells it."""
    faults: list[str] = []
    for head in get_chains(engine):
        events = get_events(engine, head.chain)
        faults += [why for broken in [first_broken_link(events)] if broken for why in [broken[1]]]
        with Session(engine) as session:
            for table in TABLES:
                faults += differences(replay(events), table, rows_of_chain(session, table, head.chain))
    return faults


@every_version
def test_an_earlier_registry_is_upgraded_and_keeps_its_rows(dump: Path, anywhere: Settings, tmp_path: Path) -> None:
    old = load_dump(dump, tmp_path / "recorded.db")
    recorded = read_rows(old)
    put_back(old, anywhere)
    engine = open_registry(anywhere)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    upgraded = read_rows(engine)
    # Where a version takes away or renames a table or a column, this says how the rows go on.
    for table in recorded.keys() - {"alembic_version"}:
        kept = [{column: row[column] for column in recorded[table][0]} for row in upgraded[table]]
        assert kept == recorded[table], table
    assert audit_log_faults(engine) == []


@every_version
def test_a_recorded_registry_has_rows_in_all_its_tables(dump: Path, tmp_path: Path) -> None:
    assert [table for table, rows in read_rows(load_dump(dump, tmp_path / "recorded.db")).items() if not rows] == []


@every_version
def test_the_migrations_that_a_version_had_are_not_edited(dump: Path, tmp_path: Path) -> None:
    """What fails here is put back; the change is a new migration.

    Until 0.2.0 is tagged its one migration may be edited; then `make record-registry` records the registry again.
    """
    old = load_dump(dump, tmp_path / "recorded.db")
    again = create_engine(sqlite_url(tmp_path / "again.db"))
    with again.begin() as connection:
        upgrade_tables(connection, read_rows(old)["alembic_version"][0]["version_num"])
    assert schema(again) == schema(old)


def test_every_released_version_has_its_registry_recorded() -> None:
    changes = CHANGELOG.read_text(encoding="utf-8")
    released = set(re.findall(r"^## (\d+\.\d+\.\d+) - ", changes, re.MULTILINE)) - {"0.1.0"}
    recorded = {dump.stem.removeprefix("registry-") for dump in DUMPS}
    assert released <= recorded, "Run make record-registry at the commit of each version that is missing."


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("receipts", sa.Column("new", sa.String(), nullable=True))
    with op.batch_alter_table("receipts") as receipts:  # SQLite copies the table and drops it
        receipts.alter_column("file_name", existing_type=sa.String(), type_=sa.String(300))
    {then}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Add a migration that changes a table to which others refer, and then run what the test gives."""

    def add(then: str = "pass") -> None:
        versions = tmp_path / "sql" / "registry" / "versions"
        shutil.copytree(package_data("sql"), tmp_path / "sql")
        before = max(path.stem.split("_")[0] for path in versions.glob("[0-9]*.py"))
        number = f"{int(before) + 1:04}"
        (versions / f"{number}_next.py").write_text(NEXT.format(number=number, before=before, then=then))
        monkeypatch.setattr("wres.database.registry.package_data", lambda _folder: tmp_path / "sql")

    return add


def test_the_next_migration_changes_a_table_to_which_others_refer(
    next_version: Any, anywhere: Settings, tmp_path: Path
) -> None:
    old = load_dump(DUMPS[-1], tmp_path / "recorded.db")
    recorded = read_rows(old)
    put_back(old, anywhere)
    next_version()
    engine = open_registry(anywhere)
    upgraded = read_rows(engine)
    assert [{**row, "new": None} for row in recorded["receipts"]] == upgraded["receipts"]
    assert upgraded["figures"] == recorded["figures"]
    with engine.begin() as connection, pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.exec_driver_sql("DELETE FROM receipts")


@pytest.mark.parametrize(
    ("then", "error"),
    [
        ("raise ZeroDivisionError", ZeroDivisionError),
        ('op.execute("DELETE FROM receipts")', WresError),  # figures would belong to nothing
    ],
)
def test_a_migration_that_fails_changes_nothing(
    then: str, error: type[Exception], next_version: Any, settings: Settings, tmp_path: Path
) -> None:
    old = load_dump(DUMPS[-1], tmp_path / "recorded.db")
    put_back(old, settings)
    next_version(then)
    with pytest.raises(error):
        open_registry(settings)
    registry = create_engine(sqlite_url(settings.registry_file))
    assert (read_rows(registry), schema(registry)) == (read_rows(old), schema(old))
