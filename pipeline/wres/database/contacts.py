"""The contacts as loaded. The audit log holds no address: it knows them by a digest, from which nothing comes back."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from wres.database.audit_log import GENERAL, Event, append, lock_chain
from wres.database.models import Contact

KIND = "contacts loaded"


def replace_contacts(engine: Engine, contacts: Sequence[Mapping[str, str]]) -> None:
    """Make these the contacts that there are, in one transaction: organisation_code, role, address."""
    with Session(engine) as session, session.begin():
        lock_chain(session, GENERAL)
        if contacts_digest(session) == _digest(contacts):  # loaded before, by a run that was killed or is run again
            return
        session.execute(delete(Contact))
        session.execute(insert(Contact), contacts)
        append(session, GENERAL, [Event(KIND, facts=_digest(contacts))])


def contacts_digest(session: Session) -> dict[str, object]:
    """How the audit log knows the contacts that there are: their number and a digest."""
    columns = Contact.__table__.columns
    return _digest([dict(zip(columns.keys(), row, strict=True)) for row in session.execute(select(*columns))])


def _digest(contacts: Sequence[Mapping[str, str]]) -> dict[str, object]:
    rows = sorted([contact["organisation_code"], contact["role"], contact["address"]] for contact in contacts)
    return {"contacts": len(rows), "digest": hashlib.sha256(json.dumps(rows).encode()).hexdigest()}
