"""The first schema: register, receipts, findings, figures, builds, approvals, releases, journal, senders."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "builds",
        sa.Column("build", sa.String(length=40), nullable=False),
        sa.Column("collection_year", sa.Integer(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("figures_snapshot", sa.BigInteger(), nullable=True),
        sa.Column("organisations_snapshot", sa.BigInteger(), nullable=True),
        sa.Column("findings_snapshot", sa.BigInteger(), nullable=True),
        sa.Column("edits_run", sa.JSON(), nullable=True),
        sa.Column("edits_not_run", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("build"),
    )
    op.create_index(op.f("ix_builds_collection_year"), "builds", ["collection_year"], unique=False)
    op.create_table(
        "collection_states",
        sa.Column("collection_year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("collection_year"),
    )
    op.create_table(
        "contacts",
        sa.Column("organisation_code", sa.String(length=6), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_code", "role"),
    )
    op.create_table(
        "organisations",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation_group", sa.String(), nullable=False),
        sa.Column("organisation_type", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("region_name", sa.String(), nullable=False),
        sa.Column("icb_code", sa.String(), nullable=False),
        sa.Column("icb_name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("opened", sa.String(), nullable=False),
        sa.Column("closed", sa.String(), nullable=False),
        sa.Column("type_source", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "receipts",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("collection_year", sa.Integer(), nullable=False),
        sa.Column("organisation_code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_source", sa.String(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=True),
        sa.Column("rule_set", sa.String(), nullable=True),
        sa.Column("edits_run", sa.JSON(), nullable=True),
        sa.Column("edits_not_run", sa.JSON(), nullable=True),
        sa.Column("repairs", sa.JSON(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("receipt"),
        sa.UniqueConstraint("channel", "delivery_id"),
        sa.UniqueConstraint("collection_year", "organisation_code", "number"),
    )
    op.create_index(op.f("ix_receipts_collection_year"), "receipts", ["collection_year"], unique=False)
    op.create_table(
        "successions",
        sa.Column("predecessor", sa.String(length=6), nullable=False),
        sa.Column("successor", sa.String(length=6), nullable=False),
        sa.Column("from_date", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("predecessor", "successor"),
    )
    op.create_table(
        "figures",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("ethnic_group", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(precision=12, scale=1, asdecimal=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt"],
            ["receipts.receipt"],
        ),
        sa.PrimaryKeyConstraint("receipt", "item", "ethnic_group"),
    )
    op.create_table(
        "findings",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("how_to_fix", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("cell", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("ethnic_group", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("expected", sa.String(), nullable=True),
        sa.Column("difference", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["receipt"],
            ["receipts.receipt"],
        ),
        sa.PrimaryKeyConstraint("receipt", "position"),
    )
    op.create_index(op.f("ix_findings_code"), "findings", ["code"], unique=False)
    op.create_table(
        "releases",
        sa.Column("collection_year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("build", sa.String(length=40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["build"],
            ["builds.build"],
        ),
        sa.PrimaryKeyConstraint("collection_year", "edition", "audience"),
    )
    op.create_table(
        "statements",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt"],
            ["receipts.receipt"],
        ),
        sa.PrimaryKeyConstraint("receipt", "key"),
    )
    op.create_table(
        "online_statements",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("figures", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["receipt"], ["receipts.receipt"]),
        sa.PrimaryKeyConstraint("receipt", "number"),
    )
    op.create_table(
        "build_findings",
        sa.Column("build", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("how_to_fix", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["build"], ["builds.build"]),
        sa.PrimaryKeyConstraint("build", "position"),
    )
    op.create_table(
        "approvals",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("collection_year", sa.Integer(), nullable=False),
        sa.Column("build", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_source", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["build"], ["builds.build"]),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_approvals_collection_year"), "approvals", ["collection_year"], unique=False)
    op.create_table(
        "rejections",
        sa.Column("collection_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.String(length=40), nullable=False),
        sa.Column("rejected_by", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_source", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["build"], ["builds.build"]),
        sa.PrimaryKeyConstraint("collection_year", "number"),
    )
    op.create_table(
        "journal",
        sa.Column("chain", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "sequence"),
    )
    op.create_table(
        "journal_heads",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("exported", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.create_table(
        "read_attempts",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("receipt"),
    )
    op.create_table(
        "senders",
        sa.Column("sender", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("national", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sender"),
    )
    op.create_table(
        "sender_organisations",
        sa.Column("sender", sa.String(length=12), nullable=False),
        sa.Column("organisation_code", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(["sender"], ["senders.sender"]),
        sa.PrimaryKeyConstraint("sender", "organisation_code"),
    )
    op.create_table(
        "credentials",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=12), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["sender"], ["senders.sender"]),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "web_sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=12), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sender"], ["senders.sender"]),
        sa.PrimaryKeyConstraint("digest"),
    )


def downgrade() -> None:
    """A registry is never taken back: restore a backup instead."""
    raise NotImplementedError
