"""Sign-in sheets on paper, who telephones whom after the deadline, and how many must be there."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Utc = storage.database.Utc


def upgrade() -> None:
    op.create_table(
        "quorum_rule",
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("share", Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_quorum_rule_unit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_quorum_rule")),
    )
    with op.batch_alter_table("roll") as table:
        table.add_column(sa.Column("answer_by", Utc(timezone=True), nullable=True))
        table.add_column(
            sa.Column("chased", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("quorum", Text(), nullable=False, server_default=""))
        table.create_index("ix_roll_chased_answer_by", ["chased", "answer_by"])
    _papers()
    _phone_calls()
    with op.batch_alter_table("page_pass") as table:
        table.add_column(sa.Column("about", sa.Integer(), nullable=True))
        table.create_index(op.f("ix_page_pass_about"), ["about"])
        table.create_foreign_key(
            op.f("fk_page_pass_about"), "roll_paper", ["about"], ["id"], ondelete="CASCADE"
        )


def _papers() -> None:
    op.create_table(
        "roll_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("team", Text(), nullable=False),
        sa.Column("roll_id", sa.Integer(), nullable=True),
        sa.Column("title", Text(), nullable=False),
        sa.Column("printed_at", Utc(timezone=True), nullable=False),
        sa.Column("printed_by", sa.Integer(), nullable=True),
        sa.Column("draft", Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["printed_by"], ["account.id"], name=op.f("fk_roll_paper_printed_by")
        ),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["roll.id"], name=op.f("fk_roll_paper_roll_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roll_paper_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_paper")),
    )
    with op.batch_alter_table("roll_paper") as table:
        for column in ("roll_id", "unit_id"):
            table.create_index(op.f(f"ix_roll_paper_{column}"), [column])
    op.create_table(
        "roll_paper_row",
        sa.Column("paper_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_roll_paper_row_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["roll_paper.id"],
            name=op.f("fk_roll_paper_row_paper_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("paper_id", "row", name=op.f("pk_roll_paper_row")),
    )
    with op.batch_alter_table("roll_paper_row") as table:
        table.create_index(op.f("ix_roll_paper_row_member_id"), ["member_id"])


def _phone_calls() -> None:
    op.create_table(
        "roll_phone_call",
        sa.Column("roll_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("caller_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", Utc(timezone=True), nullable=False),
        sa.Column("result", Text(), nullable=False),
        sa.Column("called_at", Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["caller_id"], ["member.id"], name=op.f("fk_roll_phone_call_caller_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_roll_phone_call_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["roll.id"], name=op.f("fk_roll_phone_call_roll_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("roll_id", "member_id", name=op.f("pk_roll_phone_call")),
    )
    with op.batch_alter_table("roll_phone_call") as table:
        table.create_index(op.f("ix_roll_phone_call_member_id"), ["member_id"])


def downgrade() -> None:
    with op.batch_alter_table("page_pass") as table:
        table.drop_constraint(op.f("fk_page_pass_about"), type_="foreignkey")
        table.drop_index(op.f("ix_page_pass_about"))
        table.drop_column("about")
    op.drop_table("roll_phone_call")
    op.drop_table("roll_paper_row")
    op.drop_table("roll_paper")
    with op.batch_alter_table("roll") as table:
        table.drop_index("ix_roll_chased_answer_by")
        table.drop_column("quorum")
        table.drop_column("chased")
        table.drop_column("answer_by")
    op.drop_table("quorum_rule")
