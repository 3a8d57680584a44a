"""The token pair of an Official Account. A refresh token works once: it is written down that one
is being used before it is, and what comes back before that is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Field, SQLModel, or_, select, update

from storage.database import Session, Utc, table

LEASE = timedelta(minutes=2)
"""A refresh that has not come back so long was cut off; the next may try."""


class OaToken(SQLModel, table=True):
    """The pair of one channel; `using_since` while its refresh token is on its way."""

    __tablename__ = "oa_token"
    channel: str = Field(primary_key=True)
    oa_id: str = ""
    access_token: str = Field(repr=False)
    refresh_token: str = Field(repr=False)
    expires_at: datetime = Field(sa_type=Utc)
    renewed_at: datetime = Field(sa_type=Utc)
    using_since: datetime | None = Field(default=None, sa_type=Utc)
    problem: str = ""


_TOKEN = table(OaToken)


def get(session: Session, channel: str) -> OaToken | None:
    """The pair of a channel; None before the first authorisation."""
    return session.get(OaToken, channel)


def keep(
    session: Session,
    channel: str,
    *,
    access_token: str,
    refresh_token: str,
    expires_at: datetime,
    now: datetime,
    oa_id: str = "",
) -> None:
    """Write down a new pair, in place of the one before."""
    row = get(session, channel) or OaToken(
        channel=channel, access_token="", refresh_token="", expires_at=now, renewed_at=now
    )
    row.access_token, row.refresh_token = access_token, refresh_token
    row.expires_at, row.renewed_at = expires_at, now
    row.using_since, row.problem = None, ""
    row.oa_id = oa_id or row.oa_id
    session.add(row)
    session.flush()


def begin_refresh(session: Session, channel: str, refresh_token: str, now: datetime) -> bool:
    """Say that this refresh token is about to be used; False if another is using it, or has."""
    done: Any = session.connection().execute(
        update(_TOKEN)
        .where(
            _TOKEN.c.channel == channel,
            _TOKEN.c.refresh_token == refresh_token,
            or_(_TOKEN.c.using_since.is_(None), _TOKEN.c.using_since <= now - LEASE),
        )
        .values(using_since=now)
    )
    return bool(done.rowcount)


def end_refresh(session: Session, channel: str, problem: str = "") -> None:
    """It came to nothing: the pair stays, and what was wrong stands with it."""
    row = get(session, channel)
    if row is not None:
        row.using_since, row.problem = None, problem
        session.add(row)
        session.flush()


def lost(session: Session) -> datetime | None:
    """When the access token ends of an account that will give no other until somebody authorises us
    anew; None if all is well.
    """
    return session.exec(select(OaToken.expires_at).where(OaToken.problem != "")).first()
