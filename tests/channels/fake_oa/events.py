"""Events as the service writes them, and its signature."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tests.channels.fake_oa.people import OaGroup, OaMessage, OaPerson

if TYPE_CHECKING:
    from tests.channels.fake_oa.server import FakeOa

Json = dict[str, Any]


def message(
    server: FakeOa, person: OaPerson, said: OaMessage, kind: str, attachment: Json | None = None
) -> Json:
    """Words or something else of a person, in private or in a group."""
    group = isinstance(said.chat, OaGroup)
    told: Json = {"msg_id": said.id}
    if said.text:
        told["text"] = said.text
    if attachment is not None:
        told["attachments"] = [attachment]
    if said.reply_to is not None:
        told["quote_msg_id"] = said.reply_to.id
    return {
        "app_id": server.app_id,
        "event_name": f"user_send_group_{kind}" if group else f"user_send_{kind}",
        "oa_id": server.id,
        "sender": {"id": person.id},
        "recipient": {"id": said.chat.id if group else server.id},
        "user_id_by_app": f"9{person.id}",
        "message": told,
        "timestamp": stamp(server),
    }


def of_room(server: FakeOa, name: str, group: OaGroup, people: list[OaPerson]) -> Json:
    """Somebody came or went, the group was made or closed."""
    return {
        "app_id": server.app_id,
        "event_name": name,
        "oa_id": server.id,
        "group_id": group.id,
        "users": [{"id": person.id} for person in people],
        "timestamp": stamp(server),
    }


def unfollowed(server: FakeOa, person: OaPerson) -> Json:
    """She follows the account no more."""
    return {
        "app_id": server.app_id,
        "event_name": "unfollow",
        "oa_id": server.id,
        "follower": {"id": person.id},
        "source": "",
        "timestamp": stamp(server),
    }


def stamp(server: FakeOa) -> str:
    """Now, in milliseconds, as text."""
    return str(int(server.now().timestamp() * 1000))


def signature(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """By the documentation, written apart from the code that checks it."""
    digest = hashlib.sha256()
    for part in (app_id.encode(), body, timestamp.encode(), secret.encode()):
        digest.update(part)
    return "mac=" + digest.hexdigest()
