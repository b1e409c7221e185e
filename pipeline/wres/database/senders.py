"""Store who may use the page and its API, by role and organisation, with secrets that are kept as a hash alone."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from wres.database.audit_chain import Event
from wres.database.audit_log import GENERAL, append, lock_chain
from wres.database.models import Credential, Sender, SenderOrganisation, WebSession
from wres.database.registry import read_session
from wres.database.sign_ins import hash_secret
from wres.errors import WresError

INVITATION_DAYS = 30
Source = Literal["file", "invitation", "key"]
Purpose = Literal["invitation", "key"]


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person of the file that the national team loads; signs in by OpenID Connect, by `subject` or `address`."""

    role: str
    subject: str | None
    address: str | None
    national: bool
    organisations: frozenset[str]


def add_sender(
    engine: Engine,
    purpose: Purpose,
    role: str,
    organisations: Collection[str],
    *,
    national: bool = False,
    address: str | None = None,
) -> tuple[str, str]:
    """Enter a person, to be invited, or a machine; return its id and its secret, which nobody can look up again."""
    with Session(engine) as session, session.begin():
        person = ListedPerson(role, None, address, national, frozenset(organisations))
        sender = _enter(session, purpose, person)
        secret = secrets.token_urlsafe(32)
        expires = datetime.now(UTC) + timedelta(days=INVITATION_DAYS) if purpose == "invitation" else None
        session.add(Credential(digest=hash_secret(secret), sender=sender, purpose=purpose, expires_at=expires))
        session.flush()
        lock_chain(session, GENERAL)
        append(session, GENERAL, [_entry_event(sender, purpose, person)])
    return sender, secret


def replace_listed(engine: Engine, people: Sequence[ListedPerson]) -> dict[str, int]:
    """Make these the people who sign in by OpenID Connect; who is not among them any more is revoked at once."""
    with Session(engine) as session, session.begin():
        lock_chain(session, GENERAL)
        held = {_identity(person): sender for sender, person in _get_listed_people(session).items()}
        wanted = {_identity(person): person for person in people}
        gone = [sender for identity, sender in held.items() if identity not in wanted]
        events = [Event("sender revoked", facts={"sender": sender}) for sender in sorted(gone)]
        _revoke(session, gone)
        new = [person for identity, person in wanted.items() if identity not in held]
        events += [_entry_event(_enter(session, "file", person), "file", person) for person in new]
        session.flush()
        append(session, GENERAL, events)
    return {"people": len(wanted), "entered": len(new), "revoked": len(gone)}


def revoke_sender(engine: Engine, sender: str) -> None:
    """Take a sender's right away: its sessions end at once, its links and keys no longer work. Twice does no harm.

    Raises:
        WresError: there is no such sender.
    """
    with Session(engine) as session, session.begin():
        lock_chain(session, GENERAL)
        entry = session.get(Sender, sender)
        if entry is None:
            raise WresError(f"There is no sender {sender}. Look the id up: wres senders list")
        if entry.revoked_at is None:
            _revoke(session, [sender])
            append(session, GENERAL, [Event("sender revoked", facts={"sender": sender})])


def list_senders(engine: Engine, organisation_code: str | None = None) -> list[dict[str, Any]]:
    """Return a row a sender, newest last: id, organisations, role, how it signs in, state; never a secret."""
    with read_session(engine) as session:
        codes = _get_organisations(session)
        open_links = {
            row.sender: row for row in session.scalars(select(Credential).where(Credential.purpose == "invitation"))
        }
        return [
            {
                "sender": sender.sender,
                "organisations": "national team" if sender.national else " ".join(sorted(codes[sender.sender])),
                "role": sender.role,
                "signs_in_by": {"file": "OpenID Connect", "invitation": "link", "key": "key"}[sender.source],
                "address": sender.address or "",
                "entered_at": sender.entered_at,
                "state": _state(sender, open_links.get(sender.sender)),
            }
            for sender in session.scalars(select(Sender).order_by(Sender.entered_at, Sender.sender))
            if organisation_code is None or organisation_code in codes[sender.sender]
        ]


def _enter(session: Session, source: Source, person: ListedPerson) -> str:
    """Insert a sender with its organisations; returns its new id."""
    sender = secrets.token_hex(6)
    session.add(
        Sender(
            sender=sender,
            source=source,
            national=person.national,
            role=person.role,
            subject=person.subject,
            address=person.address,
            entered_at=datetime.now(UTC),
        )
    )
    session.flush()
    session.add_all(SenderOrganisation(sender=sender, organisation_code=code) for code in sorted(person.organisations))
    return sender


def _entry_event(sender: str, source: Source, person: ListedPerson) -> Event:
    """Return the event that the audit log records: no address, no subject, no secret."""
    facts = {
        "sender": sender,
        "source": source,
        "role": person.role,
        "national": person.national,
        "organisations": sorted(person.organisations),
    }
    return Event("sender entered", facts=facts)


def _revoke(session: Session, senders: Collection[str]) -> None:
    """Revoke senders and delete their links, keys and sessions."""
    if not senders:
        return
    session.execute(update(Sender).where(Sender.sender.in_(senders)).values(revoked_at=datetime.now(UTC)))
    session.execute(delete(Credential).where(Credential.sender.in_(senders)))
    session.execute(delete(WebSession).where(WebSession.sender.in_(senders)))


def _get_listed_people(session: Session) -> dict[str, ListedPerson]:
    """Return the people in force who sign in by OpenID Connect, by sender."""
    codes = _get_organisations(session)
    query = select(Sender).where(Sender.source == "file", Sender.revoked_at.is_(None))
    return {
        row.sender: ListedPerson(row.role, row.subject, row.address, row.national, frozenset(codes[row.sender]))
        for row in session.scalars(query)
    }


def _get_organisations(session: Session) -> dict[str, set[str]]:
    codes: dict[str, set[str]] = defaultdict(set)
    for sender, code in session.execute(select(SenderOrganisation.sender, SenderOrganisation.organisation_code)):
        codes[sender].add(code)
    return codes


def _identity(person: ListedPerson) -> tuple[object, ...]:
    """Return the key by which two entries are one: an address stays its person's once it is bound to a subject."""
    name = person.address or person.subject
    return name, person.role, person.national, person.organisations


def _state(sender: Sender, link: Credential | None) -> str:
    """Return the state of a sender and its invitation, for people."""
    if sender.revoked_at is not None:
        return "revoked"
    if link is None:
        return "in force"
    if link.used_at is not None:
        return "signed in"
    return "invited" if link.expires_at and link.expires_at > datetime.now(UTC) else "link expired"
