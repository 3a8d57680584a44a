"""Engines, sessions and column types; the one place that knows which database it is."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel

__all__ = [
    "Connection",
    "Engine",
    "Session",
    "Utc",
    "alone_here",
    "apart",
    "begin",
    "dialect",
    "inserting",
    "is_away",
    "is_collision",
    "nested",
    "open_engine",
    "reading",
    "rebuild",
    "rebuild_small",
    "savepoint",
    "scrub_log",
    "table",
    "turn",
]

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata
BUSY_TIMEOUT_MS = 10_000
SMALL = 200 * 1024 * 1024
"""Bytes of a file that may be written anew while people wait; more is left to the night."""
_TURNS: weakref.WeakKeyDictionary[Engine, threading.Lock] = weakref.WeakKeyDictionary()
PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 6_000,
}
"""So that a PostgreSQL that fell silent is noticed within some 6 s
(postgresql.org/docs: libpq-connect).
"""
PATIENCE_OF_SERVER = (
    "SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3;"
    " SET tcp_user_timeout = 6000"
)
"""The same the other way round: of a machine whose power fails the server hears nothing, and would
keep its locks for two hours (postgresql.org/docs: runtime-config-connection).
"""


class Utc(TypeDecorator[datetime]):
    """A moment, stored in UTC and always handed out aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse wall-clock times: they would be stored seven hours wrong."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware moment."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def open_engine(url: str) -> Engine:
    """An engine for `url`, with what SQLite needs to be safe.

    pysqlite's own transaction handling lets rows survive a ROLLBACK, so it is switched off and
    every transaction begins IMMEDIATE (docs.sqlalchemy.org, "SQLite transactional DDL").
    """
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True, connect_args=PATIENCE)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    # The connection used last has the pages of the last writer in its cache: others must read anew.
    waits = {"timeout": BUSY_TIMEOUT_MS / 1000}
    engine = create_engine(parsed, connect_args=waits, pool_use_lifo=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten: the law, and anonymous answers
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE_OF_SERVER)
    connection.commit()


def _begin_immediate(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads_only")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """This process' turn to write. SQLite would poll for it with sleeps that grow to 100 ms; here
    the next one goes on at once. Whoever waits too long asks SQLite all the same.
    """
    if not alone_here(engine):
        yield
        return
    lock = _TURNS.setdefault(engine, threading.Lock())
    held = lock.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
    try:
        yield
    finally:
        if held:
            lock.release()


@contextmanager
def begin(engine: Engine) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back on any error."""
    with turn(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A transaction that only looks: on SQLite it waits for no writer."""
    with engine.connect().execution_options(reads_only=True) as connection:
        with Session(connection, expire_on_commit=False) as session:
            yield session
        connection.rollback()


@contextmanager
def savepoint(connection: Connection, name: str = "event") -> Iterator[Session]:
    """One event inside a batch's transaction: an error undoes this event alone.

    A raw SAVEPOINT around a session of its own; sharing one session over several savepoints
    would roll back the whole batch when a flush fails. Where transactions stood in each other's way
    the event is not to blame, and the rest of the batch still is: then the connection is given up,
    so that nothing of the batch can be committed and all of it is worked again.
    """
    connection.exec_driver_sql(f"SAVEPOINT {name}")
    session = Session(
        bind=connection,
        join_transaction_mode="create_savepoint",
        autoflush=True,
        expire_on_commit=False,
    )
    try:
        yield session
        session.flush()
        session.commit()
    except BaseException as error:
        session.close()
        if is_collision(error):
            connection.invalidate()
            raise
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")
        raise
    session.close()
    connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")


def alone_here(engine: Engine) -> bool:
    """Whether nobody else can write while a transaction lasts: SQLite has one writer."""
    return engine.dialect.name == "sqlite"


def table(model: type[SQLModel]) -> Table:
    """The table of a model, for statements that are built once and load no objects."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def dialect(session: Session) -> str:
    """The name of the database's dialect: "sqlite" or "postgresql"."""
    return str(session.get_bind().dialect.name)


def inserting(into: Table, name: str) -> Any:
    """An INSERT that knows ON CONFLICT and counts its rows: one syntax, but in SQLAlchemy one
    class a dialect.
    """
    found = (sqlite.insert if name == "sqlite" else postgresql.insert)(into)
    return found.inline().execution_options(preserve_rowcount=True)


@contextmanager
def nested(session: Session) -> Iterator[None]:
    """A part of one event that may fail alone: an error undoes this part, and goes on."""
    try:
        with session.begin_nested():
            yield
    except BaseException:
        session.expire_all()  # also what was written past the objects (`storage.rolls.change`)
        raise


@contextmanager
def apart(session: Session) -> Iterator[None]:
    """A part of a transaction that may fail alone, in whatever way it speaks to the database."""
    connection = session.connection()
    session.flush()
    with connection.begin_nested():
        try:
            yield
            session.flush()
        except BaseException:
            session.expunge_all()
            raise


def is_away(error: BaseException) -> bool:
    """Whether an error is the database's own: busy, full, or gone. Statements on the driver's own
    cursor (`storage.quick`) raise the driver's error of the same name.
    """
    return any(kind.__name__ == OperationalError.__name__ for kind in type(error).__mro__)


def is_collision(error: BaseException) -> bool:
    """Whether PostgreSQL ended one of two transactions that waited for each other: the same may
    well succeed a moment later (postgresql.org/docs: errcodes-appendix, class 40).
    """
    state = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
    return state is not None and state.startswith("40")


def scrub_log(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, so that overwritten rows are gone from it too."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rebuild_small(engine: Engine) -> None:
    """The same at once, if it is a SQLite file that takes no more than some seconds."""
    file = Path(engine.url.database or "")
    if alone_here(engine) and file.exists() and file.stat().st_size < SMALL:
        rebuild(engine)


def rebuild(engine: Engine) -> None:
    """Write the whole database anew. Where rows were moved about, bytes of what was deleted may lie
    between those that stay, even with secure_delete; on PostgreSQL until their room is used again.
    """
    with turn(engine), engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        if alone_here(engine):
            raw.execute("VACUUM")
        else:
            raw.autocommit = True
            raw.execute("VACUUM FULL")
            raw.autocommit = False
    scrub_log(engine)
