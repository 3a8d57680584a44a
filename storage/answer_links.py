"""Links to a page on which something is answered: one for a whole group, or one for a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, bindparam, text
from sqlmodel import Column, Field, SQLModel, col, delete, select

from storage.database import Session, Utc, table
from storage.passes import digest
from storage.quick import Quick


class AnswerLink(SQLModel, table=True):
    """A link; of its token a digest is kept. `subject` is what it asks ("roll:42").

    A link of a group opens nothing by itself, so its `token` is kept as well: it is printed again.
    When or whether a link was opened is not written down.
    """

    __tablename__ = "answer_link"
    __table_args__ = (
        Index(
            "uq_answer_link_of_group",
            "subject",
            "unit_id",
            unique=True,
            sqlite_where=text("member_id IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("member_id IS NULL AND revoked_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    token: str = ""
    subject: str
    unit_id: int = Field(foreign_key="unit.id", index=True)
    member_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    )
    created_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc, index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)


def by_token(session: Session, token: str) -> AnswerLink | None:
    """The link with this token, whatever its state."""
    return session.exec(select(AnswerLink).where(AnswerLink.digest == digest(token))).first()


def get(session: Session, link_id: int) -> AnswerLink | None:
    """The link with this id."""
    return session.get(AnswerLink, link_id)


def add(
    session: Session,
    token: str,
    *,
    subject: str,
    unit_id: int,
    now: datetime,
    expires_at: datetime,
    member_id: int | None = None,
) -> AnswerLink:
    """A new link, of a group unless it is a member's."""
    row = AnswerLink(
        digest=digest(token),
        token=token if member_id is None else "",
        subject=subject,
        unit_id=unit_id,
        member_id=member_id,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


_LINK = table(AnswerLink)
_OF_GROUP = Quick(
    select(_LINK.c.token)
    .where(
        _LINK.c.subject == bindparam("subject"),
        _LINK.c.unit_id == bindparam("unit"),
        _LINK.c.member_id.is_(None),
        _LINK.c.revoked_at.is_(None),
    )
    .limit(1)
)


def group_token(session: Session, subject: str, unit_id: int) -> str:
    """The token of a unit's standing group link; "" if there is none. Asked at every tally."""
    return _OF_GROUP.scalar(session, {"subject": subject, "unit": unit_id}) or ""


def of_group(session: Session, subject: str, unit_id: int) -> AnswerLink | None:
    """A unit's standing group link."""
    token = group_token(session, subject, unit_id)
    return by_token(session, token) if token else None


def revoke(session: Session, row: AnswerLink, now: datetime) -> None:
    """The link opens nothing any more."""
    row.revoked_at = row.revoked_at or now
    session.add(row)
    session.flush()


def of_member(session: Session, subject: str, member_id: int, now: datetime) -> list[AnswerLink]:
    """The links of a member that still open something."""
    return list(
        session.exec(
            select(AnswerLink).where(
                AnswerLink.subject == subject,
                AnswerLink.member_id == member_id,
                col(AnswerLink.revoked_at).is_(None),
                col(AnswerLink.expires_at) > now,
            )
        )
    )


def drop_old(session: Session, before: datetime) -> None:
    """Forget links that ran out before a moment."""
    session.exec(delete(AnswerLink).where(col(AnswerLink.expires_at) < before))
