"""The contacts as loaded. The journal holds no address: it knows them by a digest, from which nothing comes back."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from pipeline.registry.journal import GENERAL, Event, append, hold
from pipeline.registry.tables import ContactRow

KIND = "contacts loaded"


def replace_contacts(engine: Engine, contacts: Sequence[Mapping[str, str]]) -> None:
    """Make these the contacts that there are, in one transaction: organisation_code, role, address."""
    with Session(engine) as session, session.begin():
        hold(session, GENERAL)
        if contacts_known_by(session) == _known_by(contacts):  # loaded before, by a run that was killed or is run again
            return
        session.execute(delete(ContactRow))
        session.execute(insert(ContactRow), contacts)
        append(session, GENERAL, [Event(KIND, facts=_known_by(contacts))])


def contacts_known_by(session: Session) -> dict[str, object]:
    """How the journal knows the contacts that there are: their number and a digest."""
    columns = ContactRow.__table__.columns
    return _known_by([dict(zip(columns.keys(), row, strict=True)) for row in session.execute(select(*columns))])


def _known_by(contacts: Sequence[Mapping[str, str]]) -> dict[str, object]:
    rows = sorted([one["organisation_code"], one["role"], one["address"]] for one in contacts)
    return {"contacts": len(rows), "digest": hashlib.sha256(json.dumps(rows).encode()).hexdigest()}
