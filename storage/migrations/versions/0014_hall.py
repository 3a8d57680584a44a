"""A roll's pages for its leader, what she ticked there, and the figures of every close."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Text = sqlmodel.AutoString
Utc = storage.database.Utc


def upgrade() -> None:
    op.create_table(
        "roll_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("roll_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Utc(timezone=True), nullable=False),
        sa.Column("expires_at", Utc(timezone=True), nullable=False),
        sa.Column("revoked_at", Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_roll_page_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["roll.id"], name=op.f("fk_roll_page_roll_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_page")),
        sa.UniqueConstraint("digest", name=op.f("uq_roll_page_digest")),
    )
    with op.batch_alter_table("roll_page") as table:
        for column in ("account_id", "expires_at", "roll_id"):
            table.create_index(op.f(f"ix_roll_page_{column}"), [column])
    op.create_table(
        "roll_tick",
        sa.Column("roll_id", sa.Integer(), nullable=False),
        sa.Column("key", Text(), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["roll.id"], name=op.f("fk_roll_tick_roll_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("roll_id", "key", name=op.f("pk_roll_tick")),
    )
    with op.batch_alter_table("roll_tick") as table:
        table.create_index(op.f("ix_roll_tick_at"), ["at"])
    with op.batch_alter_table("roll_step") as table:
        table.add_column(sa.Column("figures", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("roll_step") as table:
        table.alter_column("figures", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("roll_step") as table:
        table.drop_column("figures")
    op.drop_table("roll_tick")
    op.drop_table("roll_page")
