"""The account's own groups (GMF)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.channels.fake_oa import events
from tests.channels.fake_oa.people import OaGroup
from tests.channels.faults import RefusalError

if TYPE_CHECKING:
    from tests.channels.fake_oa.methods import Methods
    from tests.channels.fake_oa.server import FakeOa

Json = dict[str, Any]
MOST_INVITED = 99


class Rooms:
    """What may be done with groups."""

    def __init__(self, server: FakeOa, methods: Methods) -> None:
        self.server = server
        self.methods = methods
        path = "/v3.0/oa/group/"
        self.calls: dict[str, Callable[[Json], Any]] = {
            "/v3.0/oa/quota/group": self._assets,
            f"{path}creategroupwithoa": self._create,
            f"{path}getgroup": self._get,
            f"{path}getgroupsofoa": self._list,
            f"{path}listmember": self._members,
            f"{path}invite": self._invite,
            f"{path}message": self._send,
        }

    def _assets(self, params: Json) -> Any:
        kind = params.get("product_type")
        return [
            {"asset_id": asset, "product_type": kind, "status": status, "valid_through": "2027"}
            for asset, (of, status) in self.server.assets.items()
            if of == kind
        ]

    def _create(self, params: Json) -> Json:
        members, asset = params.get("member_user_ids", []), params.get("asset_id", "")
        if self.server.assets.get(asset, ("", ""))[1] != "available":
            raise RefusalError(-238, "Asset is used")
        people = [self.server.people.get(id_) for id_ in members]
        if not 1 <= len(members) <= MOST_INVITED or None in people:
            raise RefusalError(-201, "member_user_ids is invalid")
        if not any(person is not None and person.admin for person in people):
            raise RefusalError(-201, "an admin of the OA is needed")
        kind = self.server.assets[asset][0]
        self.server.assets[asset] = (kind, "used")
        group = self.server.group(params["group_name"])
        group.asset, group.members = asset, list(members)
        self.server.later(events.of_room(self.server, "create_group", group, people))  # type: ignore[arg-type]
        return {"group_id": group.id, "group_link": f"https://zalo.me/g/{group.id[-6:]}"}

    def _group(self, params: Json) -> OaGroup:
        found = self.server.chats.get(params.get("group_id", ""))
        if not isinstance(found, OaGroup):
            raise RefusalError(-403, "Group is not owned by the OA")
        if found.closed:
            raise RefusalError(-237, "Group is expired")
        return found

    def _get(self, params: Json) -> Json:
        group = self._group(params)
        info = {"group_id": group.id, "name": group.title, "total_member": len(group.members)}
        return {"group_info": info}

    def _list(self, params: Json) -> Json:
        groups = [g for g in self.server.chats.values() if isinstance(g, OaGroup) and not g.closed]
        at, count = int(params["offset"]), int(params["count"])
        some = groups[at : at + count]
        return {
            "total": len(groups),
            "groups": [{"group_id": g.id, "name": g.title} for g in some],
        }

    def _members(self, params: Json) -> Json:
        members = self._group(params).members
        at, count = int(params["offset"]), int(params["count"])
        return {
            "total": len(members),
            "members": [{"user_id": id_} for id_ in members[at : at + count]],
        }

    def _invite(self, params: Json) -> Json:
        group, people = self._group(params), params.get("member_user_ids", [])
        if not 1 <= len(people) <= MOST_INVITED or set(people) & set(group.members):
            raise RefusalError(-201, "member_user_ids is invalid")
        group.invited += people
        return {}

    def _send(self, params: Json) -> Json:
        group = self._group(params.get("recipient", {}))
        message = params.get("message", {})
        attachment = message.get("attachment", {})
        kind = attachment.get("payload", {}).get("template_type", "") or attachment.get("type", "")
        if kind not in {"", "media"} and not (kind == "file" and self.server.group_files):
            self.server.problems.append(f"a group takes no {kind}")
            raise RefusalError(-233, "Message type is not supported")
        sent = self.methods.posted(group, message, buttons=[])
        return {"message_id": sent.id, "group_id": group.id}
