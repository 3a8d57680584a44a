"""Making a survey: step by step, from a pasted form, from a workbook; corrected, stopped, sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.app import App
from bot.channels.sandbox import PLAIN
from handlers.surveys.values import form_of, question_of, without, written
from handlers.workbooks import Table, write
from storage.blobs import Blob
from storage.surveys import Survey, SurveyState
from tests.cast import MONDAY_8AM, PUBLIC_URL, Cast
from tests.surveys_scenes import EVERY_KIND, THREE, YES_NO, survey

NIGHT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)  # 22:00 in Vietnam


async def test_a_survey_is_made_step_by_step(cast: Cast) -> None:
    await cast.lan.says("khảo sát")
    await cast.lan.says("Nhu cầu học nghề")
    await cast.lan.says("Chị có muốn học nghề không?")
    await cast.lan.presses("Có / Không")
    await cast.lan.presses("Bắt buộc")
    await cast.lan.presses("Thêm điều kiện")
    await cast.lan.presses("“Không”")
    await cast.lan.presses("Kết thúc")
    await cast.lan.presses("Thêm câu")
    await cast.lan.says("Chị muốn học nghề gì?")
    await cast.lan.presses("Chọn nhiều")
    await cast.lan.says("- May\n2) Nấu ăn\nLàm tóc")
    await cast.lan.presses("Được bỏ qua")
    await cast.lan.presses("Đủ rồi")
    await cast.lan.says("17 giờ ngày 20/11")
    await cast.lan.presses("Có tên:")

    assert "XEM TRƯỚC" in cast.lan.text
    assert "Nếu trả lời “Không”: kết thúc" in cast.lan.text
    assert "1 chi hội, 1 nhóm, 6 hội viên" in cast.lan.text
    assert cast.k8.bot == []
    await cast.lan.presses("📨 Gửi")
    assert "2 câu" in cast.k8.text
    assert "17 giờ, thứ sáu 20/11/2026" in cast.k8.text
    first, second = form_of(survey(cast)).questions
    assert (first.required, first.skips[0].to) == (True, None)
    assert second.options == ("May", "Nấu ăn", "Làm tóc")


async def test_the_same_by_numbers_where_there_are_no_buttons(cast: Cast) -> None:
    cast.add_room("p1", "CH Khóm 1", unit="P5-K1", channel=PLAIN)
    cast.sau.channel = PLAIN
    for words in ("khảo sát", "Chợ phiên", "Chị đi mấy lần?", "4", "4", "1-4", "2", "2", "5", "1"):
        await cast.sau.says(words)
        if words == "4" and "đến mấy điểm" in cast.sau.text:
            assert "1. 1 đến 5" in cast.sau.text
    assert "XEM TRƯỚC" in cast.sau.text
    assert "chấm điểm từ 1 đến 4" in cast.sau.text
    await cast.sau.says("1")

    assert survey(cast).state == SurveyState.OPEN


async def test_a_kind_in_brackets_is_not_asked_again(cast: Cast) -> None:
    await cast.lan.says("khảo sát Chợ phiên")
    await cast.lan.says("Chị đi chợ không? (có/không) *")

    assert "Em ghi câu 1: Chị đi chợ không?" in cast.lan.text


async def test_every_step_can_be_taken_back(cast: Cast) -> None:
    await cast.lan.says("khảo sát Chợ phiên")
    await cast.lan.says("Chị đi chợ khong?")
    await cast.lan.presses("Ghi con số")
    await cast.lan.says("quay lại")
    assert "bằng cách nào" in cast.lan.text
    await cast.lan.presses("Sửa bước trước")
    assert "câu hỏi 1" in cast.lan.text
    await cast.lan.says("Chị đi chợ không?")
    await cast.lan.presses("Có / Không")
    await cast.lan.presses("Được bỏ qua")
    await cast.lan.presses("Đủ rồi")
    await cast.lan.presses("Không có hạn")
    await cast.lan.presses("Sửa bước trước")
    await cast.lan.presses("Sửa bước trước")
    assert "hỏi thêm câu nữa" in cast.lan.text

    for _ in range(5):
        await cast.lan.presses("Sửa bước trước")
    assert "về việc gì" in cast.lan.text


async def test_everything_can_be_corrected_in_the_preview(cast: Cast) -> None:
    await cast.lan.says(THREE)
    await cast.lan.presses("Không có hạn")
    await cast.lan.presses("Có tên:")

    await cast.lan.presses("Sửa tiêu đề")
    await cast.lan.says("Chữ ký số")
    await cast.lan.presses("Kín hay có tên")
    await cast.lan.presses("Kín:")
    await cast.lan.presses("Sửa hạn")
    await cast.lan.says("hôm qua")
    assert "đã qua" in cast.lan.text
    await cast.lan.says("hết ngày 30/11")
    await cast.lan.presses("Sửa câu hỏi")
    await cast.lan.presses("Câu 2")
    await cast.lan.presses("Sửa các lựa chọn")
    await cast.lan.says("Khám bệnh; Đóng thuế")
    await cast.lan.presses("Sửa câu hỏi")
    await cast.lan.presses("Câu 3")
    await cast.lan.presses("Đổi kiểu")
    await cast.lan.presses("Chấm điểm")
    await cast.lan.presses("0 đến 10")
    await cast.lan.presses("Sửa câu hỏi")
    await cast.lan.presses("Câu 3")
    await cast.lan.presses("Bắt buộc trả lời")
    assert "Khảo sát: Chữ ký số" in cast.lan.text
    assert "Khảo sát kín" in cast.lan.text
    assert "thứ hai 30/11/2026" in cast.lan.text
    assert "1. Khám bệnh" in cast.lan.text
    assert "từ 0 đến 10; bắt buộc" in cast.lan.text

    await cast.lan.presses("Sửa câu hỏi")
    await cast.lan.presses("Câu 2")
    await cast.lan.presses("Xóa câu này")
    (first, second) = form_of(survey(cast)).questions
    assert second.text == "Chị góp ý gì thêm?"
    assert first.skips[0].to == 1
    await cast.lan.presses("Sửa câu hỏi")
    await cast.lan.presses("Câu 1")
    await cast.lan.presses("Điều kiện bỏ qua")
    await cast.lan.presses("Bỏ mọi điều kiện")
    assert form_of(survey(cast)).questions[0].skips == ()


async def test_skips_follow_the_questions_they_lead_to(cast: Cast) -> None:
    await cast.lan.says(THREE)
    asked = question_of(survey(cast).questions[0])

    assert asked.skips[0].to == 2
    assert without(asked, removed=1).skips[0].to == 1
    assert without(asked, removed=2).skips[0].to == 2
    assert question_of(written(asked)) == asked


async def test_stop_keeps_the_draft_even_over_a_restart(cast: Cast) -> None:
    await cast.lan.says("khảo sát Chợ phiên")
    await cast.lan.says("thôi")
    assert "vẫn còn" in cast.lan.text
    cast.app = App(cast.engine, cast.channels, cast.clock, public_url=PUBLIC_URL)
    for channel in cast.channels.values():
        channel.connect(cast.app.receive)
    await cast.passes(hours=3)

    await cast.lan.says("khảo sát")
    await cast.lan.presses("Soạn tiếp: Chợ phiên")
    assert "câu hỏi 1" in cast.lan.text
    await cast.lan.says("thôi")
    await cast.lan.presses("Bỏ hẳn")
    assert survey(cast).state == SurveyState.DROPPED
    await cast.lan.says("khảo sát")
    assert "về việc gì" in cast.lan.text


async def test_bad_words_are_refused_in_one_sentence_and_nothing_changes(cast: Cast) -> None:
    await cast.lan.says("khảo sát 🌸")
    for words, told in (("🌸🌸", "bằng chữ"), ("x" * 5000, "dưới 120")):
        await cast.lan.says(words)
        assert told in cast.lan.text
    assert survey(cast).title == ""
    await cast.lan.says("Chợ phiên")
    for words, told in (("🌸", "bằng chữ"), ("y" * 5000, "dưới 300")):
        await cast.lan.says(words)
        assert told in cast.lan.text
    await cast.lan.says("Chị đi chợ nào?")
    await cast.lan.says("kiểu gì cũng được")
    assert "chọn một trong các cách" in cast.lan.text
    await cast.lan.presses("Chọn một")
    for words, told in (
        ("Chợ lớn", "ít nhất hai"),
        ("\n".join(f"Chợ {n}" for n in range(13)), "12 lựa chọn"),
        ("Chợ Cà Mau; chợ cà mau", "bị trùng"),
        ("Chợ; " + "z" * 90, "80 chữ cái"),
        ("5; 6", "chỉ là con số"),
    ):
        await cast.lan.says(words)
        assert told in cast.lan.text
    await cast.lan.says("Chợ lớn; chợ nhỏ")
    await cast.lan.says("sao cũng được")
    assert "bắt buộc" in cast.lan.text
    await cast.lan.says("được bỏ qua")
    await cast.lan.presses("Đủ rồi")
    await cast.lan.says("31/2")
    assert "không có trên lịch" in cast.lan.text
    await cast.lan.says("🌸")
    assert "chưa hiểu ngày giờ" in cast.lan.text
    await cast.lan.presses("Không có hạn")
    await cast.lan.says("gì cũng được")
    assert "có tên" in cast.lan.text
    await cast.lan.says("kín")
    assert "XEM TRƯỚC" in cast.lan.text


async def test_a_form_is_pasted_whole_or_told_all_its_faults(cast: Cast) -> None:
    await cast.lan.says("Khảo sát: Sai\nHạn: 30/11/2026\n1. Một (kiểu lạ)\n2.\n   nếu có -> câu 9")
    assert "Dòng 4: câu hỏi trống" in cast.lan.text
    assert "không có câu được nhắc tới: “nếu có -> câu 9”" in cast.lan.text

    await cast.lan.says(f"Khảo sát: Đủ\nHạn: 30/11/2026\n{EVERY_KIND.partition(chr(10))[2]}")
    await cast.lan.presses("Có tên:")
    assert "5 câu" in cast.lan.text
    assert "thứ hai 30/11/2026" in cast.lan.text


async def test_a_form_comes_as_a_workbook_and_the_file_is_not_kept(cast: Cast) -> None:
    table = Table(
        "Khảo sát: Chợ phiên",
        ("STT", "Câu hỏi", "Loại", "Bắt buộc", "Lựa chọn"),
        [
            [1, "Chị đi chợ không?", "có/không", "x", None],
            [2, "Chị đi chợ nào?", "một lựa chọn", None, "Chợ lớn; Chợ nhỏ"],
        ],
    )
    content = write([table], created=MONDAY_8AM)
    await cast.lan.sends_file("khao_sat_cho.xlsx", content)
    await cast.lan.presses("Không có hạn")
    await cast.lan.presses("Kín:")
    assert "2. Chị đi chợ nào?" in cast.lan.text
    with cast.session() as session:
        assert session.exec(select(Blob)).all() == []

    await cast.lan.says("/survey_new")
    await cast.lan.sends_file("phieu.xlsx", content)
    assert "đến khi nào" in cast.lan.text
    await cast.lan.says("/survey_new")
    await cast.lan.sends_file("phieu.xlsx", b"PK\x03\x04 broken")
    assert "bị hỏng" in cast.lan.text


async def test_a_form_from_a_member_is_not_a_survey(cast: Cast) -> None:
    await cast.an.says(THREE)
    await cast.an.says("/khaosat Chợ phiên")

    with cast.session() as session:
        assert session.exec(select(Survey)).all() == []
    assert "không có khảo sát nào" in cast.an.text


async def test_an_officer_asks_a_whole_ward_after_second_thoughts(cast: Cast) -> None:
    await cast.hoa.says(THREE)
    await cast.hoa.presses("Không có hạn")
    await cast.hoa.presses("Có tên:")
    assert cast.hoa.labels[:3] == ["Tất cả: Hội LHPN Phường 5", "Chi hội Khóm 1", "Chi hội Khóm 8"]
    await cast.hoa.presses("Tất cả")
    assert "2 chi hội, 2 nhóm, 8 hội viên" in cast.hoa.text

    await cast.hoa.presses("📨 Gửi")
    assert "20 giây" in cast.hoa.text
    await cast.hoa.presses("Dừng lại")
    await cast.passes(minutes=1)
    assert cast.k8.bot == []
    await cast.hoa.presses("📨 Gửi")
    await cast.passes(seconds=20)
    assert "3 câu" in cast.k8.text
    assert "3 câu" in cast.k1.text
    await cast.hoa.presses("Dừng lại")
    assert "đã gửi đi rồi" in cast.hoa.toast


async def test_the_city_may_ask_one_branch_of_one_ward(cast: Cast) -> None:
    await cast.mai.says(THREE)
    await cast.mai.presses("Không có hạn")
    await cast.mai.presses("Có tên:")
    await cast.mai.presses("Chọn trong Hội LHPN Phường 6")
    await cast.mai.presses("Chi hội Khóm 8")

    assert "1 chi hội, 0 nhóm, 1 hội viên" in cast.mai.text
    assert "1 chi hội chưa có nhóm" in cast.mai.text
    await cast.mai.presses("📨 Gửi")
    assert any("ở đây: https://chihoi.test/t/" in text for text in cast.nga.texts)
    assert "Chia sẻ vào nhóm" in cast.nga.labels[0]
    assert "Đã gửi vào nhóm" in cast.nga.labels[1]


async def test_at_night_it_waits_for_the_morning(cast: Cast) -> None:
    await cast.until(NIGHT, NIGHT - MONDAY_8AM)
    await cast.lan.says(THREE)
    await cast.lan.presses("Không có hạn")
    await cast.lan.presses("Có tên:")
    await cast.lan.presses("📨 Gửi")
    assert "6 giờ 30" in cast.lan.text
    assert cast.k8.bot == []

    await cast.passes(hours=8, minutes=30)
    assert "3 câu" in cast.k8.text


async def test_a_deadline_that_passed_meanwhile_is_asked_again(cast: Cast) -> None:
    await cast.lan.says(THREE)
    await cast.lan.says("10 giờ hôm nay")
    await cast.lan.presses("Có tên:")
    await cast.passes(hours=3)
    await cast.lan.presses("📨 Gửi")

    assert "đã qua" in cast.lan.text
    assert survey(cast).state == SurveyState.DRAFT


@pytest.mark.parametrize("who", ["an", "sau", "hoa"])
async def test_a_draft_is_its_authors_own(cast: Cast, who: str) -> None:
    await cast.lan.says(THREE)
    await cast.players[who].says("/survey_put 1 title - Tên khác")
    await cast.players[who].says("/survey_send 1")

    assert survey(cast).title == "Nhu cầu học chữ ký số"
    assert cast.k8.bot == []


async def test_leaders_who_whisper_in_the_group_are_answered_in_private(cast: Cast) -> None:
    await cast.lan.says("khảo sát", cast.k8)

    assert cast.k8.bot == []
    assert "về việc gì" in cast.lan.text


@pytest.mark.parametrize(("said", "secret"), [("không", False), ("có", True)])
async def test_what_a_form_says_of_secrecy_is_not_asked_again(
    cast: Cast, said: str, secret: bool
) -> None:
    first, rest = YES_NO.split("\n")
    await cast.lan.says(f"{first}\nHạn: 30/11/2026\nKín: {said}\n{rest}")

    assert "ai trả lời gì" not in cast.lan.text
    await cast.lan.presses("📨 Gửi")
    assert survey(cast).anonymous is secret
