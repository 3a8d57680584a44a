"""An Official Account's own ways: windows that close, groups it owns, and who is spoken to there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from bot.channels.zalo_oa import CS, NAME
from storage import accounts, groups, windows
from storage.database import reading
from storage.groups import GroupState
from tests.cast import PUBLIC_URL
from tests.channels.fake_oa import OaGroup
from tests.directives_scenes import PLAN
from tests.oa_cast import OaCast, OaRoom


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[OaCast]:
    async with OaCast(engine) as cast:
        yield cast
        assert cast.server.problems == []


def is_open(cast: OaCast, key: str) -> bool:
    """Whether somebody's private talk may be written to."""
    with reading(cast.engine) as session:
        account = accounts.by_address(session, f"{NAME}:{cast.people[key].id}")
        return account is not None and not account.blocked


async def relayed_unit(cast: OaCast) -> None:
    """Khóm 1 has no group: all that is for it goes through Sáu's own hands."""
    with reading(cast.engine) as session:
        (room,) = groups.of_unit(session, cast.unit("P5-K1").id or 0)
    await cast.sau.says(f"/huyketnoi {room.id}")
    await cast.sau.presses("bỏ kết nối")


async def directive(cast: OaCast) -> None:
    await cast.hoa.sends_file("109-KH-BTV.pdf", PLAN)
    if any("05/12/2026" in label for label in cast.hoa.labels):
        await cast.hoa.presses("05/12/2026")


async def test_a_window_that_is_over_is_known_shown_and_told_before_anything_is_sent(
    cast: OaCast,
) -> None:
    await relayed_unit(cast)
    await cast.passes(days=4)
    await cast.hoa.says("trợ giúp")
    await cast.passes(days=3, minutes=10)
    assert not is_open(cast, "sau") and is_open(cast, "hoa")
    assert any("Cao Thị Sáu" in text and "nhắn cho Hội một chữ" in text for text in cast.hoa.texts)

    await directive(cast)
    assert "Zalo tạm khép tin riêng" in cast.hoa.texts[-1] + cast.hoa.texts[-2]
    await cast.hoa.presses("Gửi ngay") if cast.hoa.labels else await cast.hoa.says("1")
    await cast.passes(seconds=20)
    await cast.hoa.says("tiến độ")
    shown = next(text for text in reversed(cast.hoa.texts) if "Đã xác nhận" in text)
    assert "Zalo tạm khép tin riêng" in shown and "Chi hội Khóm 1" in shown
    assert "Chưa có chi hội trưởng liên kết" not in shown
    assert any("tin của Hội chưa tới được" in t and "một chữ" in t for t in cast.hoa.texts)
    assert cast.server.late == []  # nobody was written to in vain


async def test_once_she_writes_again_what_waited_for_her_comes(cast: OaCast) -> None:
    await relayed_unit(cast)
    await cast.passes(days=4)
    await cast.hoa.says("trợ giúp")
    await cast.passes(days=3, minutes=10)
    await directive(cast)
    await cast.hoa.says("1") if not cast.hoa.labels else await cast.hoa.presses("Gửi ngay")
    await cast.passes(seconds=20)
    before = len(cast.sau.texts)

    await cast.sau.says("chào em")
    await cast.passes(seconds=2)

    assert is_open(cast, "sau")
    assert any("109/KH-BTV" in text for text in cast.sau.texts[before:])


async def test_talk_in_the_group_keeps_her_private_window_open(cast: OaCast) -> None:
    await cast.passes(days=6)
    await cast.an.says("chào cả nhà", cast.k8)
    await cast.passes(days=2)
    assert is_open(cast, "an")
    await cast.passes(days=6)
    assert not is_open(cast, "an")
    await cast.an.says("em đây", cast.k8)
    assert is_open(cast, "an")


async def test_what_costs_something_is_told_before(cast: OaCast) -> None:
    await cast.passes(days=3)
    await cast.hoa.says("trợ giúp")
    await directive(cast)
    await cast.hoa.says("1") if not cast.hoa.labels else await cast.hoa.presses("Gửi ngay")
    await cast.passes(seconds=20)
    await cast.hoa.says("tiến độ")
    shown = next(text for text in reversed(cast.hoa.texts) if "Đã xác nhận" in text)
    assert "đã quá hai ngày" not in shown  # nobody was heard by then: nothing is known

    await cast.lan.says("trợ giúp")
    await cast.passes(days=3)
    await cast.hoa.says("tiến độ")
    shown = next(text for text in reversed(cast.hoa.texts) if "Đã xác nhận" in text)
    assert "💰 1 chi hội trưởng đã quá hai ngày" in shown


async def test_a_window_the_platform_closed_sooner_is_believed(cast: OaCast) -> None:
    await cast.sau.says("trợ giúp")
    cast.server.fault(CS, code=-230)
    await cast.sau.says("trợ giúp")  # its answer is refused
    await cast.passes(seconds=2)

    assert not is_open(cast, "sau")
    await cast.sau.says("chị đây")
    await cast.passes(seconds=2)
    assert is_open(cast, "sau")
    with reading(cast.engine) as session:
        window = windows.of(session, f"{NAME}:{cast.people['sau'].id}")
        assert window is not None and window.state == windows.WindowState.OPEN


async def test_whom_nobody_knows_yet_is_answered_in_private_once_she_has_answered(
    cast: OaCast,
) -> None:
    await cast.ty.says("mai chợ họp không mấy chị", cast.k8)
    with reading(cast.engine) as session:
        address = f"{NAME}:{cast.people['ty'].id}"
        assert accounts.by_address(session, address) is None
        assert windows.of(session, address) is None  # talk leaves nothing
    await cast.lan.says("điểm danh", cast.k8)
    await cast.ty.says("có mặt", cast.k8)

    assert "Em đã giữ câu trả lời" in cast.ty.text
    with reading(cast.engine) as session:
        assert windows.of(session, address) is not None


async def test_a_group_made_in_the_accounts_own_app_is_bound_by_a_word(cast: OaCast) -> None:
    group = cast.rooms["moi"] = cast.server.group("Nhóm mới")
    await cast.server.happens("create_group", group, cast.people["sau"])
    await cast.settle()
    room = OaRoom(cast, "moi", NAME)
    assert "trợ lý tự động" in room.text

    await cast.sau.says("/ketnoi P5-K1", room)
    assert "đã kết nối với Chi hội Khóm 1" in room.text
    assert "mọi tin" in cast.sau.text


async def test_who_comes_is_welcomed_once_a_day_and_a_leader_who_goes_is_missed(
    cast: OaCast,
) -> None:
    group = cast.rooms["g8"]
    new = [cast.server.person("Mới"), cast.server.person("Mới nữa")]
    await cast.server.happens("user_join_group", group, *new)  # type: ignore[arg-type]
    await cast.server.happens("user_join_group", group, cast.people["an"])  # type: ignore[arg-type]
    await cast.settle()
    assert sum("Chào mừng chị" in text for text in cast.k8.texts) == 1

    await cast.server.happens("user_out_group", group, cast.people["an"])  # type: ignore[arg-type]
    await cast.settle()
    assert not any("rời nhóm" in text for text in cast.hoa.texts)
    await cast.server.happens("user_out_group", group, cast.people["lan"])  # type: ignore[arg-type]
    await cast.settle()
    assert "Nguyễn Thị Lan" in cast.hoa.text and "rời nhóm" in cast.hoa.text


async def test_a_group_that_is_no_more_is_told(cast: OaCast) -> None:
    await cast.server.happens("delete_group", cast.rooms["g8"])  # type: ignore[arg-type]
    await cast.settle()

    assert "CH Khóm 8" in cast.lan.text and "đã đóng hoặc hết gói" in cast.lan.text
    with reading(cast.engine) as session:
        assert groups.of_unit(session, cast.unit("P5-K8").id or 0) == []
        gone = groups.by_address(session, cast.k8.address)
        assert gone is not None and gone.state == GroupState.GONE


async def test_a_group_whose_package_is_over_is_served_by_its_leaders_hand(cast: OaCast) -> None:
    group = cast.rooms["g8"]
    assert isinstance(group, OaGroup)
    group.closed = True
    await cast.lan.says("điểm danh họp tháng 11")

    told = next(text for text in cast.lan.texts if "đã đóng hoặc hết gói" in text)
    assert "nhờ chị chuyển tay" in told


async def test_who_follows_no_more_is_not_written_to(cast: OaCast) -> None:
    await cast.server.unfollows(cast.people["an"])
    await cast.settle()
    assert not is_open(cast, "an")


async def test_a_quote_of_another_persons_words_is_not_for_the_bot(cast: OaCast) -> None:
    await cast.lan.says("điểm danh", cast.k8)
    prompt = cast.k8.last
    hers = await cast.thu.says("mai mấy giờ vậy chị", cast.k8)
    await cast.an.says("2", cast.k8, reply_to=hers)
    await cast.binh.says("1", cast.k8, reply_to=prompt)
    await cast.passes(minutes=11)

    assert "Có mặt: 1" in cast.k8.text


async def test_a_newcomer_follows_the_page_that_leads_in(cast: OaCast) -> None:
    assert cast.app.dispatcher.links().start.get(NAME) is None
    cast.oa._door = f"{PUBLIC_URL}/zalo/mo/oa/{{code}}"
    await cast.lan.says("link tham gia")
    told = "\n".join(cast.lan.texts)
    code = told.partition("/zalo/mo/oa/")[2].split()[0]
    await cast.ty.says(f"start {code}")

    assert "Chi hội Khóm 8" in cast.ty.text and "họ" in cast.ty.text
