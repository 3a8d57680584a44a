"""A union moves between SQLite and PostgreSQL, whole and compared row by row."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, Table, text, update

from bot.cli.db import copy
from bot.cli.errors import CommandError
from storage import copying, members, units
from storage.copying import CopyError, Say, Summary, counts, snapshot, summaries
from storage.database import begin, open_engine, reading, table
from storage.inbox import Inbox
from storage.units import Unit
from tests.cast import MONDAY_8AM, Cast
from tests.conftest import Databases
from tests.fresh import empty_database

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture
def world(demo_template: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a filled union, and what commands will find in their settings."""
    url = f"sqlite:///{demo_template / 'template' / 'union.db'}"
    monkeypatch.setenv("CHIHOI_DATABASE_URL", url)
    return url


def held(url: str) -> dict[str, Summary]:
    engine = open_engine(url)
    with snapshot(engine) as connection:
        found = summaries(connection)
    engine.dispose()
    return found


def test_a_whole_union_goes_over_and_back_and_is_the_same(
    world: str,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    there, back = empty_database(databases, tmp_path), f"sqlite:///{tmp_path / 'back.db'}"
    copy(to=there)
    monkeypatch.setenv("CHIHOI_DATABASE_URL", there)
    copy(to=back)

    assert held(there) == held(back) == held(world)
    assert "Copied and compared" in capsys.readouterr().out
    assert (tmp_path / "back.db").stat().st_mode & 0o777 == 0o600


def test_what_is_added_afterwards_gets_the_next_number(
    world: str, databases: Databases, tmp_path: Path
) -> None:
    there = empty_database(databases, tmp_path)
    copy(to=there)
    engine = open_engine(there)
    with begin(engine) as session:
        greatest = session.connection().execute(text("SELECT max(id) FROM member")).scalar_one()
        ward = units.by_code(session, "P5")
        assert ward is not None and ward.id is not None
        new = members.add(session, unit_id=ward.id, name="Võ Thị Mới", now=MONDAY_8AM)
        assert new.id == greatest + 1
    engine.dispose()


def test_a_unit_may_come_before_the_one_it_belongs_to(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin(engine) as session:
        for id_, code in ((1, "P5-K8"), (2, "P5")):
            session.add(Unit(id=id_, code=code, name=code, kind="chi hội"))
        session.flush()
        session.connection().execute(
            update(table(Unit)).where(table(Unit).c.id == 1).values(parent_id=2)
        )
    monkeypatch.setenv("CHIHOI_DATABASE_URL", database_url)
    copy(to=f"sqlite:///{tmp_path / 'there.db'}")

    assert held(f"sqlite:///{tmp_path / 'there.db'}") == held(database_url)


async def test_what_happens_meanwhile_is_not_half_in_the_copy(cast: Cast, tmp_path: Path) -> None:
    with snapshot(cast.engine) as source:
        before = counts(source)
        await cast.an.says("trợ giúp")
        assert counts(source) == before
    with reading(cast.engine) as session:
        assert counts(session.connection())["inbox"] == before["inbox"] + 1


def test_a_database_that_holds_something_is_left_alone(
    world: str, databases: Databases, tmp_path: Path
) -> None:
    there = empty_database(databases, tmp_path)
    engine = open_engine(there)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE recipes (name TEXT)"))
    with pytest.raises(CommandError, match="not empty: there is something in recipes"):
        copy(to=there)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE recipes"))
    copy(to=there)
    whole = held(there)
    with pytest.raises(CommandError, match="the database is not empty"):
        copy(to=there)

    assert held(there) == whole
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://a/b", "nothing", "postgresql://nobody@127.0.0.1:9/x"])
def test_an_address_that_cannot_be_used_is_one_line(world: str, url: str) -> None:
    with pytest.raises(CommandError, match="the database cannot be used") as said:
        copy(to=url)

    assert len(str(said.value).splitlines()) == 1


def test_a_copy_that_differs_is_undone(
    world: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = empty_database(databases, tmp_path)
    rightly = copying._fill_table

    def wrongly(source: Connection, target: Connection, filled: Table, say: Say) -> Summary:
        found = rightly(source, target, filled, say)
        if filled.name == "member":
            target.execute(update(filled).where(filled.c.id == 1).values(name="Ai Đó"))
        return found

    monkeypatch.setattr(copying, "_fill_table", wrongly)
    with pytest.raises(CommandError, match="nothing was copied: member: the copy's checksum"):
        copy(to=there)

    assert sum(summary.rows for summary in held(there).values()) == 0


def test_a_row_that_is_missing_is_noticed() -> None:
    with pytest.raises(CopyError, match="unit: 2 rows were read, 1 are there"):
        copying.compare({"unit": Summary(2, 5)}, {"unit": Summary(1, 5)})


def test_a_running_bot_is_named(
    world: str, demo_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(f"{demo_template / 'template' / 'union.db'}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        copy(to=f"sqlite:///{tmp_path / 'there.db'}")

    assert "NOT in the copy" in capsys.readouterr().out


def test_words_no_postgresql_can_hold_are_named_by_their_table(
    engine: Engine, database_url: str, databases: Databases, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if not databases.server:
        pytest.skip("SQLite holds them")
    file = f"sqlite:///{tmp_path / 'nul.db'}"
    monkeypatch.setenv("CHIHOI_DATABASE_URL", database_url)
    copy(to=file)
    odd = open_engine(file)
    with begin(odd) as session:
        row = Inbox(channel="x", event_id="1", body="a\x00b", received_at=MONDAY_8AM)
        session.add(row)
    odd.dispose()
    monkeypatch.setenv("CHIHOI_DATABASE_URL", file)
    with pytest.raises(CommandError, match="nothing was copied: inbox: "):
        copy(to=empty_database(databases, tmp_path))
