"""After a directive went out: put right, marked, taken back, and seen by those in between."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from handlers.directives import changing
from storage.directives import DirectiveTarget
from tests.cast import Cast
from tests.test_directives import PDF, PLAN, broadcasts

NIGHT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)  # 22:00 in Vietnam


async def corrects(cast: Cast, words: str) -> None:
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Đính chính")
    await cast.hoa.says(words)
    await cast.hoa.presses("Gửi đính chính")


async def test_a_second_correction_stands_beside_the_first(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await corrects(cast, "Hạn lùi đến 10/12")
    await corrects(cast, "Nộp tại phòng 3")

    post = cast.k8.bot[0].text
    assert post.index("Hạn lùi đến 10/12") < post.index("Nộp tại phòng 3")
    await cast.hoa.says("/tiendo")
    assert "Đã đính chính 2 lần" in cast.hoa.text


async def test_nobody_is_left_with_the_old_file(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    assert "không dùng nữa" not in cast.k8.bot[0].text
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Đính chính")
    await cast.hoa.sends_file("109-KH-BTV-sua.pdf", PLAN, mime=PDF)
    await cast.hoa.presses("Gửi đính chính")

    old, new = cast.k8.bot
    assert "tệp gửi trước đó không dùng nữa" in old.text
    assert "109-KH-BTV-sua.pdf" in old.text
    assert new.file_name == "109-KH-BTV-sua.pdf"
    assert "tệp trước đó không dùng nữa" in new.text


async def test_a_mark_is_shown_as_the_officers_until_the_branch_itself_confirms(
    cast: Cast,
) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Đánh dấu hộ")
    await cast.hoa.presses("Khóm 8")
    await cast.hoa.says("chị Lan báo qua điện thoại")
    assert "Cán bộ ghi hộ" in cast.k8.bot[0].text
    assert "Chi hội đã xác nhận" not in cast.k8.bot[0].text
    assert "điện thoại" not in cast.k8.bot[0].text

    await cast.lan.presses("xác nhận đã nhận", cast.k8)
    assert "Đã ghi" in cast.lan.toast
    assert "Chi hội đã xác nhận đã nhận" in cast.k8.bot[0].text
    assert "ghi hộ" not in cast.k8.bot[0].text
    await cast.hoa.says("tiến độ")
    assert "1/2" in cast.hoa.text
    assert "điện thoại" not in cast.hoa.text
    with cast.session() as session:
        unit = cast.unit("P5-K8").id
        row = session.exec(select(DirectiveTarget).where(DirectiveTarget.unit_id == unit)).one()
    assert row.reason == "chị Lan báo qua điện thoại"
    assert row.marked_at is not None
    assert row.received_at is not None


async def test_the_ward_between_sees_and_chases_its_own_part(cast: Cast) -> None:
    await broadcasts(cast.mai)
    await cast.hoa.says("tiến độ")
    assert "phần các đơn vị của chị" in cast.hoa.text
    assert "0/2" in cast.hoa.text
    assert "Phường 6" not in cast.hoa.text
    labels = cast.hoa.private.last.labels
    assert not any("Thu hồi" in label or "Đính chính" in label for label in labels)

    await cast.hoa.presses("Nhắc 2 đơn vị")
    assert "🔔" in cast.lan.text
    assert "🔔" not in cast.nga.text
    await cast.lan.presses("Xác nhận đã nhận")
    await cast.hoa.says("tiến độ")
    assert "1/2" in cast.hoa.text
    await cast.mai.says("tiến độ")
    assert "1/3" in cast.mai.text

    await cast.mai.presses("Nhắc 2 đơn vị")
    assert "🔔" in cast.nga.text


async def test_a_recall_takes_the_private_buttons_too(cast: Cast) -> None:
    """Ngà has no group: she has the words to paste, and what to press."""
    await broadcasts(cast.mai)
    await cast.mai.says("tiến độ")
    await cast.mai.presses("Nhắc")
    await cast.mai.says("tiến độ")
    await cast.mai.presses("Thu hồi")
    await cast.mai.presses("Thu hồi")

    assert [label for message in cast.nga.private.bot for label in message.labels] == []
    assert sum("đã được thu hồi" in text for text in cast.nga.private.texts) >= 3


async def test_the_notice_of_a_recall_waits_for_the_morning(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.until(NIGHT)
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Thu hồi")
    await cast.hoa.presses("Thu hồi")
    assert [m.deleted for m in cast.platform.messages("g8") if m.sender == "bot"] == [True]

    await cast.passes(hours=8, minutes=31)
    assert "đã được thu hồi" in cast.k8.text


async def test_without_the_brake_it_would_ring_at_night(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "quiet_until", lambda _now: None)
    await broadcasts(cast.hoa)
    await cast.until(NIGHT)
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Thu hồi")
    await cast.hoa.presses("Thu hồi")

    assert "đã được thu hồi" in cast.k8.text
