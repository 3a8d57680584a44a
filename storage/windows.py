"""Until when a platform lets us write to people: some close a talk in which she is silent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, bindparam, case, func
from sqlmodel import Field, SQLModel, col, delete, or_, select, update

from storage import mail
from storage.accounts import Account, AccountMember
from storage.database import Session, Utc, table
from storage.mail import Outbox, OutboxState
from storage.members import Role
from storage.quick import Quick

COARSE = timedelta(minutes=5)
"""What she says so soon after what she said before moves nothing: a window ends so much early."""
KEPT = timedelta(days=7)
"""What could not be said to her for longer than this is not said any more when she is back."""


class WindowState(StrEnum):
    """Whether she can be written to."""

    OPEN = "open"
    SHUT = "shut"
    BACK = "back"  # she has written again: what waited for that goes out


class Window(SQLModel, table=True):
    """The private talk with one person, by when she last did something."""

    __tablename__ = "reply_window"
    __table_args__ = (Index("ix_reply_window_state_open_until", "state", "open_until"),)
    id: int | None = Field(default=None, primary_key=True)
    chat: str = Field(unique=True)
    free_until: datetime = Field(sa_type=Utc)
    open_until: datetime = Field(sa_type=Utc)
    state: str = WindowState.OPEN


def of(session: Session, chat: str) -> Window | None:
    """The window of a talk; None where the platform has none, or she was never heard."""
    return session.exec(select(Window).where(Window.chat == chat)).first()


def heard(session: Session, chat: str, free_until: datetime, open_until: datetime) -> None:
    """She did something: her window is open anew, and her door with it."""
    window = of(session, chat)
    if window is None:
        session.add(Window(chat=chat, free_until=free_until, open_until=open_until))
        _set_blocked(session, chat, blocked=False)  # it may have been shut for so long that it went
        return
    was_shut = window.state == WindowState.SHUT
    if not was_shut and open_until - window.open_until < COARSE:
        return
    window.free_until = max(window.free_until, free_until)
    window.open_until = max(window.open_until, open_until)
    if was_shut:
        window.state = WindowState.BACK
        _set_blocked(session, chat, blocked=False)
    session.add(window)
    session.flush()


_WINDOW = table(Window).c
_DUE = Quick(
    select(_WINDOW.id).where(
        or_(
            (_WINDOW.state == WindowState.OPEN) & (_WINDOW.open_until <= bindparam("now")),
            _WINDOW.state == WindowState.BACK,
        )
    )
)


def due(session: Session, now: datetime) -> list[int]:
    """The windows that are over, and those of people who are back."""
    return _DUE.column(session, {"now": now})


def get(session: Session, window_id: int) -> Window | None:
    """The window with this id."""
    return session.get(Window, window_id)


def end(session: Session, chat: str, now: datetime) -> None:
    """The platform says that her time is over, whatever we thought: it is due at once."""
    window = of(session, chat) or Window(chat=chat, free_until=now, open_until=now)
    window.free_until, window.open_until = min(window.free_until, now), min(window.open_until, now)
    session.add(window)
    session.flush()


def shut(session: Session, window: Window) -> None:
    """Her time is over: nothing is sent there, and what waits is kept for when she is back."""
    window.state = WindowState.SHUT
    session.add(window)
    mail.block(session, window.chat)
    _set_blocked(session, window.chat, blocked=True)


def _set_blocked(session: Session, chat: str, *, blocked: bool) -> None:
    door = update(Account).where(col(Account.private_chat) == chat)
    session.exec(door.values(blocked=blocked))
    session.flush()


def reopen(session: Session, window: Window, now: datetime) -> int:
    """Let go what was kept from her while her window was shut; how many messages."""
    window.state = WindowState.OPEN
    session.add(window)
    done = session.exec(
        update(Outbox)
        .where(
            col(Outbox.chat) == window.chat,
            col(Outbox.state) == OutboxState.BLOCKED,
            col(Outbox.how) == "message",
            col(Outbox.body) != "",
            col(Outbox.created_at) >= now - KEPT,
            or_(col(Outbox.expires_at).is_(None), col(Outbox.expires_at) > now),
        )
        .values(state=OutboxState.QUEUED, attempts=0, note="her window was shut")
    )
    return int(done.rowcount)


def paid(session: Session, chats: Collection[str], now: datetime) -> set[str]:
    """Those of these talks where a message is no longer free of charge."""
    query = select(Window.chat).where(
        col(Window.chat).in_(chats), Window.free_until <= now, Window.state != WindowState.SHUT
    )
    return set(session.exec(query))


def silent(session: Session, unit_ids: Sequence[int], kinds: Sequence[str], on: date) -> set[int]:
    """Those of these units where somebody who holds one of these roles on a day has a window that
    is shut.
    """
    query = (
        select(Role.unit_id)
        .join(AccountMember, col(AccountMember.member_id) == col(Role.member_id))
        .join(Account, col(Account.id) == col(AccountMember.account_id))
        .join(Window, col(Window.chat) == col(Account.private_chat))
        .where(
            col(Role.unit_id).in_(unit_ids),
            col(Role.kind).in_(kinds),
            or_(col(Role.since).is_(None), col(Role.since) <= on),
            or_(col(Role.until).is_(None), col(Role.until) > on),
            Window.state == WindowState.SHUT,
        )
    )
    return set(session.exec(query))


def counts(session: Session, now: datetime) -> tuple[int, int, int]:
    """How many people may be written to free of charge, at a cost, and not at all."""
    kinds = (
        case(
            (or_(col(Window.state) == WindowState.SHUT, col(Window.open_until) <= now), "shut"),
            (col(Window.free_until) <= now, "paid"),
            else_="free",
        )
    ).label("kind")
    found = dict(session.exec(select(kinds, func.count()).group_by(kinds)).all())
    return found.get("free", 0), found.get("paid", 0), found.get("shut", 0)


def drop_old(session: Session, before: datetime) -> None:
    """Forget when people were heard last whose windows were shut by then."""
    session.exec(
        delete(Window).where(col(Window.state) == WindowState.SHUT, col(Window.open_until) < before)
    )
