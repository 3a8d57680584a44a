"""Directives at their edges: lines typed by hand, files nobody can use, small steps back."""

from __future__ import annotations

import pytest
from sqlmodel import select

from storage.blobs import Blob
from storage.directives import Directive, DirectiveState
from tests.cast import Cast
from tests.directives_scenes import PDF, PLAN, broadcasts, directive, sends_plan


async def test_a_file_that_is_too_heavy_is_named_in_one_sentence(cast: Cast) -> None:
    await cast.hoa.sends_file("nang.pdf", b"%PDF" + bytes(21 * 1024 * 1024), mime=PDF)

    assert "20 MB" in cast.hoa.text
    with cast.session() as session:
        assert session.exec(select(Blob)).all() == []


async def test_a_document_in_a_group_is_talk(cast: Cast) -> None:
    await cast.hoa.sends_file("109-KH-BTV.pdf", PLAN, room=cast.k8, mime=PDF)

    assert cast.k8.bot == []
    with cast.session() as session:
        assert session.exec(select(Blob)).all() == []


async def test_every_part_of_the_preview_can_be_changed(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    await cast.hoa.presses("Sửa trích yếu")
    await cast.hoa.says("Tập huấn chữ ký số")
    assert "📄 Tập huấn chữ ký số" in cast.hoa.text

    await cast.hoa.presses("Sửa việc phải làm")
    await cast.hoa.says("Mỗi chi hội cử 3 người")
    assert "Mỗi chi hội cử 3 người" in cast.hoa.text

    await cast.hoa.presses("Sửa hạn")
    await cast.hoa.presses("Không có hạn")
    assert "Hạn:" not in cast.hoa.text

    await cast.hoa.presses("Sửa hạn")
    await cast.hoa.says("5/12 hoặc 6/12")
    assert "mấy ngày" in cast.hoa.text
    await cast.hoa.presses("06/12/2026")
    assert "Hạn: chủ nhật 06/12/2026" in cast.hoa.text


async def test_what_was_sent_is_no_longer_a_draft(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    for line in (
        "directive_summary 1 khác",
        "directive_send 1",
        "directive_at 1",
        "directive_drop 1",
    ):
        await cast.hoa.says(f"/{line}")
        assert "đã được gửi" in cast.hoa.text
    await cast.hoa.says("/directive_stop 1")
    assert "không còn chờ gửi" in cast.hoa.text

    assert directive(cast).state == DirectiveState.SENT


async def test_a_draft_can_be_neither_reminded_of_nor_recalled(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    for line in ("directive_remind 1", "recall 1 yes", "correct 1 sai"):
        await cast.hoa.says(f"/{line}")
        assert "chưa gửi" in cast.hoa.text
    await cast.lan.says("/received 1")
    assert "không thuộc đơn vị" in cast.lan.text


async def test_a_recalled_directive_needs_no_receipt(cast: Cast) -> None:
    await broadcasts(cast.mai)
    await cast.mai.says("/recall 1 yes")
    await cast.nga.says("/received 1")  # an old client may still show the button

    assert "đã được thu hồi" in cast.nga.text
    await cast.mai.says("/tiendo")
    assert "Đã thu hồi" in cast.mai.text


async def test_a_replaced_file_goes_with_the_correction(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Đính chính")
    await cast.hoa.sends_file("109-KH-BTV-sua.pdf", PLAN, mime=PDF)
    await cast.hoa.presses("Gửi đính chính")

    assert cast.k8.last.file_name == "109-KH-BTV-sua.pdf"
    assert "Thay tệp: 109-KH-BTV-sua.pdf" in cast.k8.text


async def test_a_leader_sees_what_her_own_unit_still_owes(cast: Cast) -> None:
    await cast.lan.says("/tiendo")
    assert "Chưa có văn bản" in cast.lan.text
    await broadcasts(cast.hoa)
    await cast.lan.says("/tiendo")
    assert "⏳ chưa xác nhận" in cast.lan.text

    await cast.lan.presses("Đã nhận 109/KH-BTV")
    await cast.lan.says("/tiendo")
    assert "✅ đã xác nhận" in cast.lan.text


async def test_several_directives_are_listed_newest_first(cast: Cast) -> None:
    await cast.hoa.says("/tiendo")
    assert "Chưa có văn bản nào được gửi" in cast.hoa.text
    await broadcasts(cast.hoa)
    await broadcasts(cast.hoa)
    await cast.hoa.says("/tiendo")
    assert cast.hoa.labels == ["109/KH-BTV (0/2)"] * 2

    await cast.hoa.presses("109/KH-BTV")
    assert "Đã xác nhận: 0/2" in cast.hoa.text


async def test_a_scheduled_one_is_shown_as_waiting_and_can_be_stopped(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    await cast.hoa.presses("Hẹn giờ")
    await cast.hoa.says("14 giờ")
    await cast.hoa.says("14 giờ ngày mai")
    await cast.hoa.says("/tiendo")
    assert "Chờ gửi lúc 14 giờ, thứ ba 17/11/2026" in cast.hoa.text

    await cast.hoa.presses("Dừng lại")
    with cast.session() as session:
        assert session.exec(select(Directive.state)).one() == DirectiveState.DRAFT


async def test_a_unit_already_confirmed_cannot_be_marked(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.lan.says("/received 1")
    await cast.hoa.says(f"/directive_mark 1 {cast.unit('P5-K8').id} gọi điện")

    assert "đã xác nhận lúc" in cast.hoa.text


async def test_a_group_that_put_the_bot_out_is_shown_as_not_reached(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    cast.platform.set_bot("g1", inside=False)
    await cast.hoa.presses("Gửi ngay")
    await cast.passes(seconds=20)
    await cast.hoa.says("/tiendo")

    assert "Chưa tới nhóm\n• CH Khóm 1" in cast.hoa.text


@pytest.mark.parametrize(
    ("name", "caption", "words"),
    [
        ("52-MAT.pdf", "TỐI MẬT", "dấu mật"),
        ("virus.exe", "", "không phải văn bản"),
        ("scan.jpg", "", "không đọc được chữ"),
    ],
)
async def test_what_may_not_go_out_may_not_come_in_as_a_correction(
    cast: Cast, name: str, caption: str, words: str
) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("/correct 1")
    content = PLAN if name.endswith("pdf") else b"MZ"
    await cast.hoa.sends_file(name, content, caption)

    assert words in cast.hoa.text
    assert len(cast.k8.bot) == 1
    with cast.session() as session:
        assert len(session.exec(select(Blob)).all()) == 1


async def test_a_program_is_no_directive(cast: Cast) -> None:
    await cast.hoa.sends_file("virus.exe", b"MZ")

    assert "không phải văn bản" in cast.hoa.text
    with cast.session() as session:
        assert session.exec(select(Blob)).all() == []


async def test_a_correction_is_dropped_or_waits_for_the_morning(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("/correct 1 dạ chờ em chút")
    await cast.hoa.presses("Bỏ")
    await cast.hoa.says("/correct_yes 1")
    assert "không còn chờ gửi" in cast.hoa.text
    await cast.hoa.says("/correct 1 " + "dài " * 100)
    assert "ngắn lại" in cast.hoa.text

    await cast.passes(hours=14, minutes=30)
    await cast.hoa.says("/correct 1 Hạn lùi đến 10/12")
    await cast.hoa.presses("Gửi đính chính")
    assert len(cast.k8.bot) == 1
    await cast.passes(hours=8)
    assert "Hạn lùi đến 10/12" in cast.k8.text


async def test_progress_is_not_for_members(cast: Cast) -> None:
    await cast.an.says("/tiendo")

    assert "dành cho chi hội trưởng" in cast.an.text


async def test_an_hour_that_cannot_be_is_told_why(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.presses("05/12/2026")
    await cast.hoa.presses("Hẹn giờ")
    await cast.hoa.says("31/2")
    assert "không có trên lịch" in cast.hoa.text
    await cast.hoa.says("hôm qua")
    assert "đã qua rồi" in cast.hoa.text
    await cast.hoa.says("ngày mai")
    assert "Mấy giờ ạ?" in cast.hoa.text

    await cast.hoa.says("23g tối nay")
    assert "không nhắn vào nhóm để chị em nghỉ" in cast.hoa.text
    assert "6 giờ 30, thứ ba 17/11/2026" in cast.hoa.text
    await cast.hoa.presses("Dừng lại")
    await cast.hoa.presses("Hẹn giờ")
    await cast.hoa.says("7 giờ sáng mai")
    assert "chị em nghỉ" not in cast.hoa.text
