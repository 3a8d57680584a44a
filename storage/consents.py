"""Who agreed to what, when, to which text, and through which channel (Law 91/2025/QH15)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlmodel import Column, Field, SQLModel, col, select, update

from storage.database import Session, Utc

MEMBERSHIP = "membership"
PAPER = "paper"
"""The channel of a consent signed on paper, recorded by a leader or the operator."""
PAPER_TERMS = "phieu-giay"
"""Version of a text signed on paper: the paper itself says what it was."""


class Consent(SQLModel, table=True):
    """One person's word on one purpose: membership, or a `storage.privacy.Sensitive` field.

    Shown is not agreed: silence is no consent. Taking it back leaves the row: that she had agreed
    must stay provable. Given on paper it has no account, but who recorded it and which paper.
    """

    id: int | None = Field(default=None, primary_key=True)
    account_id: int | None = Field(
        default=None,
        sa_column=Column(ForeignKey("account.id", ondelete="CASCADE"), index=True),
    )
    member_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    )
    purpose: str = MEMBERSHIP
    text_version: str
    channel: str
    shown_at: datetime = Field(sa_type=Utc)
    agreed_at: datetime | None = Field(default=None, sa_type=Utc)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Utc)
    recorded_by: int | None = Field(
        default=None, sa_column=Column(ForeignKey("account.id", ondelete="SET NULL"))
    )
    paper: str = ""  # which paper she signed


def show(
    session: Session,
    account_id: int,
    member_id: int | None,
    *,
    text_version: str,
    channel: str,
    now: datetime,
    agreed: bool = False,
) -> Consent:
    """Note that the text was shown, and if she agreed by the same deed."""
    row = Consent(
        account_id=account_id,
        member_id=member_id,
        text_version=text_version,
        channel=channel,
        shown_at=now,
        agreed_at=now if agreed else None,
    )
    session.add(row)
    session.flush()
    return row


def agree(session: Session, account_id: int, now: datetime) -> int:
    """She agrees to what she was shown; how many rows that settles."""
    done = session.exec(
        update(Consent)
        .where(
            col(Consent.account_id) == account_id,
            col(Consent.agreed_at).is_(None),
            col(Consent.withdrawn_at).is_(None),
        )
        .values(agreed_at=now)
    )
    return int(done.rowcount)


def name_member(session: Session, account_id: int, member_id: int) -> None:
    """What she agreed to before she was recognised was about this member."""
    session.exec(
        update(Consent)
        .where(col(Consent.account_id) == account_id, col(Consent.member_id).is_(None))
        .values(member_id=member_id)
    )


def withdraw(session: Session, account_id: int, member_id: int, now: datetime) -> None:
    """She takes her word back for one member."""
    session.exec(
        update(Consent)
        .where(
            col(Consent.account_id) == account_id,
            col(Consent.member_id) == member_id,
            col(Consent.withdrawn_at).is_(None),
        )
        .values(withdrawn_at=now)
    )


def of_member(session: Session, member_id: int) -> list[Consent]:
    """All that was shown and agreed about a member, oldest first."""
    return list(
        session.exec(
            select(Consent).where(Consent.member_id == member_id).order_by(col(Consent.id))
        )
    )


def active(session: Session, member_id: int) -> dict[str, Consent]:
    """The purposes a member agrees to now, each with the consent given last."""
    rows = of_member(session, member_id)
    return {row.purpose: row for row in rows if row.agreed_at and row.withdrawn_at is None}


def record(
    session: Session,
    member_id: int,
    purpose: str,
    *,
    text_version: str,
    channel: str,
    now: datetime,
    account_id: int | None = None,
    recorded_by: int | None = None,
    paper: str = "",
) -> Consent:
    """Keep a consent given for one purpose, by a clear act or on a paper that somebody recorded."""
    row = Consent(
        account_id=account_id,
        member_id=member_id,
        purpose=purpose,
        text_version=text_version,
        channel=channel,
        shown_at=now,
        agreed_at=now,
        recorded_by=recorded_by,
        paper=paper,
    )
    session.add(row)
    session.flush()
    return row


def withdraw_purpose(session: Session, member_id: int, purpose: str, now: datetime) -> int:
    """A member takes her word on one purpose back, whichever way she had given it; how many rows."""
    done = session.exec(
        update(Consent)
        .where(
            col(Consent.member_id) == member_id,
            col(Consent.purpose) == purpose,
            col(Consent.withdrawn_at).is_(None),
        )
        .values(withdrawn_at=now)
    )
    return int(done.rowcount)


def sensitive_agreed(session: Session) -> set[tuple[int, str]]:
    """Every (member, purpose) agreed to now, but for membership."""
    rows = session.exec(
        select(Consent.member_id, Consent.purpose).where(
            Consent.purpose != MEMBERSHIP,
            col(Consent.member_id).is_not(None),
            col(Consent.agreed_at).is_not(None),
            col(Consent.withdrawn_at).is_(None),
        )
    )
    return {(member_id, purpose) for member_id, purpose in rows if member_id is not None}
