"""What is heard as an answer in a group, what stays talk, and what is asked back in private."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN
from handlers.chat import Choice, Reply
from handlers.rolls.naming import find
from storage import accounts
from storage.database import begin
from storage.members import Member
from storage.vietnamese import fold
from tests.cast import MONDAY_8AM, Cast, Player
from tests.rollcall import evidence, rolls, verdicts


@pytest.mark.parametrize(
    "talk",
    [
        "chị Hoa có mặt chưa", "sáng nay em vắng chợ một bữa", "12", "9", "dạ", "ok chị", "👍",
        "có mặt hay không là do trời", "mai 2 chị em mình đi nha", "điểm danh đi chị em ơi",
        "ai online thì trả lời giúp", "có mặt không chị?",
    ],
)  # fmt: skip
async def test_talk_stays_talk(cast: Cast, talk: str) -> None:
    await cast.lan.says("/diemdanh", cast.k8)

    message = await cast.an.says(talk, cast.k8)

    assert evidence(cast) == []
    assert len(cast.k8.bot) == 1
    assert not message.reactions
    assert cast.an.private.bot == []


@pytest.mark.parametrize("name", ["sậy ", "Sậy ", "cô sậy ", "bé Ba ", "lan "])
async def test_a_name_in_front_is_never_the_senders_own_answer(cast: Cast, name: str) -> None:
    """In small letters, and in no list of names: it still is somebody else who is excused."""
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.says(f"{name}bận việc xin vắng", cast.k8)
    assert evidence(cast) == []
    await cast.an.says("bận việc xin vắng", cast.k8)

    assert verdicts(cast) == {"An": "absent_excused"}


async def test_answers_without_an_open_roll_are_talk(cast: Cast) -> None:
    for text in ("có mặt", "1", "vắng"):
        await cast.an.says(text, cast.k8)

    assert cast.k8.bot == []
    assert cast.an.private.bot == []


@pytest.mark.parametrize("channel", ["sandbox", PLAIN])
async def test_unclear_words_to_the_bot_are_asked_back_in_private(cast: Cast, channel: str) -> None:
    cast.an.channel = channel
    room = cast.k8
    if channel == PLAIN:
        room = cast.add_room("p8", "CH Khóm 8", unit="P5-K8", channel=PLAIN)
    await cast.lan.says("/diemdanh họp", cast.k8)

    await cast.an.says("chắc tui ghé qua chút", room, reply_to=room.last)

    assert evidence(cast) == []
    assert "Nếu chị trả lời cho họp (Chi hội Khóm 8), chị chọn một câu" in cast.an.text
    assert len(room.bot) == 1
    if channel == PLAIN:
        await cast.an.says("3")
    else:
        await cast.an.presses("Đi trễ")
    assert verdicts(cast) == {"An": "late"}


async def test_without_a_private_talk_the_group_hears_how_to_answer(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None
        account.private_chat = ""
        session.add(account)
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.says("chắc tui ghé qua chút", cast.k8, reply_to=cast.k8.last)

    assert "Chị chọn một câu ở tin điểm danh" in cast.k8.text


async def test_a_question_to_the_bot_in_private_is_not_forced_into_an_answer(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.says("mấy giờ họp vậy em")
    assert "việc khác chị nhắn trợ giúp" in cast.an.text
    await cast.an.says("có mặt")
    await cast.an.says("mấy giờ họp vậy em")

    assert "Em chưa hiểu câu này" in cast.an.text
    assert verdicts(cast) == {"An": "present"}


async def test_a_bare_number_answers_only_the_last_question(cast: Cast) -> None:
    """Another prompt stands below the roll: "1" may answer that, "có mặt" cannot."""
    await cast.lan.says("/diemdanh", cast.k8)
    prompt = cast.k8.last
    other = Reply(
        "talk/cancelled.j2",
        to=cast.k8.address,
        subject="survey:1",
        choices=(Choice("Áo xanh", "answer 1 1"), Choice("Áo đỏ", "answer 1 2")),
    )
    with begin(cast.engine) as session:
        cast.app.dispatcher.poster.queue(session, [other], now=MONDAY_8AM, origin="test")
    await cast.settle()

    for ambiguous in ("1", "có", "dạ có ạ"):
        await cast.an.says(ambiguous, cast.k8)
    assert evidence(cast) == []
    await cast.an.says("có mặt", cast.k8)
    await cast.binh.says("2", cast.k8, reply_to=prompt)

    assert verdicts(cast) == {"An": "present", "Bình": "present_online"}


async def test_a_reply_to_somebody_else_counts_only_if_it_is_plain(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    question = await cast.lan.says("mai đi chợ không Bình", cast.k8)

    await cast.binh.says("có", cast.k8, reply_to=question)
    assert evidence(cast) == []
    await cast.binh.says("có mặt", cast.k8, reply_to=question)

    assert verdicts(cast) == {"Bình": "present"}


async def test_only_a_leader_opens_with_a_titled_sentence(cast: Cast) -> None:
    await cast.an.says("điểm danh họp tháng 11", cast.k8)
    await cast.sau.says("điểm danh họp tháng 11", cast.k8)
    await cast.lan.says("điểm danh họp chưa chị?", cast.k8)
    assert cast.k8.bot == []

    await cast.lan.says("Điểm danh họp tháng 11", cast.k8)

    assert "Điểm danh Chi hội Khóm 8: họp tháng 11" in cast.k8.text


async def test_someone_in_two_branches_is_asked_which(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        tam = cast.member("Bùi Thị Tám").id
        assert account is not None and account.id is not None and tam is not None
        accounts.link(session, account.id, tam, by="test", now=cast.clock.now())
    await cast.lan.says("/diemdanh họp K8", cast.k8)
    await cast.sau.says("/diemdanh", cast.k1)

    await cast.an.says("có mặt")
    assert cast.an.labels == ["Chi hội Khóm 1", "họp K8"]
    await cast.an.presses("họp K8")

    assert verdicts(cast) == {"An": "present"}


async def test_a_leader_with_no_open_roll_hears_nothing_of_it(cast: Cast) -> None:
    await cast.lan.says("bà Bình có mặt")

    assert "Em chưa hiểu câu này" in cast.lan.text


def people(*names: str) -> list[Member]:
    now = MONDAY_8AM
    return [
        Member(id=n, unit_id=1, name=name, folded=fold(name), name_key="", created_at=now,
               changed_at=now)
        for n, name in enumerate(names, 1)
    ]  # fmt: skip


def found(name: str, *register: str) -> tuple[list[str], bool]:
    result = find(name, people(*register))
    return [m.name for m in result.people], result.sure


def test_a_name_is_sure_only_with_its_marks_and_alone() -> None:
    assert found("bà Bình", "Đặng Thị Bình", "Võ Bình An") == (["Đặng Thị Bình"], True)
    assert found("ba binh", "Đặng Thị Bình") == (["Đặng Thị Bình"], False)
    assert found("Thuý", "Lê Thị Thúy") == (["Lê Thị Thúy"], True)
    assert found("Thúy", "Lê Thị Thùy") == (["Lê Thị Thùy"], False)
    assert found("chị Thúy", "Lê Thị Thùy", "Lê Thị Thúy")[1] is False
    assert found("Bình An", "Võ Bình An", "Võ Thị An") == (["Võ Bình An"], True)
    assert found("Kim", "Huỳnh Kim Cúc") == (["Huỳnh Kim Cúc"], False)
    assert found("chị Ba", "Lê Thị Ba") == (["Lê Thị Ba"], True)
    assert found("Lan", "Nguyễn Thị Loan") == ([], False)


async def test_a_member_answers_by_many_words(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    said: list[tuple[Player, str, str]] = [
        (cast.an, "dạ em có mặt ạ", "present"),
        (cast.binh, "ko di dc", "absent"),
        (cast.cuc, "onl nha chị", "present_online"),
        (cast.thu, "em đến trễ chút nha", "late"),
        (cast.lan, "+", "present"),
    ]
    for player, text, _ in said:
        await player.says(text, cast.k8)

    assert verdicts(cast) == {player.name.split()[-1]: status for player, _, status in said}
    assert len(rolls(cast)) == 1
