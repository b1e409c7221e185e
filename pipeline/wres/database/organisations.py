"""The register in force: what the national team has loaded, else what the project ships."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from wres.database.audit_log import GENERAL, Event, append, lock_chain
from wres.database.models import Base, Organisation, Succession
from wres.database.registry import read_session
from wres.reference.register import default_organisations, default_register, default_successions

if TYPE_CHECKING:
    import pandas as pd


def current_register(engine: Engine) -> "pd.DataFrame":
    """One row an organisation; columns as in `collection.register`, all strings."""
    loaded = _load(engine, Organisation)
    return default_register() if loaded.empty else loaded


def current_organisations(engine: Engine) -> list[dict[str, str]]:
    """The rows of `current_register`, for whoever can do without pandas."""
    columns = Organisation.__table__.columns
    with read_session(engine) as session:
        loaded = session.execute(select(*columns).order_by(Organisation.code)).all()
    return [dict(zip(columns.keys(), row, strict=True)) for row in loaded] or default_organisations()


def current_successions(engine: Engine) -> "pd.DataFrame":
    """One row a succession: predecessor, successor, from_date, source; all strings."""
    loaded = _load(engine, Succession)
    return default_successions() if loaded.empty else loaded


def replace_register(engine: Engine, register: "pd.DataFrame") -> None:
    """Make this the register in force, in one transaction."""
    _replace(engine, Organisation, register)


def replace_successions(engine: Engine, successions: "pd.DataFrame") -> None:
    """Make these the successions in force, in one transaction."""
    _replace(engine, Succession, successions)


def _load(engine: Engine, table: type[Base]) -> "pd.DataFrame":
    import pandas as pd

    columns = list(table.__table__.columns.keys())
    with read_session(engine) as session:
        rows = session.execute(select(*table.__table__.columns).order_by(*table.__table__.primary_key)).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns, dtype=str)


def _in_order(rows: list[dict[Any, Any]]) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in rows)


def _replace(engine: Engine, table: type[Base], frame: "pd.DataFrame") -> None:
    columns = list(table.__table__.columns.keys())
    rows: list[dict[Any, Any]] = frame[columns].to_dict("records")
    with Session(engine) as session, session.begin():
        lock_chain(session, GENERAL)
        held = [dict(zip(columns, row, strict=True)) for row in session.execute(select(*table.__table__.columns))]
        if _in_order(held) == _in_order(rows):  # loaded before, by a run that was killed or is run again
            return
        session.execute(delete(table))
        if rows:
            session.execute(insert(table), rows)
        name = table.__tablename__
        append(session, GENERAL, [Event(f"{name} loaded", {name: rows}, replaces={name: {}})])
