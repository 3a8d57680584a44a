"""Named locks between processes that share one PostgreSQL (advisory locks).

SQLite has one process (`chihoi run` sees to that with a lock file), which holds every lock.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from storage.database import Engine
from storage.inbox import Inbox, InboxState

LOOK_AHEAD = 1000
FREE_CHATS = text(
    "WITH waiting AS MATERIALIZED ("
    " SELECT chat, min(id) AS first FROM ("
    "  SELECT chat, id FROM inbox WHERE state = 'new' AND channel = ANY(:channels)"
    "  AND NOT chat = ANY(:skip) ORDER BY id LIMIT :ahead) AS oldest"
    " GROUP BY chat ORDER BY first) "
    "SELECT chat FROM waiting"
    " WHERE pg_try_advisory_xact_lock(hashtextextended('chat:' || chat, 0)) LIMIT :chats"
)
HOLD_CHATS = text(
    "SELECT chat FROM unnest(CAST(:chats AS text[])) AS chat"
    " WHERE pg_try_advisory_xact_lock(hashtextextended('chat:' || chat, 0))"
)
TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
GIVE = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")


def free_chats(
    connection: Connection, channels: Sequence[str], skip: Sequence[str], limit: int
) -> list[str] | None:
    """Chats with events to work that no other worker has; None where there is but one worker."""
    if connection.dialect.name == "sqlite":
        return None
    wanted = {"channels": list(channels), "skip": list(skip), "ahead": LOOK_AHEAD, "chats": limit}
    return list(connection.execute(FREE_CHATS, wanted).scalars())


def claim(connection: Connection, events: Sequence[int], *, held: bool = False) -> set[int]:
    """Those of the events that this transaction may work, in chats it holds until it ends.

    They are looked at again under that hold: another worker may have worked them since they
    were read. `held` says that a `Lock` of this process holds their chat already.
    """
    if connection.dialect.name == "sqlite":
        return set(events)
    new = select(Inbox.id, Inbox.chat).where(
        col(Inbox.id).in_(events), Inbox.state == InboxState.NEW
    )
    rows = connection.execute(new).all()
    if held:
        return {row.id for row in rows}
    chats = list({row.chat for row in rows})
    free = set(connection.execute(HOLD_CHATS, {"chats": chats}).scalars())
    return {row.id for row in connection.execute(new) if row.chat in free}


class Lock:
    """A lock held by at most one process; it goes free when its holder's connection ends."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name = name
        self._engine = engine
        self._connection: Connection | None = None
        self._guard = threading.Lock()

    def acquire(self) -> bool:
        """Take it, or make sure that it is still ours; False while another process has it."""
        if self._engine.dialect.name == "sqlite":
            return True
        with self._guard:
            if self._connection is not None:
                return self._still(self._connection)
            try:
                connection = self._engine.connect()
            except SQLAlchemyError:
                return False
            return self._try(connection)

    def _try(self, connection: Connection) -> bool:
        try:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            if connection.execute(TAKE, {"name": self.name}).scalar_one():
                connection.detach()  # never back into the pool: others would share the lock
                self._connection = connection
                return True
        except SQLAlchemyError:
            connection.invalidate()
        connection.close()
        return False

    def release(self) -> None:
        """Give it up, if held."""
        with self._guard:
            if self._connection is None:
                return
            with suppress(SQLAlchemyError):  # said aloud: a server notices a closed line late
                self._connection.execute(GIVE, {"name": self.name})
            self._connection.close()
            self._connection = None

    def _still(self, connection: Connection) -> bool:
        """Ask the database; a connection that does not answer holds nothing any more."""
        try:
            connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError:
            connection.invalidate()
            self._connection = None
            return False
        return True
