"""Until when people may be written to, and the token pair of an Official Account."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Utc = storage.database.Utc


def upgrade() -> None:
    op.create_table(
        "reply_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat", Text(), nullable=False),
        sa.Column("free_until", Utc(timezone=True), nullable=False),
        sa.Column("open_until", Utc(timezone=True), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_window")),
        sa.UniqueConstraint("chat", name=op.f("uq_reply_window_chat")),
    )
    op.create_index("ix_reply_window_state_open_until", "reply_window", ["state", "open_until"])
    op.create_table(
        "oa_token",
        sa.Column("channel", Text(), nullable=False),
        sa.Column("oa_id", Text(), nullable=False),
        sa.Column("access_token", Text(), nullable=False),
        sa.Column("refresh_token", Text(), nullable=False),
        sa.Column("expires_at", Utc(timezone=True), nullable=False),
        sa.Column("renewed_at", Utc(timezone=True), nullable=False),
        sa.Column("using_since", Utc(timezone=True), nullable=True),
        sa.Column("problem", Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_oa_token")),
    )


def downgrade() -> None:
    op.drop_table("oa_token")
    op.drop_index("ix_reply_window_state_open_until", table_name="reply_window")
    op.drop_table("reply_window")
