"""One grammar: what people type, press and number becomes a line."""

from __future__ import annotations

import pytest
from sqlmodel import select

from handlers import ROUTES
from handlers.chat import Call, Choice, Reply, Route, Where, Who
from handlers.lines import RESERVED, Lines
from storage.groups import Group
from tests.cast import Cast


@pytest.mark.parametrize(
    "text",
    ["trợ giúp", "tro giup", "TRỢ GIÚP.", "/trogiup", "/trợgiúp", "/trợ giúp", "/trogiup@chihoi",
     "@chihoi trợ giúp"],
)  # fmt: skip
async def test_help_is_found_in_every_spelling(cast: Cast, text: str) -> None:
    await cast.an.says(text)

    assert "trợ giúp" in cast.an.text
    assert "chưa hiểu" not in cast.an.text


@pytest.mark.parametrize("text", ["trợ giúp em với chị ơi", "ai trợ giúp cho tôi", "/lạ", "1"])
async def test_talk_in_a_group_is_not_taken_for_a_command(cast: Cast, text: str) -> None:
    await cast.an.says(text, cast.k8)

    assert cast.k8.bot == []


@pytest.mark.parametrize("line", sorted(RESERVED))
async def test_nobody_can_type_what_only_an_event_may_say(cast: Cast, line: str) -> None:
    await cast.ty.says(f"/{line}", cast.k8)
    await cast.ty.says(f"/{line}")

    with cast.session() as session:
        rooms = session.exec(select(Group)).all()
        assert {room.state for room in rooms} == {"active"}
    assert "chưa hiểu" in cast.ty.text


async def test_a_doctored_client_cannot_press_it_either(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the same press goes through once nothing is reserved."""
    forged = ((Choice("x", "group_removed"),),)
    cast.platform.post("g8", "bot", "?", at=cast.clock.now(), choices=forged)

    async def press() -> str:
        await cast.ty.presses("x", cast.k8)
        with cast.session() as session:
            return session.exec(select(Group.state).where(Group.address == "sandbox:g8")).one()

    assert await press() == "active"
    monkeypatch.setattr("handlers.lines.RESERVED", frozenset())
    assert await press() == "gone"


def test_two_commands_cannot_share_a_name() -> None:
    def command(call: Call, rest: str) -> Reply:
        return Reply("talk/cancelled.j2")

    with pytest.raises(ValueError, match="'giup'"):
        Lines({"a": Route(command, ("giup",)), "b": Route(command, ("giup",))})


def test_every_button_word_is_short_and_every_listed_command_has_a_name() -> None:
    for line, route in ROUTES.items():
        assert line.isascii() and line == line.lower() and " " not in line
        assert not route.listed or route.names or line == "help"
        assert route.where in set(Where) and route.who in set(Who)
