"""The list of the erased is read as a whole: nobody looks in it for one number."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_erased_member_id", table_name="erased")


def downgrade() -> None:
    op.create_index("ix_erased_member_id", "erased", ["member_id"])
