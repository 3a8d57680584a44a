"""The sandbox page's API: whoever plays sees what people would see, and no other page gets in."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.demo.worlds import HOME
from bot.web.guard import SameOrigin
from handlers.understanding.zone import ZONE
from tests.playing import ADDRESS, playing

pytestmark = pytest.mark.xdist_group("demo")  # its world is built once

K8 = "p5-k8"
LAI = "lai@sandbox"


async def test_the_page_opens_and_carries_no_address_of_another_server(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        page = await play.web.get("/")

        assert page.status_code == 200
        assert "Sân tập chi hội" in page.text
        assert "http" not in page.text
        assert "default-src 'self'" in page.headers["content-security-policy"]
        for path in ("sandbox/main.js", "sandbox/layout.css", "fonts/BeVietnamPro-Regular.woff2"):
            assert (await play.web.get(f"/static/{path}")).status_code == 200


async def test_the_page_learns_who_is_there(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        world = (await play.web.get("/api/world")).json()
        clock = (await play.state())["clock"]

    people = {person["id"]: person for person in world["people"]}
    chats = {chat["id"]: chat for chat in world["chats"]}
    assert people["lai"]["note"] == "chi hội trưởng"
    assert {"lai", "tam", "hoa", "la"} <= set(chats[K8]["people"])
    doors = {name: chats[name]["door"] for name in (K8, "p5-k4", "p5-k6", "p5-k7")}
    assert doors == {K8: "sandbox", "p5-k4": "oa", "p5-k6": "hand", "p5-k7": "zalo"}
    assert [chats[name]["files"] for name in doors] == [True, True, False, False]
    assert sum(not chat["private"] for chat in world["chats"]) == 23
    assert clock["local"].startswith("2026-11-16T08:0")
    assert clock["date"] == "thứ hai 16/11/2026"
    assert clock["lunar"].startswith("8/10 âm lịch")


async def test_a_person_speaks_and_is_answered(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        await play.says("tam", "tam@sandbox", "trợ giúp")

        answer = await play.sees("tam@sandbox", "trợ giúp")
        assert answer["markup"]
        state = await play.state()
        line = next(chat for chat in state["chats"] if chat["id"] == "tam@sandbox")
        assert line["last"] == answer["id"]
        assert "<b>" not in line["text"]
        assert (await play.state(since=state["version"]))["chats"] is None


async def test_a_mention_and_a_reply_reach_the_bot_where_it_hears_no_talk(
    demo_folder: Path,
) -> None:
    async with playing(demo_folder) as play:
        said = await play.bot("p5-k7")
        await play.says("p5k7-tham", "p5-k7", "trợ giúp")
        await play.says("p5k7-tham", "p5-k7", "@chihoi trợ giúp")
        answer = await play.sees("p5-k7", "trợ giúp")
        assert await play.bot("p5-k7") == [*said, answer]  # the first words were not for the bot
        assert answer["markup"] and answer["buttons"] == []

        await play.says("p5k7-tham", "p5-k7", "giúp", reply_to=answer["id"])
        reply = next(m for m in (await play.state("p5-k7"))["messages"] if m["text"] == "giúp")
        assert reply["quote"]["sender"] == "bot"
        await play.sees_more("p5-k7", than=len(said) + 1)


async def test_a_file_travels_both_ways(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        sent = await play.web.post(
            "/api/file",
            params={"person": "hoa", "chat": "hoa@sandbox", "name": "Kế hoạch.pdf"},
            content=b"%PDF-1.4 nothing",
            headers={"content-type": "application/pdf"},
        )
        assert sent.status_code == 200
        message = next(
            m for m in (await play.state("hoa@sandbox"))["messages"] if m["file"] == "Kế hoạch.pdf"
        )
        file = await play.web.get(f"/api/files/{message['id']}")

        assert file.content == b"%PDF-1.4 nothing"
        assert file.headers["content-disposition"].startswith("attachment")
        assert file.headers["content-type"] == "application/octet-stream"
        assert (await play.web.get("/api/files/99999")).status_code == 404


async def test_a_file_beyond_every_limit_is_refused(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.sandbox.FILE_LIMIT", 10)
    async with playing(demo_folder) as play:
        where = {"person": "mai", "chat": "mai@sandbox", "name": "x.bin"}
        answer = await play.web.post("/api/file", params=where, content=b"eleven byte")

        assert (answer.status_code, answer.json()) == (413, {"error": "too_big"})
        assert (await play.state("mai@sandbox"))["messages"] == []


async def test_a_zalo_bot_takes_no_file(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        where = {"person": "p5k7-tham", "chat": "p5-k7", "name": "x.txt"}
        answer = await play.web.post("/api/file", params=where, content=b"x")

        assert answer.json() == {"error": "no_files"}


async def test_the_bot_is_shown_out_and_let_in(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        await play.post("/api/bot", person="lai", chat=K8, inside=False)
        out = next(c for c in (await play.state())["chats"] if c["id"] == K8)
        await play.post("/api/bot", person="lai", chat=K8, inside=True)
        back = next(c for c in (await play.state())["chats"] if c["id"] == K8)

    assert (out["bot"], back["bot"]) == (False, True)


async def test_where_no_bot_can_enter_none_is_let_in_and_people_talk_all_the_same(
    demo_folder: Path,
) -> None:
    async with playing(demo_folder) as play:
        let_in = await play.post("/api/bot", person="p5k6-tuyen", chat="p5-k6", inside=True)
        assert (let_in.status_code, let_in.json()) == (409, {"error": "no_bot_enters"})
        pasted = (await play.state("p5-k6"))["messages"]
        assert "Thông báo số 52/TB-BTV" in pasted[0]["text"]
        await play.says("p5k6-nhung", "p5-k6", "Dạ em đọc rồi chị")
        assert len((await play.state("p5-k6"))["messages"]) == len(pasted) + 1


async def test_each_platform_that_is_imitated_is_named_on_the_page(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        page = (await play.web.get("/")).text
        world = (await play.web.get("/api/world")).json()

    told = set(re.findall(r'data-door="([\w-]+)"', page))
    assert {chat["door"] for chat in world["chats"]} <= told
    for words in ("Mô phỏng Telegram", "Mô phỏng bot Zalo", "Mô phỏng nhóm của Zalo OA"):
        assert words in page


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_channel_is_lost_and_comes_back(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        await play.says("p5k7-tham", "p5-k7", "@chihoi điểm danh")
        await play.sees("p5-k7", "Điểm danh")
        cut = await play.post("/api/door", door="zalo", down=True)
        assert cut.status_code == 200
        assert (await play.state())["lost"] == ["zalo"]
        await play.sees("mai@sandbox", "tạm ngưng")
        assert (await play.post("/api/door", door="hand", down=True)).status_code == 400
        await play.post("/api/door", door="zalo", down=False)
        assert (await play.state())["lost"] == []
        await play.sees("mai@sandbox", "đã thông lại")


BAD: list[tuple[str, dict[str, Any], int]] = [
    ("/api/say", {"person": "lai", "chat": "nowhere", "text": "a"}, 404),
    ("/api/say", {"person": "p6k1-sau", "chat": K8, "text": "a"}, 404),
    ("/api/say", {"person": "lai", "chat": K8, "text": ""}, 400),
    ("/api/say", {"person": "lai", "chat": K8, "text": "a" * 8001}, 400),
    ("/api/say", {"person": "lai", "chat": K8}, 400),
    ("/api/press", {"person": "lai", "message": 999, "label": "x"}, 404),
    ("/api/clock", {"to": "yesterday"}, 400),
    ("/api/clock", {"to": "2026-11-15T07:00"}, 409),
    ("/api/clock", {"to": "2036-11-15T07:00"}, 409),
    ("/api/clock", {"minutes": -5}, 400),
]


async def test_what_makes_no_sense_is_refused_and_changes_nothing(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        before = (await play.state())["version"]
        for path, body, status in BAD:
            answer = await play.post(path, **body)
            assert (answer.status_code, path, body) == (status, path, body)
            assert answer.json()["error"]

        assert (await play.state())["version"] == before
        assert (await play.web.get("/api/state?since=x")).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "chihoi.example"])
async def test_a_name_that_only_points_here_is_refused(demo_folder: Path, host: str) -> None:
    async with playing(demo_folder) as play:
        answer = await play.web.get("/api/world", headers={"host": host})

    assert answer.status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:9999"])
async def test_another_page_cannot_speak_for_anybody(demo_folder: Path, origin: str) -> None:
    async with playing(demo_folder) as play:
        body = {"person": "lai", "chat": K8, "text": "bán hàng đây"}
        answer = await play.web.post("/api/say", json=body, headers={"origin": origin})

        assert answer.status_code == 403
        texts = [m["text"] for m in (await play.state(K8))["messages"]]
        assert "bán hàng đây" not in texts


async def test_without_the_guard_another_page_could() -> None:
    async def change(request: Any) -> PlainTextResponse:
        return PlainTextResponse("changed")

    bare = Starlette(routes=[Route("/", change, methods=["POST"])])
    answers = []
    for app in (bare, SameOrigin(bare)):
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=ADDRESS) as web:
            answers.append(await web.post("/", headers={"origin": "https://evil.example"}))

    assert [answer.status_code for answer in answers] == [200, 403]


@pytest.mark.slow
@pytest.mark.sqlite
async def test_the_clock_goes_to_tomorrow_morning(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        await play.post("/api/clock", morning=True)
        assert (await play.state())["clock"]["journey"] is not None
        await play.arrives()
        clock = (await play.state())["clock"]

        assert clock["local"].startswith("2026-11-17T07:00")
        assert clock["journey"] is None


async def test_the_clock_goes_on_by_minutes_and_to_a_moment(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        before = datetime.fromisoformat((await play.state())["clock"]["now"])
        await play.post("/api/clock", minutes=10)
        await play.arrives()
        after = datetime.fromisoformat((await play.state())["clock"]["now"])
        await play.post("/api/clock", to="2026-11-16T19:30")
        await play.arrives()

        assert timedelta(minutes=10) <= after - before < timedelta(minutes=11)
        assert (await play.state())["clock"]["local"] == "2026-11-16T19:30"


async def test_a_journey_can_be_stopped(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        await play.post("/api/clock", minutes=400 * 24 * 60)
        await asyncio.sleep(0.05)
        await play.post("/api/clock", stop=True)
        await play.arrives()
        world = await play.keeper.of(HOME)

        assert world.clock.now() < datetime.fromisoformat("2027-11-01T00:00+07:00")


async def test_a_link_of_the_bots_opens_in_this_very_world(demo_folder: Path) -> None:
    """An officer takes the list of her ward away by the page the bot links to."""
    async with playing(demo_folder) as play:
        await play.says("hoa", "hoa@sandbox", "/xuatdanhsach P5-K8")
        message = await play.sees("hoa@sandbox", "tải danh sách")
        url = message["buttons"][0][0]["url"].removeprefix(ADDRESS)
        assert (await play.web.get(url)).status_code == 200
        assert (await play.web.post(f"{url}/tai", headers={"origin": ADDRESS})).status_code == 200
        assert (await play.web.get(url)).status_code == 410


@pytest.mark.slow
@pytest.mark.sqlite
async def test_reminders_on_the_way_come_at_their_own_times(demo_folder: Path) -> None:
    async with playing(demo_folder) as play:
        await play.says("lai", K8, "/hop chi hội 19g30 ngày mai tại nhà văn hoá khóm")
        await play.sees(LAI, "Đúng chưa ạ?")
        await play.presses("lai", LAI, "Đúng rồi")
        await play.sees(K8, "thứ ba 17/11/2026")
        await play.post("/api/clock", to="2026-11-17T19:20")
        await play.arrives()
        reminders = [m for m in await play.bot(K8) if "⏰" in m["text"]][-3:]

    hours = [
        datetime.fromisoformat(m["at"]).astimezone(ZONE).strftime("%d %H:%M") for m in reminders
    ]
    assert hours == ["16 19:30", "17 07:00", "17 19:15"]


async def test_a_journey_that_fails_leaves_the_world_alive(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(demo_folder) as play:
        world = await play.world()

        def broken() -> None:
            raise RuntimeError

        monkeypatch.setattr(world.app, "tick", broken)
        await play.post("/api/clock", minutes=10)
        await play.arrives()

        await play.says("mai", "mai@sandbox", "trợ giúp")
        await play.sees("mai@sandbox", "trợ giúp")
