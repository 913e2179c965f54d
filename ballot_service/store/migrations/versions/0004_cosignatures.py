"""Cosignatures of witnesses."""

import sqlalchemy as sa
from alembic import op

revision = "0004_cosignatures"
down_revision = "0003_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cosignature",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("witness", sa.String(length=400), nullable=False),
        sa.Column("line", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "size", "witness"),
    )
