"""Clubs, cooperative groups, digital teams and categories, and who belongs to them.

A person may belong to several, across the units below the one that keeps the club: people and
memberships are counted apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, or_
from sqlmodel import Column, Field, SQLModel, col, func, select

from storage.database import Session, Utc
from storage.members import Member, MemberStatus
from storage.vietnamese import fold


class ClubKind(StrEnum):
    """What kind of circle it is."""

    CLUB = "club"  # câu lạc bộ
    COOPERATIVE = "cooperative"  # tổ hợp tác, hợp tác xã
    DIGITAL = "digital"  # tổ công nghệ số cộng đồng
    CATEGORY = "category"  # nòng cốt, danh dự, ưu tú
    OTHER = "other"


class Club(SQLModel, table=True):
    """One of them; `unit_id` keeps it, and people of all units below may belong."""

    __table_args__ = (Index("ix_club_unit_id", "unit_id"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    kind: str
    name: str
    folded: str
    created_at: datetime = Field(sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)


class ClubMember(SQLModel, table=True):
    """A membership with its time; leaving ends it, coming back begins another."""

    __tablename__ = "club_member"
    __table_args__ = (UniqueConstraint("club_id", "member_id", "since"),)
    id: int | None = Field(default=None, primary_key=True)
    club_id: int = Field(
        sa_column=Column(ForeignKey("club.id", ondelete="CASCADE"), nullable=False)
    )
    member_id: int = Field(
        sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    since: date
    until: date | None = None


def found(session: Session, unit_id: int, kind: str, name: str, now: datetime) -> Club:
    """A new club."""
    club = Club(unit_id=unit_id, kind=kind, name=name, folded=fold(name), created_at=now)
    session.add(club)
    session.flush()
    return club


def get(session: Session, club_id: int) -> Club | None:
    """The club with this id, unless it is closed."""
    club = session.get(Club, club_id)
    return club if club is not None and club.closed_at is None else None


def kept_by(session: Session, unit_ids: Sequence[int]) -> list[Club]:
    """Clubs kept by these units, by name."""
    return list(
        session.exec(
            select(Club)
            .where(col(Club.unit_id).in_(unit_ids), col(Club.closed_at).is_(None))
            .order_by(col(Club.kind), col(Club.folded))
        )
    )


def people(session: Session, club_id: int, unit_ids: Sequence[int]) -> list[Member]:
    """Who of these units belongs to a club now."""
    return list(
        session.exec(
            select(Member)
            .join(ClubMember, col(ClubMember.member_id) == col(Member.id))
            .where(
                ClubMember.club_id == club_id,
                col(ClubMember.until).is_(None),
                col(Member.unit_id).in_(unit_ids),
                Member.status != MemberStatus.LEFT,
            )
            .order_by(col(Member.name_key), col(Member.id))
        )
    )


def counts(
    session: Session, club_ids: Sequence[int], unit_ids: Sequence[int]
) -> tuple[dict[int, int], int]:
    """Memberships by club, and how many different people that is."""
    belongs = (
        col(ClubMember.club_id).in_(club_ids),
        col(ClubMember.until).is_(None),
        col(Member.unit_id).in_(unit_ids),
        Member.status != MemberStatus.LEFT,
    )
    joined = select(ClubMember.club_id, func.count()).join(
        Member, col(Member.id) == col(ClubMember.member_id)
    )
    by_club = session.exec(joined.where(*belongs).group_by(col(ClubMember.club_id)))
    heads = session.exec(
        select(func.count(func.distinct(ClubMember.member_id)))
        .join(Member, col(Member.id) == col(ClubMember.member_id))
        .where(*belongs)
    ).one()
    return dict(by_club.all()), heads


def memberships(session: Session, unit_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    """Every membership of people of these units: the member, the club's kind and its name."""
    rows = session.exec(
        select(ClubMember.member_id, Club.kind, Club.name)
        .join(Club, col(Club.id) == col(ClubMember.club_id))
        .join(Member, col(Member.id) == col(ClubMember.member_id))
        .where(
            col(Member.unit_id).in_(unit_ids),
            col(ClubMember.until).is_(None),
            col(Club.closed_at).is_(None),
        )
        .order_by(col(Club.folded), col(ClubMember.member_id))
    )
    return [(member_id, kind, name) for member_id, kind, name in rows]


def of_member(session: Session, member_id: int) -> list[Club]:
    """What a member belongs to now, by name."""
    return list(
        session.exec(
            select(Club)
            .join(ClubMember, col(ClubMember.club_id) == col(Club.id))
            .where(
                ClubMember.member_id == member_id,
                col(ClubMember.until).is_(None),
                col(Club.closed_at).is_(None),
            )
            .order_by(col(Club.kind), col(Club.folded))
        )
    )


def join(session: Session, club_id: int, member_id: int, on: date) -> bool:
    """She belongs from this day on; False if she does already."""
    rows = session.exec(
        select(ClubMember).where(
            ClubMember.club_id == club_id,
            ClubMember.member_id == member_id,
            or_(col(ClubMember.until).is_(None), col(ClubMember.since) == on),
        )
    ).all()
    if any(row.until is None for row in rows):
        return False
    row = rows[0] if rows else ClubMember(club_id=club_id, member_id=member_id, since=on)
    row.until = None  # left and came back on one day
    session.add(row)
    session.flush()
    return True


def leave(session: Session, club_id: int, member_id: int, on: date) -> bool:
    """She belongs no longer; False if she did not."""
    row = session.exec(
        select(ClubMember).where(
            ClubMember.club_id == club_id,
            ClubMember.member_id == member_id,
            col(ClubMember.until).is_(None),
        )
    ).first()
    if row is None:
        return False
    row.until = on
    session.add(row)
    session.flush()
    return True
