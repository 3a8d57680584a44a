"""The leader's list for a hall without signal: sent later, in order, each tick once."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from sqlmodel import select

from storage.audit import Access
from storage.database import begin, reading
from storage.roll_pages import RollTick
from storage.rolls import RollMark
from tests.answering import verdict
from tests.browsing import link_in
from tests.cast import MONDAY_8AM, Cast
from tests.hall_scenes import Phone, list_page, screen, ticked
from tests.rollcall import add_members, evidence, rolls, verdicts


async def test_she_sees_her_branch_by_to_in_the_order_of_given_names(cast: Cast) -> None:
    url = await list_page(cast)
    await cast.an.presses("Có mặt", cast.k8)
    async with Phone(cast) as lan:
        await lan.opens(url)
        assert re.findall(r"<h2>([^<]+)</h2>", lan.page.text) == ["Tổ 1 (3)", "Tổ 2 (3)"]
        people = re.findall(r'data-name="([^"]+)"', lan.page.text)
        assert people == [
            "Võ Thị An", "Nguyễn Thị Lan", "Phạm Thị Thu",
            "Đặng Thị Bình", "Huỳnh Kim Cúc", "Lý Thị Dung",
        ]  # fmt: skip
        assert "Võ Thị An (1980) có mặt, tự bấm nút" in lan.text
        await lan.opens(f"{url}?tim=dung")
        assert re.findall(r'data-name="([^"]+)"', lan.page.text) == ["Lý Thị Dung"]
        await lan.opens(f"{url}?tim=zzz")
        assert "Không có ai tên như vậy" in lan.text


async def test_that_she_was_given_the_names_is_written_down(cast: Cast) -> None:
    await list_page(cast)
    with reading(cast.engine) as session:
        deed = session.exec(select(Access)).one()
    assert (deed.deed, deed.people, deed.detail) == ("list", 6, f"roll:{rolls(cast)[0].id}")
    assert deed.actor_id == cast.lan.member.id


async def test_without_a_script_it_is_an_ordinary_form(cast: Cast) -> None:
    url = await list_page(cast)
    async with Phone(cast) as lan:
        await lan.opens(url)
        two = [str(cast.binh.member.id), str(cast.dung.member.id)]
        await lan.presses("Ghi những người đã chọn", nguoi=two, ghi="present")
        assert "Em đã ghi 2 người." in lan.text and "Đã có mặt: 2 /6" in lan.text
        await lan.presses("Ghi những người đã chọn", nguoi=two[:1], ghi="unanswered")
    assert verdicts(cast)["Dung"] == "present" and verdict(cast, cast.binh)[0] == "unanswered"
    await cast.passes(minutes=1)
    assert "✅ Có mặt: 1" in cast.k8.text


@pytest.mark.slow
@pytest.mark.sqlite
async def test_the_form_sent_twice_is_taken_once(cast: Cast) -> None:
    url = await list_page(cast)
    async with Phone(cast) as lan:
        await lan.opens(url)
        form = {"lo": "a1b2c3d4", "ghi": "present", "nguoi": str(cast.an.member.id)}
        await lan.sends(f"{url}/ghi", **form)
        cast.clock.advance(timedelta(minutes=5))
        await cast.lan.says(f"/hand {rolls(cast)[0].id} {cast.an.member.id} late yes")
        await lan.sends(f"{url}/ghi", **form)
    assert verdict(cast, cast.an) == ("late", "leader")


async def test_ticks_are_sent_later_with_the_time_they_were_made(cast: Cast) -> None:
    url = await list_page(cast)
    cast.clock.advance(timedelta(minutes=40))
    async with Phone(cast) as lan:
        told = await lan.uploads_ticks(
            url,
            ticked("1", cast.binh, ago=1800),
            ticked("2", cast.dung, "late", ago=1200),
            ticked("3", cast.binh, "absent_excused", ago=60),
            ticked("4", cast.cuc, ago=10**9),  # longer ago than the roll is open
            ticked("5", cast.thu, ago=-500),  # a clock that runs backwards
        )
    assert [one["how"] for one in told["taken"]] == ["new"] * 5
    assert told["statuses"][str(cast.dung.member.id)] == ["late", "đi trễ, chi hội trưởng ghi"]
    assert told["came"] == 3 and told["open"] is True
    binh = cast.binh.member.id
    with reading(cast.engine) as session:
        marks = session.exec(select(RollMark).where(RollMark.member_id == binh)).all()
        at = {mark.status: mark.at - MONDAY_8AM for mark in marks}
    assert at == {
        "present": timedelta(minutes=10),
        "absent_excused": timedelta(minutes=39),
    }
    assert verdict(cast, cast.binh) == ("absent_excused", "leader")


async def test_what_is_sent_again_adds_nothing(cast: Cast) -> None:
    url = await list_page(cast)
    ticks = [ticked("a", cast.binh), ticked("b", cast.cuc), ticked("c", cast.binh, "unanswered")]
    async with Phone(cast) as lan, Phone(cast) as other_tab:
        both = (lan.uploads_ticks(url, *ticks), other_tab.uploads_ticks(url, *ticks))
        first, second = await asyncio.gather(*both)
        cast.clock.advance(timedelta(minutes=1))
        third = await lan.uploads_ticks(url, *ticks[:2])
    hows = [{one["how"] for one in told["taken"]} for told in (first, second)]
    assert {"new"} in hows and {"again"} in hows
    assert {one["how"] for one in third["taken"]} == {"again"}
    assert len(evidence(cast)) == 3
    assert verdicts(cast) == {"Bình": "unanswered", "Cúc": "present"}


async def test_without_their_keys_a_second_sending_undoes_what_came_between(cast: Cast) -> None:
    """The twin: the same ticks under other keys."""
    url = await list_page(cast)
    async with Phone(cast) as lan:
        await lan.uploads_ticks(url, ticked("a", cast.binh))
        cast.clock.advance(timedelta(minutes=1))
        await cast.lan.says(f"/hand {rolls(cast)[0].id} {cast.binh.member.id} late")
        cast.clock.advance(timedelta(minutes=1))
        await lan.uploads_ticks(url, ticked("other", cast.binh))
    assert verdict(cast, cast.binh) == ("present", "leader")


async def test_her_own_word_is_outweighed_but_not_in_silence(cast: Cast) -> None:
    url = await list_page(cast)
    await cast.an.says("em xin phép vắng", cast.k8)
    async with Phone(cast) as lan:
        told = await lan.uploads_ticks(url, ticked("a", cast.an), ticked("b", cast.binh))
    assert [(one["name"], one["instead"]) for one in told["taken"]] == [
        ("Võ Thị An", "vắng có phép"),
        ("Đặng Thị Bình", ""),
    ]
    assert evidence(cast)[0] == ("An", "absent_excused", "words")


async def test_what_comes_after_the_close_waits_for_her(cast: Cast) -> None:
    url = await list_page(cast)
    await cast.passes(minutes=30)
    await cast.lan.says("chốt điểm danh")
    async with Phone(cast) as lan:
        told = await lan.uploads_ticks(url, ticked("a", cast.binh, ago=600))
        assert told["taken"][0]["how"] == "late" and told["open"] is False
        await lan.opens(url)
        assert "Điểm danh đã chốt lúc" in lan.text
    assert verdicts(cast)["Bình"] == "unanswered"
    await cast.lan.says(f"/roll_reopen {rolls(cast)[0].id}")
    assert verdict(cast, cast.binh) == ("present", "leader")


async def test_nonsense_is_told_apart_and_holds_nothing_up(cast: Cast) -> None:
    url = await list_page(cast)
    async with Phone(cast) as lan:
        told = await lan.uploads_ticks(
            url,
            ticked("a", cast.tam),  # of another branch
            ticked("b", cast.an, "dancing"),
            {"id": "short", "member": str(cast.an.member.id), "status": "present"},
            {"id": "tick-long", "member": "x" * 30, "status": "present"},
            ticked("c", cast.an),
        )
        assert [one["how"] for one in told["taken"]] == ["unknown"] * 4 + ["new"]
        for body, status in ((b"{", 422), (b'{"ticks": 3}', 422), (b"x" * 70_000, 413)):
            page = await lan.client.post(f"{url}/gui", content=body)
            assert page.status_code == status
    assert verdicts(cast) == {"An": "present"}


async def test_the_list_is_called_back_and_a_new_one_takes_what_waited(cast: Cast) -> None:
    url = await list_page(cast)
    async with Phone(cast) as lan:
        await cast.lan.presses("Thu hồi link")
        assert (await lan.opens(url)).status_code == 410
        await lan.sends(f"{url}/ghi", lo="a1b2c3d4", ghi="present", nguoi="1")
        assert lan.page.status_code == 410
        assert await lan.uploads_ticks(url, ticked("a", cast.an)) == {}
        assert lan.page.status_code == 410
        url = await list_page(cast)
        await lan.uploads_ticks(url, ticked("a", cast.an))
        assert verdict(cast, cast.an) == ("present", "leader")
        assert (await lan.opens(await screen(cast))).status_code == 200
        wrong = link_in(cast.lan.private.last).replace("man-hinh", "ghi-tai-cho")
        assert (await lan.opens(wrong)).status_code == 404


async def test_members_who_move_away_meanwhile_are_named_to_her(cast: Cast) -> None:
    url = await list_page(cast)
    add_members(cast, ("Ngô Thị Mới", ""))
    async with Phone(cast) as lan:
        await lan.opens(url)
        assert "Chưa rõ tổ (1)" in lan.text
        with begin(cast.engine) as session:
            gone = cast.member("Ngô Thị Mới")
            gone.unit_id = cast.unit("P5-K1").id or 0
            session.add(gone)
        tick = {"id": "tick-moved", "member": str(gone.id), "status": "present"}
        told = await lan.uploads_ticks(url, tick)
        assert told["taken"] == [{"key": "tick-moved", "how": "unknown", "name": "", "instead": ""}]


async def test_keys_of_ticks_are_forgotten_in_time(cast: Cast) -> None:
    url = await list_page(cast)
    async with Phone(cast) as lan:
        await lan.uploads_ticks(url, ticked("a", cast.an))
    await cast.passes(days=9)
    with reading(cast.engine) as session:
        assert session.exec(select(RollTick)).all() == []
