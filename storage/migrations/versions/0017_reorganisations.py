"""Keep reorganisations, what each changed, and how units and people stood before."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Utc = storage.database.Utc


def upgrade() -> None:
    with op.batch_alter_table("unit") as table:
        table.add_column(
            sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("heir_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("told_apart", Text(), nullable=False, server_default=""))
        table.create_foreign_key(op.f("fk_unit_heir_id"), "unit", ["heir_id"], ["id"])
    with op.batch_alter_table("unit") as table:
        table.alter_column("closed", server_default=None)
        table.alter_column("told_apart", server_default=None)
    op.create_table(
        "unit_code",
        sa.Column("code", Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_unit_code_unit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit_code")),
    )
    op.create_index(op.f("ix_unit_code_unit_id"), "unit_code", ["unit_id"])
    op.create_table(
        "reorganisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("made_at", Utc(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("applied_at", Utc(timezone=True), nullable=True),
        sa.Column("undone_at", Utc(timezone=True), nullable=True),
        sa.Column("told_at", Utc(timezone=True), nullable=True),
        sa.Column("problem", Text(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("unit_ids", sa.JSON(), nullable=False),
        sa.Column("moved_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_reorganisation_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation")),
    )
    op.create_index(op.f("ix_reorganisation_state"), "reorganisation", ["state"])
    op.create_table(
        "reorganisation_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("what", Text(), nullable=False),
        sa.Column("rows_of", Text(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisation.id"],
            name=op.f("fk_reorganisation_entry_reorganisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_entry")),
    )
    op.create_index(
        op.f("ix_reorganisation_entry_reorganisation_id"),
        "reorganisation_entry",
        ["reorganisation_id"],
    )
    _pasts()
    op.create_table(
        "roll_heir",
        sa.Column("roll_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("heir_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["heir_id"], ["roll.id"], name=op.f("fk_roll_heir_heir_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["roll.id"], name=op.f("fk_roll_heir_roll_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roll_heir_unit_id")),
        sa.PrimaryKeyConstraint("roll_id", "unit_id", name=op.f("pk_roll_heir")),
    )
    op.create_index(op.f("ix_roll_heir_heir_id"), "roll_heir", ["heir_id"])


def _pasts() -> None:
    op.create_table(
        "unit_past",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("until", Utc(timezone=True), nullable=False),
        sa.Column("code", Text(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_past_parent_id")),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisation.id"],
            name=op.f("fk_unit_past_reorganisation_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_past_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_past")),
    )
    op.create_table(
        "member_past",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("until", Utc(timezone=True), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("team", Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_member_past_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisation.id"],
            name=op.f("fk_member_past_reorganisation_id"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_member_past_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_past")),
    )
    for table in ("unit_past", "member_past"):
        for column in ("reorganisation_id", "unit_id", "until"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(op.f("ix_member_past_member_id"), "member_past", ["member_id"])


def downgrade() -> None:
    for table in (
        "roll_heir", "member_past", "unit_past", "reorganisation_entry", "reorganisation",
        "unit_code",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("unit") as table:
        table.drop_constraint(op.f("fk_unit_heir_id"), type_="foreignkey")
        table.drop_column("told_apart")
        table.drop_column("heir_id")
        table.drop_column("closed")
