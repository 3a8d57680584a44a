"""A roll call in the group: opened with a word, answered by everybody, with buttons and without."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN, SANDBOX
from storage import accounts
from storage.database import begin
from storage.mail import Outbox
from storage.members import Member, MemberStatus
from tests.cast import Cast, Room
from tests.rollcall import (
    answers,
    branch_room,
    confirmation,
    evidence,
    rolls,
    says,
    share_phone,
    verdicts,
)


@pytest.fixture(params=[SANDBOX, PLAIN])
def room(cast: Cast, request: pytest.FixtureRequest) -> Room:
    return branch_room(cast, request.param)


@pytest.mark.parametrize("words", ["/diemdanh", "điểm danh", "diem danh", "Điểm danh!"])
async def test_one_word_opens_a_roll(cast: Cast, room: Room, words: str) -> None:
    await says(cast.lan, words, room)

    assert room.text.startswith("📋 Điểm danh Chi hội Khóm 8\n")
    assert "Xin phép vắng" in (room.text if room.channel == PLAIN else " ".join(room.last.labels))
    assert "Chưa trả lời: 6" in cast.lan.text
    assert "ba bước" in cast.lan.text


async def test_every_way_to_answer_counts(cast: Cast, room: Room) -> None:
    await says(cast.lan, "/diemdanh họp tháng 11", room)

    await answers(cast.an, "Có mặt", room)
    await says(cast.binh, "em vắng ạ", room)
    await says(cast.cuc, "2", room)
    await cast.thu.says("đi trễ")
    await cast.lan.says("co mat")

    assert verdicts(cast) == {
        "An": "present",
        "Bình": "absent",
        "Cúc": "present_online",
        "Thu": "late",
        "Lan": "present",
    }
    by = "button" if room.channel == SANDBOX else "number"
    assert evidence(cast) == [
        ("An", "present", by),
        ("Bình", "absent", "words"),
        ("Cúc", "present_online", "number"),
        ("Thu", "late", "words"),
        ("Lan", "present", "words"),
    ]


async def test_an_answer_is_confirmed_and_can_be_changed(cast: Cast, room: Room) -> None:
    await says(cast.lan, "/diemdanh", room)

    await answers(cast.an, "Có mặt", room)
    assert confirmation(cast.an, room).startswith("Đã ghi: có mặt. ")
    await answers(cast.an, "Đi trễ", room)

    assert confirmation(cast.an, room).startswith("Đã ghi: đi trễ. ")
    assert verdicts(cast) == {"An": "late"}
    assert [status for _, status, _ in evidence(cast)] == ["present", "late"]


async def test_words_are_confirmed_where_they_were_said(cast: Cast, room: Room) -> None:
    await says(cast.lan, "/diemdanh", room)

    mention = "" if room.channel == SANDBOX else "@chihoi "
    message = await cast.an.says(f"{mention}dạ có mặt ạ", room)

    if room.channel == SANDBOX:
        assert message.reactions
        assert cast.an.private.bot == []
    else:
        assert cast.an.text.startswith("Đã ghi: có mặt. Chị nhắn lại nếu muốn đổi ạ.")
    assert room.bot[0].sender == "bot"
    assert "An" not in "".join(room.texts)


async def test_the_same_answer_twice_is_kept_once(cast: Cast, room: Room) -> None:
    await says(cast.lan, "/diemdanh", room)

    await answers(cast.an, "Có mặt", room)
    await answers(cast.an, "Có mặt", room)

    assert len(evidence(cast)) == 1
    assert confirmation(cast.an, room).startswith("Đã ghi: có mặt.")


async def test_opening_again_shows_the_open_one(cast: Cast, room: Room) -> None:
    await says(cast.lan, "/diemdanh họp", room)
    await answers(cast.an, "Có mặt", room)

    await says(cast.lan, "/diemdanh", room)

    assert len(rolls(cast)) == 1
    assert room.text.startswith("📋 Điểm danh Chi hội Khóm 8: họp\n")
    assert "✅ Có mặt: 1" in room.text
    await answers(cast.binh, "Có mặt", room)
    assert verdicts(cast) == {"An": "present", "Bình": "present"}


async def test_a_roll_left_open_for_days_is_not_mistaken_for_todays(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.passes(days=3)

    await cast.lan.says("/diemdanh", cast.k8)
    assert "mở từ 8 giờ, thứ hai 16/11/2026 vẫn chưa chốt" in cast.k8.text
    await cast.an.presses("mở điểm danh mới", cast.k8)
    assert "không thuộc đơn vị của chị" in cast.an.toast
    await cast.lan.presses("mở điểm danh mới", cast.k8)

    assert [roll.state for roll in rolls(cast)] == ["closed", "open"]
    assert cast.k8.text.startswith("📋 Điểm danh Chi hội Khóm 8\nMời các chị")
    assert any(m.file_name.endswith(".xlsx") for m in cast.lan.private.bot)

    await cast.passes(days=1)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.presses("Dùng tiếp", cast.k8)
    assert len(rolls(cast)) == 2


async def test_from_private_a_roll_opens_in_the_groups(cast: Cast) -> None:
    await cast.lan.says("điểm danh sinh hoạt tháng 11")

    assert cast.k8.text.startswith("📋 Điểm danh Chi hội Khóm 8: sinh hoạt tháng 11")
    assert "Chưa trả lời: 6" in cast.lan.text
    await cast.lan.says("điểm danh")
    assert len(rolls(cast)) == 1
    assert len(cast.k8.bot) == 1


async def test_an_officer_is_asked_which_branch(cast: Cast) -> None:
    await cast.hoa.says("điểm danh")

    assert cast.hoa.labels == ["Chi hội Khóm 1", "Chi hội Khóm 8", "Hội LHPN Phường 5"]
    await cast.hoa.presses("Khóm 8")
    assert cast.k8.text.startswith("📋 Điểm danh Chi hội Khóm 8")
    await cast.hoa.presses("Chốt")
    assert "Đã chốt" in cast.k8.text


async def test_a_branch_without_a_group_is_passed_on_by_hand(cast: Cast) -> None:
    await cast.nga.says("điểm danh họp")

    to_copy, asking, control = cast.nga.texts[-3:]
    assert "Mời các chị trả lời trong nhóm: có mặt, trực tuyến, đi trễ hoặc xin phép" in to_copy
    assert "chưa có nhóm em vào được" in asking
    assert "Chưa trả lời: 1" in control
    await cast.nga.presses("Đã gửi vào nhóm")
    await cast.nga.says("có mặt")
    await cast.nga.says("chốt điểm danh")
    assert "Có mặt: 1" in cast.nga.text


async def test_a_group_not_bound_says_so(cast: Cast) -> None:
    stray = cast.add_room("g9", "Nhóm lạ")

    await cast.lan.says("/diemdanh", stray)

    assert "chưa kết nối" in stray.text
    assert rolls(cast) == []


async def test_a_household_is_asked_whom_before_anything_is_recorded(
    cast: Cast, room: Room
) -> None:
    share_phone(cast, room, "an", "Lý Thị Dung")
    await says(cast.lan, "/diemdanh", room)

    await answers(cast.an, "Có mặt", room)

    assert evidence(cast) == []
    assert "của ai" in cast.an.text
    if room.channel == SANDBOX:
        assert cast.an.toast == "Em hỏi chị trong tin nhắn riêng, chị mở ra trả lời giúp em ạ."
    if room.channel == SANDBOX:
        await cast.an.presses("Cả hai")
    else:
        await cast.an.says("3")
    assert verdicts(cast) == {"An": "present", "Dung": "present"}
    assert "Lý Thị Dung" in confirmation(cast.an, room)
    assert "Dung" not in "".join(room.texts)


async def test_a_household_without_a_private_talk_is_not_named_in_the_group(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung", door="")
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.says("có mặt", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)

    assert evidence(cast) == []
    assert "Dung" not in "".join(cast.k8.texts)
    assert "riêng" in cast.an.toast


async def test_a_strangers_answer_waits_until_she_is_known(cast: Cast, room: Room) -> None:
    await says(cast.lan, "/diemdanh", room)

    await says(cast.ty, "bận việc xin vắng", room)

    assert evidence(cast) == []
    with cast.session() as session:
        account = accounts.by_address(session, f"{room.channel}:ty")
        assert account is not None and account.id is not None
        (kept,) = accounts.pending_of(session, account.id)
    assert kept.subject == f"roll:{rolls(cast)[0].id}"
    assert kept.line.endswith("bận việc xin vắng")


async def test_a_member_of_another_branch_is_refused_kindly(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.tam.presses("Có mặt", cast.k8)
    assert cast.tam.toast == "Chị không có tên trong danh sách chi hội này nên em không ghi ạ."
    message = await cast.tam.says("có mặt", cast.k8)

    assert not message.reactions
    assert evidence(cast) == []


async def test_those_on_leave_are_not_chased_but_may_come(cast: Cast) -> None:
    with begin(cast.engine) as session:
        member = cast.member("Đặng Thị Bình")
        member.status = MemberStatus.AWAY
        session.add(member)
    await cast.lan.says("/diemdanh", cast.k8)
    assert "Tổng số: 5" in cast.lan.text

    await cast.binh.presses("Có mặt", cast.k8)

    assert "✅ Có mặt: 1" in cast.k8.text
    assert "❔ Chưa trả lời: 5/6" in cast.k8.text


async def test_an_answer_costs_a_handful_of_statements(cast: Cast) -> None:
    from sqlalchemy import event  # noqa: PLC0415 - only here

    await cast.lan.says("/diemdanh", cast.k8)
    with begin(cast.engine) as session:
        unit = cast.unit("P5-K8").id
        assert unit is not None
        for number in range(400):
            session.add(
                Member(
                    unit_id=unit,
                    name=f"Hội Viên {number}",
                    folded=f"hoi vien {number}",
                    name_key=f"{number}",
                    created_at=cast.clock.now(),
                    changed_at=cast.clock.now(),
                )
            )
    await cast.binh.presses("Có mặt", cast.k8)
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(cast.engine, "before_cursor_execute", note)
    await cast.an.presses("Có mặt", cast.k8)
    event.remove(cast.engine, "before_cursor_execute", note)

    marks = [s for s in statements if "roll" in s]
    assert len(marks) <= 8, marks
    with cast.session() as session:
        assert session.exec(select(Outbox).where(Outbox.how == "toast")).first() is not None
