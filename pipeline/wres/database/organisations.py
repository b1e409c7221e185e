"""Keep the reference data that the national team loads: organisations, successions, contacts."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from wres.database.audit_chain import Event
from wres.database.audit_log import GENERAL, append, lock_chain
from wres.database.models import Base, Contact, Organisation, Succession
from wres.database.registry import read_session
from wres.reference.register import default_organisations, default_register, default_successions

if TYPE_CHECKING:
    import pandas as pd

_CONTACTS_LOADED = "contacts loaded"


def current_register(engine: Engine) -> "pd.DataFrame":
    """Return the register as loaded, else as shipped: a row an organisation, columns as in `reference.register`."""
    loaded = _load(engine, Organisation)
    return default_register() if loaded.empty else loaded


def current_organisations(engine: Engine) -> list[dict[str, str]]:
    """Return the rows of `current_register` without pandas."""
    columns = Organisation.__table__.columns
    with read_session(engine) as session:
        loaded = session.execute(select(*columns).order_by(Organisation.code)).all()
    return [dict(zip(columns.keys(), row, strict=True)) for row in loaded] or default_organisations()


def current_successions(engine: Engine) -> "pd.DataFrame":
    """Return the successions as loaded, else as shipped: predecessor, successor, from_date, source, all strings."""
    loaded = _load(engine, Succession)
    return default_successions() if loaded.empty else loaded


def replace_register(engine: Engine, register: "pd.DataFrame") -> None:
    """Make this the current register, in one transaction."""
    _replace(engine, Organisation, register)


def replace_successions(engine: Engine, successions: "pd.DataFrame") -> None:
    """Make these the current successions, in one transaction."""
    _replace(engine, Succession, successions)


def replace_contacts(engine: Engine, contacts: Sequence[Mapping[str, str]]) -> None:
    """Make these the contacts, in one transaction; each has organisation_code, role and address."""
    with Session(engine) as session, session.begin():
        lock_chain(session, GENERAL)
        digest = _digest_of_contacts(contacts)
        if contacts_digest(session) == digest:  # loaded before, by a run that was killed or is run again
            return
        session.execute(delete(Contact))
        session.execute(insert(Contact), contacts)
        append(session, GENERAL, [Event(_CONTACTS_LOADED, facts=digest)])


def contacts_digest(session: Session) -> dict[str, object]:
    """Return how the audit log knows the contacts: their number and a digest, from which no address comes back."""
    columns = Contact.__table__.columns
    rows = session.execute(select(*columns))
    return _digest_of_contacts([dict(zip(columns.keys(), row, strict=True)) for row in rows])


def _load(engine: Engine, table: type[Base]) -> "pd.DataFrame":
    import pandas as pd

    columns = list(table.__table__.columns.keys())
    with read_session(engine) as session:
        rows = session.execute(select(*table.__table__.columns).order_by(*table.__table__.primary_key)).all()
    return pd.DataFrame([tuple(row) for row in rows], columns=columns, dtype=str)


def _sort_rows(rows: list[dict[Any, Any]]) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in rows)


def _replace(engine: Engine, table: type[Base], frame: "pd.DataFrame") -> None:
    """Replace all rows of a table, with one event; rows that are there already change nothing."""
    columns = list(table.__table__.columns.keys())
    rows: list[dict[Any, Any]] = frame[columns].to_dict("records")
    with Session(engine) as session, session.begin():
        lock_chain(session, GENERAL)
        held = [dict(zip(columns, row, strict=True)) for row in session.execute(select(*table.__table__.columns))]
        if _sort_rows(held) == _sort_rows(rows):  # loaded before, by a run that was killed or is run again
            return
        session.execute(delete(table))
        if rows:
            session.execute(insert(table), rows)
        name = table.__tablename__
        append(session, GENERAL, [Event(f"{name} loaded", {name: rows}, replaces={name: {}})])


def _digest_of_contacts(contacts: Sequence[Mapping[str, str]]) -> dict[str, object]:
    rows = sorted([contact["organisation_code"], contact["role"], contact["address"]] for contact in contacts)
    return {"contacts": len(rows), "digest": hashlib.sha256(json.dumps(rows).encode()).hexdigest()}
