"""Find at once what a province has a hundred thousand of: the account of a private chat, and what
was sent under a subject.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_account_private_chat"), "account", ["private_chat"])
    op.drop_index(op.f("ix_outbox_chat_subject"), table_name="outbox")
    op.create_index(op.f("ix_outbox_subject_chat"), "outbox", ["subject", "chat"])


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_subject_chat"), table_name="outbox")
    op.create_index(op.f("ix_outbox_chat_subject"), "outbox", ["chat", "subject"])
    op.drop_index(op.f("ix_account_private_chat"), table_name="account")
