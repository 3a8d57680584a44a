"""Who hears of a meeting, answers it, sees it and may act on it."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from storage.meetings import MeetingDraft
from tests.cast import Cast, Room
from tests.test_meetings import ONE_LINE, at, meetings_in


async def test_members_answer_by_button_number_and_words(cast: Cast) -> None:
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá và online")
    await cast.lan.presses("Đúng rồi, mời họp")
    invitation = cast.k8.last
    assert len(invitation.labels) == 3
    await cast.an.presses("Sẽ dự", cast.k8)
    await cast.binh.says("3", cast.k8, reply_to=invitation)
    await cast.cuc.says("online", cast.k8, reply_to=invitation)
    await cast.passes(minutes=1)

    assert "sẽ dự" in cast.an.toast
    assert "2 chị sẽ dự (1 chị trực tuyến), 1 chị bận" in cast.k8.text
    assert "Bình" not in cast.k8.text
    await cast.lan.presses("Ai sẽ dự?")
    assert "2 sẽ dự (1 trực tuyến), 1 bận, 3 chưa báo" in cast.lan.text
    assert "Tổ 2: 1 dự, 1 bận, 1 chưa báo" in cast.lan.text


async def test_words_after_a_reminder_answer_the_invitation(cast: Cast) -> None:
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá")
    await cast.lan.presses("Đúng rồi, mời họp")
    cast.clock.set(at(27, 19, 30))
    await cast.tick()
    reminder = cast.k8.last
    assert "Nhắc lịch họp" in cast.k8.text
    said = await cast.an.says("có", cast.k8, reply_to=reminder)
    await cast.binh.says("không", cast.k8)
    await cast.passes(minutes=1)

    assert said.reactions
    assert "Đã báo: 1 chị sẽ dự, 1 chị bận" in cast.k8.texts[0]


async def test_a_member_of_another_branch_cannot_answer(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.tam.presses("Sẽ dự trực tuyến", cast.k8)
    await cast.passes(minutes=1)

    assert "sẽ dự" not in cast.tam.toast
    assert "Đã báo" not in cast.k8.text


async def test_a_channel_without_buttons_or_edits_tells_the_same_story(cast: Cast) -> None:
    zalo = cast.add_room("z8", "Zalo Khóm 8", unit="P5-K8", channel=PLAIN)
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá và online")
    await cast.lan.presses("Đúng rồi, mời họp")
    assert "1. ✅ Sẽ dự\n2. 📱 Sẽ dự trực tuyến\n3. 🙏 Không dự được" in zalo.text
    await cast.binh.says("2", zalo, reply_to=zalo.last)
    await cast.passes(minutes=11)
    assert "Đã báo: 1 chị sẽ dự (1 chị trực tuyến)" in zalo.text

    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Đổi giờ")
    await cast.lan.says("20g")
    await cast.lan.presses("Đúng rồi, báo mọi người")

    assert "Họp có thay đổi" in zalo.text
    assert "20 giờ, thứ bảy 28/11/2026" in zalo.text


async def test_a_branch_without_a_group_gets_the_words_to_paste(cast: Cast) -> None:
    await cast.nga.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá")
    assert "Chi hội chưa có nhóm em vào được" in cast.nga.text
    await cast.nga.presses("Đúng rồi, mời họp")

    assert any("Mời họp: Họp chi hội" in text for text in cast.nga.texts)
    assert any("Đã gửi vào nhóm" in label for m in cast.nga.private.bot for label in m.labels)


async def test_an_officer_invites_all_branches_or_one(cast: Cast) -> None:
    await cast.hoa.says("họp các chi hội 14g ngày 25/11 tại hội trường phường 5")
    assert "Mời ai dự ạ?" in cast.hoa.text
    await cast.hoa.presses("Tất cả 2 chi hội")
    assert "2 chi hội thuộc Hội LHPN Phường 5 (8 hội viên, 2 nhóm)" in cast.hoa.text
    await cast.hoa.presses("Đúng rồi, mời họp")
    await cast.an.presses("Sẽ dự", cast.k8)
    await cast.tam.presses("Không dự được", cast.k1)
    await cast.hoa.presses("Ai sẽ dự?")

    assert "Chi hội Khóm 8: 1 sẽ dự, 0 bận, 5 chưa báo" in cast.hoa.text
    assert "Chi hội Khóm 1: 0 sẽ dự, 1 bận, 1 chưa báo" in cast.hoa.text
    assert "Cộng: 1 sẽ dự, 1 bận, 6 chưa báo" in cast.hoa.text

    await cast.hoa.says("họp chi hội 14g ngày 26/11 tại hội trường phường 5")
    await cast.hoa.presses("Chọn một chi hội")
    await cast.hoa.presses("Chi hội Khóm 1")
    await cast.hoa.presses("Đúng rồi, mời họp")

    assert "26/11/2026" in cast.k1.text
    assert "26/11/2026" not in cast.k8.text


async def test_each_person_sees_the_meetings_of_her_units(cast: Cast) -> None:
    await cast.an.says("/lichhop")
    assert "Chưa có cuộc họp nào sắp tới" in cast.an.text
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.hoa.says("họp các chi hội 14g ngày 25/11 tại hội trường phường 5")
    await cast.hoa.presses("Tất cả")
    await cast.hoa.presses("Đúng rồi, mời họp")

    await cast.an.says("lịch họp")
    assert cast.an.text.index("25/11/2026") < cast.an.text.index("28/11/2026")
    assert not any("đổi" in label for label in cast.an.labels)
    await cast.tam.says("lịch họp")
    assert "25/11/2026" in cast.tam.text and "28/11/2026" not in cast.tam.text
    await cast.hoa.says("lịch họp")
    assert "25/11/2026" in cast.hoa.text and "28/11/2026" in cast.hoa.text
    assert any("đổi" in label for label in cast.hoa.labels)
    await cast.nga.says("lịch họp")
    assert "Chưa có cuộc họp nào" in cast.nga.text
    await cast.an.says("lịch họp", cast.k8)
    assert "Sắp họp" in cast.k8.text


async def test_a_calendar_file_comes_on_request(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.an.says("lịch")

    assert cast.an.private.last.file_name == "hop-28-11-2026.ics"
    content = _file(cast, cast.an.private)
    assert b"DTSTART:20261128T123000Z" in content
    assert b"SUMMARY:H\xe1\xbb\x8dp chi h\xe1\xbb\x99i" in content
    assert b"meet.google.com" in content
    await cast.nga.says("/meet_ics 1")
    assert "không tìm thấy" in cast.nga.text
    await cast.hoa.says("họp các chi hội 14g ngày 25/11 tại hội trường phường 5")
    await cast.hoa.presses("Tất cả")
    await cast.hoa.presses("Đúng rồi, mời họp")
    await cast.tam.says("lịch họp")
    await cast.tam.presses("25/11: tệp lịch")
    assert "LOCATION:Hội trường phường 5".encode() in _file(cast, cast.tam.private)


async def test_without_files_the_calendar_is_words(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    private = Room(cast, f"an@{PLAIN}", PLAIN)
    await cast.an.says("lịch", private)

    assert "19 giờ 30, thứ bảy 28/11/2026" in private.text
    assert private.last.file_name == ""


@pytest.mark.parametrize("who", ["an", "nga", "ty", "thu"])
async def test_only_who_answers_for_the_unit_may_act(cast: Cast, who: str) -> None:
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá")
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.lan.says(ONE_LINE)  # a draft waits too
    before = [meeting.model_dump() for meeting in meetings_in(cast)]
    drafts = _drafts(cast)
    for line in (
        "/hop 19g30 thứ bảy",
        "/meet_call 2",
        "/meet_change 1",
        "/meet_cancel 1",
        "/meet_off 1 one",
        "/meet_keep 1",
        "/meet_end 1",
        "/meet_begin 1",
        "/meet_who 1",
        "/meet_ask 2 when",
        "/meet_fill 2 when 20g",
        "/meet_for 2 4 unit",
        "/meet_for 2 2 below",
        "/meet_drop 2",
    ):
        await cast.players[who].says(line, cast.k8)

    assert [meeting.model_dump() for meeting in meetings_in(cast)] == before
    assert _drafts(cast) == drafts
    assert "19g30" not in "".join(cast.k8.texts)


async def test_a_member_calls_no_meeting(cast: Cast) -> None:
    await cast.an.says("/hop 19g30 thứ bảy")

    assert "không thuộc đơn vị của chị" in cast.an.text
    assert _drafts(cast) == []


def _drafts(cast: Cast) -> list[dict[str, object]]:
    with cast.session() as session:
        return [draft.model_dump() for draft in session.exec(select(MeetingDraft))]


def _file(cast: Cast, room: Room) -> bytes:
    found = cast.platform.file(room.last.id)
    assert found is not None
    return found[2]
