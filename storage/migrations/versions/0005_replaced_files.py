"""Know which file a correction replaced, so that an old link leads to the new one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("directive_correction") as table:
        table.add_column(sa.Column("replaced_blob_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_directive_correction_replaced_blob_id"), "blob", ["replaced_blob_id"], ["id"]
        )
        table.create_index(op.f("ix_directive_correction_replaced_blob_id"), ["replaced_blob_id"])


def downgrade() -> None:
    with op.batch_alter_table("directive_correction") as table:
        table.drop_index(op.f("ix_directive_correction_replaced_blob_id"))
        table.drop_constraint(op.f("fk_directive_correction_replaced_blob_id"), type_="foreignkey")
        table.drop_column("replaced_blob_id")
