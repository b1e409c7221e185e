"""Open the registry, SQLite by default, PostgreSQL in production, with its tables up to date; grant its roles."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_fixed

from wres.errors import UnavailableError, WresError, has_no_room, is_full_disk
from wres.home import enter_home
from wres.settings import SQLITE_WAIT, Settings, package_data

ROLES = ("wres_reader", "wres_steps")
_MIGRATIONS = "registry"
_POSTGRES_LOCK = 7_395_301  # any number that nothing else in the database uses as an advisory lock
_TRIES = 100
_BETWEEN = 0.05  # seconds
_READS_ONLY = "reads_only"  # an option of an engine or a connection
_NOT_ALLOWED = "42501"  # PostgreSQL's code for a right that the user does not have


def open_registry(settings: Settings) -> Engine:
    """Open an engine on the registry, with its tables made or brought up to date.

    Raises:
        WresError: the database cannot be reached, its URL cannot be understood, its tables are newer than this program,
            or older and its user may not change them; or the home cannot be entered.
    """
    try:
        enter_home(settings)
        url = _url_of(settings)
        if url.get_backend_name() == "sqlite":
            with suppress(OSError):  # SQLite itself says what is wrong, and would make the file for everybody to read
                Path(url.database or "").touch(mode=0o600)
        # A connection lives as long as its transaction. An error's text does not hold what was to be written: a log
        # keeps it, and it may be a sender's.
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            _make_sqlite_durable(engine)
        _migrate(engine)
    except (ArgumentError, OperationalError) as error:
        # The URL may hold a password, so the message shows neither it nor the driver's text.
        on_sqlite = not settings.database_url
        if is_full_disk(error) or (on_sqlite and isinstance(error, OperationalError) and has_no_room(settings.home)):
            raise UnavailableError(
                "The registry's database cannot be opened: the disk is full. Make room on it, then run it again."
            ) from None
        if isinstance(error, ArgumentError):
            raise WresError(
                "The registry's database cannot be opened: WRES_DATABASE_URL is no address of a database, such as "
                "postgresql+psycopg://USER@HOST/NAME. Correct it, or unset it to use SQLite under WRES_HOME."
            ) from None
        raise UnavailableError(
            f"The registry's database cannot be opened: {settings.registry_file} is no file that may be read and "
            "written, or another program holds it. Put that right, then run it again."
            if on_sqlite
            else "The registry's database cannot be opened: no server answers there, or it does not let this user in. "
            "Check WRES_DATABASE_URL and that the server runs, or unset it to use SQLite under WRES_HOME."
        ) from None
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != _NOT_ALLOWED:
            raise
        raise WresError(
            f"The registry's tables are not up to date, and the database's user {engine.url.username} may not change "
            "them. Whoever owns the database brings them up to date first: wres migrate (docker/: the service prepare)."
        ) from None
    return engine


def grant_roles(engine: Engine) -> bool:
    """Give each role its rights and no others, as sql/registry/roles.sql says; False where there are no roles.

    SQLite's file is for its own user alone; in a PostgreSQL that has none of the roles one user does everything.

    Raises:
        WresError: only some of the roles are there.
    """
    if engine.dialect.name != "postgresql":
        return False
    with engine.begin() as connection:
        query = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:roles)")
        existing = set(connection.scalars(query, {"roles": list(ROLES)}))
        if not existing:
            return False
        if missing := [role for role in ROLES if role not in existing]:
            raise WresError(
                f"The database has no role {' and no role '.join(missing)}, so no rights were given. Make the roles as "
                "docker/postgres.sh does, then migrate again."
            )
        for statement in grant_statements():
            connection.exec_driver_sql(statement)
    return True


def grant_statements() -> list[str]:
    """List the statements of roles.sql, without its comments."""
    lines = (package_data("sql") / "registry" / "roles.sql").read_text(encoding="utf-8")
    parts = re.sub(r"--.*", "", lines).split(";")
    return [" ".join(part.split()) for part in parts if part.strip()]


def _url_of(settings: Settings) -> URL:
    """Return the registry's URL; ArgumentError without any part of it where it cannot be understood."""
    try:
        return make_url(settings.registry_url())
    except ValueError:  # what is taken for the port may be a piece of a password in which / or @ is not escaped
        raise ArgumentError from None


def _make_sqlite_durable(engine: Engine) -> None:
    """Let SQLite's writers wait for each other, and a committed row survive a crash.

    Each transaction takes the write lock as it begins, unless it says that it only reads (`read_session`): a reader
    that turned writer half-way could otherwise be refused, and no transaction here lasts longer than some milliseconds.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_WAIT * 1000}")
        write_ahead(cursor)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get(_READS_ONLY)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def read_session(engine: Engine) -> Session:
    """Open a session that writes nothing, so that beside SQLite it waits for no writer, and no writer for it."""
    return Session(engine.execution_options(**{_READS_ONLY: True}))


@contextmanager
def keep_connection(engine: Engine) -> Iterator[None]:
    """Keep an idle connection to SQLite open meanwhile, for a process that asks often.

    The last connection to close writes SQLite's log back and removes it, and the next makes it again: some
    milliseconds, each time.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with engine.connect():
        yield


def write_ahead(cursor: DBAPICursor) -> None:
    """Turn on SQLite's log, in which readers and a writer do not wait for each other.

    Connections that do so at the same moment on a new file refuse each other at once, however long they may wait.
    """
    again = Retrying(
        retry=retry_if_exception(_is_locked),
        stop=stop_after_attempt(_TRIES),
        wait=wait_fixed(_BETWEEN),
        reraise=True,
    )
    again(cursor.execute, "PRAGMA journal_mode = WAL")


def _is_locked(error: BaseException) -> bool:
    """Return whether another connection was in the way: only then does trying again help."""
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def _migrate(engine: Engine) -> None:
    """Make the tables, or upgrade those of an earlier version, in one transaction.

    Raises:
        WresError: the tables are of a newer version; or rows do not fit the upgraded tables, and nothing was changed.
    """
    newest = max(path.stem.split("_")[0] for path in (package_data("sql") / _MIGRATIONS / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection, _without_foreign_keys(connection), connection.begin():
        if (version := _read_version(connection)) == newest:
            return
        if version is not None and version > newest:
            raise WresError(
                f"The registry's tables are of a newer version of wres ({version}) than this one ({newest}). Install "
                "that version here too."
            )
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
        if _read_version(connection) != newest:
            upgrade_tables(connection)
            _require_parents(connection)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a table to which others refer: it changes a column by copying the table and dropping it.

    The setting holds for this connection, which is closed afterwards, and cannot be changed within a transaction.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.close()
    yield


def _require_parents(connection: Connection) -> None:
    """Refuse an upgrade after which rows refer to rows that are not there; PostgreSQL refuses it by itself.

    Raises:
        WresError: it is so.
    """
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if tables := sorted({str(row[0]) for row in orphans}):
            raise WresError(
                f"The registry cannot be upgraded: rows of {', '.join(tables)} belong to nothing. Nothing was "
                "changed. Look for the cause with the version that was in use (wres audit), or restore a backup."
            )


def _read_version(connection: Connection) -> str | None:
    """Return the migration that the tables are at; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def upgrade_tables(connection: Connection, revision: str = "head") -> None:
    """Run the migrations that are missing up to a revision, by default all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(package_data("sql") / _MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
