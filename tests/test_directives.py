"""A directive from the officer's phone to every group, and its receipts back."""

from __future__ import annotations

from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers import TICKS
from storage.accounts import Account
from storage.database import begin
from storage.directives import DirectiveState
from storage.mail import Outbox
from tests.cast import Cast
from tests.directives_scenes import broadcasts, directive, sends_plan


async def test_the_plan_is_read_asked_about_shown_and_sent_after_twenty_seconds(
    cast: Cast,
) -> None:
    await sends_plan(cast.hoa)
    assert any("109/KH-BTV" in text for text in cast.hoa.texts)
    assert "mốc thời gian" in cast.hoa.text

    await cast.hoa.presses("05/12/2026")
    assert "Tập huấn đăng ký dịch vụ công" in cast.hoa.text
    assert "2 đơn vị, 2 nhóm" in cast.hoa.text
    assert cast.hoa.private.last.file_name == "109-KH-BTV.pdf"

    await cast.hoa.presses("Gửi ngay")
    assert "20 giây" in cast.hoa.text
    await cast.passes(seconds=19)
    assert cast.k8.bot == []

    await cast.passes(seconds=1)
    for room in (cast.k8, cast.k1):
        assert "Hạn: thứ bảy 05/12/2026" in room.text
        assert room.last.file_name == "109-KH-BTV.pdf"


async def test_it_can_be_stopped_within_the_twenty_seconds(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    await cast.hoa.presses("Gửi ngay")
    await cast.hoa.presses("Dừng lại")
    await cast.passes(minutes=5)

    assert cast.k8.bot == []
    assert directive(cast).state == DirectiveState.DRAFT

    await cast.hoa.presses("Gửi ngay")
    await cast.passes(seconds=20)
    assert len(cast.k8.bot) == 1


async def test_a_city_officer_reaches_every_ward_and_a_ward_officer_only_hers(cast: Cast) -> None:
    await sends_plan(cast.mai)
    await cast.mai.presses("05/12/2026")

    assert "3 đơn vị, 2 nhóm" in cast.mai.text
    assert "1 đơn vị chưa có nhóm: em nhờ chi hội trưởng chuyển tay" in cast.mai.text


async def test_a_unit_without_a_group_gets_it_by_its_leaders_hand(cast: Cast) -> None:
    await broadcasts(cast.mai)

    words, paste, receipt = cast.nga.texts[-3:]
    assert "Tập huấn" in words and "tin ngay trên" in paste
    assert "thì xác nhận giúp em" in receipt
    await cast.mai.says("tiến độ")
    assert "Chưa chuyển tay vào nhóm\n• Chi hội Khóm 8 (Hội LHPN Phường 6)" in cast.mai.text

    await cast.nga.presses("Đã gửi vào nhóm")
    await cast.nga.presses("Xác nhận đã nhận")
    await cast.mai.says("tiến độ")
    assert "Chưa chuyển tay" not in cast.mai.text
    assert "1/3" in cast.mai.text


async def test_the_first_leader_to_confirm_counts_and_others_are_told(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.thu.presses("xác nhận đã nhận", cast.k8)
    assert "Đã ghi: Chi hội Khóm 8 đã nhận" in cast.thu.toast
    assert "Chi hội đã xác nhận đã nhận lúc" in cast.k8.text
    assert cast.k8.last.edited == 1

    await cast.lan.presses("xác nhận đã nhận", cast.k8)
    assert "do Phạm Thị Thu" in cast.lan.toast


async def test_a_members_press_is_thanked_and_counts_for_nothing(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.an.presses("xác nhận đã nhận", cast.k8)

    assert "chi hội trưởng" in cast.an.toast
    await cast.hoa.says("tiến độ")
    assert "0/2" in cast.hoa.text


async def test_a_leader_of_another_branch_cannot_confirm(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.nga.presses("xác nhận đã nhận", cast.k8)

    assert "chi hội trưởng" in cast.nga.toast
    await cast.hoa.says("tiến độ")
    assert "0/2" in cast.hoa.text


async def test_progress_names_the_missing_and_one_press_reminds_only_them(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.lan.presses("xác nhận đã nhận", cast.k8)
    await cast.hoa.says("/tiendo")
    assert "Đã xác nhận: 1/2" in cast.hoa.text
    assert "• Chi hội Khóm 1 (Hội LHPN Phường 5)" in cast.hoa.text
    before = len(cast.lan.texts)

    await cast.hoa.presses("Nhắc 1 đơn vị")
    assert "chưa xác nhận" in cast.sau.text
    assert len(cast.lan.texts) == before
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Nhắc 1 đơn vị")
    assert "vừa nhắc" in cast.hoa.toast

    await cast.sau.presses("Xác nhận đã nhận")
    await cast.hoa.says("/tiendo")
    assert "2/2" in cast.hoa.text
    assert not any("Nhắc" in label for label in cast.hoa.labels)


async def test_units_without_a_linked_leader_stand_apart(cast: Cast) -> None:
    with begin(cast.engine) as session:
        for channel in ("sandbox", PLAIN):
            row = session.exec(select(Account).where(Account.address == f"{channel}:sau")).one()
            row.private_chat = ""
            session.add(row)
    await broadcasts(cast.hoa)
    await cast.hoa.says("tiến độ")

    assert "liên kết với em\n• Chi hội Khóm 1" in cast.hoa.text


async def test_an_officer_marks_a_unit_with_a_reason_and_can_undo_it(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Đánh dấu hộ")
    await cast.hoa.presses("Khóm 1")
    await cast.hoa.says("đã gọi điện, chị Sáu nhận rồi")
    assert "đã gọi điện" in cast.hoa.text

    await cast.hoa.says("tiến độ")
    assert "1/2" in cast.hoa.text
    await cast.hoa.presses("Bỏ đánh dấu")
    await cast.hoa.says("tiến độ")
    assert "0/2" in cast.hoa.text


async def test_a_correction_changes_the_post_and_is_announced(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Đính chính")
    await cast.hoa.says("Hạn báo cáo lùi đến 10/12")
    assert "2 đơn vị" in cast.hoa.text
    assert len(cast.k8.bot) == 1
    await cast.hoa.presses("Gửi đính chính")

    post, notice = cast.k8.bot
    assert "Đính chính 8 giờ, thứ hai 16/11/2026:</b> Hạn báo cáo lùi" in post.text
    assert "Hạn báo cáo lùi đến 10/12" in notice.text


async def test_a_recall_asks_once_then_reaches_every_group(cast: Cast) -> None:
    await broadcasts(cast.mai)
    await cast.mai.says("tiến độ")
    await cast.mai.presses("Thu hồi")
    assert len(cast.k8.bot) == 1
    await cast.mai.presses("Thu hồi")

    assert [m.deleted for m in cast.platform.messages("g8") if m.sender == "bot"] == [True, False]
    assert "đã được thu hồi" in cast.k8.text
    assert "báo lại trong nhóm" in cast.nga.text


async def test_where_nothing_can_be_deleted_the_recall_is_still_announced(cast: Cast) -> None:
    room = cast.add_room("plain8", "CH Khóm 8 (Zalo)", unit="P5-K8", channel=PLAIN, main=False)
    await broadcasts(cast.hoa)
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Thu hồi")
    await cast.hoa.presses("Thu hồi")

    assert len(room.bot) == 2
    assert "đã được thu hồi" in room.text


async def test_without_buttons_the_leader_confirms_by_answering_with_the_number(
    cast: Cast,
) -> None:
    room = cast.add_room("plain8", "CH Khóm 8 (Zalo)", unit="P5-K8", channel=PLAIN, main=False)
    await broadcasts(cast.hoa)
    assert "1. ✅ Chi hội xác nhận" in room.text

    await cast.lan.says("1", room, reply_to=room.last)
    await cast.hoa.says("tiến độ")
    assert "1/2" in cast.hoa.text


async def test_the_ward_below_cannot_touch_it(cast: Cast) -> None:
    await broadcasts(cast.mai)
    found = directive(cast)
    elsewhere = cast.unit("P6-K8").id
    for line in ("recall {} yes", "correct {} sai", f"directive_mark {{}} {elsewhere} x"):
        await cast.hoa.says("/" + line.format(found.id))
        assert "không thuộc đơn vị" in cast.hoa.text

    assert directive(cast).state == DirectiveState.SENT


async def test_a_crash_while_sending_sends_each_group_its_post_once(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    await cast.hoa.presses("Gửi ngay")
    await cast.passes(seconds=20)
    cast.app.dispatcher.tick(TICKS, cast.clock.now())
    await cast.settle()

    with cast.session() as session:
        keys = [row.key for row in session.exec(select(Outbox)) if row.subject == "directive:1"]
    assert len(keys) == len(set(keys)) == 2
