"""What only whoever runs the machine can mend is told to the top, once, and never at night."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import delete

from bot import machine
from bot.channels.base import Raw
from bot.watch import Watch
from handlers.alarms import BACKUP_CHORE
from handlers.understanding.zone import local_date
from storage import chores, oa_tokens
from storage.database import begin
from storage.members import Role
from tests.cast import Cast
from tests.logbook import kept


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with room, whatever the machine of the tests has."""
    monkeypatch.setattr(machine, "room", lambda _engine: (100 * machine.ROOM, 200 * machine.ROOM))


async def look(cast: Cast) -> int:
    told = Watch(cast.app).look()
    await cast.settle()
    return told


async def poison(cast: Cast, key: str) -> None:
    await cast.app.receive("sandbox", [Raw(key, "{")])
    await cast.settle()


async def test_when_all_is_well_nobody_is_told(cast: Cast) -> None:
    await cast.an.says("trợ giúp")

    assert await look(cast) == 0


async def test_what_cannot_be_read_is_told_to_the_top_once_a_day(cast: Cast) -> None:
    await poison(cast, "1")
    await poison(cast, "2")
    assert await look(cast) == 1
    assert "Có 2 tin gửi đến mà em chưa xử lý được" in cast.mai.text
    assert "chihoi doctor" in cast.mai.text
    assert cast.hoa.private.bot == []  # she is the ward's

    cast.clock.advance(timedelta(minutes=5))
    await poison(cast, "3")
    assert await look(cast) == 0
    cast.clock.advance(timedelta(days=1))
    assert await look(cast) == 1
    assert "Có 1 tin" in cast.mai.text  # the new one alone
    cast.clock.advance(timedelta(days=1))
    assert await look(cast) == 0


async def test_where_nobody_can_be_told_it_stands_in_the_log(cast: Cast) -> None:
    with begin(cast.engine) as session:
        session.exec(delete(Role))
    await poison(cast, "1")
    with kept() as log:
        assert await look(cast) == 0

    assert '"event": "alarm", "level": "error"' in log.getvalue()
    assert '"kind": "events"' in log.getvalue()


async def test_at_night_it_waits_for_the_morning(cast: Cast) -> None:
    cast.clock.advance(timedelta(hours=15))  # 23:00
    await poison(cast, "1")
    assert await look(cast) == 1
    assert cast.mai.private.bot == []

    await cast.passes(hours=8)
    assert "Có 1 tin" in cast.mai.text


async def test_a_disk_nearly_full_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "room", lambda _engine: (800_000_000, 200 * machine.ROOM))

    assert await look(cast) == 1
    assert "sắp hết chỗ, chỉ còn 0,8 GB" in cast.mai.text
    assert await look(cast) == 0


async def test_a_union_without_backups_is_told_once_a_week(cast: Cast) -> None:
    await cast.an.says("trợ giúp")
    cast.clock.advance(timedelta(days=7))
    assert await look(cast) == 0
    cast.clock.advance(timedelta(days=1))
    assert await look(cast) == 1
    assert "Đã 8 ngày chưa có bản sao lưu" in cast.mai.text
    cast.clock.advance(timedelta(days=2))
    assert await look(cast) == 0

    with begin(cast.engine) as session:
        chores.done(session, BACKUP_CHORE, local_date(cast.clock.now()))
    cast.clock.advance(timedelta(days=6))
    assert await look(cast) == 0
    cast.clock.advance(timedelta(days=3))
    assert await look(cast) == 1
    assert "Đã 9 ngày" in cast.mai.text


async def test_an_account_that_must_be_authorised_anew_is_told(cast: Cast) -> None:
    now = cast.clock.now()
    with begin(cast.engine) as session:
        oa_tokens.keep(
            session, "zalo_oa", access_token="a", refresh_token="r",
            expires_at=now + timedelta(hours=5), now=now,
        )  # fmt: skip
    assert await look(cast) == 0
    with begin(cast.engine) as session:
        oa_tokens.end_refresh(session, "zalo_oa", "-14014 Invalid refresh token")
        oa_tokens.end_refresh(session, "another", "there is no such account")

    assert await look(cast) == 1
    assert "chihoi channel oa login" in cast.mai.text and "13 giờ" in cast.mai.text


async def test_events_nobody_works_are_told(cast: Cast) -> None:
    await cast.app.receive("sandbox", [Raw("1", "{")])
    cast.clock.advance(timedelta(minutes=12))
    assert Watch(cast.app).look() == 1
    await cast.app.delivery.drain()

    assert "đã chờ 12 phút" in cast.mai.text


@pytest.mark.parametrize(
    ("free", "total", "low"),
    [
        (900_000_000, 2_000_000_000, True),
        (3_000_000_000, 8_000_000_000, False),
        (15_000_000_000, 500_000_000_000, True),
        (30_000_000_000, 2_000_000_000_000, False),
    ],
)
def test_what_nearly_full_means(free: int, total: int, *, low: bool) -> None:
    assert machine.is_low(free, total) is low


def test_a_disk_is_asked_where_the_database_lies(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    found = machine.room(cast.engine)

    if cast.engine.dialect.name == "sqlite":
        assert found is not None
        assert 0 < found[0] <= found[1]
        assert Path(cast.engine.url.database or "").exists()
    else:
        assert found is None
