"""Record the registry as this version of the program makes it, for later versions to upgrade.

`make record-registry` writes tests/upgrades/registry-VERSION.sql: a small simulated collection, with at least one row
in every table. VERSION is that of pyproject.toml.
"""

import os
import sqlite3
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from wres import steps
from wres.adhoc import submit_return
from wres.database.attempts import begin_attempt
from wres.database.collection_state import set_state
from wres.database.models import Base, WebSession
from wres.database.online_statements import add_statements
from wres.database.organisations import replace_contacts, replace_register, replace_successions
from wres.database.receipts import ACCEPTED, get_receipts
from wres.database.senders import add_sender
from wres.database.sign_ins import hash_secret
from wres.reference.register import default_register, default_successions
from wres.settings import load_settings

FOLDER = Path(__file__).parent
PROJECT = FOLDER.parent.parent / "pyproject.toml"
YEAR = 2022
NOW = datetime(2022, 8, 1, 9, tzinfo=UTC)


def main() -> None:
    """Make a home, fill its registry and write the dump."""
    with TemporaryDirectory() as folder:
        os.environ["WRES_HOME"] = str(Path(folder) / "home")
        demo = [sys.executable, "-c", "from wres.cli.main import main; main()", "demo"]
        subprocess.run([*demo, "--years", str(YEAR), "--returns", "2"], check=True)
        context = steps.open_context(YEAR)
        collect_broken_return(context.at(NOW), Path(folder))
        fill_registry(context)
        project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
        target = FOLDER / f"registry-{project['version']}.sql"
        target.write_text(dump(load_settings().registry_file), encoding="utf-8")
    print(target)  # noqa: T201


def collect_broken_return(context: steps.Context, folder: Path) -> None:
    """Send and validate a file that is no return, so that a receipt has findings."""
    broken = folder / "return.csv"
    broken.write_text("no,return\n", encoding="utf-8")
    submit_return(context, "RXY", broken)
    steps.collect(context)


def fill_registry(context: steps.Context) -> None:
    """Put a row into each table that the collection left empty."""
    engine = context.database
    receipts = get_receipts(engine, YEAR)
    accepted = next(receipt for receipt in receipts if receipt.status in ACCEPTED)
    replace_register(engine, default_register().head(2))
    replace_successions(engine, default_successions().head(2))
    replace_contacts(
        engine,
        [{"organisation_code": accepted.organisation_code, "role": "workforce", "address": "wres@trust.example"}],
    )
    set_state(engine, YEAR + 1, "open", NOW)
    add_statements(
        engine,
        accepted.receipt,
        [("signoff.role", "Chief people officer", None)],
        role="Workforce analyst",
        at=NOW,
        clock_source="as_of",
    )
    steps.reject(context, "National lead", "Workforce equality lead", "The commentary is not agreed yet.")
    begin_attempt(engine, [accepted.receipt])
    _sign_in(engine, accepted.organisation_code)


def dump(registry: Path) -> str:
    """Return the SQL that makes the registry's tables and rows again, without the warehouse's catalogue."""
    source, copy = sqlite3.connect(registry), sqlite3.connect(":memory:")
    source.backup(copy)
    tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in set(tables) - {*Base.metadata.tables, "alembic_version"}:
        copy.execute(f"DROP TABLE {name}")
    return "\n".join(copy.iterdump()) + "\n"


def _sign_in(engine: Engine, organisation_code: str) -> None:
    sender, secret = add_sender(engine, "invitation", "Workforce analyst", [organisation_code])
    with Session(engine) as session, session.begin():
        session.add(WebSession(digest=hash_secret(secret), sender=sender, expires_at=NOW))


if __name__ == "__main__":
    main()
