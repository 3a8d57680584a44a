"""One evening of one branch through every door: one roster, one count, nobody twice."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select

from storage import directives, groups, survey_answers, survey_runs
from storage.database import begin, reading
from storage.groups import GroupState
from storage.rolls import RollVerdict
from tests.answering import Visitor, own_link, roll_of
from tests.cast import PUBLIC_URL
from tests.directives_scenes import broadcasts
from tests.evening_cast import EveningCast
from tests.every_door import EveryDoor
from tests.losing import loses, regains
from tests.rollcall import add_members, verdicts
from tests.surveys_scenes import YES_NO, sends

Evening = EveryDoor | EveningCast
HUONG = "Mai Thị Hường"
FULL, BY_HAND = "zalo_bot:a-fourth-group", "Zalo chợ Khóm 8"
"""A group more than the plan of a bot allows: what is for it Lan passes on by hand."""
LINK = re.compile(re.escape(PUBLIC_URL) + r"/t/[a-z2-7]{16}\b")


@pytest.fixture(
    params=[
        pytest.param(EveryDoor, id="sandbox"),
        pytest.param(EveningCast, id="servers", marks=pytest.mark.slow),
    ]
)
async def cast(engine: Engine, request: pytest.FixtureRequest) -> AsyncIterator[Evening]:
    async with request.param(engine) as cast:
        add_members(cast, (HUONG, "Tổ 2"))
        with begin(engine) as session:
            full = groups.ensure(session, address=FULL, title=BY_HAND, now=cast.clock.now())
            full.unit_id, full.state = cast.unit("P5-K8").id, GroupState.RELAY
        yield cast
        for part in cast.casts.values() if isinstance(cast, EveningCast) else ():
            assert part.server.problems == []


async def by_own_link(cast: Evening, subject: str, label: str, **filled: str) -> None:
    """Thu opens the link that leads straight to her question."""
    async with Visitor(cast) as thu:
        await thu.opens(own_link(cast, subject, cast.thu))
        await thu.presses(label, **filled)
    await cast.settle()


async def passed_on(cast: Evening, about: str) -> str:
    """Lan copies into the fourth group what the bot gave her for it, and says so; the link there."""
    told = cast.lan.private.bot
    place = max(at for at, message in enumerate(told) if BY_HAND in message.text)
    words, asked = told[place - 1 : place + 1]
    assert about in words.text
    found = LINK.search(words.text)
    assert found is not None and not words.labels
    assert "Sao chép" in asked.text and BY_HAND in asked.text
    assert asked.labels == ["📤 Chia sẻ vào nhóm", "✅ Đã gửi vào nhóm", "🖼 Lấy mã QR"]
    await cast.lan.presses("Đã gửi vào nhóm")
    await cast.settle()
    return found[0]


async def by_group_link(cast: Evening, link: str, label: str, **filled: str) -> None:
    """Dung, who is in no other group, says who she is."""
    async with Visitor(cast) as dung:
        await dung.opens(link)
        await dung.is_called("Lý Thị Dung", "1949")
        await dung.presses(label, **filled)
    await cast.settle()


async def test_a_roll(cast: Evening) -> None:
    await cast.lan.says("điểm danh", cast.k8)
    await cast.settle()
    pasted = await passed_on(cast, "Điểm danh")
    for room in cast.groups.values():
        assert sum("Điểm danh Chi hội Khóm 8" in text for text in room.texts) == 1

    await cast.taps("telegram", "an", "Có mặt")
    await cast.taps("zalo", "binh", "Trực tuyến")
    await cast.writes("oa", "cuc", "dạ em xin phép vắng, con em ốm")
    subject = f"roll:{roll_of(cast).id}"
    await by_own_link(cast, subject, "Có mặt")
    await by_group_link(cast, pasted, "Có mặt")
    await cast.lan.says("chị Hường đi trễ")
    await cast.lan.says("có mặt", cast.k8)
    await cast.taps("zalo", "an", "Trực tuyến")  # she thinks better of it, at her other door
    await cast.passes(minutes=11)

    assert verdicts(cast) == {
        "An": "present_online",
        "Bình": "present_online",
        "Cúc": "absent_excused",
        "Thu": "present",
        "Dung": "present",
        "Hường": "late",
        "Lan": "present",
    }
    with reading(cast.engine) as session:
        assert session.exec(select(func.count()).select_from(RollVerdict)).one() == 7
    for room in cast.groups.values():
        assert "Có mặt: 3" in room.text
        assert "Trực tuyến: 2" in room.text
        assert "Chưa trả lời: 0/7" in room.text
        assert "con em ốm" not in " ".join(room.texts)


async def test_a_survey(cast: Evening) -> None:
    await sends(cast.lan, YES_NO)
    await cast.settle()
    pasted = await passed_on(cast, "Đi chợ phiên")
    await cast.taps("telegram", "an", "Không")
    await cast.taps("zalo", "binh", "Có")
    await cast.taps("oa", "cuc", "Có")
    await by_own_link(cast, "survey:1", "Gửi", c0="1")
    await by_group_link(cast, pasted, "Gửi", c0="1")
    await cast.lan.says("/survey_hand 1 Hường")
    await cast.lan.presses("Không")
    await cast.taps("telegram", "lan", "Có")
    await cast.taps("zalo", "an", "Có")  # instead of what she said at her other door
    await cast.passes(minutes=11)

    unit = cast.unit("P5-K8").id or 0
    with reading(cast.engine) as session:
        assert survey_runs.answered_in(session, 1, unit) == 7
        counts = survey_answers.counts(session, 1, unit)[unit, 0]
    assert sum(counts.values()) == 7
    assert counts["1"] == 6
    for room in cast.groups.values():
        assert "7/7" in room.text


async def test_a_directive(cast: Evening) -> None:
    await broadcasts(cast.hoa)
    await cast.settle()
    for room in cast.groups.values():
        assert sum("dịch vụ công" in text for text in room.texts) == 1
    await cast.hoa.says("tiến độ")
    assert "Chưa chuyển tay" in cast.hoa.text
    async with Visitor(cast) as dung:  # whoever has the link may read it
        await dung.opens(await passed_on(cast, "dịch vụ công"))
        assert "dịch vụ công" in dung.text

    await cast.taps("oa", "thu", "xác nhận đã nhận")
    first = cast.clock.now()
    await cast.passes(minutes=2)
    await cast.lan.says("/received 1")
    await cast.settle()
    with reading(cast.engine) as session:
        part = directives.target(session, 1, cast.unit("P5-K8").id or 0)
        assert part is not None
        assert part.received_by == cast.member("Phạm Thị Thu").id
        assert part.received_at is not None
        assert part.received_at - first < timedelta(minutes=1)
    await cast.hoa.says("tiến độ")
    assert "1/2" in cast.hoa.text
    assert "Chưa chuyển tay" not in cast.hoa.text


async def test_two_things_at_once_are_told_apart_or_asked_about(cast: Evening) -> None:
    """A Zalo bot is not told which message is quoted: where two could be meant, it asks."""
    await cast.lan.says("điểm danh", cast.k8)
    await sends(cast.lan, YES_NO)
    await cast.settle()
    await cast.taps("telegram", "an", "Có mặt")
    await cast.taps("telegram", "an", "Không")
    await cast.writes("oa", "cuc", "dạ có mặt ạ")
    await cast.taps("oa", "cuc", "Không")
    await cast.taps("zalo", "binh", "Trực tuyến")
    asked = [*cast.told("zalo", "binh"), *cast.groups["zalo"].texts][-1]
    assert verdicts(cast) == {"An": "present", "Cúc": "present"}, asked

    await cast.writes("zalo", "binh", "trực tuyến")
    assert verdicts(cast)["Bình"] == "present_online"
    unit = cast.unit("P5-K8").id or 0
    with reading(cast.engine) as session:
        assert survey_answers.counts(session, 1, unit)[unit, 0] == {"0": 2}


async def test_telegram_is_lost_in_the_middle_of_it_and_comes_back(cast: Evening) -> None:
    channel = cast.k8.channel
    await cast.lan.says("điểm danh", cast.k8)
    await cast.settle()
    await cast.taps("telegram", "an", "Có mặt")
    await cast.passes(seconds=7)
    seen = {door: len(room.bot) for door, room in cast.groups.items()}
    await loses(cast, channel)
    await cast.taps("zalo", "binh", "Có mặt")
    await cast.writes("oa", "cuc", "có mặt")
    await cast.passes(minutes=11)
    assert len(cast.k8.bot) == seen["telegram"]
    assert "Có mặt: 1" in cast.k8.text
    for door in ("zalo", "oa"):
        room = cast.groups[door]
        assert "Có mặt: 3" in room.text
        assert sum("Mời các chị" in text for text in room.texts) <= seen[door] + 1

    await regains(cast, channel)
    await cast.settle()
    assert len(cast.k8.bot) == seen["telegram"]
    assert "Có mặt: 3" in cast.k8.text
