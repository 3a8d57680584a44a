"""Whose data was seen or changed by whom, what people ask about theirs, and what is left of the erased."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Utc = storage.database.Utc
KEEP_DAYS = 1095
REFUSED = "data_access is append-only"
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER data_access_no_update BEFORE UPDATE ON data_access"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    f"CREATE TRIGGER data_access_no_delete BEFORE DELETE ON data_access"
    f" WHEN julianday('now') - julianday(OLD.at) < {KEEP_DAYS}"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
)
POSTGRESQL_TRIGGERS = (
    f"CREATE FUNCTION data_access_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{KEEP_DAYS} days' THEN RETURN OLD; END IF;"
    f" RAISE EXCEPTION '{REFUSED}'; END $$",
    "CREATE TRIGGER data_access_no_change BEFORE UPDATE OR DELETE ON data_access"
    " FOR EACH ROW EXECUTE FUNCTION data_access_stays()",
    "CREATE TRIGGER data_access_no_truncate BEFORE TRUNCATE ON data_access"
    " FOR EACH STATEMENT EXECUTE FUNCTION data_access_stays()",
)


def upgrade() -> None:
    op.create_table(
        "data_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("deed", Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("detail", Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_access")),
    )
    for columns in (["at"], ["member_id", "id"], ["unit_id", "id"]):
        op.create_index(f"ix_data_access_{'_'.join(columns)}", "data_access", columns)
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        op.execute(trigger)
    _add_requests()
    _add_counts()
    with op.batch_alter_table("consent") as table:
        table.alter_column("account_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("recorded_by", sa.Integer(), nullable=True))
        table.add_column(sa.Column("paper", Text(), nullable=False, server_default=""))
        table.create_foreign_key(
            op.f("fk_consent_recorded_by"), "account", ["recorded_by"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("consent") as table:
        table.alter_column("paper", existing_type=Text(), server_default=None)


def _add_requests() -> None:
    op.create_table(
        "data_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("by_member", sa.Integer(), nullable=True),
        *(sa.Column(name, Text(), nullable=False) for name in ("chat", "field", "value", "why")),
        sa.Column("state", Text(), nullable=False),
        sa.Column("asked_at", Utc(timezone=True), nullable=False),
        sa.Column("answer_by", Utc(timezone=True), nullable=False),
        sa.Column("due_at", Utc(timezone=True), nullable=False),
        sa.Column("act_at", Utc(timezone=True), nullable=True),
        sa.Column("answered_at", Utc(timezone=True), nullable=True),
        sa.Column("closed_at", Utc(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("reminded_at", Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_data_request_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    op.create_index("ix_data_request_state_due_at", "data_request", ["state", "due_at"])
    op.create_index(op.f("ix_data_request_unit_id"), "data_request", ["unit_id"])
    op.create_index("ix_data_request_member_id", "data_request", ["member_id"])
    op.create_table(
        "erased",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.JSON(), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased")),
    )
    op.create_index(op.f("ix_erased_member_id"), "erased", ["member_id"])
    op.create_table(
        "sensitive_fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("field", Text(), nullable=False),
        sa.Column("value", Text(), nullable=False),
        sa.Column("changed_at", Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["member.id"],
            name=op.f("fk_sensitive_fact_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sensitive_fact")),
        sa.UniqueConstraint("member_id", "field", name=op.f("uq_sensitive_fact_member_id_field")),
    )


def _add_counts() -> None:
    op.create_table(
        "roll_erased",
        sa.Column("roll_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["roll_id"], ["roll.id"], name=op.f("fk_roll_erased_roll_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("roll_id", "status", name=op.f("pk_roll_erased")),
    )
    with op.batch_alter_table("survey_unit") as table:
        for name in ("erased", "erased_answered"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("survey_unit") as table:
        for name in ("erased", "erased_answered"):
            table.alter_column(name, existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM consent WHERE account_id IS NULL")
    with op.batch_alter_table("consent") as table:
        table.drop_constraint(op.f("fk_consent_recorded_by"), type_="foreignkey")
        table.drop_column("recorded_by")
        table.drop_column("paper")
        table.alter_column("account_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("survey_unit") as table:
        table.drop_column("erased")
        table.drop_column("erased_answered")
    for name in ("roll_erased", "sensitive_fact", "erased", "data_request", "data_access"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION data_access_stays()")
