"""The registry opens on SQLite and on PostgreSQL, with the tables that the code declares."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from wres.database.models import Base
from wres.database.registry import open_registry, write_ahead
from wres.errors import WresError
from wres.settings import Settings, load_settings


def test_migrations_make_exactly_the_declared_tables(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_opening_twice_and_from_several_threads_at_once_is_harmless(anywhere: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(lambda _: open_registry(anywhere), range(4)))
    assert set(inspect(engines[0]).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


class Refused:
    """A cursor that is refused so many times before it is heard."""

    def __init__(self, times: int, why: str = "database is locked") -> None:
        self.left, self.why, self.heard = times, why, list[str]()

    def execute(self, statement: str) -> None:
        if self.left:
            self.left -= 1
            raise sqlite3.OperationalError(self.why)
        self.heard.append(statement)


def test_connections_that_turn_on_the_log_at_the_same_moment_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    some = Refused(3)
    write_ahead(some)  # type: ignore[arg-type]
    assert some.heard == ["PRAGMA journal_mode = WAL"]
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(Refused(10_000))  # type: ignore[arg-type]
    full = Refused(10, "database or disk is full")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        write_ahead(full)  # type: ignore[arg-type]
    assert full.left == 9  # at once


@pytest.mark.parametrize("url", ["nonsense", "postgresql+psycopg://user:hunter2@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_opened_is_reported_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRES_DATABASE_URL", url)
    with pytest.raises(WresError, match="WRES_DATABASE_URL") as caught:
        open_registry(load_settings())
    assert "hunter2" not in str(caught.value)


def test_an_error_does_not_hold_what_was_to_be_written(anywhere: Settings) -> None:
    engine = open_registry(anywhere)
    with pytest.raises(SQLAlchemyError) as caught, engine.begin() as connection:
        connection.execute(text("INSERT INTO no_such_table (words) VALUES (:words)"), {"words": "of a sender"})
    assert "no_such_table" in str(caught.value)
    assert "of a sender" not in str(caught.value)


@pytest.mark.parametrize("cut", [b"garbage " * 100, None])
def test_a_damaged_registry_is_said_with_the_ways_out(
    settings: Settings, wres: Callable[..., tuple[int, str, str]], cut: bytes | None
) -> None:
    """A file that never was a database, and a database cut off after its beginning."""
    open_registry(settings).dispose()
    settings.registry_file.write_bytes(cut or settings.registry_file.read_bytes()[:20_000])
    status, out, err = wres("status", "2022")
    assert (status, out) == (2, "")
    assert "is damaged or is no database" in err
    assert "wres restore" in err
    assert "Traceback" not in err


def test_a_registry_that_cannot_be_opened_says_where_it_is(settings: Settings) -> None:
    settings.registry_file.mkdir(parents=True)
    with pytest.raises(WresError, match=f"{settings.registry_file} is no file that may be read and written"):
        open_registry(settings)


@pytest.mark.parametrize(
    ("url", "words"),
    [("nonsense", "is no address of a database"), ("postgresql+psycopg://u:canary@127.0.0.1:1/x", "no server answers")],
)
def test_an_address_of_a_database_that_is_none_is_said_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setenv("WRES_DATABASE_URL", url)
    with pytest.raises(WresError, match=words) as caught:
        open_registry(load_settings())
    assert "canary" not in str(caught.value)
