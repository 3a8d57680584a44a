"""Attendance and meetings answered on pages: one count with the chat, whoever came by which door."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import icalendar
from sqlmodel import func, select

from storage.accounts import Account
from storage.database import begin, reading
from storage.members import Member, MemberStatus
from storage.rolls import RollMark, RollVerdict
from tests.answering import Visitor, group_link, own_link, roll_of, verdict
from tests.cast import Cast
from tests.hall_scenes import Phone, screen
from tests.rollcall import evidence


async def opened(cast: Cast) -> str:
    """Lan opens a roll in her group; its subject."""
    await cast.lan.says("/diemdanh", cast.k8)
    return f"roll:{roll_of(cast).id}"


async def test_a_link_of_her_own_opens_straight_on_the_question(cast: Cast) -> None:
    url = own_link(cast, await opened(cast), cast.binh)
    async with Visitor(cast) as binh:
        await binh.opens(url)
        assert "Chị đang trả lời cho Đặng Thị Bình" in binh.text
        await binh.presses("Có mặt")
        assert binh.page.history[0].status_code == 303
        assert "Đã ghi: có mặt" in binh.text
    await cast.settle()
    await cast.passes(seconds=10)

    assert verdict(cast, cast.binh) == ("present", "page")
    assert "✅ Có mặt: 1" in cast.k8.text and "Chưa trả lời: 5/6" in cast.k8.text


async def test_by_the_group_link_she_says_who_she_is_and_the_leader_sees_that(cast: Cast) -> None:
    url = group_link(cast, await opened(cast))
    async with Visitor(cast) as dung:  # she has no account anywhere
        await dung.opens(url)
        assert "Lý Thị Dung" not in dung.text
        await dung.is_called("chị ly thi dung", "1949")
        assert "Chị đang trả lời cho Lý Thị Dung" in dung.text
        await dung.presses("Trực tuyến")
        assert "Đã ghi: trực tuyến" in dung.text
    assert verdict(cast, cast.dung) == ("present_online", "link")

    await cast.lan.says(f"/roll_close {roll_of(cast).id} yes")
    await cast.lan.says(f"/roll_sheet {roll_of(cast).id}")
    assert cast.lan.private.last.file_name.startswith("diem-danh")
    with reading(cast.engine) as session:
        assert session.exec(select(func.count()).select_from(Account)).one() == 20  # none was made


async def test_the_end_of_a_name_and_a_telephone_number_will_do(cast: Cast) -> None:
    url = group_link(cast, await opened(cast))
    with begin(cast.engine) as session:
        dung = session.exec(select(Member).where(Member.name == "Lý Thị Dung")).one()
        dung.phone = "0912345678"
    async with Visitor(cast) as visitor:
        for name, fact in (("thị dung", "5678"), ("LY THI DUNG", "0912 345 678")):
            await visitor.opens(url)
            await visitor.is_called(name, fact)
            assert "Lý Thị Dung" in visitor.text


async def test_she_changes_her_mind_gives_a_reason_and_takes_it_back(cast: Cast) -> None:
    url = own_link(cast, await opened(cast), cast.an)
    async with Visitor(cast) as an:
        await an.opens(url)
        await an.presses("Có mặt")
        await an.presses("Xin phép vắng")
        await an.presses("Gửi lý do", ly_do="  đưa con\nđi khám  ")
        assert "Đã ghi: vắng có phép (đưa con đi khám)" in an.text
        await an.presses("Bỏ câu trả lời")
        assert "Đã ghi" not in an.text

    assert verdict(cast, cast.an) == ("unanswered", "")


async def test_chat_and_pages_are_one_list_and_nobody_counts_twice(cast: Cast) -> None:
    subject = await opened(cast)
    await cast.an.presses("Có mặt", cast.k8)
    async with Visitor(cast) as an:
        await an.opens(own_link(cast, subject, cast.an))
        assert "Đã ghi: có mặt" in an.text
        await an.presses("Đi trễ")
    await cast.an.says("/cuatoi")
    assert "đi trễ" in cast.an.text
    with reading(cast.engine) as session:
        assert session.exec(select(func.count()).select_from(RollVerdict)).one() == 1


async def test_who_only_says_her_name_overwrites_nobodys_own_word(cast: Cast) -> None:
    subject = await opened(cast)
    await cast.an.presses("Có mặt", cast.k8)
    async with Visitor(cast) as neighbour:
        await neighbour.opens(group_link(cast, subject))
        await neighbour.is_called("Võ Thị An", "1980")
        await neighbour.presses("Xin phép vắng")
        assert "Đã ghi: có mặt" in neighbour.text
        assert "Có câu trả lời khác sau đó: vắng có phép" in neighbour.text
        await neighbour.presses("Bỏ câu trả lời")
    assert verdict(cast, cast.an) == ("present", "button")

    async with Visitor(cast) as neighbour:
        await neighbour.opens(group_link(cast, subject))
        await neighbour.is_called("Võ Thị An", "1980")
        await neighbour.presses("Đi trễ")
    await cast.lan.says(f"/roll_differs {roll_of(cast).id}")
    assert "tự trả lời có mặt, có câu trả lời qua link nhóm đi trễ" in cast.lan.text


async def test_the_leaders_hand_outweighs_a_page(cast: Cast) -> None:
    subject = await opened(cast)
    await cast.lan.says(f"/hand {roll_of(cast).id} {cast.an.member.id} absent_unexcused")
    async with Visitor(cast) as an:
        await an.opens(own_link(cast, subject, cast.an))
        assert "Đã ghi: vắng không phép . Chi hội trưởng ghi." in an.text
        await an.presses("Có mặt")
        assert "Em đã giữ lại và nhờ chi hội trưởng xem giúp" in an.text


async def test_after_the_close_the_page_says_so_and_shows_what_counts(cast: Cast) -> None:
    subject = await opened(cast)
    url, common = own_link(cast, subject, cast.an), group_link(cast, subject)
    async with Visitor(cast) as an:
        await an.opens(url)
        await an.presses("Có mặt")
        await cast.lan.says(f"/roll_close {roll_of(cast).id} yes")
        await an.opens(url)
        assert "Đã ghi: có mặt" in an.text and "Đã chốt lúc" in an.text
        assert an.buttons == []
        await an.sends(f"{url}/tra-loi", tra_loi="late")
        assert "Đã ghi: có mặt" in an.text
        await an.opens(common)
        assert "Việc này đã chốt" in an.text and an.buttons == []
        await cast.passes(days=2)
        await an.sends(f"{url}/tra-loi", tra_loi="late")
        assert "Đã ghi: có mặt" in an.text


async def test_a_meeting_is_answered_and_put_into_a_calendar(cast: Cast) -> None:
    await cast.lan.says("/hop chi hội 19g30 thứ bảy tuần sau tại nhà văn hóa")
    await cast.lan.presses("mời họp")
    subject = f"roll:{roll_of(cast).id}"
    async with Visitor(cast) as an:
        await an.opens(group_link(cast, subject))
        assert "Mời họp" in an.text and "Nhà văn hóa" in an.text
        file = await an.opens(f"{an.page.url}/lich.ics")
        assert file.headers["content-type"].startswith("text/calendar")
        event = icalendar.Calendar.from_ical(file.content).walk("VEVENT")[0]
        assert event["LOCATION"] == "Nhà văn hóa"
        await an.opens(own_link(cast, subject, cast.an))
        await an.presses("Sẽ dự")
        assert "Đã ghi: sẽ dự" in an.text
        await an.presses("Không dự được")
        assert "Đã ghi: không dự được" in an.text
    assert verdict(cast, cast.an) == ("absent", "page")


async def test_a_roll_call_without_a_meeting_has_no_calendar(cast: Cast) -> None:
    url = group_link(cast, await opened(cast))
    async with Visitor(cast) as an:
        assert (await an.opens(f"{url}/lich.ics")).status_code == 404
        assert (await an.opens(f"{url}/tep")).status_code == 404


async def test_pressing_twice_at_once_is_one_answer(cast: Cast) -> None:
    url = own_link(cast, await opened(cast), cast.an)
    async with Visitor(cast) as an:
        sent = [an.client.post(f"{url}/tra-loi", data={"tra_loi": "present"}) for _ in range(8)]
        pages = await asyncio.gather(*sent)
    assert {page.status_code for page in pages} == {200}
    with reading(cast.engine) as session:
        assert session.exec(select(func.count()).select_from(RollVerdict)).one() == 1
        assert session.exec(select(func.count()).select_from(RollMark)).one() == 1


async def test_who_has_left_the_branch_is_told_kindly(cast: Cast) -> None:
    subject = await opened(cast)
    url, common = own_link(cast, subject, cast.an), group_link(cast, subject)
    async with Visitor(cast) as an:
        await an.opens(common)
        await an.is_called("Võ Thị An", "1980")
        ticket = str(an.page.url)
        with begin(cast.engine) as session:
            row = session.exec(select(Member).where(Member.name == "Võ Thị An")).one()
            row.status = MemberStatus.LEFT
        for address in (url, ticket):
            assert (await an.opens(address)).status_code == 410
            assert "nay không còn ở chi hội này" in an.text
        await an.opens(common)
        await an.is_called("Võ Thị An", "1980")
        assert "chưa khớp được" in an.text


async def test_what_is_no_answer_is_not_kept_and_she_is_kindly_asked_once_more(cast: Cast) -> None:
    url = own_link(cast, await opened(cast), cast.an)
    async with Visitor(cast) as an:
        for sent in ({"tra_loi": "absent_unexcused"}, {"tra_loi": ""}, {"tra_loi": "x" * 500}, {}):
            await an.sends(f"{url}/tra-loi", **sent)
            assert an.page.status_code == 422
            assert "Em chưa nhận được câu trả lời của chị" in an.text
        assert verdict(cast, cast.an) == ("", "")
        await an.presses("Có mặt")
        assert "Đã ghi: có mặt" in an.text and "chưa nhận được" not in an.text
    assert verdict(cast, cast.an) == ("present", "page")


async def test_after_an_hour_she_says_again_who_she_is(cast: Cast) -> None:
    url = group_link(cast, await opened(cast))
    async with Visitor(cast) as an:
        await an.opens(url)
        await an.is_called("Võ Thị An", "1980")
        ticket = str(an.page.url)
        cast.clock.advance(timedelta(minutes=61))
        await an.opens(ticket)
        assert "Họ tên của chị" in an.text
        await an.sends(f"{ticket}/tra-loi", tra_loi="present")
        assert "Họ tên của chị" in an.text
    assert verdict(cast, cast.an) == ("", "")


async def test_who_answered_by_her_own_link_is_known_at_the_door(cast: Cast) -> None:
    """On her own telephone; by the link of a group she only says who she is."""
    subject = await opened(cast)
    door = await screen(cast)
    async with Phone(cast) as binh, Phone(cast) as an:
        await binh.opens(own_link(cast, subject, cast.binh))
        await an.opens(own_link(cast, subject, cast.an))
        await binh.presses("Trực tuyến")
        await binh.opens(await binh.reads(door))
        assert "Máy này của chị Đặng Thị Bình ?" in binh.text
        assert verdict(cast, cast.binh) == ("present_online", "page"), "she has not pressed yet"
        await binh.presses("Đúng, tôi có mặt")
        assert ("Bình", "present", "qr") in evidence(cast)

        await an.opens(await an.reads(door))  # she has only looked
        assert "Máy này của" not in an.text and "Họ tên của chị" in an.text
        await an.opens(group_link(cast, subject))
        await an.is_called("vo thi an", "1980")
        await an.presses("Có mặt")
        await an.opens(await an.reads(door))
        assert "Máy này của" not in an.text
