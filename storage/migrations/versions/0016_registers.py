"""Keep what became of members: held rows, mergers, moves, clubs, dues; what they are called."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import storage.database

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

Text = sqlmodel.sql.sqltypes.AutoString
Utc = storage.database.Utc
CALLED = ("alias", "alias_folded", "left_reason")


def _id() -> sa.Column:
    return sa.Column("id", sa.Integer(), nullable=False)


def _to(table: str, column: str, goal: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{goal}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    with op.batch_alter_table("member") as table:
        for name in CALLED:
            table.add_column(sa.Column(name, Text(), nullable=False, server_default=""))
    with op.batch_alter_table("member") as table:
        for name in CALLED:
            table.alter_column(name, existing_type=Text(), server_default=None)
    _histories()
    _held_rows()
    _clubs_and_dues()


def _histories() -> None:
    op.create_table(
        "member_event",
        _id(),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("undone_at", Utc(timezone=True), nullable=True),
        _to("member_event", "member_id", "member", "CASCADE"),
        _to("member_event", "by_id", "member", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_event")),
    )
    op.create_index("ix_member_event_member_id_id", "member_event", ["member_id", "id"])
    op.create_index(op.f("ix_member_event_by_id"), "member_event", ["by_id"])
    op.create_table(
        "merger",
        _id(),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("shadow_id", sa.Integer(), nullable=False),
        sa.Column("status", Text(), nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("undone_at", Utc(timezone=True), nullable=True),
        _to("merger", "member_id", "member", "CASCADE"),
        _to("merger", "shadow_id", "member", "CASCADE"),
        _to("merger", "by_id", "member", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
    )
    op.create_index("ix_merger_member_id", "merger", ["member_id"])
    op.create_index(op.f("ix_merger_shadow_id"), "merger", ["shadow_id"])
    op.create_index(op.f("ix_merger_by_id"), "merger", ["by_id"])
    op.create_table(
        "member_move",
        _id(),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("chat", Text(), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("decided_at", Utc(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        _to("member_move", "member_id", "member", "CASCADE"),
        _to("member_move", "from_id", "unit"),
        _to("member_move", "to_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_move")),
    )
    op.create_index(op.f("ix_member_move_member_id"), "member_move", ["member_id"])
    op.create_index(op.f("ix_member_move_to_id"), "member_move", ["to_id"])


def _held_rows() -> None:
    op.create_table(
        "held_row",
        _id(),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("digest", Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("code", Text(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("file", Text(), nullable=False),
        sa.Column("line", Text(), nullable=False),
        sa.Column("ground", Text(), nullable=False),
        sa.Column("state", Text(), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        sa.Column("put_off_at", Utc(timezone=True), nullable=True),
        sa.Column("decided_at", Utc(timezone=True), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _to("held_row", "unit_id", "unit"),
        _to("held_row", "other_id", "member", "SET NULL"),
        _to("held_row", "by_id", "member", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_row")),
        sa.UniqueConstraint("digest", name=op.f("uq_held_row_digest")),
    )
    op.create_index("ix_held_row_unit_id_state", "held_row", ["unit_id", "state"])
    op.create_index(op.f("ix_held_row_other_id"), "held_row", ["other_id"])
    op.create_index(op.f("ix_held_row_by_id"), "held_row", ["by_id"])


def _clubs_and_dues() -> None:
    op.create_table(
        "club",
        _id(),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("name", Text(), nullable=False),
        sa.Column("folded", Text(), nullable=False),
        sa.Column("created_at", Utc(timezone=True), nullable=False),
        sa.Column("closed_at", Utc(timezone=True), nullable=True),
        _to("club", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_club")),
    )
    op.create_index("ix_club_unit_id", "club", ["unit_id"])
    op.create_table(
        "club_member",
        _id(),
        sa.Column("club_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        _to("club_member", "club_id", "club", "CASCADE"),
        _to("club_member", "member_id", "member", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_club_member")),
        sa.UniqueConstraint(
            "club_id", "member_id", "since", name=op.f("uq_club_member_club_id_member_id_since")
        ),
    )
    op.create_index(op.f("ix_club_member_member_id"), "club_member", ["member_id"])
    op.create_table(
        "dues_tick",
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("at", Utc(timezone=True), nullable=False),
        _to("dues_tick", "member_id", "member", "CASCADE"),
        _to("dues_tick", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("member_id", "year", name=op.f("pk_dues_tick")),
    )
    op.create_index("ix_dues_tick_unit_id_year", "dues_tick", ["unit_id", "year"])


def downgrade() -> None:
    for name in (
        "dues_tick", "club_member", "club", "held_row", "member_move", "merger", "member_event",
    ):  # fmt: skip
        op.drop_table(name)
    with op.batch_alter_table("member") as table:
        for name in CALLED:
            table.drop_column(name)
