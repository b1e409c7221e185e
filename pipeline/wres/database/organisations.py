"""The register in force: what the national team has loaded, else what the project ships."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from pipeline.collection.register import shipped_organisations, shipped_register, shipped_successions
from pipeline.registry.journal import GENERAL, Event, append, hold
from pipeline.registry.tables import Base, OrganisationRow, SuccessionRow

if TYPE_CHECKING:
    import pandas as pd


def register_in_force(engine: Engine) -> "pd.DataFrame":
    """One row an organisation; columns as in `collection.register`, all strings."""
    loaded = _load(engine, OrganisationRow)
    return shipped_register() if loaded.empty else loaded


def organisations_in_force(engine: Engine) -> list[dict[str, str]]:
    """The rows of `register_in_force`, for whoever can do without pandas."""
    columns = OrganisationRow.__table__.columns
    with Session(engine) as session:
        loaded = session.execute(select(*columns).order_by(OrganisationRow.code)).all()
    return [dict(zip(columns.keys(), row, strict=True)) for row in loaded] or shipped_organisations()


def successions_in_force(engine: Engine) -> "pd.DataFrame":
    """One row a succession: predecessor, successor, from_date, source; all strings."""
    loaded = _load(engine, SuccessionRow)
    return shipped_successions() if loaded.empty else loaded


def replace_register(engine: Engine, register: "pd.DataFrame") -> None:
    """Make this the register in force, in one transaction."""
    _replace(engine, OrganisationRow, register)


def replace_successions(engine: Engine, successions: "pd.DataFrame") -> None:
    """Make these the successions in force, in one transaction."""
    _replace(engine, SuccessionRow, successions)


def _load(engine: Engine, table: type[Base]) -> "pd.DataFrame":
    import pandas as pd

    columns = list(table.__table__.columns.keys())
    with Session(engine) as session:
        rows = session.execute(select(*table.__table__.columns).order_by(*table.__table__.primary_key)).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns, dtype=str)


def _in_order(rows: list[dict[Any, Any]]) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in rows)


def _replace(engine: Engine, table: type[Base], frame: "pd.DataFrame") -> None:
    columns = list(table.__table__.columns.keys())
    rows: list[dict[Any, Any]] = frame[columns].to_dict("records")
    with Session(engine) as session, session.begin():
        hold(session, GENERAL)
        held = [dict(zip(columns, row, strict=True)) for row in session.execute(select(*table.__table__.columns))]
        if _in_order(held) == _in_order(rows):  # loaded before, by a run that was killed or is run again
            return
        session.execute(delete(table))
        if rows:
            session.execute(insert(table), rows)
        name = table.__tablename__
        append(session, GENERAL, [Event(f"{name} loaded", {name: rows}, instead_of={name: {}})])
