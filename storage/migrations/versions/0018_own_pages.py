"""A link may open a page with all that is kept of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("page_pass") as table:
        table.add_column(sa.Column("member_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_page_pass_member_id"), "member", ["member_id"], ["id"], ondelete="CASCADE"
        )
        table.create_index(op.f("ix_page_pass_member_id"), ["member_id"])


def downgrade() -> None:
    with op.batch_alter_table("page_pass") as table:
        table.drop_index(op.f("ix_page_pass_member_id"))
        table.drop_constraint(op.f("fk_page_pass_member_id"), type_="foreignkey")
        table.drop_column("member_id")
