"""What a number may mean, what "thôi" reaches, what is drawn, and what is forgotten."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers import ROUTES
from handlers.chat import Call, Chart, Choice, Reply, Route
from handlers.errors import Refusal
from storage.blobs import Blob
from storage.inbox import Inbox
from tests.cast import Cast

CHART = Chart("Đi chợ phiên", (("Có", 3), ("Không", 1)), "4 chị trả lời", 4)


async def test_a_button_that_is_no_number_is_neither_printed_nor_picked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def offer(call: Call, rest: str) -> Reply:
        heard.append(rest)
        button = Choice("Chỉ bấm", "unknown button", numbered=False)
        choices = (button, Choice("Bấm hay nhắn số", "unknown number"))
        return Reply("talk/cancelled.j2", choices=choices)

    monkeypatch.setitem(ROUTES, "unknown", Route(offer))
    cast.an.channel = PLAIN
    await cast.an.says("/gìđó")
    assert "1. Bấm hay nhắn số" in cast.an.text
    assert "Chỉ bấm" not in cast.an.text
    await cast.an.says("1")

    assert heard == ["/gìđó", "number"]


async def test_a_question_may_hear_stop_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    def ask(call: Call, rest: str) -> Reply:
        heard.append(rest)
        context = {"standing": "member", "private": True}
        return Reply("talk/unknown.j2", context, expects="unknown said")

    monkeypatch.setitem(ROUTES, "unknown", Route(ask, hears_cancel=True))
    await cast.an.says("/hỏi")
    await cast.an.says("bỏ qua")
    assert heard == ["/hỏi", "said bỏ qua"]

    monkeypatch.setitem(ROUTES, "unknown", Route(ask))
    await cast.an.says("bỏ qua")
    assert len(heard) == 2


async def test_a_chart_is_a_picture_where_files_go_and_words_elsewhere(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def show(call: Call, rest: str) -> Reply:
        return Reply("talk/cancelled.j2", chart=CHART)

    monkeypatch.setitem(ROUTES, "unknown", Route(show))
    await cast.an.says("/vẽ")
    await cast.binh.says("/vẽ")
    assert cast.an.private.last.mime == "image/png"
    cast.an.channel = PLAIN
    await cast.an.says("/vẽ")
    assert cast.an.private.last.mime == ""
    with cast.session() as session:
        assert len(session.exec(select(Blob)).all()) == 1


async def test_a_refusal_can_forget_what_it_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(call: Call, rest: str) -> Reply:
        raise Refusal("talk/cancelled.j2", forget=rest == "secret")

    monkeypatch.setitem(ROUTES, "help", Route(refuse))
    await cast.an.says("/help secret")
    await cast.an.says("/help open")

    with cast.session() as session:
        bodies = [row.body for row in session.exec(select(Inbox).order_by(Inbox.id))]  # type: ignore[arg-type]
    assert bodies[0] == ""
    assert "open" in bodies[1]
