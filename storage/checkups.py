"""What `chihoi doctor` asks the register of groups, and of what came in."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from storage.database import Session
from storage.groups import Group, GroupState
from storage.inbox import Inbox
from storage.units import Unit


def bound_groups(session: Session, channel: str) -> list[tuple[str, str]]:
    """(address, code of its unit) of every bound group of a channel the bot can speak in."""
    rows = session.exec(
        select(Group.address, Unit.code)
        .join(Unit, col(Unit.id) == col(Group.unit_id))
        .where(
            Group.state == GroupState.ACTIVE,
            col(Group.address).startswith(f"{channel}:", autoescape=True),
        )
        .order_by(Unit.code)
    )
    return [(address, code) for address, code in rows]


def last_heard(session: Session, channel: str) -> datetime | None:
    """When a channel's newest event came in; None if none ever did."""
    newest = select(Inbox.received_at).where(Inbox.channel == channel)
    return session.exec(newest.order_by(col(Inbox.id).desc()).limit(1)).first()
