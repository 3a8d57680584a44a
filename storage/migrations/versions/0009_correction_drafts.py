"""Give every correction that is not sent yet a row and an author, and the deadline it sets."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Utc = storage.database.Utc


def upgrade() -> None:
    with op.batch_alter_table("directive_correction") as table:
        table.add_column(sa.Column("blob_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("deadline", Utc(timezone=True), nullable=True))
        table.add_column(sa.Column("state", Text(), nullable=False, server_default="sent"))
        table.create_foreign_key(
            op.f("fk_directive_correction_blob_id"), "blob", ["blob_id"], ["id"]
        )
    op.execute(
        "INSERT INTO directive_correction"
        " (directive_id, words, file_name, blob_id, state, made_at, made_by)"
        " SELECT id, draft_correction, draft_file_name, draft_blob_id, 'draft',"
        " COALESCE(sent_at, created_at), author_id FROM directive WHERE draft_correction <> ''"
    )
    with op.batch_alter_table("directive") as table:
        table.drop_constraint(op.f("fk_directive_draft_blob_id"), type_="foreignkey")
        table.drop_column("draft_file_name")
        table.drop_column("draft_blob_id")
        table.drop_column("draft_correction")
    with op.batch_alter_table("directive_correction") as table:
        table.alter_column("state", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("directive") as table:
        table.add_column(sa.Column("draft_correction", Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("draft_blob_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("draft_file_name", Text(), nullable=False, server_default=""))
        table.create_foreign_key(
            op.f("fk_directive_draft_blob_id"), "blob", ["draft_blob_id"], ["id"]
        )
    for draft, kept in (
        ("correction", "words"),
        ("blob_id", "blob_id"),
        ("file_name", "file_name"),
    ):
        newest = (
            f"SELECT {kept} FROM directive_correction AS c WHERE c.directive_id = directive.id"
            " AND c.state = 'draft' ORDER BY c.id DESC LIMIT 1"
        )
        op.execute(
            f"UPDATE directive SET draft_{draft} = ({newest}) WHERE EXISTS ({newest})"
        )
    op.execute("DELETE FROM directive_correction WHERE state <> 'sent'")
    with op.batch_alter_table("directive_correction") as table:
        table.drop_constraint(op.f("fk_directive_correction_blob_id"), type_="foreignkey")
        table.drop_column("state")
        table.drop_column("deadline")
        table.drop_column("blob_id")
