"""Attempts at reading: a return is marked before it is read, so that one that ends the process is known by it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the attempts."""
    op.create_table(
        "read_attempts",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("receipt"),
    )


def downgrade() -> None:
    """A registry is never taken back: restore a backup instead."""
    raise NotImplementedError
