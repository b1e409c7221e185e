"""Define the tables of the registry, one class for each. `sql/registry/` holds the migrations that make them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, composite, mapped_column
from sqlalchemy.types import TypeDecorator

from wres.returns.findings import Finding, NationalFinding


class UtcTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive time, give the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("the registry takes aware times only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give every time with its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


# Of a column that says where something is in this home, and that a rebuild fills in.
NOT_IN_AUDIT_LOG = {"in_audit_log": False}


class Base(DeclarativeBase):
    """All tables of the registry."""


class Organisation(Base):
    """The register as loaded by the national team; while it is empty the shipped register holds."""

    __tablename__ = "organisations"
    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str]
    organisation_group: Mapped[str]
    organisation_type: Mapped[str]
    region_code: Mapped[str]
    region_name: Mapped[str]
    icb_code: Mapped[str]
    icb_name: Mapped[str]
    country: Mapped[str]
    opened: Mapped[str]
    closed: Mapped[str]
    type_source: Mapped[str]
    source: Mapped[str]


class Succession(Base):
    """An organisation and its successor, as loaded; while it is empty the shipped successions hold."""

    __tablename__ = "successions"
    predecessor: Mapped[str] = mapped_column(String(6), primary_key=True)
    successor: Mapped[str] = mapped_column(String(6), primary_key=True)
    from_date: Mapped[str]
    source: Mapped[str]


class Contact(Base):
    """Whom to write to at an organisation, by role, as loaded; the project ships none."""

    __tablename__ = "contacts"
    organisation_code: Mapped[str] = mapped_column(String(6), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]


class CollectionState(Base):
    """A collection opened or closed by hand, against its calendar."""

    __tablename__ = "collection_states"
    collection_year: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]  # open or closed
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class Receipt(Base):
    """One file received. The row is never deleted; `status` says how it stands."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("channel", "delivery_id"),
        UniqueConstraint("collection_year", "organisation_code", "number"),
    )
    receipt: Mapped[str] = mapped_column(String(40), primary_key=True)
    collection_year: Mapped[int] = mapped_column(index=True)
    organisation_code: Mapped[str] = mapped_column(String(20))  # who sent it
    number: Mapped[int]  # counts an organisation's receipts in a year
    channel: Mapped[str]
    delivery_id: Mapped[str]  # the channel's own name for this delivery: the same delivery is taken once
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(UtcTime)  # when the channel had it, at the latest when it was taken
    order_time: Mapped[datetime] = mapped_column(UtcTime)  # orders an organisation's receipts; see order.py
    modified_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when the file was last written, where that is known
    clock_source: Mapped[str]  # machine, or as_of when the time was set for a demo, a test or a back-collection
    simulated: Mapped[bool]
    test: Mapped[bool] = mapped_column(default=False)  # validated and answered, never counted
    status: Mapped[str] = mapped_column(default="received")  # of a test: test_accepted, test_rejected and so on
    late: Mapped[bool] = mapped_column(default=False)
    template_version: Mapped[str | None]
    rule_set: Mapped[str | None]
    edits_run: Mapped[list[str] | None] = mapped_column(JSON)
    edits_not_run: Mapped[dict[str, str] | None] = mapped_column(JSON)
    repairs: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)  # what the report tells the sender
    validated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when bytes and texts were erased on request


class ReadAttempt(Base):
    """How many processes began a waiting return and did not come to its end; gone once the return is validated.

    It refers to no receipt: PostgreSQL would make it wait for the worker that has the receipt in hand.
    """

    __tablename__ = "read_attempts"
    receipt: Mapped[str] = mapped_column(String(40), primary_key=True)
    attempts: Mapped[int]


class ReturnFinding(Base):
    """One finding of one receipt, in the order of the report; each field of `Finding` is a column."""

    __tablename__ = "findings"
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.receipt"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(4), index=True)
    severity: Mapped[str]
    message: Mapped[str]
    finding: Mapped[Finding] = composite("code", "severity", "message")  # the columns of its other fields follow


class ReturnFigure(Base):
    """One figure of one accepted return as it was understood."""

    __tablename__ = "figures"
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.receipt"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    ethnic_group: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float] = mapped_column(Numeric(12, 1, asdecimal=False))  # whole or a half, so exact


class ReturnText(Base):
    """A text of a return: an explanation, or who signed it off by role and date. A name is not kept."""

    __tablename__ = "statements"
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.receipt"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class OnlineStatement(Base):
    """An explanation or a part of a sign-off that a sender gave on the page about a return that counts.

    It counts as one in a file does, while what it is about is unchanged: `message` is the query that it explains, which
    names its figures; `figures` is the digest of all figures of the return that it signs off.
    """

    __tablename__ = "online_statements"
    receipt: Mapped[str] = mapped_column(ForeignKey("receipts.receipt"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # of one receipt, in order
    key: Mapped[str]  # as in a file: explanation.Q321, signoff.role, signoff.date
    value: Mapped[str]
    message: Mapped[str | None]
    figures: Mapped[str] = mapped_column(String(64))
    role: Mapped[str]  # of whoever was signed in; no name is kept
    given_at: Mapped[datetime] = mapped_column(UtcTime)
    clock_source: Mapped[str]  # machine or as_of


class Build(Base):
    """One build of the warehouse up to a collection year; the same content keeps the same name.

    The name counts the builds of a year and says nothing of their content. Which Iceberg snapshots hold a build is
    known here alone: the audit log has their rows, and a rebuild writes them into new snapshots.
    """

    __tablename__ = "builds"
    build: Mapped[str] = mapped_column(String(40), primary_key=True)
    collection_year: Mapped[int] = mapped_column(index=True)
    built_at: Mapped[datetime] = mapped_column(UtcTime)
    sequence: Mapped[
        int
    ]  # the highest of a year is what its warehouse held when it was last built; a clock may stand still
    content: Mapped[str] = mapped_column(String(64), default="")  # a digest of its rows and of all years before it
    figures_snapshot: Mapped[int | None] = mapped_column(BigInteger, info=NOT_IN_AUDIT_LOG)
    organisations_snapshot: Mapped[int | None] = mapped_column(BigInteger, info=NOT_IN_AUDIT_LOG)
    findings_snapshot: Mapped[int | None] = mapped_column(BigInteger, info=NOT_IN_AUDIT_LOG)
    # The national checks that ran when it was last built, and why the others did not; null until they have run.
    edits_run: Mapped[list[str] | None] = mapped_column(JSON)
    edits_not_run: Mapped[dict[str, str] | None] = mapped_column(JSON)


class BuildFinding(Base):
    """One finding of the national checks on a build, in the order in which they are shown.

    Each field of `NationalFinding` is a column.
    """

    __tablename__ = "build_findings"
    build: Mapped[str] = mapped_column(ForeignKey("builds.build"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    finding: Mapped[NationalFinding] = composite(mapped_column(String(4)))  # the length of its code


class Approval(Base):
    """A named person's approval of one build for release. It stands while that build, at that turn, is the latest."""

    __tablename__ = "approvals"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    collection_year: Mapped[int] = mapped_column(index=True)
    build: Mapped[str] = mapped_column(ForeignKey("builds.build"))
    sequence: Mapped[int]  # the build's when it was approved: content that went and came back is approved again
    approved_by: Mapped[str]
    role: Mapped[str]
    approved_at: Mapped[datetime] = mapped_column(UtcTime)
    clock_source: Mapped[str]  # machine or as_of
    via: Mapped[str]  # wres or airflow
    checklist: Mapped[list[dict[str, str]]] = mapped_column(JSON)  # what the person saw
    accepted: Mapped[list[str]] = mapped_column(JSON)  # the warnings accepted, by code
    reason: Mapped[str | None]  # why every figure may be shown, where the year's disclosure policy is open


class Rejection(Base):
    """A named person's refusal to approve one build, and why. The build may still be approved later."""

    __tablename__ = "rejections"
    collection_year: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    build: Mapped[str] = mapped_column(ForeignKey("builds.build"))
    rejected_by: Mapped[str]
    role: Mapped[str]
    reason: Mapped[str]
    rejected_at: Mapped[datetime] = mapped_column(UtcTime)
    clock_source: Mapped[str]  # machine or as_of
    via: Mapped[str]  # wres or airflow


class Release(Base):
    """One release folder, written once."""

    __tablename__ = "releases"
    collection_year: Mapped[int] = mapped_column(primary_key=True)
    edition: Mapped[str] = mapped_column(primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)
    build: Mapped[str] = mapped_column(ForeignKey("builds.build"))
    published_at: Mapped[datetime] = mapped_column(UtcTime)
    note: Mapped[str | None]


class JournalEvent(Base):
    """One change of the registry, with the hash of the one before in its chain; only `wres forget` erases texts."""

    __tablename__ = "journal"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the collection year; 0 for the rest
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)  # by the machine's clock, even when another clock is set
    kind: Mapped[str]
    document: Mapped[str] = mapped_column(Text)  # JSON, its keys sorted; texts may have been erased from it
    digest: Mapped[str] = mapped_column(String(64))  # of the document as it was written
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class JournalHead(Base):
    """The last event of a chain; whoever appends to the chain locks this row first."""

    __tablename__ = "journal_heads"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    exported: Mapped[int]  # the last event that the landing zone holds a copy of


class Sender(Base):
    """A person or a machine that may use the page and its API, by role. The audit log knows it by its id alone."""

    __tablename__ = "senders"
    sender: Mapped[str] = mapped_column(String(12), primary_key=True)
    source: Mapped[str]  # file (signs in by OpenID Connect), invitation (by a link), key (a machine)
    national: Mapped[bool]  # of the national team, for every organisation
    role: Mapped[str]
    subject: Mapped[str | None]  # the OpenID provider's name for the person
    address: Mapped[str | None]
    entered_at: Mapped[datetime] = mapped_column(UtcTime)  # by the machine's clock, as all times of these tables
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SenderOrganisation(Base):
    """An organisation for which a sender may send."""

    __tablename__ = "sender_organisations"
    sender: Mapped[str] = mapped_column(ForeignKey("senders.sender"), primary_key=True)
    organisation_code: Mapped[str] = mapped_column(String(6), primary_key=True)


class Credential(Base):
    """An invitation, for one sign-in, or a machine's key. Only its SHA-256 is kept."""

    __tablename__ = "credentials"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    sender: Mapped[str] = mapped_column(ForeignKey("senders.sender"))
    purpose: Mapped[str]  # invitation or key
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class WebSession(Base):
    """A sign-in that lasts; its cookie is known by its SHA-256."""

    __tablename__ = "web_sessions"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    sender: Mapped[str] = mapped_column(ForeignKey("senders.sender"))
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
