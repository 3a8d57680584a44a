"""Standings in a group as the API writes them, and who may reach which chat."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from tests.channels.fake_telegram import errors
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.chats import FakeGroup, PrivateChat
    from tests.channels.fake_telegram.world import World

LEADING: frozenset[str | None] = frozenset({"creator", "administrator"})
PRESENT = LEADING | {"member"}
_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_ADMIN_DENIED = (
    "can_be_edited",
    "is_anonymous",
    "can_promote_members",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)


class Need(Enum):
    """What a method wants to do in a chat."""

    READ = 1
    EDIT = 2
    WRITE = 3


def chat_member(user: Json, status: str) -> Json:
    """As `ChatMember`."""
    member: Json = {"status": status, "user": user}
    if status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        member |= dict.fromkeys(_ADMIN_RIGHTS, True) | dict.fromkeys(_ADMIN_DENIED, False)
    elif status == "kicked":
        member["until_date"] = 0
    return member


def reachable(world: World, chat_id: Any, need: Need) -> FakeGroup | PrivateChat:
    """The chat the bot asks for.

    Raises:
        ApiError: 400 or 403 with the API's words when the bot may not.
    """
    if chat_id in world.moved:
        if need is Need.EDIT:
            raise errors.bad_request("message can't be edited")
        raise errors.migrated(world.moved[chat_id].id)
    group = world.groups.get(chat_id)
    if group is not None:
        _check_group(group, need)
        return group
    person = world.people.get(chat_id)
    if person is None or not (person.started or world.has_met(person)):
        raise errors.bad_request(errors.CHAT_NOT_FOUND)
    if need is not Need.READ:
        if person.deactivated:
            raise errors.forbidden(errors.DEACTIVATED)
        if person.blocked:
            raise errors.forbidden(errors.BLOCKED)
        if not person.started:
            raise errors.forbidden(errors.NEVER_STARTED)
    return person.chat


def _check_group(group: FakeGroup, need: Need) -> None:
    plain = group.kind == "group"
    if not group.bot_status:
        raise errors.bad_request(errors.CHAT_NOT_FOUND)
    if group.deleted and need is Need.WRITE:
        raise errors.forbidden(errors.GROUP_DELETED)
    if group.bot_status == "kicked" and (not plain or need is not Need.READ):
        raise errors.kicked(group.kind)
    if group.bot_status == "left" and (not plain or need is not Need.READ):
        raise errors.not_a_member(group.kind)
