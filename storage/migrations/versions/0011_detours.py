"""Remember which channels are down, and how far their open prompts were moved."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Utc = storage.database.Utc


def upgrade() -> None:
    op.create_table(
        "detour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", Text(), nullable=False),
        sa.Column("by", Text(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("since", Utc(timezone=True), nullable=False),
        sa.Column("begins_at", Utc(timezone=True), nullable=False),
        sa.Column("until", Utc(timezone=True), nullable=True),
        sa.Column("mail_upto", sa.Integer(), nullable=False),
        sa.Column("mailed_at", Utc(timezone=True), nullable=True),
        sa.Column("moved_at", Utc(timezone=True), nullable=True),
        sa.Column("back_at", Utc(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detour")),
    )
    standing = sa.text("state IN ('suspected', 'on')")
    op.create_index(
        "uq_detour_of_channel",
        "detour",
        ["channel"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_index("ix_detour_state", "detour", ["state"])
    op.create_table(
        "detour_unit",
        sa.Column("detour_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("way", Text(), nullable=False),
        sa.Column("prompts", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("back_at", Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["detour_id"],
            ["detour.id"],
            name=op.f("fk_detour_unit_detour_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_detour_unit_unit_id")),
        sa.PrimaryKeyConstraint("detour_id", "unit_id", name=op.f("pk_detour_unit")),
    )


def downgrade() -> None:
    op.drop_table("detour_unit")
    op.drop_table("detour")
