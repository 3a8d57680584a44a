"""Wake-ups between processes that share one PostgreSQL: LISTEN and NOTIFY.

A signal says only "look again"; one that is lost costs a moment, as everybody also looks by
himself now and then. SQLite has one process, which wakes itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum

from sqlalchemy import Connection, text

from storage.database import PATIENCE, Engine, Session

TELL = text("SELECT pg_notify(:signal, '')")


class Signal(StrEnum):
    """What there is to look at."""

    INBOX = "chihoi_inbox"
    OUTBOX = "chihoi_outbox"


def tell(database: Session | Connection, signal: Signal) -> None:
    """Wake whoever waits for this, once the transaction is committed."""
    connection = database.connection() if isinstance(database, Session) else database
    if connection.dialect.name == "postgresql":
        connection.execute(TELL, {"signal": signal.value})


async def heard(engine: Engine) -> AsyncIterator[Signal]:
    """Every signal, as it comes; nothing on SQLite, where nobody else speaks.

    Raises:
        psycopg.OperationalError: the connection is lost; listen anew.
    """
    if engine.dialect.name != "postgresql":
        return
    import psycopg  # noqa: PLC0415 - SQLite needs none of it

    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(
        address, autocommit=True, **PATIENCE
    ) as connection:
        for signal in Signal:
            await connection.execute(f'LISTEN "{signal.value}"'.encode())
        async for note in connection.notifies():
            yield Signal(note.channel)
