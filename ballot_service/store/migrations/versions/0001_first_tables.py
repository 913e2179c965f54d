"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "size"),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=256), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "intake",
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("enc_tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
        sa.UniqueConstraint("enc_tag", name="intake_enc_once"),
        sqlite_with_rowid=False,
    )
    op.create_index("intake_by_meeting", "intake", ["meeting"], unique=False)
    op.create_table(
        "ledger_line",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ledger_line_by_leaf", "ledger_line", ["meeting", "leaf_hash"], unique=False)
    op.create_table(
        "login_code",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("open_poll", sa.String(length=64), nullable=True),
        sa.Column("poll_closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "officer_session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "recusal",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("contest", sa.String(length=64), nullable=False),
        sa.Column("voter_class", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "contest", "voter_class"),
    )
    op.create_table(
        "released_share",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("box", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("card", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("share", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "box", "card"),
    )
    op.create_table(
        "slip",
        sa.Column("id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("voter_class", sa.String(length=8), nullable=False),
        sa.Column("reserve", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=16), nullable=True),
        sa.Column("request_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("signatures", sa.LargeBinary(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("slip_by_meeting", "slip", ["meeting"], unique=False)
    op.create_table(
        "spent_value",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("value", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "value"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "teller_count",
        sa.Column("meeting", sa.String(length=64), nullable=False),
        sa.Column("paper", sa.LargeBinary(length=32), nullable=False),
        sa.Column("voter_class", sa.String(length=8), nullable=False),
        sa.Column("teller", sa.String(length=200), nullable=False),
        sa.Column("counted", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "paper", "voter_class"),
    )
