"""Whoever is asked something and types the name of a command instead is not held to the question."""

from __future__ import annotations

from tests.cast import Cast

FORM = """khảo sát Nghề
1. Chị muốn học nghề gì?
- Nấu ăn
- May
- Làm tóc
2. Chị góp ý gì thêm?"""


async def test_the_way_to_help_is_open_from_a_question_about_a_date(cast: Cast) -> None:
    await cast.lan.says("/hop")
    assert "Họp lúc nào" in cast.lan.text
    await cast.lan.says("trợ giúp")
    assert "điểm danh" in cast.lan.text

    await cast.lan.says(FORM)
    assert "trả lời đến khi nào" in cast.lan.text
    await cast.lan.says("hội phí")
    assert "Hội phí năm 2026" in cast.lan.text


async def test_who_has_paid_is_left_for_another_command(cast: Cast) -> None:
    await cast.lan.says("điểm danh", cast.k8)
    await cast.lan.says("hội phí")
    await cast.lan.presses("Ghi đã đóng")
    await cast.lan.says("chốt điểm danh")
    assert "đã chốt" in cast.lan.text


async def test_a_choice_is_left_for_a_command_and_taken_up_again(cast: Cast) -> None:
    await cast.lan.says(FORM)
    await cast.lan.presses("Không có hạn")
    await cast.lan.presses("Có tên")
    await cast.lan.presses("📨 Gửi")
    await cast.passes(seconds=20)
    await cast.an.presses("Trả lời riêng", cast.k8)
    await cast.an.says("của tôi")
    assert "Khảo sát Nghề: đang trả lời dở" in cast.an.text
    await cast.an.presses("Nấu ăn")
    assert "góp ý" in cast.an.text

    await cast.an.says("hướng dẫn")  # where any words are an answer, these are one too
    assert "→ hướng dẫn" in cast.an.text


async def test_a_title_may_be_called_like_a_command(cast: Cast) -> None:
    await cast.lan.says("/hop 19g30 thứ bảy tuần sau tại nhà văn hoá")
    assert "Họp về việc gì" in cast.lan.text
    await cast.lan.says("hội phí")
    assert "Hội phí năm" not in cast.lan.text
