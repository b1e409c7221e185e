"""The findings on which a build rests."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what builds before this did not keep."""
    op.add_column("builds", sa.Column("findings_snapshot", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """A registry is never taken back: restore a backup instead."""
    raise NotImplementedError
