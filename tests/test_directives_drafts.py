"""What an officer is asked or refused before a document goes out, and when it goes."""

from __future__ import annotations

import pytest
from sqlmodel import select

from storage.blobs import Blob
from storage.directives import Directive, DirectiveState
from tests.cast import Cast
from tests.directives_scenes import NIGHT, PDF, PLAN, URGENT, directive, sends_plan


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
