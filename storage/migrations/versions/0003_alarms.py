"""Remember when people were last told of each kind of trouble."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("told_at", storage.database.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_alarm")),
    )


def downgrade() -> None:
    op.drop_table("alarm")
