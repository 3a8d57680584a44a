"""What the bot asks Telegram, and its other small errands."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.channels.fake_telegram import errors
from tests.channels.fake_telegram.chats import FakeGroup
from tests.channels.fake_telegram.people import Bot, Person
from tests.channels.fake_telegram.rights import LEADING, PRESENT, Need, chat_member, reachable
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.world import World

ANSWERABLE = timedelta(seconds=15)
"""How long a press waits for its toast once made; Telegram names no number, users report 15-30 s."""
_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)


def get_me(world: World, _params: Json) -> Json:
    """getMe."""
    return world.bot.me()


def get_chat(world: World, params: Json) -> Json:
    """getChat."""
    chat = reachable(world, params.get("chat_id"), Need.READ)
    return chat.json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }


def get_chat_member(world: World, params: Json) -> Json:
    """getChatMember."""
    chat = reachable(world, params.get("chat_id"), Need.READ)
    number = params.get("user_id", 0)
    user = world.bot if number == world.bot.id else world.people.get(number)
    if user is None:
        raise errors.bad_request("invalid user_id specified")
    return chat.member(user) if isinstance(chat, FakeGroup) else chat_member(user.json(), "member")


def get_chat_administrators(world: World, params: Json) -> list[Json]:
    """getChatAdministrators."""
    chat = reachable(world, params.get("chat_id"), Need.READ)
    if not isinstance(chat, FakeGroup):
        raise errors.bad_request("there are no administrators in the private chat")
    users: list[Bot | Person] = [world.bot, *chat.members]
    return [chat.member(user) for user in users if chat.statuses.get(user.id) in LEADING]


def get_chat_member_count(world: World, params: Json) -> int:
    """getChatMemberCount."""
    chat = reachable(world, params.get("chat_id"), Need.READ)
    if not isinstance(chat, FakeGroup):
        return 2
    return sum(status in PRESENT for status in chat.statuses.values())


def leave_chat(world: World, params: Json) -> bool:
    """leaveChat."""
    chat = reachable(world, params.get("chat_id"), Need.READ)
    if not isinstance(chat, FakeGroup):
        raise errors.bad_request("chat member status can't be changed in private chats")
    if chat.bot_is_here:
        world.set_status(chat, world.bot, "left", by=world.bot)
    return True


def send_chat_action(world: World, params: Json) -> bool:
    """sendChatAction."""
    reachable(world, params.get("chat_id"), Need.WRITE)
    return True


def get_file(world: World, params: Json) -> Json:
    """getFile."""
    return world.files.fetched(params.get("file_id", ""))


def answer_callback_query(world: World, params: Json) -> bool:
    """answerCallbackQuery: once, and in time."""
    press = world.presses.get(params.get("callback_query_id", ""))
    if press is None or press.text is not None or world.now() - press.at > ANSWERABLE:
        raise errors.bad_request(errors.QUERY_TOO_OLD)
    text = params.get("text", "")
    if len(text) > 200:
        raise errors.bad_request("MESSAGE_TOO_LONG")
    press.text, press.alert, press.url = (
        text,
        params.get("show_alert", False),
        params.get("url", ""),
    )
    if text:
        press.person.toasts.append(text)
        if press.alert:
            press.person.alerts.append(text)
    press.answered.set()
    world.touch()
    return True


def set_my_commands(world: World, params: Json) -> bool:
    """setMyCommands."""
    commands = params["commands"]
    if len(commands) > 100:
        raise errors.bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise errors.bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise errors.bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_audience(params)] = commands
    return True


def get_my_commands(world: World, params: Json) -> list[Json]:
    """getMyCommands."""
    return world.commands.get(_audience(params), [])


def delete_my_commands(world: World, params: Json) -> bool:
    """deleteMyCommands."""
    world.commands.pop(_audience(params), None)
    return True


def _audience(params: Json) -> str:
    """Key of one scope and language."""
    scope = params.get("scope") or {"type": "default"}
    return json.dumps([scope, params.get("language_code", "")], sort_keys=True)
