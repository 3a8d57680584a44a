"""A group bound, or a leader linked, after things went out: nothing open is lost on them."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from handlers import catching_up
from storage import accounts, relays
from storage.database import begin
from tests.cast import Cast
from tests.directives_scenes import broadcasts
from tests.doors import LINK, ask, issue
from tests.test_groups import come_in


async def test_a_new_group_is_offered_what_is_still_open(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.lan.says("/diemdanh", cast.k8)
    room = await come_in(cast, "moi", "Nhóm mới của Khóm 8")
    await cast.lan.says("/ketnoi P5-K8", room)
    offered = next(text for text in room.texts if "2 việc đang mở" in text)
    assert "• Điểm danh" in offered and "• 109/KH-BTV" in offered
    before = len(room.bot)

    await cast.an.presses("Đưa vào nhóm này", room)
    assert "không thuộc đơn vị" in cast.an.toast
    assert len(room.bot) == before

    await cast.lan.presses("Đưa vào nhóm này", room)
    assert "2 việc" in cast.lan.toast
    words = " ".join(room.texts[before:])
    assert "Điểm danh" in words
    assert "dịch vụ công" in words
    await cast.an.presses("Có mặt", room)
    assert "1" in room.text or "1" in cast.k8.text

    shown = len(room.bot)
    await cast.lan.presses("Đưa vào nhóm này", room)
    assert len(room.bot) == shown
    assert "từ trước rồi" in cast.lan.toast


async def test_where_nothing_is_open_nothing_is_offered(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm mới của Khóm 8")
    await cast.lan.says("/ketnoi P5-K8", room)

    assert "việc đang mở" not in " ".join(room.texts)


async def nobody_leads(cast: Cast) -> None:
    """Ngà's branch has no group, and nobody in it is linked."""
    with begin(cast.engine) as session:
        member = cast.member("Dương Thị Ngà").id
        assert member is not None
        for channel in (SANDBOX, PLAIN):
            account = accounts.by_address(session, f"{channel}:nga")
            assert account is not None and account.id is not None
            accounts.unlink(session, account.id, member)


@pytest.mark.parametrize(("at_once", "first"), [(3, "dịch vụ công"), (0, "việc đang mở")])
async def test_a_leader_linked_late_gets_what_is_open(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, at_once: int, first: str
) -> None:
    monkeypatch.setattr(catching_up, "AT_ONCE", at_once)
    await nobody_leads(cast)
    await broadcasts(cast.mai)
    with cast.session() as session:
        assert [r.reached for r in relays.about(session, "directive:1")] == [0]
    code = issue(cast, "P6-K8", "leader", "Dương Thị Ngà", by=cast.mai)
    await cast.nga.says(f"/start {code}")
    if at_once == 0:
        assert "• 109/KH-BTV" in cast.nga.text
        assert "dịch vụ công" not in " ".join(cast.nga.private.texts)
        await cast.nga.presses("Nhận cả 1 tin")
        assert "dịch vụ công" in " ".join(cast.nga.private.texts)
    assert first in " ".join(cast.nga.private.texts)
    await cast.nga.presses("Xác nhận đã nhận")
    assert "Đã ghi" in cast.nga.toast
    await cast.nga.presses("Đã gửi vào nhóm")
    with cast.session() as session:
        (row,) = relays.about(session, "directive:1")
    assert (row.reached, row.passed_at) == (1, cast.clock.now())


async def test_a_leader_who_comes_by_the_join_link_gets_it_too(cast: Cast) -> None:
    """The register has her as leader; the ward's officer knows her, and says so."""
    await nobody_leads(cast)
    await broadcasts(cast.mai)
    await cast.mai.says("/linkthamgia P6-K8")
    found = LINK.search(cast.mai.text)
    assert found is not None
    await ask(cast, cast.nga, "Dương Thị Ngà 1971", found[1])
    await cast.mai.presses("Dương Thị Ngà (1971)")
    await cast.mai.presses("Là Dương Thị Ngà")

    assert "dịch vụ công" in " ".join(cast.nga.private.texts)
    await cast.nga.presses("Đã gửi vào nhóm")


async def test_what_is_over_is_brought_to_nobody(cast: Cast) -> None:
    await nobody_leads(cast)
    await broadcasts(cast.mai)
    await cast.passes(days=30)
    code = issue(cast, "P6-K8", "leader", "Dương Thị Ngà", by=cast.mai)
    await cast.nga.says(f"/start {code}")

    assert "dịch vụ công" not in " ".join(cast.nga.private.texts)


async def test_what_was_recalled_meanwhile_is_brought_to_nobody(cast: Cast) -> None:
    await nobody_leads(cast)
    await broadcasts(cast.mai)
    await cast.mai.says("/recall 1 yes")
    code = issue(cast, "P6-K8", "leader", "Dương Thị Ngà", by=cast.mai)
    await cast.nga.says(f"/start {code}")

    assert "dịch vụ công" not in " ".join(cast.nga.private.texts)


async def test_a_group_bound_to_the_wrong_unit_first_gets_what_the_right_one_waits_for(
    cast: Cast,
) -> None:
    await broadcasts(cast.hoa)
    room = await come_in(cast, "moi", "Nhóm mới")
    await cast.lan.says("/ketnoi P5-K8", room)
    await cast.lan.presses("Đưa vào nhóm này", room)
    await cast.lan.says("/huyketnoi", room)
    await cast.lan.presses("Đúng, bỏ kết nối", room)
    await cast.sau.says("/ketnoi P5-K1", room)
    posts = sum("dịch vụ công" in text for text in room.texts)
    await cast.sau.presses("Đưa vào nhóm này", room)
    assert "1 việc" in cast.sau.toast
    assert sum("dịch vụ công" in text for text in room.texts) == posts + 1

    await cast.sau.presses("xác nhận đã nhận", room)
    assert "Chi hội Khóm 1 đã nhận" in cast.sau.toast


async def test_what_a_group_shows_is_no_longer_waited_for_by_hand(cast: Cast) -> None:
    await broadcasts(cast.mai)
    await cast.mai.says("/tiendo")
    assert "Chưa chuyển tay vào nhóm" in cast.mai.text
    room = await come_in(cast, "moi", "Nhóm Khóm 8 Phường 6")
    await cast.nga.says("/ketnoi P6-K8", room)
    await cast.nga.presses("Đưa vào nhóm này", room)
    await cast.mai.says("/tiendo")

    assert "Tin đã tới 3/3 nhóm" in cast.mai.text
    assert "Chưa chuyển tay" not in cast.mai.text
