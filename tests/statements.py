"""Every statement a database is asked, those on the driver's own cursor (`storage.quick`) too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def watched(engine: Engine) -> Iterator[list[str]]:
    """The statements of what runs meanwhile; PostgreSQL tells only those that SQLAlchemy knows."""
    seen: list[str] = []

    def trace(connection: Any, *_: object) -> None:
        connection.set_trace_callback(seen.append)

    def untrace(connection: Any, *_: object) -> None:
        if connection is not None:
            connection.set_trace_callback(None)

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    if engine.dialect.name == "sqlite":
        hooks: list[tuple[str, Any]] = [("checkout", trace), ("checkin", untrace)]
    else:
        hooks = [("before_cursor_execute", note)]
    for name, hook in hooks:
        event.listen(engine, name, hook)
    try:
        yield seen
    finally:
        for name, hook in hooks:
            event.remove(engine, name, hook)
