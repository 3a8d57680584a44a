"""Standing join links of branches, and the people who ask to be recognised through them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlmodel import Column, Field, SQLModel, col, delete, func, or_, select, update

from storage.database import Session, Utc
from storage.members import Member, MemberStatus


class JoinLink(SQLModel, table=True):
    """The link of one branch, in the clear: it hangs in the group and lets people only ask."""

    __tablename__ = "join_link"
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    token: str = Field(unique=True)
    created_at: datetime = Field(sa_type=Utc)
    created_by: int | None = Field(
        default=None, sa_column=Column(ForeignKey("account.id", ondelete="SET NULL"))
    )
    ended_at: datetime | None = Field(default=None, sa_type=Utc)


class JoinState(StrEnum):
    """How far a request has come."""

    DRAFT = "draft"  # she is still telling her name and year
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class JoinRequest(SQLModel, table=True):
    """Somebody says who she is; her leader decides. `birth` is YYYY.

    `relative`: the account asks to speak for another person of its household as well.
    """

    __tablename__ = "join_request"
    __table_args__ = (Index("ix_join_request_unit_id_state", "unit_id", "state"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    account_id: int = Field(
        sa_column=Column(ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    name: str = ""
    birth: str = ""
    relative: bool = False
    state: str = JoinState.DRAFT
    asked_at: datetime = Field(sa_type=Utc)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    decided_by: int | None = Field(
        default=None, sa_column=Column(ForeignKey("account.id", ondelete="SET NULL"))
    )
    member_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="SET NULL"))
    )


def link_of(session: Session, unit_id: int) -> JoinLink | None:
    """The link of a unit that is open now."""
    return session.exec(
        select(JoinLink)
        .where(JoinLink.unit_id == unit_id, col(JoinLink.ended_at).is_(None))
        .order_by(col(JoinLink.id).desc())
    ).first()


def by_token(session: Session, token: str) -> JoinLink | None:
    """The open link with this token."""
    return session.exec(
        select(JoinLink).where(JoinLink.token == token, col(JoinLink.ended_at).is_(None))
    ).first()


def get(session: Session, request_id: int) -> JoinRequest | None:
    """The request with this id."""
    return session.get(JoinRequest, request_id)


def open_of(
    session: Session, account_id: int, unit_id: int, *, relative: bool
) -> JoinRequest | None:
    """What an account has asked of a unit and nobody has decided yet."""
    return session.exec(
        select(JoinRequest)
        .where(
            JoinRequest.account_id == account_id,
            JoinRequest.unit_id == unit_id,
            col(JoinRequest.relative).is_(relative),
            col(JoinRequest.state).in_([JoinState.DRAFT, JoinState.WAITING]),
        )
        .order_by(col(JoinRequest.id).desc())
    ).first()


def asked_by(session: Session, account_id: int) -> list[JoinRequest]:
    """The requests of an account that still wait for a leader."""
    return list(
        session.exec(
            select(JoinRequest)
            .where(JoinRequest.account_id == account_id, JoinRequest.state == JoinState.WAITING)
            .order_by(col(JoinRequest.id))
        )
    )


def waiting(session: Session, unit_id: int) -> list[JoinRequest]:
    """The requests a unit's leader has to decide, oldest first."""
    return list(
        session.exec(
            select(JoinRequest)
            .where(JoinRequest.unit_id == unit_id, JoinRequest.state == JoinState.WAITING)
            .order_by(col(JoinRequest.asked_at), col(JoinRequest.id))
        )
    )


def waiting_counts(session: Session, unit_ids: list[int]) -> dict[int, int]:
    """How many requests wait in each of these units; units without any are left out."""
    rows = session.exec(
        select(JoinRequest.unit_id, func.count())
        .where(col(JoinRequest.unit_id).in_(unit_ids), JoinRequest.state == JoinState.WAITING)
        .group_by(col(JoinRequest.unit_id))
    )
    return dict(rows.all())


def decide(
    session: Session,
    request_id: int,
    state: JoinState,
    *,
    member_id: int | None = None,
    by: int | None,
    now: datetime,
) -> bool:
    """Settle a waiting request once; False if somebody else was quicker."""
    done = session.exec(
        update(JoinRequest)
        .where(col(JoinRequest.id) == request_id, col(JoinRequest.state) == JoinState.WAITING)
        .values(state=state, member_id=member_id, decided_by=by, decided_at=now)
        .execution_options(synchronize_session="fetch")
    )
    return bool(done.rowcount)


def close(session: Session, account_id: int, member: Member, now: datetime) -> None:
    """An account was recognised in another way: what it still asked of that unit is settled."""
    session.exec(
        update(JoinRequest)
        .where(
            col(JoinRequest.account_id) == account_id,
            col(JoinRequest.unit_id) == member.unit_id,
            col(JoinRequest.relative).is_(False),
            col(JoinRequest.state).in_([JoinState.DRAFT, JoinState.WAITING]),
        )
        .values(state=JoinState.ACCEPTED, member_id=member.id, decided_at=now)
        .execution_options(synchronize_session="fetch")
    )


def drop_drafts(session: Session, before: datetime) -> None:
    """Forget what people began to tell and never sent."""
    session.exec(
        delete(JoinRequest).where(
            col(JoinRequest.state) == JoinState.DRAFT, col(JoinRequest.asked_at) < before
        )
    )


def lookalikes(session: Session, unit_id: int, folded: str, birth: str) -> list[Member]:
    """Members of this very unit whom a name and a year may mean, the likeliest first.

    A whole name without marks is a candidate, never an identity; a given name counts only
    together with the year.
    """
    given = folded.rpartition(" ")[2]
    rows = session.exec(
        select(Member).where(
            Member.unit_id == unit_id,
            Member.status != MemberStatus.LEFT,
            or_(
                col(Member.folded) == folded,
                col(Member.birth).startswith(birth) & col(Member.folded).endswith(f" {given}"),
            ),
        )
    )

    def unlikeness(member: Member) -> tuple[bool, bool, str]:
        return member.folded != folded, not member.birth.startswith(birth), member.name_key

    return sorted(rows, key=unlikeness)


def namesakes(session: Session, unit_id: int, folded: str) -> list[Member]:
    """Members of this very unit with this whole name, marks or not."""
    return list(
        session.exec(
            select(Member)
            .where(
                Member.unit_id == unit_id,
                Member.folded == folded,
                Member.status != MemberStatus.LEFT,
            )
            .order_by(col(Member.birth), col(Member.id))
        )
    )
