"""What the app may call, and what it is told when it asks wrongly."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.channels.fake_oa.people import OaChat, OaMessage, OaPerson
from tests.channels.fake_oa.rooms import Rooms
from tests.channels.faults import RefusalError

if TYPE_CHECKING:
    from tests.channels.fake_oa.server import FakeOa

Json = dict[str, Any]
TEXT_LIMIT = 2000
FREE = timedelta(hours=48)
OPEN = timedelta(days=7)
MIMES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
UPLOADS = {"image": (("jpg", "jpeg", "png"), 1 << 20), "file": (("pdf", "doc", "docx"), 5 << 20)}


class Methods:
    """The documented calls we make; every other path is unknown."""

    def __init__(self, server: FakeOa) -> None:
        self.server = server
        rooms = Rooms(server, self)
        self._known = {
            "/v2.0/oa/getoa": lambda _: {"oa_id": server.id, "name": server.name},
            "/v3.0/oa/message/cs": self._cs,
            "/v3.0/oa/quota/message": lambda _: {"quota": {"remain": server.paid_left}},
            "/v3.0/oa/user/getlist": self._people,
            "/v3.0/oa/user/detail": self._person,
            **rooms.calls,
        }

    def call(self, path: str, params: Json) -> Any:
        """Make one call."""
        found = self._known.get(path)
        if found is None:
            raise RefusalError(-201, f"unknown path {path}")
        return found(params)

    def upload(self, kind: str, name: str, content: bytes) -> Json:
        """Take a file; what it is sent by."""
        kinds, largest = UPLOADS.get(kind, ((), 0))
        if name.rpartition(".")[2].lower() not in kinds or len(content) > largest:
            self.server.problems.append(f"a {kind} of wrong kind or size: {name}")
            raise RefusalError(-210, "File is invalid")
        token = f"{kind}-{len(self.server.uploads) + 1}"
        self.server.uploads[token] = name
        return {"attachment_id" if kind == "image" else "token": token}

    def _cs(self, params: Json) -> Json:
        person = self.server.people.get(params.get("recipient", {}).get("user_id", ""))
        if person is None:
            raise RefusalError(-201, "user_id is invalid")
        charged = self._charge(person)
        message = params.get("message", {})
        sent = self.posted(person.chat, message, buttons=self._buttons(message))
        return {
            "message_id": sent.id,
            "user_id": person.id,
            "quota": {"quota_type": "sub_quota" if charged else "reply"},
        }

    def _charge(self, person: OaPerson) -> bool:
        """Whether this message is paid for."""
        if not person.follows:
            raise RefusalError(-213, "User has not followed the OA")
        silent = self.server.now() - person.acted_at if person.acted_at else OPEN * 2
        if silent > OPEN:
            self.server.late.append(person.name)
            raise RefusalError(-230, "User has not interacted within the last 7 days")
        if silent <= FREE:
            return False
        if self.server.paid_left <= 0:
            raise RefusalError(-211, "Out of quota")
        self.server.paid_left -= 1
        return True

    def _buttons(self, message: Json) -> list[Json]:
        """The buttons of a message, if it has some in a shape that is taken."""
        payload = message.get("attachment", {}).get("payload", {})
        if payload.get("buttons"):
            if "template" not in self.server.shapes:
                raise RefusalError(-233, "Message type is not supported")
            found = payload["buttons"]
        elif payload.get("template_type") == "list":
            if "list" not in self.server.shapes:
                raise RefusalError(-201, "template_type is invalid")
            if any(not e.get("subtitle") or not e.get("title") for e in payload["elements"]):
                raise RefusalError(-201, "subtitle is empty")
            found = [button for element in payload["elements"] for button in element["buttons"]]
        else:
            return []
        if len(found) > 5 or any(not 0 < len(button["title"]) <= 100 for button in found):
            self.server.problems.append("too many buttons, or too long a title")
            raise RefusalError(-201, "buttons are invalid")
        return list(found)

    def posted(self, chat: OaChat, message: Json, *, buttons: list[Json]) -> OaMessage:
        """Show a message, if it is one."""
        text = message.get("text", "")
        name = self._file(message.get("attachment", {}))
        if not (text or name) or len(text) > TEXT_LIMIT:
            self.server.problems.append("a text of wrong length")
            raise RefusalError(-201, "text is invalid")
        number, id_ = self.server.new_id()
        mime = MIMES.get(name.rpartition(".")[2], "application/octet-stream") if name else ""
        said = OaMessage(
            number, id_, chat, "oa", text, self.server.now(), None, buttons, name, mime
        )
        chat.messages.append(said)
        return said

    def _file(self, attachment: Json) -> str:
        payload = attachment.get("payload", {})
        if attachment.get("type") == "file":
            token = payload.get("token", "")
        elif payload.get("template_type") == "media":
            token = payload["elements"][0]["attachment_id"]
        else:
            return ""
        if token not in self.server.uploads:
            raise RefusalError(-100, "Attachment is expired")
        return self.server.uploads[token]

    def _people(self, params: Json) -> Json:
        people = [person for person in self.server.people.values() if person.follows]
        some = people[params["offset"] : params["offset"] + params["count"]]
        return {"total": len(people), "users": [{"user_id": person.id} for person in some]}

    def _person(self, params: Json) -> Json:
        person = self.server.people.get(params.get("user_id", ""))
        if person is None:
            raise RefusalError(-201, "user_id is invalid")
        return {"user_id": person.id, "display_name": person.name}
