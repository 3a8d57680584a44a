"""The fake Telegram's flood limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.clock import MovableClock
from tests.channels.fake_telegram import FakeTelegram, FloodLimits

MONDAY = datetime(2026, 11, 16, 1, tzinfo=UTC)


async def flooded(flood: FloodLimits | None) -> FakeTelegram:
    """A minute of a bot that sends to one group as often as it may, then once to 40 people."""
    clock = MovableClock(MONDAY, held=True)
    server = FakeTelegram(clock=clock, flood=flood)
    lan = server.person("Lan")
    group = server.group("CH Khóm 8", members=[lan])
    await server.add_bot(group, by=lan)
    for _ in range(60):
        await server.call_quietly("sendMessage", {"chat_id": group.id, "text": "một"})
        refusal = server.requests[-1].error
        wait = refusal.parameters["retry_after"] if refusal else 0
        clock.advance(timedelta(seconds=min(wait, (MONDAY - clock.now()).total_seconds() + 59)))
    for number in range(40):
        person = server.person(f"Chị {number}")
        await person.starts()
        await server.call_quietly("sendMessage", {"chat_id": person.id, "text": "chào"})
    return server


async def test_twenty_a_minute_reach_a_group_and_thirty_a_second_leave_the_bot() -> None:
    server = await flooded(FloodLimits())
    (group,) = server.groups.values()
    assert len(group.bot_messages) == 20
    refusals = [request.error for request in server.requests[-40:] if request.error]
    assert [error.description for error in refusals] == ["Too Many Requests: retry after 1"] * 10


async def test_without_limits_everything_passes() -> None:
    server = await flooded(None)
    assert all(request.ok for request in server.requests)


@given(st.lists(st.tuples(st.sampled_from([5, -5, -6]), st.floats(0, 3)), max_size=150))
def test_no_window_ever_holds_more_than_its_limit(sends: list[tuple[int, float]]) -> None:
    flood, now = FloodLimits(per_second=4, per_group_minute=20), 1000.0
    admitted: list[tuple[int, float]] = []
    for chat, pause in sends:
        now += pause
        wait = flood.admit(chat, now, group=chat < 0)
        if wait:
            now += wait
            assert flood.admit(chat, now, group=chat < 0) == 0
        admitted.append((chat, now))
    for _, start in admitted:
        second = [at for _, at in admitted if start <= at < start + 1 - 1e-3]
        minute = [chat for chat, at in admitted if start <= at < start + 60 - 1e-3]
        assert len(second) <= 4
        assert max(minute.count(-5), minute.count(-6)) <= 20


def test_a_bot_that_hit_a_limit_may_be_held_in_every_chat() -> None:
    lenient, strict = FloodLimits(chat_burst=1), FloodLimits(chat_burst=1, holds_bot=True)
    for flood in (lenient, strict):
        assert [flood.admit(5, 0.0, group=False) for _ in range(2)] == [0, 1]
    assert lenient.admit(6, 0.5, group=False) == 0
    assert strict.admit(6, 0.5, group=False) == 1
    assert strict.admit(6, 1.0, group=False) == 0
