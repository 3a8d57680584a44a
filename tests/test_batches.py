"""Events of one batch share what they read; what one of them breaks or changes harms no other."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import Engine
from sqlmodel import col, delete, select

from bot.app import App
from bot.dispatch import KEPT
from handlers import ROUTES
from handlers.chat import Call, Kind, Reply, Route
from handlers.errors import Refusal
from storage import accounts, units
from storage.batches import part, together
from storage.database import alone_here, begin, reading, turn
from storage.inbox import Inbox
from storage.units import Unit, UnitAlias
from tests.cast import Cast
from tests.test_core import app, channel, said

__all__ = ["app", "channel"]


async def test_a_refusal_undoes_what_its_event_did_and_nothing_else(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(call: Call, rest: str) -> Reply:
        accounts.ensure(call.session, address=f"fake:{rest}", name=rest, now=call.now)
        if rest == "no":
            raise Refusal("talk/in_private.j2")
        return Reply("talk/cancelled.j2")

    monkeypatch.setitem(ROUTES, "cancel", Route(refuse, listed=False))
    presses = [
        said(f"cancel {word}", str(at), kind=Kind.PRESS) for at, word in enumerate(("a", "no", "b"))
    ]
    await app.receive("fake", presses)
    await app.settle()

    with reading(app.engine) as session:
        known = [accounts.by_address(session, f"fake:{word}") for word in ("a", "no", "b")]
        assert [row is not None for row in known] == [True, False, True]
        assert {row.state for row in session.exec(select(Inbox))} == {"worked"}


async def test_what_one_event_deletes_the_next_does_not_find_loaded(cast: Cast) -> None:
    if not alone_here(cast.engine):
        pytest.skip("each event has a session of its own there")
    with cast.engine.connect() as connection, connection.begin():
        with together(connection, (*KEPT, UnitAlias)) as session:
            with part(session):
                unit = units.by_code(session, "P5-K1")
                assert unit is not None and unit.id is not None
                aliases = session.exec(select(UnitAlias).where(UnitAlias.unit_id == unit.id)).all()
                kept = [alias.id for alias in aliases]
            with part(session):
                assert session.get(UnitAlias, kept[0]) in aliases, "shared: nothing is read anew"
                session.exec(delete(UnitAlias).where(col(UnitAlias.id).in_(kept)))
            with part(session):
                assert session.get(UnitAlias, kept[0]) is None
        connection.rollback()


async def test_without_forgetting_the_next_would_find_what_a_cascade_took(cast: Cast) -> None:
    """The twin: what the database deletes by itself, loaded objects do not know of."""
    if not alone_here(cast.engine):
        pytest.skip("each event has a session of its own there")
    with begin(cast.engine) as session:
        unit = Unit(code="X", name="X", kind="x")
        session.add(unit)
        session.flush()
        alias = UnitAlias(unit_id=unit.id or 0, name="x", folded="x")
        session.add(alias)
        session.flush()
        session.connection().exec_driver_sql(f"DELETE FROM unit WHERE id = {unit.id}")
        assert session.get(UnitAlias, alias.id) is alias
        session.expunge_all()
        assert session.get(UnitAlias, alias.id) is None


def test_writers_of_one_process_take_turns(engine: Engine) -> None:
    if not alone_here(engine):
        pytest.skip("PostgreSQL takes several at once")
    seen: list[str] = []

    def write(name: str) -> None:
        with turn(engine):
            seen.append(f"{name} in")
            time.sleep(0.02)
            seen.append(f"{name} out")

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])
