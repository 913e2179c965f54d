"""Venue hubs, their pairing codes, and the poll that they are asked to deliver."""

import sqlalchemy as sa
from alembic import op

revision = "0005_hubs"
down_revision = "0004_cosignatures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("collecting", sa.String(length=64), nullable=True))
    op.create_table(
        "hub_code",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "hub",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("delivered", sa.String(length=64), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("removed_in", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash", name="hub_token_once"),
    )
    op.create_index("hub_by_meeting", "hub", ["meeting"], unique=False)
