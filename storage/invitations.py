"""Invitations: codes that name a unit, a role and, mostly, a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlmodel import Column, Field, SQLModel, col, select, update

from storage.database import Session, Utc


class Invitation(SQLModel, table=True):
    """One code. The code itself is kept nowhere, only its digest.

    `holder_id` is the account that showed the code last, and once `redeemed_at` is set the one
    that used it; `claimed_at`, that the issuer was asked whether the holder is the right person.
    """

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    role: str  # "member" or a RoleKind
    team: str = ""
    member_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    )
    issued_by: int | None = Field(  # None: the operator, on the command line
        default=None, sa_column=Column(ForeignKey("account.id", ondelete="SET NULL"))
    )
    by_operator: bool = False
    issued_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc)
    holder_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("account.id", ondelete="SET NULL"))
    )
    holder_name: str = ""  # the full name she typed
    claimed_at: datetime | None = Field(default=None, sa_type=Utc)
    redeemed_at: datetime | None = Field(default=None, sa_type=Utc)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)
    linked: bool = False  # redeeming it made the link between account and member
    role_id: int | None = Field(  # the role that redeeming it gave
        default=None, sa_column=Column(ForeignKey("role.id", ondelete="SET NULL"))
    )


def get(session: Session, invitation_id: int) -> Invitation | None:
    """The invitation with this id."""
    return session.get(Invitation, invitation_id)


def by_digest(session: Session, digest: str) -> Invitation | None:
    """The invitation whose code has this digest."""
    return session.exec(select(Invitation).where(Invitation.digest == digest)).first()


def open_for(
    session: Session, unit_id: int, role: str, member_id: int | None
) -> Sequence[Invitation]:
    """Codes not yet used or taken back that say the same as a new one would."""
    return session.exec(
        select(Invitation).where(
            Invitation.unit_id == unit_id,
            Invitation.role == role,
            Invitation.member_id == member_id,
            col(Invitation.redeemed_at).is_(None),
            col(Invitation.revoked_at).is_(None),
        )
    ).all()


def spend(session: Session, invitation_id: int, account_id: int, now: datetime) -> bool:
    """Use a code up; False if it was used, taken back or has expired. Two may try at once."""
    done = session.exec(
        update(Invitation)
        .where(
            col(Invitation.id) == invitation_id,
            col(Invitation.redeemed_at).is_(None),
            col(Invitation.revoked_at).is_(None),
            col(Invitation.expires_at) > now,
        )
        .values(redeemed_at=now, holder_id=account_id)
        .execution_options(synchronize_session="fetch")
    )
    return bool(done.rowcount)
