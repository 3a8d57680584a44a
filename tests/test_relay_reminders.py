"""What a leader has not passed on yet: she is reminded, officers see it, nobody is nagged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers import relaying
from handlers.chat import Moment
from storage import groups, relays
from storage.database import begin
from storage.groups import GroupState
from storage.relays import Relay
from tests.cast import Cast
from tests.directives_scenes import broadcasts
from tests.losing import mentions
from tests.surveys_scenes import YES_NO
from tests.test_detours import at_plain

TEN = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
"""Monday, 10:00 in Vietnam."""
SOON_AFTER = TEN + timedelta(minutes=1)


async def morning(cast: Cast) -> None:
    """A directive, and a roll, at eight; Ngà has passed on neither."""
    await broadcasts(cast.mai)
    await cast.nga.says("/diemdanh")


async def test_she_is_reminded_at_ten_and_at_six_in_one_message(cast: Cast) -> None:
    await morning(cast)
    await cast.until(TEN - timedelta(minutes=1), every=timedelta(hours=1))
    assert mentions(cast.nga.texts, "chưa chuyển vào nhóm") == 0

    await cast.until(TEN + timedelta(minutes=30), every=timedelta(minutes=15))
    assert mentions(cast.nga.texts, "còn 2 tin chưa chuyển vào nhóm") == 1
    assert "• 109/KH-BTV" in cast.nga.text
    assert "• Điểm danh" in cast.nga.text or "Chi hội Khóm 8" in cast.nga.text

    await cast.nga.presses("Gửi lại: 109/KH-BTV")
    assert mentions(cast.nga.texts[-2:], "dịch vụ công") == 1
    await cast.nga.presses("Đã gửi vào nhóm")
    await cast.until(TEN + timedelta(hours=9), every=timedelta(hours=1))
    assert mentions(cast.nga.texts, "còn 1 tin chưa chuyển vào nhóm") == 1
    await cast.nga.presses("Đã gửi: ")
    await cast.until(TEN + timedelta(days=1, hours=1), every=timedelta(hours=1))
    assert mentions(cast.nga.texts, "chưa chuyển vào nhóm") == 2


async def test_a_clock_that_is_asked_twice_reminds_once(cast: Cast) -> None:
    await morning(cast)
    await cast.until(SOON_AFTER, every=timedelta(hours=3))
    told = len(cast.nga.texts)
    with begin(cast.engine) as session:
        assert relaying.due(session, cast.clock.now()) == []
        replies = relaying.fire(Moment(session, cast.clock.now()), 0)
    assert replies == []
    assert len(cast.nga.texts) == told


async def test_many_units_are_reminded_some_at_a_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "UNITS_AT_ONCE", 1)
    await morning(cast)
    k1 = cast.unit("P5-K1").id or 0
    with begin(cast.engine) as session:
        relays.ensure(session, k1, "directive:1", reached=1, now=cast.clock.now())
        for group in groups.of_unit(session, k1):
            group.state = GroupState.RELAY
            session.add(group)
    await cast.until(SOON_AFTER, every=timedelta(hours=3))
    told = [*cast.nga.texts, *cast.sau.texts]
    assert mentions(told, "chưa chuyển vào nhóm") == 1

    await cast.tick()
    await cast.tick()
    assert mentions(cast.nga.texts, "chưa chuyển vào nhóm") == 1
    assert mentions(cast.sau.texts, "chưa chuyển vào nhóm") == 1


async def test_what_is_over_or_shown_by_the_bot_itself_is_no_reason(cast: Cast) -> None:
    await morning(cast)
    await cast.nga.says("chốt điểm danh")
    cast.add_room("g6", "CH Khóm 8 P6", unit="P6-K8")
    await cast.until(SOON_AFTER, every=timedelta(hours=3))
    assert mentions(cast.nga.texts, "chưa chuyển vào nhóm") == 0

    await cast.nga.says("/relay_again 1")
    assert "không cần chuyển nữa" in cast.nga.text
    await cast.mai.says("/relay_remind directive:1")
    assert "Không còn đơn vị nào phải nhắc" in cast.mai.text


async def test_an_officer_sees_who_has_not_passed_a_directive_on_and_asks(cast: Cast) -> None:
    await broadcasts(cast.mai)
    await cast.mai.says("tiến độ")
    assert "Chưa chuyển tay vào nhóm\n• Chi hội Khóm 8 (Hội LHPN Phường 6)" in cast.mai.text
    await cast.mai.presses("Nhắc 1 đơn vị chuyển tay")
    assert "đã nhắc 1 đơn vị" in cast.mai.text
    assert mentions(cast.nga.texts, "còn 1 tin chưa chuyển vào nhóm") == 1
    await cast.mai.says("/relay_remind directive:1")
    assert "vừa nhắc rồi" in cast.mai.text
    assert mentions(cast.nga.texts, "còn 1 tin chưa chuyển vào nhóm") == 1

    await cast.nga.presses("Đã gửi: ")
    await cast.mai.says("tiến độ")
    assert "Chưa chuyển tay" not in cast.mai.text


async def test_and_so_with_a_survey(cast: Cast) -> None:
    await cast.mai.says(YES_NO)
    await cast.mai.presses("Không có hạn")
    await cast.mai.presses("Có tên:")
    await cast.mai.presses("Tất cả: Hội LHPN Phường 6")
    await cast.mai.presses("📨 Gửi")
    await cast.mai.says("khảo sát")
    await cast.mai.presses("📋")
    assert "Chưa chuyển tay vào nhóm\n• Chi hội Khóm 8 (Hội LHPN Phường 6)" in cast.mai.text
    await cast.mai.presses("Nhắc 1 đơn vị chuyển tay")
    assert mentions(cast.nga.texts, "còn 1 tin chưa chuyển vào nhóm") == 1


async def test_and_with_the_invitation_to_a_meeting(cast: Cast) -> None:
    await cast.mai.says("họp tổng kết năm 19g30 thứ bảy này tại nhà văn hoá")
    await cast.mai.presses("Tất cả 3 chi hội")
    await cast.mai.presses("mời họp")
    await cast.mai.says("/meet_who 1")
    assert "Chưa chuyển tay vào nhóm\n• Chi hội Khóm 8 (Hội LHPN Phường 6)" in cast.mai.text
    for label in [f"relayed {row.id}" for row in relays_of(cast)]:
        await cast.nga.says(f"/{label}")
    await cast.mai.says("/meet_who 1")
    assert "Chưa chuyển tay" not in cast.mai.text


def relays_of(cast: Cast) -> list[Relay]:
    with cast.session() as session:
        return [row for row in session.exec(select(Relay)) if row.passed_at is None]


async def test_where_the_platform_has_one_a_button_shares_the_words_and_their_link(
    cast: Cast,
) -> None:
    await cast.nga.says("/diemdanh họp tháng 11")
    asked = next(m for m in reversed(cast.nga.private.bot) if "chép" in m.text)
    (share,) = [c for row in asked.choices for c in row if c.url]
    assert share.label == "📤 Chia sẻ vào nhóm"
    parts = urlsplit(share.url)
    assert (parts.netloc, parts.path) == ("t.me", "/share/url")
    told = parse_qs(parts.query)
    assert told["text"] == ["📋 Điểm danh Chi hội Khóm 8: họp tháng 11"]
    assert told["url"][0].startswith("https://chihoi.test/t/")


async def test_elsewhere_the_text_with_its_link_is_all_there_is(cast: Cast) -> None:
    await cast.nga.says("/diemdanh", at_plain(cast.nga))
    texts = [*cast.nga.texts, *at_plain(cast.nga).texts]
    assert mentions(texts, "Xem và trả lời ở đây: https://chihoi.test/t/") == 1
    assert PLAIN in at_plain(cast.nga).channel
