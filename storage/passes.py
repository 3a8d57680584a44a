"""Page passes: links that open one page once, for one unit."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, bindparam
from sqlmodel import Column, Field, SQLModel, col, select, update

from storage.database import Session, Utc, table
from storage.quick import Quick

PASS_LIFE = timedelta(minutes=30)


class Purpose(StrEnum):
    """What a pass opens."""

    IMPORT = "import"
    EXPORT = "export"
    HELD = "held"  # rows that wait for a person
    PAPER = "paper"  # sign-in sheets to print
    PAPER_ENTRY = "paper_entry"  # one of them to be typed in
    OWN = "own"  # all that is kept of one person


class Pass(SQLModel, table=True):
    """A pass; only a digest of its token is kept. `blob_id` is a workbook that waits for a yes;
    `about` is the sheet on paper that it is for, `member_id` the person whose data it shows.
    """

    __tablename__ = "page_pass"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    purpose: str
    unit_id: int = Field(foreign_key="unit.id")
    account_id: int = Field(
        sa_column=Column(ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    chat: str
    created_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc, index=True)
    used_at: datetime | None = Field(default=None, sa_type=Utc)
    blob_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("blob.id", ondelete="SET NULL"), index=True)
    )
    about: int | None = Field(
        default=None,
        sa_column=Column(ForeignKey("roll_paper.id", ondelete="CASCADE"), index=True),
    )
    member_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    )


def digest(token: str) -> str:
    """What is kept of the token of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(
    session: Session,
    token: str,
    purpose: Purpose,
    *,
    unit_id: int,
    account_id: int,
    chat: str,
    now: datetime,
    about: int | None = None,
    member_id: int | None = None,
) -> Pass:
    """A new pass; an unused one of the same kind and person lapses."""
    session.exec(
        update(Pass)
        .where(
            col(Pass.account_id) == account_id,
            col(Pass.purpose) == purpose,
            col(Pass.used_at).is_(None),
            col(Pass.expires_at) > now,
        )
        .values(expires_at=now)
    )
    row = Pass(
        digest=digest(token),
        purpose=purpose,
        unit_id=unit_id,
        account_id=account_id,
        chat=chat,
        created_at=now,
        expires_at=now + PASS_LIFE,
        about=about,
        member_id=member_id,
    )
    session.add(row)
    session.flush()
    return row


def by_token(session: Session, token: str, *, lock: bool = False) -> Pass | None:
    """The pass of a token, whatever its state; `lock` lets nobody else use it meanwhile."""
    query = select(Pass).where(Pass.digest == digest(token))
    return session.exec(query.with_for_update() if lock else query).first()


def get(session: Session, pass_id: int) -> Pass | None:
    """The pass with this id, for nobody else meanwhile."""
    return session.exec(select(Pass).where(Pass.id == pass_id).with_for_update()).first()


_PASS = table(Pass).c
_STALE = Quick(
    select(_PASS.id).where(_PASS.blob_id.is_not(None), _PASS.expires_at <= bindparam("now"))
)


def stale(session: Session, now: datetime) -> list[int]:
    """Passes that are over but still hold a workbook: it must go."""
    return _STALE.column(session, {"now": now})
