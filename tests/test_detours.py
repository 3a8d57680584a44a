"""A channel is lost: what is open goes by the other doors of each unit, and comes back."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.channels.sandbox import PLAIN
from handlers.chat import Moment
from handlers.detours import deciding, moving
from storage import accounts, relays
from storage.database import begin
from storage.detours import DetourState, Way
from tests.answering import Visitor
from tests.cast import Cast, Player, Room
from tests.directives_scenes import broadcasts
from tests.losing import detour_of, loses, mentions, parts, regains
from tests.rollcall import evidence, verdicts
from tests.surveys_scenes import THREE, sends


def at_plain(player: Player) -> Room:
    """Her private talk on the channel without buttons."""
    return Room(player.cast, f"{player.key}@{PLAIN}", PLAIN)


async def number(player: Player, label: str) -> None:
    """She answers, on the channel without buttons, with the number of a choice."""
    room = at_plain(player)
    shown = next(message for message in reversed(room.bot) if f". {label}" in message.text)
    line = next(line for line in shown.text.splitlines() if f". {label}" in line)
    await player.says(line.split(".")[0], room, reply_to=shown)


async def test_the_units_other_group_carries_on_and_nobody_is_asked_twice(cast: Cast) -> None:
    plain = cast.add_room("p8", "CH Khóm 8 (Zalo)", unit="P5-K8", channel=PLAIN, main=False)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    asked, heard = len(plain.bot), len(at_plain(cast.binh).bot)
    await loses(cast)

    assert parts(cast)["P5-K8"].way == Way.GROUP
    assert len(plain.bot) == asked
    assert len(at_plain(cast.binh).bot) == heard
    told = at_plain(cast.mai).texts
    assert mentions(told, "nhóm khác của đơn vị") == 1
    silence = len(cast.k8.bot)
    await cast.binh.says("@chihoi có mặt", plain)
    await cast.passes(minutes=15)
    assert len(cast.k8.bot) == silence
    assert "Có mặt: 1" in cast.k8.text

    await regains(cast)
    assert "Có mặt: 2" in cast.k8.text
    assert mentions(cast.mai.texts, "đã thông lại") == 1
    assert verdicts(cast) == {"An": "present", "Bình": "present"}


async def test_without_another_group_people_are_asked_in_private_and_the_leader_passes_on(
    cast: Cast,
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await loses(cast)

    part = parts(cast)["P5-K8"]
    assert (part.way, part.prompts, part.asked) == (Way.RELAY, 1, 4)  # Dung is on no channel
    assert at_plain(cast.an).bot == []
    asked = at_plain(cast.binh).text
    assert "gián đoạn, nên em xin hỏi riêng chị" in asked
    await number(cast.binh, "✅ Có mặt")
    assert "Đã ghi: có mặt" in at_plain(cast.binh).text
    assert mentions(at_plain(cast.lan).texts, "Điểm danh Chi hội Khóm 8") >= 1
    await number(cast.lan, "✅ Đã gửi vào nhóm")
    await cast.lan.says("bà Dung có mặt", at_plain(cast.lan))
    await cast.passes(seconds=7)

    await regains(cast)
    assert "Có mặt: 3" in cast.k8.text
    assert len(cast.k8.bot) == 1  # the prompt it had before: nothing is asked again
    assert verdicts(cast) == {"An": "present", "Bình": "present", "Dung": "present"}


async def test_when_everybody_can_be_asked_in_private_nobody_need_pass_it_on(cast: Cast) -> None:
    cast.add_room("s1", "Nhóm của Khóm 1", unit="P5-K1")
    await cast.sau.says("/diemdanh", cast.k1)
    await loses(cast)

    assert parts(cast)["P5-K1"].way == Way.TALKS
    assert "Điểm danh Chi hội Khóm 1" in at_plain(cast.tam).text
    with cast.session() as session:
        assert relays.about(session, "roll:1") == []


async def test_a_directive_waits_for_its_receipt_by_another_door(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.sau.presses("xác nhận đã nhận", cast.k1)
    await loses(cast)

    moved = parts(cast)
    assert moved["P5-K1"].prompts == 0  # it has confirmed
    assert (moved["P5-K8"].way, moved["P5-K8"].prompts) == (Way.RELAY, 1)
    assert mentions(at_plain(cast.lan).texts, "dịch vụ công") == 1
    await number(cast.lan, "✅ Xác nhận đã nhận")
    await cast.hoa.says("tiến độ", at_plain(cast.hoa))
    assert "2/2" in at_plain(cast.hoa).text
    assert "Chưa chuyển tay vào nhóm\n• Chi hội Khóm 8" in at_plain(cast.hoa).text


async def test_a_survey_goes_on_where_it_was_begun(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses("Trả lời riêng", cast.k8)
    await cast.an.presses("Không")
    await loses(cast)

    await number(cast.an, "✍️ Trả lời")
    assert "câu 3/3" in at_plain(cast.an).text
    await cast.an.says("Mong có lớp buổi tối", at_plain(cast.an))
    assert "Em đã ghi câu trả lời" in at_plain(cast.an).text
    await regains(cast)
    assert "1/6" in cast.k8.text


async def test_what_is_opened_meanwhile_finds_its_way_and_comes_back(cast: Cast) -> None:
    await loses(cast)
    await cast.lan.says("/diemdanh", at_plain(cast.lan))
    assert cast.k8.bot == []
    assert mentions(at_plain(cast.lan).texts, "Mời các chị trả lời trong nhóm") == 1
    await cast.binh.says("có mặt", at_plain(cast.binh))

    await regains(cast)
    assert "Có mặt: 1" in cast.k8.text
    await cast.an.presses("Có mặt", cast.k8)
    assert verdicts(cast) == {"An": "present", "Bình": "present"}
    unneeded = mentions(at_plain(cast.lan).texts, "không cần chuyển tay nữa")
    assert unneeded == 1


async def test_what_was_passed_on_by_hand_is_not_asked_again(cast: Cast) -> None:
    await loses(cast)
    await cast.lan.says("/diemdanh", at_plain(cast.lan))
    await number(cast.lan, "✅ Đã gửi vào nhóm")
    await regains(cast)

    assert cast.k8.bot == []
    assert mentions(at_plain(cast.lan).texts, "không cần chuyển tay nữa") == 0


async def test_what_is_over_by_then_is_not_brought_back(cast: Cast) -> None:
    await loses(cast)
    await cast.lan.says("/diemdanh", at_plain(cast.lan))
    await cast.lan.says("chốt điểm danh", at_plain(cast.lan))
    await regains(cast)

    assert cast.k8.bot == []


async def test_answers_given_before_it_was_lost_count_when_they_arrive(cast: Cast) -> None:
    """Pressed while nothing could be sent: the answer is kept, and confirmed by her other door."""
    await cast.lan.says("/diemdanh", cast.k8)
    await loses(cast)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.binh.says("có mặt")

    assert verdicts(cast) == {"An": "present", "Bình": "present"}
    assert "Đã ghi: có mặt" in at_plain(cast.binh).text
    await cast.passes(seconds=7)
    await regains(cast)
    assert "Có mặt: 2" in cast.k8.text


async def test_one_person_at_two_doors_has_one_answer(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await loses(cast)
    await number(cast.an, "📱 Trực tuyến")
    await regains(cast)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.passes(seconds=7)

    assert verdicts(cast) == {"An": "present"}
    assert [status for _, status, _ in evidence(cast)] == ["present_online", "present"]
    assert "Có mặt: 1" in cast.k8.text


async def test_saying_it_twice_changes_nothing(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    assert await loses(cast)
    queued = len(cast.outbox())
    assert not await loses(cast)
    await cast.tick()
    assert len(cast.outbox()) == queued

    assert await regains(cast)
    queued = len(cast.outbox())
    assert not await regains(cast)
    assert len(cast.outbox()) == queued
    assert detour_of(cast).state == DetourState.OVER


async def test_lost_again_those_are_asked_again_who_were_told_it_was_over(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    for count in (1, 2):
        await loses(cast)
        assert mentions(at_plain(cast.lan).texts, "Mời các chị trả lời trong nhóm") == count
        assert mentions(at_plain(cast.binh).texts, "hỏi riêng chị") == 1
        await regains(cast)
    assert len(cast.k8.bot) == 1


async def test_who_is_on_no_channel_answers_by_the_link_that_was_passed_on(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await loses(cast)
    words = next(t for t in at_plain(cast.lan).texts if "Xem và trả lời ở đây" in t)
    link = re.search(r"https://\S+/t/\S+", words)
    assert link is not None
    async with Visitor(cast) as dung:
        await dung.opens(link[0])
        await dung.is_called("Lý Thị Dung", "1949")
        await dung.presses("Có mặt")
    await cast.settle()
    await cast.passes(seconds=7)

    assert verdicts(cast) == {"Dung": "present"}
    await regains(cast)
    assert "Có mặt: 1" in cast.k8.text


async def test_an_invitation_to_a_meeting_moves_as_well(cast: Cast) -> None:
    await cast.lan.says("họp chi hội 19g30 ngày mai tại nhà văn hoá")
    await cast.lan.presses("mời họp")
    await cast.an.presses("Sẽ dự", cast.k8)
    await loses(cast)

    asked = at_plain(cast.binh).text
    assert "hỏi riêng chị" in asked
    assert "19 giờ 30" in asked
    assert mentions(at_plain(cast.an).texts, "hỏi riêng chị") == 0
    await number(cast.binh, "🙏 Không dự được")
    assert verdicts(cast) == {"An": "present", "Bình": "absent"}


async def test_the_door_she_chose_is_hers_again(cast: Cast) -> None:
    def doors() -> list[str]:
        with cast.session() as session:
            an = cast.an.member.id or 0
            return [chat.partition(":")[0] for chat in accounts.reachable(session, [an])[an]]

    assert doors() == ["sandbox", "plain"]
    await loses(cast)
    assert doors() == ["plain", "sandbox"]
    await regains(cast)
    assert doors() == ["sandbox", "plain"]


async def test_lost_again_before_it_was_brought_back_it_stays_away(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await loses(cast)
    with begin(cast.engine) as session:
        deciding.put_up(session, "sandbox", cast.clock.now())
        deciding.suspect(session, "sandbox", cast.clock.now(), timedelta(minutes=15))
        assert not deciding.suspect(session, "sandbox", cast.clock.now(), timedelta(minutes=15))
    await cast.tick()
    assert [detour_of(cast, n).state for n in (1, 2)] == [DetourState.OVER, DetourState.SUSPECTED]
    assert mentions(cast.mai.texts, "đã thông lại") == 0
    with begin(cast.engine) as session:
        assert moving.fire(Moment(session, cast.clock.now()), 1) == []
        assert deciding.relieve(session, "sandbox", cast.clock.now())
        assert not deciding.relieve(session, "sandbox", cast.clock.now())
