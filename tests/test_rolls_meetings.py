"""What meetings ask of rolls: who will come, who came, two lists that never mix."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import python_calamine

from bot.channels.sandbox import PLAIN
from handlers.chat import Choice, Moment, Replies, Reply
from handlers.rolls import actions
from storage import accounts
from storage.database import begin
from storage.meetings import Meeting
from storage.rolls import Purpose, Status
from tests.cast import Cast
from tests.rollcall import evidence, rolls


@dataclass
class Desk:
    """Does for a meeting of Khóm 8 what the meetings' own timed work does."""

    cast: Cast
    meeting: int
    unit: int

    async def does(self, action: Callable[[Moment], Replies]) -> None:
        now = self.cast.clock.now()
        with begin(self.cast.engine) as session:
            replies = action(Moment(session, now))
            origin = f"test:{now.timestamp()}"
            self.cast.app.dispatcher.poster.queue(session, replies, now=now, origin=origin)
        await self.cast.settle()

    async def invites(self, *offers: Status) -> None:
        await self.does(
            lambda moment: actions.open_for(
                moment,
                self.unit,
                title="Họp tháng 11",
                purpose=Purpose.INTENT,
                meeting_id=self.meeting,
                offers=offers,
            )
        )

    async def begins(self) -> None:
        await self.does(
            lambda moment: [
                *actions.close_for(moment, self.meeting, Purpose.INTENT),
                *actions.open_for(moment, self.unit, title="Họp tháng 11", meeting_id=self.meeting),
            ]
        )

    def intents(self) -> dict[int, Status]:
        with self.cast.session() as session:
            return actions.intents(session, self.meeting)


def meeting(cast: Cast) -> int:
    with begin(cast.engine) as session:
        row = Meeting(
            unit_id=cast.unit("P5-K8").id or 0,
            title="Họp tháng 11",
            mode="both",
            starts_at=cast.clock.now(),
            called_by=1,
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return Desk(cast, meeting(cast), cast.unit("P5-K8").id or 0)


async def test_intents_and_attendance_are_two_lists(cast: Cast, desk: Desk) -> None:
    await desk.invites()
    assert cast.k8.last.labels == ["✅ Sẽ dự", "📱 Sẽ dự trực tuyến", "🙏 Không dự được"]
    await cast.an.presses("Sẽ dự", cast.k8)
    await cast.binh.presses("Không dự được", cast.k8)
    await cast.cuc.says("có", cast.k8)
    await cast.thu.says("không", cast.k8)
    assert desk.intents() == {
        cast.an.member.id: "present",
        cast.binh.member.id: "absent",
        cast.cuc.member.id: "present",
        cast.thu.member.id: "absent",
    }

    await desk.begins()
    assert "Điểm danh Chi hội Khóm 8: Họp tháng 11" in cast.k8.text
    assert "Chưa trả lời: 6" in cast.lan.text
    await cast.binh.presses("Có mặt", cast.k8)

    assert desk.intents()[cast.binh.member.id or 0] == "absent"
    assert [roll.state for roll in rolls(cast)] == ["closed", "open"]
    await cast.lan.presses("Chốt")
    found = cast.platform.file(cast.lan.private.last.id)
    assert found is not None
    book = python_calamine.load_workbook(io.BytesIO(found[2]))
    rows = book.get_sheet_by_index(0).to_python()
    by_name = {row[1]: (row[4], row[10]) for row in rows[5:]}
    assert rows[4][10] == "Báo trước"
    assert by_name["Đặng Thị Bình"] == ("có mặt", "không dự được")
    assert by_name["Võ Thị An"] == ("chưa trả lời", "sẽ dự")


async def test_a_meeting_opens_its_lists_once(cast: Cast, desk: Desk) -> None:
    await desk.invites()
    await desk.invites()
    await desk.begins()
    await desk.begins()

    assert [(roll.purpose, roll.state) for roll in rolls(cast)] == [
        ("intent", "closed"),
        ("attendance", "open"),
    ]
    assert len(cast.k8.bot) == 2


async def test_the_leaders_own_roll_of_the_day_becomes_the_meetings(cast: Cast, desk: Desk) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)

    await desk.begins()
    await cast.passes(seconds=6)

    assert len(rolls(cast)) == 1
    assert rolls(cast)[0].meeting_id == desk.meeting
    assert "Khóm 8: Họp tháng 11" in cast.k8.text
    assert "✅ Có mặt: 1" in cast.k8.text


async def test_a_forgotten_roll_is_closed_for_the_new_meeting(cast: Cast, desk: Desk) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.passes(days=2)

    await desk.begins()

    assert [roll.state for roll in rolls(cast)] == ["closed", "open"]
    assert any(m.file_name for m in cast.lan.private.bot)
    assert "Chưa trả lời: 6" in cast.lan.text


async def test_an_online_meeting_takes_yes_as_online(cast: Cast, desk: Desk) -> None:
    await desk.invites(Status.PRESENT_ONLINE, Status.ABSENT)

    await cast.an.says("có", cast.k8)
    await cast.binh.says("1", cast.k8)

    assert set(desk.intents().values()) == {"present_online"}
    assert len(evidence(cast)) == 2


async def test_a_changed_meeting_rewords_its_prompts(cast: Cast, desk: Desk) -> None:
    await desk.invites()
    await cast.an.presses("Sẽ dự", cast.k8)

    await desk.does(lambda moment: actions.reword(moment, desk.meeting, "Họp dời ngày", {}))
    await cast.passes(seconds=6)

    assert "Khóm 8: Họp dời ngày" in cast.k8.text
    assert "✅ Có mặt: 1" in cast.k8.text
    assert len(cast.k8.bot) == 1


async def test_closing_an_invitation_is_no_news_where_nothing_can_be_edited(
    cast: Cast, desk: Desk
) -> None:
    plain = cast.add_room("p8", "CH Khóm 8", unit="P5-K8", channel=PLAIN)
    await desk.invites()
    await desk.does(lambda moment: actions.close_for(moment, desk.meeting, Purpose.INTENT))
    await cast.passes(minutes=30)

    assert len(plain.bot) == 1
    assert cast.k8.last.labels == []
    assert not any(m.file_name for m in cast.lan.private.bot)


async def test_attendance_closed_for_a_meeting_sends_the_list(cast: Cast, desk: Desk) -> None:
    await desk.begins()
    await desk.does(lambda moment: actions.close_for(moment, desk.meeting, Purpose.ATTENDANCE))

    assert cast.lan.private.last.file_name == "diem-danh_P5-K8_2026-11-16.xlsx"


async def test_with_nobody_to_write_to_the_close_still_stands(cast: Cast, desk: Desk) -> None:
    await desk.begins()
    with begin(cast.engine) as session:
        for channel in ("sandbox", PLAIN):
            account = accounts.by_address(session, f"{channel}:lan")
            assert account is not None
            account.blocked = True
    told = len(cast.lan.texts)

    await desk.does(lambda moment: actions.close_for(moment, desk.meeting, Purpose.ATTENDANCE))

    assert rolls(cast)[0].state == "closed"
    assert len(cast.lan.texts) == told


async def test_a_roll_kept_to_one_group_is_left_alone(cast: Cast, desk: Desk) -> None:
    await cast.lan.says("/diemdanh nhóm này", cast.k8)

    await desk.begins()

    assert [(roll.state, roll.meeting_id) for roll in rolls(cast)] == [
        ("open", None),
        ("open", desk.meeting),
    ]


async def test_plain_words_answer_the_only_invitation_however_far_up(
    cast: Cast, desk: Desk
) -> None:
    await desk.invites()
    other = Reply(
        "talk/cancelled.j2",
        to=cast.k8.address,
        subject="survey:1",
        choices=(Choice("Áo xanh", "answer 1 1"), Choice("Áo đỏ", "answer 1 2")),
    )
    await desk.does(lambda moment: [other])

    await cast.an.says("dự trực tuyến", cast.k8)
    await cast.binh.says("có", cast.k8)

    assert desk.intents() == {cast.an.member.id: "present_online"}


async def test_two_invitations_at_once_are_told_apart(cast: Cast, desk: Desk) -> None:
    await desk.invites()
    first = cast.k8.last
    other = Desk(cast, meeting(cast), desk.unit)
    await other.invites()

    await cast.an.says("có mặt", cast.k8)
    await cast.binh.says("không dự được", cast.k8, reply_to=first)
    await cast.cuc.says("có mặt")
    assert "Em chưa rõ chị trả lời cho việc nào ạ?" in cast.cuc.text
    await cast.cuc.presses("Họp tháng 11")

    assert cast.an.member.id in other.intents()
    assert cast.binh.member.id in desk.intents()
    assert len(evidence(cast)) == 3
