"""Groups on Zalo: what is asked there, which question an answer is for, and who gave it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from handlers import LISTENERS, ROUTES, WHICH
from handlers.chat import Route
from handlers.talk import Talk
from storage import accounts
from storage.accounts import Account
from storage.database import reading
from storage.rolls import Status
from tests.cast import Cast
from tests.channels.fake_zalo import FakeZaloGroup
from tests.surveys_scenes import sends
from tests.zalo_cast import ZaloCast

ONE = "Khảo sát: Lớp buổi tối\n1. Chị có học được buổi tối không? (có/không) *"


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[ZaloCast]:
    async with ZaloCast(engine) as cast:
        yield cast
        assert cast.server.problems == []


@pytest.fixture
async def strange(engine: Engine) -> AsyncIterator[ZaloCast]:
    """Nobody's id in groups is the one of her private talk, and none of them is known yet."""
    async with ZaloCast(engine, group_ids_differ=True, knows_groups=False) as cast:
        yield cast
        assert cast.server.problems == []


def figures(cast: Cast) -> str:
    """What the group was shown last of its roll."""
    return next(text for text in reversed(cast.k8.texts) if "Có mặt:" in text)


async def two_questions(cast: ZaloCast) -> None:
    """A roll and a survey of one question are open in the same group."""
    await sends(cast.lan, ONE)
    await cast.lan.says("điểm danh họp tháng 11", cast.k8)


async def test_every_prompt_says_how_to_be_heard(cast: ZaloCast) -> None:
    await two_questions(cast)

    roll, survey = cast.k8.texts[-1], cast.k8.texts[-2]
    for text in (roll, survey):
        assert "trả lời (quote) tin này hoặc nhắc @Bot Chi hội" in text
    assert "1. ✅ Có mặt" in roll
    await cast.lan.says("trợ giúp")
    assert "nhắc @Bot" not in cast.lan.text  # in private nobody need call it


async def test_talk_among_people_is_not_even_handed_over(cast: ZaloCast) -> None:
    await cast.lan.says("điểm danh", cast.k8)
    await cast.an.chats("có mặt", cast.k8)
    await cast.passes(minutes=11)

    assert not cast.an.texts
    assert len(cast.k8.bot) == 1


async def test_words_find_the_one_open_question_they_fit(cast: ZaloCast) -> None:
    await two_questions(cast)

    await cast.an.says("em có mặt ạ", cast.k8)
    assert "Đã ghi: có mặt" in cast.an.toast
    await cast.binh.says("xin phép vắng vì con ốm", cast.k8)
    assert "con ốm" in cast.binh.toast
    await cast.cuc.says("không", cast.k8)
    assert "Không" in cast.cuc.toast
    await cast.passes(minutes=11)
    assert "Có mặt: 1" in figures(cast)


async def test_a_number_that_fits_two_questions_is_asked_back_in_private(cast: ZaloCast) -> None:
    await two_questions(cast)

    await cast.an.says("1", cast.k8)
    assert "trả lời cho câu nào" in cast.an.text
    assert cast.an.labels == ["họp tháng 11: có mặt", "Lớp buổi tối: Có"]
    await cast.an.presses("Lớp buổi tối")
    assert "Có" in cast.an.text
    await cast.an.says("3", cast.k8)  # only the roll has a third answer
    assert "Đã ghi: đi trễ" in cast.an.toast
    await cast.passes(minutes=11)
    assert "Đi trễ: 1" in figures(cast)


@pytest.mark.slow
@pytest.mark.sqlite
async def test_with_a_field_that_names_the_quote_nothing_is_asked(engine: Engine) -> None:
    async with ZaloCast(engine, tells_quotes=True) as cast:
        await two_questions(cast)
        await cast.an.presses("Có mặt", cast.k8)
        await cast.an.presses("Không", cast.k8)

        assert "Không" in cast.an.toast
        assert not any("câu nào" in text for text in cast.an.texts)


async def test_what_is_closed_is_no_candidate(cast: ZaloCast) -> None:
    await two_questions(cast)
    await cast.lan.says("chốt điểm danh")
    await cast.passes(minutes=11)

    await cast.an.says("1", cast.k8)
    assert "trả lời cho câu nào" not in cast.an.text
    assert "Có" in cast.an.text


async def test_without_a_private_talk_she_is_asked_where_she_is(cast: ZaloCast) -> None:
    with reading(cast.engine) as session:
        address = f"zalo_bot:{cast.people['an'].id}"
        account = accounts.by_address(session, address)
        assert account is not None
    cast.shut(address)
    await two_questions(cast)

    await cast.an.says("1", cast.k8)
    assert "trả lời cho câu nào" in cast.k8.text
    await cast.an.says("1", cast.k8)
    await cast.passes(minutes=11)
    assert "Có mặt: 1" in figures(cast)


async def test_known_in_private_she_says_her_name_once_in_the_group(strange: ZaloCast) -> None:
    cast = strange
    await cast.lan_opens_a_roll()

    await cast.an.says("1", cast.k8)
    assert "cho em xin họ và tên" in cast.k8.text
    assert "nhắc @Bot Chi hội" in cast.k8.text
    await cast.an.says("Võ Thị An", cast.k8)
    assert "nhờ chi hội trưởng xác nhận" in cast.k8.text
    assert "Võ Thị An, nhắn trong nhóm" in cast.lan.text

    await cast.lan.presses("Võ Thị An")
    await cast.lan.presses("Là Võ Thị An")
    assert "đã có máy khác" not in cast.k8.text
    assert any("vừa được nhận là" in text for text in cast.an.texts)  # warned in private
    said = len(cast.k8.bot)
    await cast.an.says("2", cast.k8)
    await cast.passes(minutes=11)
    assert "Trực tuyến: 1" in figures(cast)
    assert not any("xin họ và tên" in text for text in cast.k8.texts[said:])


async def test_one_question_stands_for_all_who_answer_at_once(strange: ZaloCast) -> None:
    """On the first evening nobody of a group is known."""
    cast = strange
    await cast.lan_opens_a_roll()
    for player in (cast.an, cast.binh, cast.cuc):
        await player.says("1", cast.k8)
    assert sum("xin họ và tên" in text for text in cast.k8.texts) == 1
    for player, name in ((cast.cuc, "Huỳnh Kim Cúc"), (cast.an, "Võ Thị An")):
        await player.says(name, cast.k8)
        assert f"cảm ơn chị {name}" in cast.k8.text
    await cast.passes(minutes=4)
    await cast.thu.says("1", cast.k8)
    assert sum("xin họ và tên" in text for text in cast.k8.texts) == 2


async def test_what_counts_at_last_is_told_to_nobody_else(strange: ZaloCast) -> None:
    cast = strange
    await cast.lan_opens_a_roll()
    await cast.an.says("1", cast.k8)
    await cast.an.says("Võ Thị An", cast.k8)
    before = len(cast.lan.texts)
    await cast.lan.presses("Võ Thị An")
    await cast.lan.presses("Là Võ Thị An")

    assert not any("Đã ghi: có mặt" in text for text in cast.lan.texts[before:])
    with reading(cast.engine) as session:
        people = session.exec(select(Account).where(Account.name == "Võ Thị An")).all()
        assert len(people) == 2
        assert all(accounts.members_of(session, p.id or 0) == [cast.an.member.id] for p in people)
    assert Status.PRESENT in cast.statuses("Võ Thị An")


async def test_a_group_is_bound_by_calling_the_bot_there(cast: ZaloCast) -> None:
    group: FakeZaloGroup = cast.server.group("CH Khóm 1 mới")
    cast.rooms["g9"] = group
    await cast.people["sau"].says("/ketnoi P5-K1", group, mention=True)
    await cast.settle()

    assert "đã kết nối với Chi hội Khóm 1" in group.bot[-1].text
    assert "chỉ nghe" in cast.sau.text
    assert "quản trị viên" not in cast.sau.text


async def test_if_the_platform_were_believed_to_tell_quotes_a_number_would_go_astray(
    cast: ZaloCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the question asked back: the newest prompt takes what was meant for another."""
    listeners = tuple(one for one in LISTENERS if one != WHICH.hear)
    monkeypatch.setitem(ROUTES, "words", Route(Talk(listeners).words, listed=False))
    await two_questions(cast)
    survey = next(m for m in cast.k8.bot if "Lớp buổi tối" in m.text)

    await cast.an.says("1", cast.k8, reply_to=survey)

    assert "Đã ghi: có mặt" in cast.an.toast


@pytest.mark.slow
@pytest.mark.sqlite
async def test_known_in_both_she_is_answered_in_her_private_talk(engine: Engine) -> None:
    async with ZaloCast(engine, group_ids_differ=True) as cast:
        await two_questions(cast)

        await cast.an.says("1", cast.k8)
        assert "trả lời cho câu nào" in cast.an.text
        await cast.an.presses("họp tháng 11")
        assert "Đã ghi: có mặt" in cast.an.text
        await cast.binh.says("có mặt ạ", cast.k8)
        assert "Đã ghi: có mặt" in cast.binh.text
        await cast.passes(minutes=11)
        assert "Có mặt: 2" in figures(cast)
