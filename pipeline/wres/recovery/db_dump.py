"""Dump the registry to files at one moment, a line of JSON for each row; fill a database of either kind from them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, Table, create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from wres.database.audit_replay import typed_row
from wres.database.models import Base
from wres.recovery.rebuild import continue_numbers
from wres.settings import sqlite_url

TABLES: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)
_AT_ONCE = 500


@contextmanager
def consistent_snapshot(engine: Engine) -> Iterator[Connection]:
    """Open the registry as it is at this moment: a copy by SQLite's online backup, or a snapshot of PostgreSQL."""
    if engine.dialect.name == "sqlite":
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "registry.db"
            with closing(sqlite3.connect(str(engine.url.database))) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target, pages=1000)
            frozen = create_engine(sqlite_url(copy), poolclass=NullPool)
            with frozen.connect() as connection:
                yield connection
    else:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            yield connection


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield every row of a table as a line of JSON, in the order of its key."""
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(select(table).order_by(*table.primary_key.columns))
    for row in rows:
        values = dict(zip(table.columns.keys(), row, strict=True))
        yield json.dumps(values, ensure_ascii=False, default=_plain).encode() + b"\n"


def fill_table(session: Session, table: Table, source: BinaryIO) -> None:
    """Insert the rows of a file that `lines_of` wrote."""
    rows = (typed_row(table, json.loads(line)) for line in source)
    while batch := list(islice(rows, _AT_ONCE)):
        session.execute(table.insert(), batch)
    if table.name == "approvals":
        continue_numbers(session)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a backup cannot hold {type(value).__name__}")
