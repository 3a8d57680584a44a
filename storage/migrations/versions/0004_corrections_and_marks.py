"""Keep every correction of a directive, an officer's mark beside a unit's own receipt, and when
each unit was reminded.
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Utc = storage.database.Utc


def upgrade() -> None:
    op.create_table(
        "directive_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("directive_id", sa.Integer(), nullable=False),
        sa.Column("words", Text(), nullable=False),
        sa.Column("file_name", Text(), nullable=False),
        sa.Column("made_at", Utc(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["directive_id"],
            ["directive.id"],
            name=op.f("fk_directive_correction_directive_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_directive_correction_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive_correction")),
    )
    op.create_index(
        op.f("ix_directive_correction_directive_id"), "directive_correction", ["directive_id"]
    )
    op.execute(
        "INSERT INTO directive_correction (directive_id, words, file_name, made_at, made_by)"
        " SELECT id, correction, '', COALESCE(sent_at, created_at), author_id FROM directive"
        " WHERE correction <> ''"
    )
    with op.batch_alter_table("directive") as table:
        table.drop_column("correction")
        table.drop_column("reminded_at")
    with op.batch_alter_table("directive_target") as table:
        table.add_column(sa.Column("marked_at", Utc(timezone=True), nullable=True))
        table.add_column(sa.Column("marked_by", sa.Integer(), nullable=True))
        table.add_column(sa.Column("reminded_at", Utc(timezone=True), nullable=True))
        table.create_foreign_key(
            op.f("fk_directive_target_marked_by"), "member", ["marked_by"], ["id"]
        )
    op.execute(
        "UPDATE directive_target SET marked_at = received_at, marked_by = received_by,"
        " received_at = NULL, received_by = NULL WHERE reason <> ''"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE directive_target SET received_at = marked_at, received_by = marked_by"
        " WHERE received_at IS NULL AND marked_at IS NOT NULL"
    )
    with op.batch_alter_table("directive_target") as table:
        table.drop_constraint(op.f("fk_directive_target_marked_by"), type_="foreignkey")
        table.drop_column("reminded_at")
        table.drop_column("marked_by")
        table.drop_column("marked_at")
    with op.batch_alter_table("directive") as table:
        table.add_column(sa.Column("reminded_at", Utc(timezone=True), nullable=True))
        table.add_column(sa.Column("correction", Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE directive SET correction = COALESCE((SELECT words FROM directive_correction AS c"
        " WHERE c.directive_id = directive.id ORDER BY c.id DESC LIMIT 1), '')"
    )
    op.drop_index(
        op.f("ix_directive_correction_directive_id"), table_name="directive_correction"
    )
    op.drop_table("directive_correction")
