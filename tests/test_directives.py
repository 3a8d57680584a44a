"""A directive from the officer's phone to every group, and its receipts back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers import TICKS
from storage.accounts import Account
from storage.blobs import Blob
from storage.database import begin
from storage.directives import Directive, DirectiveState
from storage.mail import Outbox
from tests.cast import Cast, Player

DATA = Path(__file__).parent / "data"
PLAN = (DATA / "109-KH-BTV.pdf").read_bytes()
URGENT = (DATA / "45-BTV-TG.pdf").read_bytes()
PDF = "application/pdf"
NIGHT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)  # 22:00 in Vietnam


async def sends_plan(officer: Player, caption: str = "") -> None:
    await officer.sends_file("109-KH-BTV.pdf", PLAN, caption, mime=PDF)


async def broadcasts(officer: Player) -> None:
    """The plan goes out: a deadline picked, sent, the twenty seconds over."""
    await sends_plan(officer)
    await officer.presses("05/12/2026")
    await officer.presses("Gửi ngay")
    await officer.cast.passes(seconds=20)


def directive(cast: Cast) -> Directive:
    with cast.session() as session:
        return session.exec(select(Directive)).one()


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
    assert "bấm xác nhận" in receipt
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


@pytest.mark.parametrize(
    ("name", "caption"), [("109-KH-BTV MẬT.pdf", ""), ("109-KH-BTV.pdf", "TỐI MẬT")]
)
async def test_a_secret_document_is_refused_and_its_file_deleted(
    cast: Cast, name: str, caption: str
) -> None:
    await cast.hoa.sends_file(name, PLAN, caption, mime=PDF)

    assert "dấu mật" in cast.hoa.text
    with cast.session() as session:
        assert session.exec(select(Blob)).all() == []
        assert session.exec(select(Directive)).all() == []


async def test_a_document_about_keeping_secrets_is_no_secret(cast: Cast) -> None:
    await sends_plan(cast.hoa, "Kế hoạch bảo mật thông tin, hạn 5/12")

    assert directive(cast).state == DirectiveState.DRAFT


@pytest.mark.parametrize("who", ["an", "lan", "ty"])
async def test_only_officers_send_documents(cast: Cast, who: str) -> None:
    await sends_plan(cast.players[who])

    assert "chỉ cán bộ" in cast.players[who].text
    with cast.session() as session:
        assert session.exec(select(Blob)).all() == []


async def test_a_scan_is_asked_about_line_by_line(cast: Cast) -> None:
    await cast.hoa.sends_file("scan.jpg", b"\xff\xd8\xff", mime="image/jpeg")
    assert "dấu MẬT" in cast.hoa.text
    await cast.hoa.says("/directive_send 1")
    assert "còn thiếu" in cast.hoa.text
    await cast.hoa.presses("Không có dấu mật")
    assert "Trích yếu" in cast.hoa.text
    await cast.hoa.says("Vệ sinh môi trường chào mừng 20/10")
    await cast.hoa.says("31/2")
    assert "không có trên lịch" in cast.hoa.text
    await cast.hoa.says("17 giờ ngày 5/12")
    await cast.hoa.presses("Không cần báo cáo")

    assert "17 giờ, thứ bảy 05/12/2026" in cast.hoa.text


async def test_a_scan_with_a_secrecy_stamp_is_gone_when_the_officer_says_so(cast: Cast) -> None:
    await cast.hoa.sends_file("scan.jpg", b"\xff\xd8\xff", mime="image/jpeg")
    await cast.hoa.presses("Có dấu mật")

    with cast.session() as session:
        assert session.exec(select(Blob)).all() == []


async def test_a_deadline_already_past_is_pointed_out(cast: Cast) -> None:
    await cast.passes(days=30)
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026 (đã qua)")

    assert "Hạn này đã qua" in cast.hoa.text


async def test_at_night_bulk_waits_for_the_morning(cast: Cast) -> None:
    cast.clock.set(NIGHT)
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    await cast.hoa.presses("Gửi ngay")
    assert cast.hoa.labels == ["Gửi lúc 06:30 sáng"]

    await cast.hoa.presses("Gửi lúc 06:30")
    await cast.passes(hours=8)
    assert cast.k8.bot == []
    await cast.passes(minutes=31)
    assert len(cast.k8.bot) == 1


async def test_an_urgent_one_goes_at_night_if_the_officer_says_so(cast: Cast) -> None:
    cast.clock.set(NIGHT)
    await cast.hoa.sends_file("45-BTV-TG.pdf", URGENT, mime=PDF)
    while "Gửi ngay" not in str(cast.hoa.labels):
        await cast.hoa.presses("Không cần báo cáo")
    await cast.hoa.presses("Gửi ngay")
    await cast.hoa.presses("KHẨN: gửi ngay")
    await cast.passes(seconds=20)

    assert "KHẨN" in cast.k8.text


async def test_it_can_be_sent_at_a_set_hour(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    await cast.hoa.presses("Hẹn giờ")
    await cast.hoa.says("hôm qua")
    await cast.hoa.says("14 giờ hôm nay")
    assert "14 giờ, thứ hai 16/11/2026" in cast.hoa.text

    await cast.passes(hours=5, minutes=59)
    assert cast.k8.bot == []
    await cast.passes(minutes=1)
    assert len(cast.k8.bot) == 1


async def test_the_audience_can_be_narrowed(cast: Cast) -> None:
    await sends_plan(cast.mai)
    await cast.mai.presses("05/12/2026")
    await cast.mai.presses("Chọn nơi nhận")
    await cast.mai.presses("Phường 5")

    assert "Gửi tới Hội LHPN Phường 5: 2 đơn vị" in cast.mai.text


async def test_a_dropped_draft_leaves_no_file(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    await cast.hoa.presses("Bỏ, không gửi")

    assert "bỏ văn bản" in cast.hoa.text
    with cast.session() as session:
        assert session.exec(select(Blob)).all() == []


async def test_a_corrupt_file_gets_one_clear_sentence(cast: Cast) -> None:
    await cast.hoa.sends_file("hong.pdf", b"%PDF-1.7 garbage", mime=PDF)

    assert "bị hỏng" in cast.hoa.text
    with cast.session() as session:
        assert session.exec(select(Directive)).all() == []


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
