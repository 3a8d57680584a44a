"""How many messages went out a day over a channel whose plan counts them.

A count of its own: the outbox forgets what would tell which way an anonymous survey went.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel, col, func, select

from storage.accounts import Account
from storage.database import Session, dialect, inserting, table
from storage.groups import Group, GroupState
from storage.mail import Outbox, OutboxState

GONE_OUT = (OutboxState.SENT, OutboxState.SENDING, OutboxState.IN_DOUBT)


class Sends(SQLModel, table=True):
    """Messages of one channel on one day, Vietnamese calendar; what is in doubt counts as sent."""

    __tablename__ = "sends"
    channel: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    count: int = 0


_SENDS = table(Sends)


def note(session: Session, channel: str, day: date, count: int) -> None:
    """So many more went out."""
    added = inserting(_SENDS, dialect(session)).values(channel=channel, day=day, count=count)
    session.connection().execute(
        added.on_conflict_do_update(
            index_elements=["channel", "day"], set_={"count": _SENDS.c.count + count}
        )
    )


def between(session: Session, channel: str, first: date, last: date) -> int:
    """How many went out on these days, both included."""
    query = select(func.coalesce(func.sum(Sends.count), 0)).where(
        Sends.channel == channel, col(Sends.day) >= first, col(Sends.day) <= last
    )
    return int(session.exec(query).one())


def users(session: Session, channel: str) -> int:
    """How many people have a private talk with the bot."""
    return session.exec(
        select(func.count())
        .select_from(Account)
        .where(
            col(Account.private_chat).startswith(f"{channel}:", autoescape=True),
            ~_of_another(col(Account.private_chat), channel),
        )
    ).one()


def rooms(session: Session, channel: str) -> list[Group]:
    """The bound groups of a bot, on relay or not; main ones first."""
    address = col(Group.address)
    return list(
        session.exec(
            select(Group)
            .where(
                address.startswith(f"{channel}:", autoescape=True),
                ~_of_another(address, channel),
                col(Group.unit_id).is_not(None),
                Group.state != GroupState.GONE,
            )
            .order_by(col(Group.main).desc(), col(Group.id))
        )
    )


def _of_another(address: Any, channel: str) -> Any:
    """`zalo_bot:2:x` begins like an address of `zalo_bot`, but is one of `zalo_bot:2`."""
    return address.like(f"{channel}:%:%")


def by_chat(session: Session, chats: Sequence[str], since: datetime) -> dict[str, int]:
    """How many messages each chat has got since then, as far as the outbox still knows."""
    query = (
        select(Outbox.chat, func.count())
        .where(
            col(Outbox.chat).in_(chats),
            Outbox.how == "message",
            col(Outbox.state).in_(GONE_OUT),
            Outbox.created_at >= since,
        )
        .group_by(Outbox.chat)
    )
    return dict(session.exec(query).all())
