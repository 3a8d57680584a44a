"""What the fake Telegram allows the bot, and in which words it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from tests.channels.fake_telegram import ApiError, FakeGroup, FakeTelegram, Person

MONDAY = datetime(2026, 11, 16, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MONDAY, held=True)


@pytest.fixture
def server(clock: MovableClock) -> FakeTelegram:
    """Without HTTP: calls go straight in."""
    return FakeTelegram(clock=clock)


@pytest.fixture
def lan(server: FakeTelegram) -> Person:
    return server.person("Lan")


@pytest.fixture
async def group(server: FakeTelegram, lan: Person) -> FakeGroup:
    group = server.group("CH Khóm 8", members=[lan], supergroup=True)
    await server.add_bot(group, by=lan)
    return group


async def refused(server: FakeTelegram, method: str, **params: Any) -> str:
    with pytest.raises(ApiError) as error:
        await server.call(method, params)
    return error.value.description


async def heard(server: FakeTelegram) -> list[str]:
    """Texts of the updates since the last time."""
    updates = await server.call("getUpdates")
    if updates:
        await server.call("getUpdates", {"offset": updates[-1]["update_id"] + 1})
    messages = [update.get("message", {}) for update in updates]
    return [message["text"] for message in messages if "text" in message]


async def test_privacy_mode_hides_talk_that_is_not_for_the_bot(
    server: FakeTelegram, lan: Person, group: FakeGroup
) -> None:
    sent = await server.call("sendMessage", {"chat_id": group.id, "text": "Điểm danh"})
    asked = group.find(sent["message_id"])
    await lan.says("hôm nay nắng quá", chat=group)
    await lan.says("/diemdanh", chat=group)
    await lan.says("/diemdanh@bot_khac", chat=group)
    await lan.says("/đi chợ", chat=group)
    reply = await lan.says("dạ có", chat=group, reply_to=asked)
    await lan.says("ai trả lời đó?", chat=group, reply_to=reply)
    await lan.says("điểm danh", chat=group, mention=True)
    assert await heard(server) == [
        "/diemdanh",
        "dạ có",
        "ai trả lời đó?",
        f"@{server.bot.username} điểm danh",
    ]
    server.mentions_pass_privacy = False
    await lan.says("điểm danh", chat=group, mention=True)
    assert await heard(server) == []


async def test_an_administrator_hears_everybody_and_so_does_a_bot_added_without_privacy(
    server: FakeTelegram, lan: Person, group: FakeGroup
) -> None:
    await group.promote_bot()
    await lan.says("hôm nay nắng quá", chat=group)
    assert await heard(server) == ["hôm nay nắng quá"]
    await group.demote(server.bot)
    server.bot.hears_all = True
    await lan.says("vẫn chưa nghe: phải mời lại", chat=group)
    assert await heard(server) == []
    await group.kick_bot()
    await lan.says("bot đi rồi", chat=group)
    await server.add_bot(group, by=lan)
    await lan.says("chào lại", chat=group)
    assert await heard(server) == ["chào lại"]


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendMessage", {"text": ""}, "message text is empty"),
        ("sendMessage", {"text": " \n "}, "text must be non-empty"),
        ("sendMessage", {"text": "ă" * 4097}, "message is too long"),
        (
            "sendMessage",
            {"text": "a", "reply_parameters": {"message_id": 9}},
            "message to be replied not found",
        ),
        (
            "sendMessage",
            {"text": "<x>", "parse_mode": "HTML"},
            'can\'t parse entities: Unsupported start tag "x" at byte offset 0',
        ),
        (
            "sendMessage",
            {"text": "đ <b>", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "sendMessage",
            {"text": "đ </b>", "parse_mode": "HTML"},
            "can't parse entities: Unexpected end tag at byte offset 3",
        ),
        (
            "sendMessage",
            {"text": "<b><i>x</b></i>", "parse_mode": "HTML"},
            'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        (
            "sendMessage",
            {"text": "1 < 2", "parse_mode": "HTML"},
            'can\'t parse entities: Unsupported start tag "" at byte offset 2',
        ),
        (
            "sendMessage",
            {
                "text": "a",
                "reply_markup": {"inline_keyboard": [[{"text": "Có", "callback_data": "ạ" * 22}]]},
            },
            "BUTTON_DATA_INVALID",
        ),
        (
            "sendMessage",
            {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "Có"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ("sendDocument", {"document": "nope"}, "wrong file identifier/HTTP URL specified"),
        ("sendDocument", {}, "there is no document in the request"),
        ("editMessageText", {"message_id": 99, "text": "a"}, "message to edit not found"),
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("setMessageReaction", {"message_id": 99}, "message to react not found"),
        ("getChatMember", {"user_id": 1}, "invalid user_id specified"),
        ("getFile", {"file_id": "nope"}, "wrong file_id or the file is temporarily unavailable"),
        (
            "setMyCommands",
            {"commands": [{"command": "Điểm", "description": "a"}]},
            "BOT_COMMAND_INVALID",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "5"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
        ("setWebhook", {"url": "nowhere"}, "invalid webhook URL specified"),
        (
            "setWebhook",
            {"url": "http://x", "secret_token": "dấu"},
            "secret token contains unallowed characters",
        ),
        ("sendPoll", {"question": "?", "options": []}, "method is not modelled by the fake server"),
    ],
)
async def test_refusals_in_telegram_s_own_words(
    server: FakeTelegram, group: FakeGroup, method: str, params: dict[str, Any], words: str
) -> None:
    place = {} if method in {"getFile", "setMyCommands", "setWebhook"} else {"chat_id": group.id}
    assert await refused(server, method, **place, **params) == f"Bad Request: {words}"


async def test_whom_the_bot_may_write_to(server: FakeTelegram, lan: Person) -> None:
    async def words(chat: int) -> str:
        return await refused(server, "sendMessage", chat_id=chat, text="chào")

    stranger, leaver = server.person("Mơ"), server.person("Na")
    plain = server.group("Tổ 1", members=[lan])
    large = server.group("Tổ 2", members=[lan], supergroup=True)
    assert await words(stranger.id) == "Bad Request: chat not found"
    assert await words(plain.id) == "Bad Request: chat not found"
    await server.add_bot(plain, by=lan)
    await server.add_bot(large, by=lan)
    assert await words(lan.id) == "Forbidden: bot can't initiate conversation with a user"
    await plain.kick_bot()
    assert await words(plain.id) == "Forbidden: bot was kicked from the group chat"
    await server.call("leaveChat", {"chat_id": large.id})
    assert await words(large.id) == "Forbidden: bot is not a member of the supergroup chat"
    await server.add_bot(plain, by=lan)
    await plain.delete()
    assert await words(plain.id) == "Forbidden: the group chat was deleted"
    await leaver.starts()
    await leaver.deactivates()
    assert await words(leaver.id) == "Forbidden: user is deactivated"
    large.bot_muted = True
    await server.add_bot(large, by=lan)
    assert (
        await words(large.id) == "Bad Request: not enough rights to send text messages to the chat"
    )


async def test_a_press_is_answered_once_and_in_time(
    server: FakeTelegram, lan: Person, group: FakeGroup, clock: MovableClock
) -> None:
    button = {"text": "Có mặt", "callback_data": "co"}
    markup = {"inline_keyboard": [[button]]}
    await server.call("sendMessage", {"chat_id": group.id, "text": "a", "reply_markup": markup})
    await lan.presses("Có mặt", wait=0)
    (first,) = server.presses
    await server.call("answerCallbackQuery", {"callback_query_id": first, "text": "Đã ghi"})
    assert lan.toasts == ["Đã ghi"]
    assert "query is too old" in await refused(
        server, "answerCallbackQuery", callback_query_id=first
    )

    assert await lan.presses("mặt", wait=0.01) is None
    late = list(server.presses)[-1]
    clock.advance(timedelta(seconds=16))
    assert "query is too old" in await refused(
        server, "answerCallbackQuery", callback_query_id=late
    )
    waiting = [update for update in server.updates.waiting() if "callback_query" in update.body]
    assert len(waiting) == 2
    clock.advance(timedelta(seconds=150))
    assert not any("callback_query" in update.body for update in server.updates.waiting())


async def test_edits_and_deletions(
    server: FakeTelegram, lan: Person, group: FakeGroup, clock: MovableClock
) -> None:
    said = await lan.says("/diemdanh", chat=group)
    sent = await server.call("sendMessage", {"chat_id": group.id, "text": "một"})
    place = {"chat_id": group.id, "message_id": sent["message_id"]}
    assert "message is not modified" in await refused(
        server, "editMessageText", **place, text=" một "
    )
    assert "no caption" in await refused(server, "editMessageCaption", **place, caption="a")
    theirs = {"chat_id": group.id, "message_id": said.id}
    assert "message can't be edited" in await refused(server, "editMessageText", **theirs, text="a")
    assert "message can't be deleted" in await refused(server, "deleteMessage", **theirs)
    clock.advance(timedelta(hours=49))
    await server.call("editMessageText", place | {"text": "hai"})
    assert "for everyone" in await refused(server, "deleteMessage", **place)
    await group.promote_bot()
    await server.call(
        "deleteMessages", {"chat_id": group.id, "message_ids": [place["message_id"], said.id]}
    )
    assert said.deleted
    assert group.bot_messages == []


async def test_a_long_text_comes_in_pieces_and_a_migrated_group_starts_anew(
    server: FakeTelegram, lan: Person, group: FakeGroup
) -> None:
    await lan.starts()
    await lan.says("a" * 5000)
    assert [len(text) for text in await heard(server)] == [6, 4096, 904]
    plain = server.group("Tổ 1", members=[lan])
    await server.add_bot(plain, by=lan)
    sent = await server.call("sendMessage", {"chat_id": plain.id, "text": "một"})
    old_id = plain.id
    assert await plain.migrate() < -(10**12)
    edit = {"chat_id": old_id, "message_id": sent["message_id"], "text": "hai"}
    assert (
        await refused(server, "editMessageText", **edit) == "Bad Request: message can't be edited"
    )
    assert plain.bot_status == "member"
    fresh = await server.call("sendMessage", {"chat_id": plain.id, "text": "ba"})
    assert fresh["message_id"] < sent["message_id"]


async def test_members_come_and_go_and_only_an_administrator_is_told_of_standings(
    server: FakeTelegram, lan: Person, group: FakeGroup
) -> None:
    an = server.person("An")
    await server.call(
        "getUpdates", {"allowed_updates": ["message", "chat_member", "message_reaction"]}
    )
    server.updates.clear()
    await an.joins(group, by=lan)
    await group.promote_bot()
    said = await an.says("chào các chị", chat=group)
    await lan.reacts(said, "❤")
    await group.promote(an)
    await an.leaves(group)
    kinds = [next(iter(update.body)) for update in server.updates.waiting()]
    assert kinds == [
        "message",
        "message",
        "message_reaction",
        "chat_member",
        "chat_member",
        "message",
    ]
    assert await server.call("getChatMemberCount", {"chat_id": group.id}) == 2
    admins = await server.call("getChatAdministrators", {"chat_id": group.id})
    assert [admin["user"]["first_name"] for admin in admins] == [server.bot.name, "Lan"]
    assert server.problems == []
