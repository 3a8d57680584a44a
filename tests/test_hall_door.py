"""The code at the door: it changes, it is worth nothing elsewhere, it checks in once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from bot.web import hall_codes
from bot.web.hall_door import MOST_BY_SCAN
from handlers.answer_links import naming
from handlers.answer_links.naming import TRIES_OF_NAME
from storage.database import begin, reading
from storage.members import Role
from storage.roll_pages import RollPage
from tests.answering import verdict
from tests.cast import PUBLIC_URL, Cast
from tests.hall_scenes import Phone, screen
from tests.rollcall import evidence, rolls, verdicts

AN = ("vo thi an", "1980")


async def test_who_scans_the_screen_and_says_her_name_is_here(cast: Cast) -> None:
    url = await screen(cast)
    async with Phone(cast) as hall, Phone(cast) as phone:
        await hall.opens(url)
        assert "Đã có mặt: 0" in hall.text and "Võ Thị An" not in hall.page.text
        await phone.opens(await hall.reads(url))
        assert "Họ tên của chị" in phone.text and str(phone.page.url) == f"{PUBLIC_URL}/vao"
        await phone.says(*AN)
        assert "✅ Võ Thị An : có mặt." in phone.text
        assert "Đã ghi lúc 8 giờ, quét mã tại cửa, tự khai tên." in phone.text
        await hall.opens(url)
        assert "Đã có mặt: 1" in hall.text
    assert verdict(cast, cast.an) == ("present", "qr")
    await cast.settle()
    await cast.passes(minutes=1)
    assert "✅ Có mặt: 1" in cast.k8.text


async def test_the_code_changes_and_an_old_one_opens_nothing(cast: Cast) -> None:
    """A photograph of the screen, sent home."""
    url = await screen(cast)
    async with Phone(cast) as hall, Phone(cast) as home:
        photographed = await hall.reads(url)
        cast.clock.advance(timedelta(seconds=20))
        assert await hall.reads(url) != photographed
        await home.opens(photographed)
        assert "Họ tên của chị" in home.text  # a slow hand still gets in
        cast.clock.advance(timedelta(seconds=20))
        async with Phone(cast) as late:
            assert (await late.opens(photographed)).status_code == 410
            assert "Mã này đã đổi" in late.text


async def test_if_codes_did_not_age_a_photograph_would_do(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above."""
    monkeypatch.setattr(hall_codes, "_window", lambda _now: 1)
    url = await screen(cast)
    async with Phone(cast) as hall, Phone(cast) as home:
        photographed = await hall.reads(url)
        cast.clock.advance(timedelta(hours=1))
        await home.opens(photographed)
        await home.says(*AN)
    assert verdict(cast, cast.an) == ("present", "qr")


async def test_the_address_she_came_to_is_worth_nothing_to_others(cast: Cast) -> None:
    url = await screen(cast)
    async with Phone(cast) as inside, Phone(cast) as home:
        await inside.opens(await inside.reads(url))
        assert (await home.opens(str(inside.page.url))).status_code == 410
        await home.sends(f"{PUBLIC_URL}/vao/ai", ten=AN[0], so=AN[1])
        assert home.page.status_code == 410
        cast.clock.advance(timedelta(minutes=16))
        await inside.says(*AN)
        assert "Mã này đã đổi" in inside.text
    assert verdicts(cast) == {}


@pytest.mark.parametrize("code", ["x", "1.2.3", "1.2", "99.1.aaaa", "٣.1.a", "1.-1.a"])
async def test_a_made_up_code_opens_nothing(cast: Cast, code: str) -> None:
    await screen(cast)
    async with Phone(cast) as phone:
        phone.client.cookies.set("vao", "1.1.x.2.y")
        assert (await phone.opens(f"{PUBLIC_URL}/vao/{code}")).status_code == 410


async def test_a_repeated_scan_is_one_check_in(cast: Cast) -> None:
    url = await screen(cast)
    async with Phone(cast) as phone:
        await phone.checks_in(url, *AN)
        cast.clock.advance(timedelta(minutes=5))
        await phone.opens(await phone.reads(url))
        assert "Võ Thị An" in phone.text and "Quét lại vẫn tính một lần" in phone.text
        await phone.says(*AN)
        assert "Đã ghi lúc 8 giờ," in phone.text
    assert verdicts(cast) == {"An": "present"}
    await cast.lan.says(f"/rolls {rolls(cast)[0].id}")
    assert "Có mặt: 1" in cast.lan.text and "khác nhau" not in cast.lan.text


async def test_what_says_otherwise_is_refused_with_the_reason_and_shown(cast: Cast) -> None:
    url = await screen(cast)
    await cast.an.says("em xin phép vắng", cast.k8)
    async with Phone(cast) as phone:
        await phone.checks_in(url, *AN)
        assert "Võ Thị An đang được ghi: vắng có phép (tự nhắn chữ)" in phone.text
        assert "Em không tự đổi câu đó" in phone.text and "✅" not in phone.text
    assert verdict(cast, cast.an) == ("absent_excused", "words")
    await cast.lan.says(f"/roll_differs {rolls(cast)[0].id}")
    assert "tự trả lời vắng có phép, quét mã tại cửa có mặt" in cast.lan.text
    await cast.lan.presses("Võ Thị An: có mặt")
    assert verdict(cast, cast.an) == ("present", "leader")


async def test_who_said_she_would_be_late_is_late_and_here(cast: Cast) -> None:
    url = await screen(cast)
    await cast.an.presses("Đi trễ", cast.k8)
    async with Phone(cast) as phone:
        await phone.checks_in(url, *AN)
        assert "✅ Võ Thị An : đi trễ." in phone.text
    assert evidence(cast)[-1] == ("An", "late", "qr")


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_phone_that_was_asked_to_knows_her_the_next_time(cast: Cast) -> None:
    url = await screen(cast)
    async with Phone(cast) as phone:
        await phone.opens(await phone.reads(url))
        await phone.presses("Tôi có mặt", ten=AN[0], so=AN[1], nho="1")
        assert "✅ Võ Thị An" in phone.text
        await cast.lan.says("chốt điểm danh")
        await cast.passes(days=60)
        await cast.lan.says("/diemdanh", cast.k8)
        next_time = await screen(cast)
        await phone.opens(await phone.reads(next_time))
        assert "Máy này của chị Võ Thị An ?" in phone.text
        assert len(evidence(cast)) == 1
        await phone.presses("Đúng, tôi có mặt")
        assert "✅ Võ Thị An" in phone.text and len(evidence(cast)) == 2
        await phone.opens(f"{PUBLIC_URL}/vao?khac=1")
        assert "Họ tên của chị" in phone.text

        await phone.sends(f"{PUBLIC_URL}/vao/quen")
        phone.client.cookies.delete("vao")
        await phone.opens(await phone.reads(next_time))
        assert "Họ tên của chị" in phone.text and "Máy này của" not in phone.text
        await phone.sends(f"{PUBLIC_URL}/vao/toi")
        assert "Họ tên của chị" in phone.text and len(evidence(cast)) == 2


@pytest.mark.parametrize("kept", ["5.1.x", "5.1", "x"])
async def test_a_phone_cannot_say_by_itself_whose_it_is(cast: Cast, kept: str) -> None:
    url = await screen(cast)
    async with Phone(cast) as phone:
        phone.client.cookies.set("toi", kept)
        await phone.opens(await phone.reads(url))
        assert "Họ tên của chị" in phone.text and "Máy này của" not in phone.text


async def test_a_phone_forgets_her_after_half_a_year_and_in_another_branch(cast: Cast) -> None:
    def moves(code: str) -> None:
        with begin(cast.engine) as session:
            an = cast.an.member
            an.unit_id = cast.unit(code).id or 0
            session.add(an)

    url = await screen(cast)
    async with Phone(cast) as phone:
        await phone.opens(await phone.reads(url))
        await phone.presses("Tôi có mặt", ten=AN[0], so=AN[1], nho="1")
        for code, known in (("P5-K1", False), ("P5-K8", True)):
            moves(code)
            phone.client.cookies.delete("vao")
            await phone.opens(await phone.reads(url))
            assert ("Máy này của" in phone.text) is known
        cast.clock.advance(timedelta(days=181))
        await phone.opens(await phone.reads(await screen(cast)))
        assert "Máy này của" not in phone.text


async def test_one_phone_checks_in_a_household_but_not_a_village(cast: Cast) -> None:
    url = await screen(cast)
    async with Phone(cast) as phone:
        await phone.checks_in(url, *AN)
        assert "Ghi cho người khác cùng máy" in phone.text
        await phone.says("Lý Thị Dung", "1949")
        for _ in range(MOST_BY_SCAN - 2):
            await phone.says(*AN)
        await phone.says("Đặng Thị Bình", "1958")
        assert phone.page.status_code == 429 and "Chị quét lại mã" in phone.text
        await phone.checks_in(url, "Đặng Thị Bình", "1958")
    assert verdicts(cast) == {"An": "present", "Dung": "present", "Bình": "present"}


async def test_nobody_tries_names_and_years_without_end(cast: Cast) -> None:
    url = await screen(cast)
    async with Phone(cast) as phone:
        await phone.opens(await phone.reads(url))
        await phone.says("Võ Thị An", "80")
        assert "đủ 4 số" in phone.text
        for year in range(1950, 1950 + TRIES_OF_NAME):
            await phone.says("Võ Thị An", str(year))
            assert phone.page.status_code == 422 and "chưa khớp được" in phone.text
        await phone.says(*AN)
        assert phone.page.status_code == 429 and "em tạm nghỉ" in phone.text
    assert verdicts(cast) == {}


async def test_the_screen_is_called_back_runs_out_and_goes_with_the_role(cast: Cast) -> None:
    url = await screen(cast)
    async with Phone(cast) as hall:
        kept = await hall.reads(url)
        await cast.lan.presses("Thu hồi link")
        assert "đã thu hồi 1 link" in cast.lan.text
        assert (await hall.opens(url)).status_code == 410 and "đã được thu hồi" in hall.text
        assert (await hall.opens(f"{url}/ma")).status_code == 410
        assert (await hall.opens(kept)).status_code == 410
        await cast.lan.says(f"/roll_pages_off {rolls(cast)[0].id}")
        assert "Không có link nào" in cast.lan.text
        url = await screen(cast)
        cast.clock.advance(timedelta(hours=13))
        assert (await hall.opens(url)).status_code == 410 and "đã hết hạn" in hall.text
        url = await screen(cast)
        with begin(cast.engine) as session:
            for role in session.exec(select(Role)).all():
                session.delete(role)
        assert (await hall.opens(url)).status_code == 410
        assert "không còn phụ trách" in hall.text
        assert (await hall.opens(f"{PUBLIC_URL}/man-hinh/nowhere")).status_code == 404


async def test_a_closed_roll_shows_no_code_and_the_late_are_passed_on(cast: Cast) -> None:
    url = await screen(cast)
    async with Phone(cast) as hall, Phone(cast) as phone, Phone(cast) as stale:
        for one in (phone, stale):
            await one.opens(await hall.reads(url))
        await cast.lan.says("chốt điểm danh")
        await hall.opens(url)
        assert "Đã chốt lúc" in hall.text and "<img" not in hall.page.text
        await phone.opens(f"{PUBLIC_URL}/vao")
        assert "Chị đến sau giờ chốt" in phone.text
        await phone.says(*AN)
        assert "Em đã báo chi hội trưởng là chị An có đến" in phone.text
        await cast.passes(minutes=10)
        assert "Sau khi chốt, có thêm câu trả lời" in cast.lan.text
        assert "Có mặt: Võ Thị An" in cast.lan.text
    assert verdicts(cast)["An"] == "unanswered"


async def test_doors_are_for_an_attendance_that_is_open_and_for_private(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    number = rolls(cast)[0].id
    await cast.lan.says(f"/roll_doors {number}", cast.k8)
    assert "nhắn riêng" in cast.k8.text or "nói riêng" in cast.k8.text
    await cast.lan.says("chốt điểm danh")
    await cast.lan.says(f"/roll_doors {number}")
    assert "Chị chọn Mở lại" in cast.lan.text
    await cast.lan.says("/hop chi hội 19g30 thứ bảy tuần sau tại nhà văn hóa")
    await cast.lan.presses("mời họp")
    await cast.lan.says(f"/roll_doors {rolls(cast)[-1].id}")
    assert "Danh sách này chỉ hỏi ai sẽ dự" in cast.lan.text
    cast.app.dispatcher.public_url = ""
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says(f"/roll_doors {rolls(cast)[-1].id}")
    assert "chưa mở trang web" in cast.lan.text


async def test_where_there_are_no_buttons_the_links_are_printed(cast: Cast) -> None:
    cast.lan.channel = PLAIN
    cast.add_room("p8", "CH Khóm 8 B", unit="P5-K8", channel=PLAIN)
    await cast.lan.says("/diemdanh P5-K8")
    await cast.lan.says(f"/roll_doors {rolls(cast)[0].id}")
    assert "/in" in cast.lan.text and f"{PUBLIC_URL}/t/" in cast.lan.text
    await cast.lan.says("1")
    assert f"{PUBLIC_URL}/man-hinh/" in cast.lan.text


async def test_a_fault_is_told_calmly(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError(AN[0])

    url = await screen(cast)
    async with Phone(cast) as phone:
        await phone.opens(await phone.reads(url))
        monkeypatch.setattr(naming, "find", fails)
        await phone.says(*AN)
        assert phone.page.status_code == 500 and "Em gặp trục trặc" in phone.text


async def test_the_screen_changes_without_a_script_too(cast: Cast) -> None:
    url = await screen(cast)
    cast.clock.advance(timedelta(seconds=8))
    async with Phone(cast) as hall:
        await hall.opens(url)
        assert '<noscript><meta http-equiv="refresh" content="13"></noscript>' in hall.page.text
        worker = await hall.opens(f"{PUBLIC_URL}/ghi-tai-cho/luu.js")
        assert worker.headers["content-type"].startswith("text/javascript")


async def test_links_that_ran_out_are_forgotten(cast: Cast) -> None:
    await screen(cast)
    await cast.passes(days=9)
    with reading(cast.engine) as session:
        assert session.exec(select(RollPage)).all() == []
