"""What a group or a person does not allow is done another way, or told to who can help."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.channels.base import DeliveryError, Post, Sent
from bot.channels.sandbox import SandboxChannel
from handlers.chat import How, Limits, Reply
from storage import accounts
from storage.database import begin
from storage.groups import GroupState, by_address
from storage.mail import OutboxState
from tests.cast import Cast
from tests.channels.fake_channel import FakeChannel
from tests.delivery_scenes import CHAT, HELLO, office


async def test_a_tally_whose_message_is_gone_is_shown_anew_and_edited_from_then_on(
    engine: Engine,
) -> None:
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    await post.send()
    post.channel.failures = deque([DeliveryError("message to edit not found", gone=True)])
    for number in (1, 2):
        context = {"event": number}
        post.queue(Reply("talk/failed.j2", context, to=CHAT, subject="roll:1", how=How.TALLY))
        await post.send()

    assert "mã số <b>1</b>" in post.channel.sent[-1].text
    ((message, text),) = post.channel.changed
    assert message == "m2"
    assert "mã số <b>2</b>" in text


async def test_an_edit_for_which_there_are_other_words_says_them(engine: Engine) -> None:
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT, subject="directive:1"))
    await post.send()
    post.channel.failures = deque([DeliveryError("message can't be edited", gone=True)])
    edit = Reply(HELLO, to=CHAT, subject="directive:1", how=How.EDIT)
    post.queue(replace(edit, otherwise="delivery/noted.j2"))
    await post.send()
    assert "ghi nhận" in post.channel.sent[-1].text

    post.queue(Reply("talk/failed.j2", {"event": 7}, to=CHAT, subject="directive:1", how=How.EDIT))
    await post.send()
    assert post.channel.changed[-1][0] == "m1"


async def test_without_edits_those_words_are_said_at_once(engine: Engine) -> None:
    post, _ = office(engine, FakeChannel(limits=Limits(edits=False)))
    post.queue(Reply(HELLO, to=CHAT, subject="directive:1"))
    edit = Reply(HELLO, to=CHAT, subject="directive:1", how=How.EDIT)
    await post.send()
    post.queue(edit, replace(edit, otherwise="delivery/noted.j2"))
    await post.send()

    assert len(post.channel.sent) == 2
    assert "ghi nhận" in post.channel.sent[-1].text


async def test_where_reactions_are_not_allowed_she_is_told_in_private(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    monkeypatch.setattr(SandboxChannel, "react", _no_reactions)
    await cast.an.says("có mặt", cast.k8)
    assert "Có mặt" in cast.an.text or "có mặt" in cast.an.text

    said = len(cast.an.texts)
    await cast.an.says("xin vắng", cast.k8)
    assert len(cast.an.texts) == said + 1


async def test_who_has_no_private_talk_is_quoted_in_the_group(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None
        account.private_chat = ""
    monkeypatch.setattr(SandboxChannel, "react", _no_reactions)
    said = await cast.an.says("có mặt", cast.k8)

    assert cast.k8.text == "👍 Dạ, em đã ghi nhận ạ."
    assert cast.k8.last.reply_to == said.id


async def _no_reactions(*_: object) -> None:
    raise DeliveryError("Bad Request: REACTION_INVALID")


async def test_a_group_that_mutes_the_bot_is_told_to_its_leader_with_what_to_do(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    muted = DeliveryError("not enough rights to send text messages", blocked=True, muted=True)

    async def send(self: SandboxChannel, post: Post) -> Sent:
        if post.chat == cast.k8.address:
            raise muted
        return await real(self, post)

    real = SandboxChannel.send
    monkeypatch.setattr(SandboxChannel, "send", send)
    await cast.lan.says("/diemdanh", cast.k8)

    assert "không cho em gửi tin" in cast.lan.text
    assert "quyền gửi tin" in cast.lan.text
    with cast.session() as session:
        group = by_address(session, cast.k8.address)
        assert group is not None
        assert group.state == GroupState.GONE
    states = {row.state for row in cast.outbox() if row.chat == cast.k8.address}
    assert states == {OutboxState.BLOCKED}


async def test_a_leader_who_blocked_the_bot_is_told_to_the_level_above_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(self: SandboxChannel, post: Post) -> Sent:
        if post.chat == cast.lan.private.address:
            raise DeliveryError("bot was blocked by the user", blocked=True)
        return await real(self, post)

    real = SandboxChannel.send
    monkeypatch.setattr(SandboxChannel, "send", send)
    for _ in range(2):
        await cast.lan.says("trợ giúp")

    told = [text for text in cast.hoa.texts if "Nguyễn Thị Lan" in text]
    assert len(told) == 1
    assert "Chi hội Khóm 8" in told[0]
