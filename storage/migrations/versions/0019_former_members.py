"""Who left long ago is found without looking through everybody."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
LEFT = sa.text("status = 'left'")


def upgrade() -> None:
    op.create_index(
        "ix_member_left", "member", ["changed_at"], sqlite_where=LEFT, postgresql_where=LEFT
    )


def downgrade() -> None:
    op.drop_index("ix_member_left", table_name="member")
