"""One session for the events of a batch: what one has read the next need not read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session


class _Shared(Session):
    """A session that several events of one batch use, one after the other.

    Its identity map is weak; `held` keeps what an event loaded, and forgets what must be read
    anew by the next.
    """

    def __init__(
        self, connection: Connection, keeps: tuple[type, ...], foretell: tuple[type, ...]
    ) -> None:
        super().__init__(
            bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        self.keeps = keeps
        self.foretell = foretell
        self.foretold: dict[Any, Any] = {}
        self.driver: Any = self.connection().connection.driver_connection
        self.held: list[object] = []
        self.fresh: list[object] = []
        self.outdated = False

    def next(self) -> None:
        """An event is over."""
        if self.outdated:
            self.expunge_all()
            self.held.clear()
            self.foretold.clear()
        else:
            self.held += [found for found in self.fresh if isinstance(found, self.keeps)]
            for found in self.fresh:
                if not isinstance(found, self.keeps) and found in self:
                    self.expunge(found)
        self.fresh.clear()
        self.outdated = False


@event.listens_for(_Shared, "loaded_as_persistent")
@event.listens_for(_Shared, "pending_to_persistent")
def _hold(session: _Shared, found: object) -> None:
    session.fresh.append(found)


@event.listens_for(_Shared, "do_orm_execute")
def _changes_many(state: ORMExecuteState) -> None:
    """What one statement changes, or a cascade deletes, the loaded objects may not know."""
    if state.is_update or state.is_delete:
        state.session.outdated = True  # type: ignore[attr-defined]


@event.listens_for(_Shared, "persistent_to_deleted")
def _deletes(session: _Shared, found: object) -> None:
    session.outdated = True


@event.listens_for(_Shared, "after_flush")
def _differs(session: _Shared, _context: object) -> None:
    """What was foretold is as old as the rows it was read from."""
    written = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(one, session.foretell) for one in written):
        session.foretold.clear()


@contextmanager
def together(
    connection: Connection, keeps: tuple[type, ...], foretell: tuple[type, ...] = ()
) -> Iterator[Session]:
    """One session for a whole batch, each event inside `part`.

    Objects of the types in `keeps` stay loaded from event to event: nobody else writes meanwhile.
    What is put in `foretold` stays until an object of a type in `foretell` is written.
    After an error other than one raised through `part` the transaction must be rolled back.
    """
    with _Shared(connection, keeps, foretell) as session:
        yield session
        session.flush()
        session.commit()


@contextmanager
def part(session: Session) -> Iterator[Session]:
    """One event of several in a session: what it raises undoes this event alone."""
    assert isinstance(session, _Shared)
    session.driver.execute("SAVEPOINT event")  # by the driver itself: it costs a tenth
    try:
        yield session
        session.flush()
    except BaseException:
        session.outdated = True
        session.driver.execute("ROLLBACK TO SAVEPOINT event")
        raise
    finally:
        session.driver.execute("RELEASE SAVEPOINT event")
        session.next()


def foretold(session: Session) -> dict[Any, Any]:
    """What is known already to the events of a batch; without one nothing is, nor is it kept."""
    return session.foretold if isinstance(session, _Shared) else {}


def driver(session: Session) -> Any:
    """The driver's own connection, in whose transaction the session is."""
    if isinstance(session, _Shared):
        return session.driver
    return session.connection().connection.driver_connection
