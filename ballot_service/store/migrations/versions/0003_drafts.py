"""Drafts of meetings."""

import sqlalchemy as sa
from alembic import op

revision = "0003_drafts"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("publishing", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
