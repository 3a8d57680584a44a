"""Links to answer pages, and what came by the link of a group."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STANDING = sa.text("member_id IS NULL AND revoked_at IS NULL")
Text = sqlmodel.AutoString
BY_LINK = ("survey_answer", "survey_unit")


def upgrade() -> None:
    op.create_table(
        "answer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", Text(), nullable=False),
        sa.Column("token", Text(), nullable=False),
        sa.Column("subject", Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("created_at", storage.database.Utc(timezone=True), nullable=False),
        sa.Column("expires_at", storage.database.Utc(timezone=True), nullable=False),
        sa.Column("revoked_at", storage.database.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_answer_link_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_answer_link_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_answer_link_digest")),
    )
    with op.batch_alter_table("answer_link") as table:
        for column in ("expires_at", "member_id", "unit_id"):
            table.create_index(op.f(f"ix_answer_link_{column}"), [column])
        table.create_index(
            "uq_answer_link_of_group",
            ["subject", "unit_id"],
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        )
    for name in BY_LINK:
        with op.batch_alter_table(name) as table:
            kind = sa.Boolean() if name == "survey_answer" else sa.Integer()
            table.add_column(sa.Column("by_link", kind, nullable=False, server_default="0"))


def downgrade() -> None:
    for name in BY_LINK:
        with op.batch_alter_table(name) as table:
            table.drop_column("by_link")
    op.drop_table("answer_link")
