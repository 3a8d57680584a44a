"""What `chihoi doctor` asks the register of groups."""

from __future__ import annotations

from sqlmodel import col, select

from storage.database import Session
from storage.groups import Group, GroupState
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
