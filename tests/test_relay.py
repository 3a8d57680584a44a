"""A unit no bot can enter: its leader passes the words on, and says so."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from handlers import audience
from handlers.chat import Choice, Moment, Reply
from storage import accounts, groups, relays
from storage.database import begin
from storage.groups import GroupState
from tests.cast import Cast
from tests.doors import drop_roles

POSTER = {"unit": "Chi hội Khóm 8", "link": "https://sandbox.test/x", "token": "x"}


async def show(cast: Cast, code: str, subject: str = "thing:1") -> int:
    """Something is shown to a unit; how many messages were queued."""
    reply = Reply(
        "joining/poster.j2", POSTER, subject=subject, choices=(Choice("Có mặt", "mark 1 present"),)
    )
    with begin(cast.engine) as session:
        unit = cast.unit(code).id
        assert unit is not None
        moment = Moment(session, cast.clock.now())
        replies = audience.show(moment, unit, reply)
        queued = cast.app.dispatcher.poster.queue(
            session, replies, now=cast.clock.now(), origin=f"test:{subject}"
        )
    await cast.settle()
    return queued


@pytest.mark.parametrize("channel", [SANDBOX, PLAIN])
async def test_the_leader_gets_bare_words_to_paste(cast: Cast, channel: str) -> None:
    if channel == PLAIN:
        with begin(cast.engine) as session:
            account = accounts.by_address(session, "sandbox:nga")
            assert account is not None
            account.blocked = True
            session.add(account)
    cast.nga.channel = channel
    await show(cast, "P6-K8")

    words, asked = cast.nga.private.bot
    assert words.labels == []
    assert "Chị em Chi hội Khóm 8 ơi" in words.text
    assert "Có mặt" not in words.text  # a button means nothing where it is pasted
    assert "bằng số" not in words.text
    assert "chép" in asked.text
    if channel == SANDBOX:
        assert asked.labels == ["✅ Đã gửi vào nhóm"]
        await cast.nga.presses("Đã gửi")
        assert "đã gửi vào nhóm lúc 8 giờ" in cast.nga.toast
    else:
        assert "1. ✅ Đã gửi vào nhóm" in asked.text
        await cast.nga.says("1")
        assert "đã gửi vào nhóm lúc 8 giờ" in cast.nga.text
    with cast.session() as session:
        (row,) = relays.about(session, "thing:1")
    assert (row.reached, row.passed_at) == (1, cast.clock.now())


async def test_the_first_to_pass_it_on_counts(cast: Cast) -> None:
    await show(cast, "P6-K8")
    await cast.nga.presses("Đã gửi")
    first = cast.clock.now()
    await cast.passes(minutes=5)
    await cast.mai.says("/relayed 1")

    with cast.session() as session:
        (row,) = relays.about(session, "thing:1")
    assert row.passed_at == first


async def test_only_who_answers_for_the_unit_says_so(cast: Cast) -> None:
    await show(cast, "P6-K8")
    for player in (cast.an, cast.lan, cast.ty, cast.hoa):
        await player.says("/relayed 1")
        assert "không thuộc đơn vị" in player.text
        await player.says("/relayed 77")
        assert "không thuộc đơn vị" in player.text
    with cast.session() as session:
        assert [row.passed_at for row in relays.about(session, "thing:1")] == [None]


async def test_a_unit_with_a_group_needs_no_relay(cast: Cast) -> None:
    await show(cast, "P5-K8")

    assert "Chị em Chi hội Khóm 8 ơi" in cast.k8.text
    assert cast.lan.private.bot == []


async def test_without_a_linked_leader_the_level_above_is_told_once(cast: Cast) -> None:
    with begin(cast.engine) as session:
        member = cast.member("Dương Thị Ngà").id
        assert member is not None
        for channel in (SANDBOX, PLAIN):
            account = accounts.by_address(session, f"{channel}:nga")
            assert account is not None and account.id is not None
            accounts.unlink(session, account.id, member)
    await show(cast, "P6-K8")
    await show(cast, "P6-K8", "thing:2")

    told = [text for text in cast.mai.texts if "chưa có chi hội trưởng" in text]
    assert len(told) == 1
    with cast.session() as session:
        assert [row.reached for row in relays.about(session, "thing:2")] == [0]


async def test_the_same_thing_is_relayed_once(cast: Cast) -> None:
    assert await show(cast, "P6-K8") == 2
    assert await show(cast, "P6-K8") == 0


async def test_a_group_the_plan_has_no_room_for_is_served_by_hand_beside_the_others(
    cast: Cast,
) -> None:
    with begin(cast.engine) as session:
        full = groups.ensure(session, address="zalo_bot:x", title="CH chợ", now=cast.clock.now())
        full.unit_id, full.state = cast.unit("P5-K8").id, GroupState.RELAY
    await show(cast, "P5-K8")

    assert "Chị em Chi hội Khóm 8 ơi" in cast.k8.text
    words, asked = cast.lan.private.bot
    assert "Chị em Chi hội Khóm 8 ơi" in words.text and not words.labels
    assert "<b>CH chợ</b> (Chi hội Khóm 8) em chưa gửi vào được" in asked.text
    await cast.lan.presses("Đã gửi")
    with cast.session() as session:
        assert [row.passed_at for row in relays.about(session, "thing:1")] == [cast.clock.now()]

    drop_roles(cast, "Nguyễn Thị Lan")
    drop_roles(cast, "Phạm Thị Thu")
    await show(cast, "P5-K8", "thing:2")
    assert not any("chưa có chi hội trưởng" in text for text in cast.hoa.texts + cast.mai.texts)
    with cast.session() as session:
        assert [row.reached for row in relays.about(session, "thing:2")] == [0]
