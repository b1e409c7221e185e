"""National checks of a build, approvals and rejections."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what the release of a build rests on."""
    op.add_column("builds", sa.Column("edits_run", sa.JSON(), nullable=True))
    op.add_column("builds", sa.Column("edits_not_run", sa.JSON(), nullable=True))
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


def downgrade() -> None:
    """A registry is never taken back: restore a backup instead."""
    raise NotImplementedError
