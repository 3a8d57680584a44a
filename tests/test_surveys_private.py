"""Longer surveys: one question at a time in private, left and taken up again, changed, recorded."""

from __future__ import annotations

from sqlmodel import select

from bot.app import App
from bot.channels.sandbox import PLAIN, SANDBOX
from storage import accounts
from storage.database import begin
from storage.survey_answers import SurveyAnswer
from storage.survey_runs import SurveyRun, SurveyTaken
from tests.cast import PUBLIC_URL, Cast, Player
from tests.statements import watched
from tests.surveys_scenes import EVERY_KIND, THREE, sends

START = "Trả lời riêng"


def answers(cast: Cast, player: Player) -> dict[int, str]:
    """What is stored of somebody's answers."""
    with cast.session() as session:
        rows = session.exec(select(SurveyAnswer).where(SurveyAnswer.member_id == player.member.id))
        return {row.question: row.value for row in rows}


def shares(cast: Cast, player: Player, name: str) -> None:
    """Her phone speaks for somebody else as well."""
    with begin(cast.engine) as session:
        for channel in (SANDBOX, PLAIN):
            account = accounts.by_address(session, f"{channel}:{player.key}")
            member = cast.member(name)
            assert account is not None and account.id is not None and member.id is not None
            accounts.link(session, account.id, member.id, by="test", now=cast.clock.now())


async def test_questions_come_one_by_one_and_a_skip_leaves_one_out(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    assert "3 câu" in cast.k8.text
    await cast.an.presses(START, cast.k8)
    assert "câu 1/3" in cast.an.text

    await cast.an.presses("Không")
    assert "Em ghi: Không" in cast.an.text
    assert "câu 3/3" in cast.an.text
    await cast.an.says("Mong có lớp buổi tối")

    assert "Em đã ghi câu trả lời" in cast.an.text
    assert "Mong có lớp buổi tối" in cast.an.text
    assert answers(cast, cast.an) == {0: "0", 2: "Mong có lớp buổi tối"}
    assert "1/6" in cast.k8.text
    assert len(cast.k8.bot) == 1


async def test_several_options_are_ticked_in_place(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Có")
    shown = len(cast.an.private.bot)
    await cast.an.presses("☐ Mua bán")
    await cast.an.presses("☐ Ngân hàng")
    await cast.an.presses("☑ Mua bán")
    assert cast.an.labels[:3] == ["☐ Dịch vụ công", "☑ Ngân hàng", "☐ Mua bán"]
    assert len(cast.an.private.bot) == shown

    await cast.an.presses("☑ Ngân hàng")
    await cast.an.presses("Xong")
    assert "chưa chọn gì" in cast.an.text
    await cast.an.says("1, 3")
    assert "Em ghi: Dịch vụ công; Mua bán" in cast.an.text


async def test_without_buttons_numbers_and_words_do_it_all(cast: Cast) -> None:
    cast.add_room("p1", "CH Khóm 1", unit="P5-K1", channel=PLAIN)
    await sends(cast.sau, EVERY_KIND)
    cast.tam.channel = PLAIN
    plain = cast.add_room("p2", "CH Khóm 1 B", unit="P5-K1", channel=PLAIN)
    assert plain.bot == []
    room = cast.platform.messages("p1")[-1]
    await cast.channels[PLAIN].say("tam", "p1", "1", reply_to=room.id)
    await cast.settle()
    assert "1. Hát" in cast.tam.text

    await cast.tam.says("2")
    assert "Em ghi: Múa" in cast.tam.text
    await cast.tam.says("1")  # a score of one, not the first of ten buttons
    assert "Em ghi: 1" in cast.tam.text
    await cast.tam.says("4")
    await cast.tam.says("20/10/2015")
    await cast.tam.says("cảm ơn")
    assert "Em đã ghi" in cast.tam.text
    assert answers(cast, cast.tam) == {
        0: "2",
        1: "1",
        2: "4",
        3: "2015-10-20",
        4: "cảm ơn",
    }


WRONG = {
    0: (("nhảy", "chọn số từ 1 đến 2"), ("hát và múa", "chỉ chọn một")),
    1: (("11", "nhiều nhất là 10"), ("🌸", "chấm một số từ 0 đến 10")),
    2: (
        ("đông lắm", "nhắn bằng con số"),
        ("21", "nhiều nhất là 20"),
        ("bỏ qua", "không bỏ qua được"),
    ),
    3: (("31/2/2020", "chưa đọc được ngày"),),
    4: (("x" * 5000, "dài quá 500"), ("🌸🌸", "bằng chữ")),
}
"""By question of EVERY_KIND: what cannot be an answer, and what is said of it."""


async def test_what_cannot_be_an_answer_is_asked_back_and_not_kept(cast: Cast) -> None:
    await sends(cast.lan, EVERY_KIND)
    await cast.an.presses(START, cast.k8)
    for question, good in enumerate(("1", "5", "3", "bỏ qua", "vui")):
        for words, told in WRONG[question]:
            await cast.an.says(words)
            assert told in cast.an.text
            assert f"câu {question + 1}/5" in cast.an.text
        await cast.an.says(good)

    assert answers(cast, cast.an) == {0: "1", 1: "5", 2: "3", 3: "", 4: "vui"}


async def test_an_optional_question_is_left_out_by_words_or_by_press(cast: Cast) -> None:
    await sends(cast.lan, EVERY_KIND)
    await cast.an.presses(START, cast.k8)
    await cast.an.says("Bỏ qua")
    assert "câu 2/5" in cast.an.text
    await cast.an.presses("Bỏ qua")
    assert "câu 3/5" in cast.an.text

    for words in ("4", "bo qua", "vui"):
        await cast.an.says(words)
    assert answers(cast, cast.an) == {0: "", 1: "", 2: "4", 3: "", 4: "vui"}


async def test_stop_pauses_and_it_goes_on_another_day_after_a_restart(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Có")
    await cast.an.says("thôi")
    assert "lúc nào cũng được" in cast.an.text
    assert answers(cast, cast.an) == {}

    await cast.passes(hours=5)
    cast.app = App(cast.engine, cast.channels, cast.clock, public_url=PUBLIC_URL)
    for channel in cast.channels.values():
        channel.connect(cast.app.receive)
    await cast.an.presses("Trả lời tiếp")
    assert "câu 2/3" in cast.an.text
    await cast.an.says("2")
    await cast.an.says("bỏ qua")
    assert answers(cast, cast.an) == {0: "1", 1: "2", 2: ""}


async def test_words_that_come_too_late_are_not_taken_for_the_answer(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Không")
    await cast.passes(minutes=11)
    await cast.an.says("mai có họp không em")

    assert "chưa ghi" in cast.an.text
    assert "câu 3/3" in cast.an.text
    await cast.an.says("Không có gì thêm")
    assert answers(cast, cast.an)[2] == "Không có gì thêm"


async def test_she_may_give_it_up(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Có")
    await cast.an.says("thôi")
    await cast.an.presses("Bỏ, không trả lời nữa")

    with cast.session() as session:
        assert session.exec(select(SurveyRun)).all() == []
    await cast.an.says("alo")
    assert "câu 2/3" not in cast.an.text


async def test_until_the_close_every_answer_can_be_changed(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Không")
    await cast.an.says("bỏ qua")
    assert cast.an.labels == ["✏️ Sửa câu 1", "✏️ Sửa câu 3"]

    await cast.an.presses("Sửa câu 1")
    await cast.an.presses("Có")
    assert "câu 2/3" in cast.an.text
    await cast.an.says("1")
    assert answers(cast, cast.an) == {0: "1", 1: "1", 2: ""}

    await cast.an.presses("Sửa câu 1")
    await cast.an.presses("Không")
    assert answers(cast, cast.an) == {0: "0", 2: ""}
    with cast.session() as session:
        assert len(session.exec(select(SurveyTaken)).all()) == 1


async def test_a_close_in_between_takes_nothing_more(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Có")
    await cast.lan.says("khảo sát")
    await cast.lan.presses("Nhu cầu học")
    await cast.lan.presses("🔒 Chốt")
    await cast.lan.presses("🔒 Chốt")

    await cast.an.says("1")
    assert "đã chốt" in cast.an.text
    assert answers(cast, cast.an) == {}


async def test_who_never_opened_a_private_talk_gets_a_link(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None
        account.private_chat = ""
        session.add(account)
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    assert "Mở trò chuyện riêng" in cast.an.toast
    (link,) = [c.url for row in cast.k8.last.choices for c in row if c.url]
    assert link == "https://sandbox.test/?start=s-1"

    await cast.an.says("/start s-1")
    assert "câu 1/3" in cast.an.text


async def test_strangers_are_asked_to_join_first(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.ty.presses(START, cast.k8)
    assert "đường dẫn tham gia" in cast.ty.toast
    await cast.ty.says("/start s-1")
    assert "đường dẫn tham gia" in cast.ty.text
    await cast.nga.says("/start s-1")
    assert "chi hội khác" in cast.nga.text
    await cast.an.says("/start s-999")
    assert "câu 1" not in cast.an.text


async def test_a_household_answers_one_after_the_other(cast: Cast) -> None:
    shares(cast, cast.an, "Lý Thị Dung")
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    assert cast.an.labels == ["Võ Thị An", "Lý Thị Dung"]

    await cast.an.presses("Võ Thị An")
    assert "(cho Võ Thị An)" in cast.an.text
    await cast.an.presses("Không")
    await cast.an.says("bỏ qua")
    await cast.an.presses("Trả lời cho Lý Thị Dung")
    assert "(cho Lý Thị Dung) – câu 1/3" in cast.an.text
    await cast.an.presses("Không")
    await cast.an.says("tôi già rồi")

    assert "của Lý Thị Dung" in cast.an.text
    await cast.passes(seconds=6)
    assert "2/6" in cast.k8.text


async def test_a_leader_writes_down_what_she_was_told_on_the_phone(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.lan.presses("Theo dõi")
    await cast.lan.presses("Ghi giúp")
    await cast.lan.says("tèo")
    assert "không thấy" in cast.lan.text
    await cast.lan.says("Dung")
    assert "(cho Lý Thị Dung)" in cast.lan.text
    await cast.lan.presses("Không")
    await cast.lan.says("khỏe")

    with cast.session() as session:
        rows = session.exec(select(SurveyAnswer)).all()
    by = {row.by for row in rows}
    assert {row.member_id for row in rows} == {cast.member("Lý Thị Dung").id}
    with cast.session() as session:
        account = accounts.by_address(session, "sandbox:lan")
    assert account is not None and by == {account.id}


FORGED = (
    "survey_say 1 {dung} 0 1",
    "survey_say 1 {sau} 0 1",
    "survey_say 1 {an} 9 1",
    "survey_say 1 {an} ² 1",
    "survey_tick 1 {an} 0 1",
    "survey_finish 1 {an}",
    "survey_start 1 {dung}",
    "survey_pick 1 1",
    "survey_manage 1",
    "survey_close 1 yes",
    "survey_sheet 1",
    "survey_silent 1",
    "survey_put 1 title - x",
    "results 1",
)


async def test_forged_lines_do_nothing(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    ids = {key: cast.member(cast.players[key].name).id for key in ("dung", "sau", "an")}
    seen = len(cast.k8.bot), cast.k8.last.edited
    for line in FORGED:
        said = len(cast.an.private.bot)
        await cast.an.says(f"/{line.format(**ids)}")
        assert len(cast.an.private.bot) == said + 1
        assert "không tìm thấy" in cast.an.text, line

    assert answers(cast, cast.an) == {}
    assert (len(cast.k8.bot), cast.k8.last.edited) == seen


async def test_an_answer_costs_the_same_however_many_have_answered(cast: Cast) -> None:
    await sends(cast.lan, THREE)

    async def costs(player: Player) -> int:
        await cast.passes(seconds=10)
        await player.presses(START, cast.k8)
        await player.presses("Không")
        with watched(cast.engine) as statements:
            await player.says("vui")
        return len(statements)

    first = await costs(cast.an)
    for player in (cast.binh, cast.cuc):
        await costs(player)
    assert await costs(cast.thu) == first


async def test_the_question_she_calls_for_takes_the_place_of_one_left_open(cast: Cast) -> None:
    await sends(cast.lan, "Khảo sát: Một\n1. Chị mong gì? *\n2. Còn gì nữa?")
    await sends(cast.lan, "Khảo sát: Hai\n1. Chị lo gì? *\n2. Còn gì nữa?")
    first, second = cast.k8.bot
    for message in (first, second):
        await cast.channels[SANDBOX].press("an", message, "✍️ Trả lời riêng với em")
        await cast.settle()
    await cast.an.says("lo mưa bão")

    assert "Hai – câu 2/2" in cast.an.text
    assert "Em ghi: lo mưa bão" in cast.an.text


async def test_what_was_left_half_given_goes_a_week_after_the_close(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Có")
    await cast.lan.says("/survey_close 1 yes")
    await cast.passes(days=6)
    with cast.session() as session:
        assert len(session.exec(select(SurveyRun)).all()) == 1

    await cast.passes(days=2)
    with cast.session() as session:
        assert session.exec(select(SurveyRun)).all() == []
