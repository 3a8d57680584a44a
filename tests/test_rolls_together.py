"""Several people in one word, words that come after the close, and words beside a survey."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN
from handlers.rolls import after_close, together
from storage import accounts
from storage.database import begin
from tests.cast import Cast
from tests.rollcall import evidence, share_phone, verdicts
from tests.surveys_scenes import sends


@pytest.mark.parametrize(
    ("text", "count", "status"),
    [
        ("cả hai vắng", 2, "absent"),
        ("ca 2 deu vang co phep", 2, "absent_excused"),
        ("Hai mẹ con xin vắng ạ", 2, "absent_excused"),
        ("nhà em cả ba có mặt", 3, "present"),
        ("cả hai người vắng", 2, "absent"),
        ("cả nhà có mặt", 0, "present"),
    ],
)
def test_how_many_people_one_word_is_about(text: str, count: int, status: str) -> None:
    told = together.read(text)
    assert told is not None and (told.count, told.status) == (count, status)


@pytest.mark.parametrize(
    "text",
    ["cả hai", "cả hai vắng hả", "hai mẹ con đi chợ", "vắng", "ba vắng", "cả hai " + "a" * 99],
)
def test_what_is_not_surely_said_of_several(text: str) -> None:
    assert together.read(text) is None


@pytest.mark.parametrize("room", [True, False])
async def test_both_of_a_household_are_away_without_another_question(
    cast: Cast, *, room: bool
) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung")
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.says("cả hai bận đám cưới xin vắng", cast.k8 if room else None)

    assert evidence(cast) == [
        ("An", "absent_excused", "words"),
        ("Dung", "absent_excused", "helper"),
    ]
    await cast.an.says("cả ba có mặt")
    assert "Câu vừa rồi là của ai" in cast.an.text
    assert len(evidence(cast)) == 2


async def test_who_comes_along_and_is_not_on_her_phone_goes_to_the_leader(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.says("hai mẹ con xin vắng")

    assert verdicts(cast) == {"An": "absent_excused"}
    assert "người đi cùng, em nhờ chi hội trưởng ghi giúp" in cast.an.text
    assert "Võ Thị An nhắn (Chi hội Khóm 8): hai mẹ con xin vắng" in cast.lan.text
    assert "Những ai đi cùng chị ấy thì em chưa rõ" in cast.lan.text
    await cast.lan.presses("Ghi giúp")
    await cast.ty.says("cả hai vắng")
    await cast.binh.says("cả nhà có mặt đủ", cast.k8)
    assert "Bình" not in verdicts(cast), "so a group is spoken to"


async def test_words_after_the_close_reach_the_leader_and_she_is_told(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.an.says("có mặt", cast.k8)
    prompt = cast.k8.last
    await cast.lan.says("chốt điểm danh")
    before = verdicts(cast)
    again = await cast.an.says("em có mặt", cast.k8)
    late = await cast.binh.says("bận đám giỗ xin vắng", cast.k8)
    await cast.cuc.says("có mặt")
    await cast.nga.says("có mặt", cast.k8)

    assert verdicts(cast) == before
    assert not again.reactions and not late.reactions
    assert "Em chuyển câu trả lời của chị cho chi hội trưởng" in cast.binh.text
    assert "Em chuyển câu trả lời của chị cho chi hội trưởng" in cast.cuc.text
    await cast.passes(minutes=10)
    assert "Sau khi chốt, có thêm câu trả lời" in cast.lan.text
    assert "Đặng Thị Bình (bận đám giỗ xin vắng)" in cast.lan.text
    assert "Có mặt: Huỳnh Kim Cúc" in cast.lan.text

    await cast.passes(hours=3)
    for text in ("vắng", "1", "có"):
        await cast.thu.says(text, cast.k8)
    assert "Thu" not in {name for name, *_ in evidence(cast)}, "by now it is talk"
    await cast.thu.says("vắng", cast.k8, reply_to=prompt)
    assert evidence(cast)[-1] == ("Thu", "absent", "words")
    await cast.passes(days=2)
    await cast.binh.says("có mặt")
    assert "hiện không có điểm danh nào đang mở" in cast.binh.text
    await cast.lan.presses("Mở lại")
    assert verdicts(cast)["Bình"] == "absent_excused"


async def test_late_words_without_a_private_talk_get_a_mark(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:binh")
        assert account is not None
        account.private_chat = ""
        session.add(account)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("chốt điểm danh", cast.k8)
    shown = len(cast.k8.bot)
    late = await cast.binh.says("xin vắng", cast.k8)
    stranger = await cast.ty.says("có mặt", cast.k8)

    assert late.reactions and stranger.reactions and len(cast.k8.bot) == shown
    assert evidence(cast) == [("Bình", "absent_excused", "words")]


async def test_where_nobody_knows_what_was_quoted_late_words_count_too(cast: Cast) -> None:
    """Zalo hands over only what is said to the bot."""
    room = cast.add_room("p8", "CH Khóm 8", unit="P5-K8", channel=PLAIN)
    cast.binh.channel = PLAIN
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("chốt điểm danh", cast.k8)
    await cast.passes(hours=3)
    await cast.binh.says("@chihoi xin vắng", room)

    assert evidence(cast) == [("Bình", "absent_excused", "words")]
    assert after_close.SPOKEN_FOR.total_seconds() < 3 * 3600


CHOICE = """Khảo sát: Chọn màu áo
1. Màu áo chị thích? (một lựa chọn)
   - Xanh
   - Đỏ
2. Chị góp ý gì thêm? (chữ)"""


async def test_an_answer_to_the_roll_goes_past_an_open_survey_question(cast: Cast) -> None:
    await sends(cast.lan, CHOICE)
    await cast.an.presses("Trả lời riêng", cast.k8)
    await cast.an.says("có mặt")
    assert "có mặt" not in verdicts(cast).values() and "màu áo" in cast.an.text.lower()
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.says("có mặt")

    assert verdicts(cast) == {"An": "present"}
    assert "Đã ghi: có mặt" in cast.an.texts[-2]
    assert "Màu áo chị thích" in cast.an.text, "and the question stands below"
    await cast.an.presses("Xanh")
    await cast.an.says("có mặt")
    assert len(evidence(cast)) == 1, "a free question takes any words"
