"""Look up who a secret or an OpenID subject stands for, and store the sessions of those who are signed in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from wres.database.models import Credential, Sender, SenderOrganisation, WebSession
from wres.database.registry import read_session


@dataclass(frozen=True, slots=True)
class Account:
    """Whose session or key it is: id and role. `national` may see every organisation, others `organisations` alone."""

    sender: str
    national: bool
    role: str
    organisations: frozenset[str]
    source: str


def hash_secret(secret: str) -> str:
    """Return the hash under which a secret is kept: it has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def accept_invitation(engine: Engine, secret: str) -> tuple[Account, datetime] | None:
    """Use an invitation, once; return who is invited and until when, None where it is used, over or unknown."""
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        used = update(Credential).where(
            Credential.digest == hash_secret(secret),
            Credential.purpose == "invitation",
            Credential.used_at.is_(None),
            Credential.expires_at > now,
        )
        row = session.execute(
            used.values(used_at=now).returning(Credential.sender, Credential.expires_at)
        ).one_or_none()
        account = _get_account(session, row.sender) if row else None
        return (account, row.expires_at) if row and account else None


def is_open_invitation(engine: Engine, secret: str) -> bool:
    """Return whether an invitation could be used now; nothing is changed."""
    with read_session(engine) as session:
        query = select(Credential.sender).where(
            Credential.digest == hash_secret(secret),
            Credential.purpose == "invitation",
            Credential.used_at.is_(None),
            Credential.expires_at > datetime.now(UTC),
        )
        sender = session.scalar(query)
        return sender is not None and _get_account(session, sender) is not None


def get_account_by_key(engine: Engine, secret: str) -> Account | None:
    """Return the machine that holds a key."""
    with read_session(engine) as session:
        query = select(Credential.sender).where(Credential.digest == hash_secret(secret), Credential.purpose == "key")
        sender = session.scalar(query)
        return _get_account(session, sender) if sender else None


def get_account_by_person(engine: Engine, subject: str, address: str | None) -> Account | None:
    """Return whom the OpenID provider names: by its subject, or by an address that the provider has verified.

    At the first sign-in by address the entry is bound to the subject, so that an address given to somebody else later
    does not let them in.
    """
    with Session(engine) as session, session.begin():
        listed = select(Sender).where(Sender.source == "file", Sender.revoked_at.is_(None))
        person = session.scalars(listed.where(Sender.subject == subject)).first()
        if person is None and address:
            same = listed.where(Sender.subject.is_(None), Sender.address == address.lower())
            person = session.scalars(same.with_for_update()).first()
            if person is not None:
                person.subject = subject
                session.flush()
        return _get_account(session, person.sender) if person else None


def begin_session(engine: Engine, sender: str, expires: datetime) -> str:
    """Begin a session and return the secret of its cookie; sessions that are over are removed."""
    secret = secrets.token_urlsafe(32)
    with Session(engine) as session, session.begin():
        session.execute(delete(WebSession).where(WebSession.expires_at <= datetime.now(UTC)))
        session.add(WebSession(digest=hash_secret(secret), sender=sender, expires_at=expires))
    return secret


def get_account_by_session(engine: Engine, secret: str) -> Account | None:
    """Return who is signed in; None once the session is over, ended or its sender revoked."""
    with read_session(engine) as session:
        query = select(WebSession.sender).where(
            WebSession.digest == hash_secret(secret), WebSession.expires_at > datetime.now(UTC)
        )
        sender = session.scalar(query)
        return _get_account(session, sender) if sender else None


def end_session(engine: Engine, secret: str) -> None:
    """End a session; twice does no harm."""
    with Session(engine) as session, session.begin():
        session.execute(delete(WebSession).where(WebSession.digest == hash_secret(secret)))


def _get_account(session: Session, sender: str) -> Account | None:
    """Return the account of a sender; None where it is revoked."""
    entry = session.get(Sender, sender)
    if entry is None or entry.revoked_at is not None:
        return None
    codes = session.scalars(select(SenderOrganisation.organisation_code).where(SenderOrganisation.sender == sender))
    return Account(entry.sender, entry.national, entry.role, frozenset(codes), entry.source)
