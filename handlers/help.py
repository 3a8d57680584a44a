"""Help that shows each person only what she may do here."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat import Call, Choice, Reply, Route, Where, Who

GUIDE = "huong-dan"
"""The path of the guides, for those who would rather read."""
GUIDES = {"members": "hoi-vien", "leaders": "chi-hoi-truong", "officers": "can-bo"}
_READER = {Who.TEAM_HEAD: "leaders", Who.LEADER: "leaders", Who.OFFICER: "officers"}


class Help:
    """`/trogiup` for one table of routes."""

    def __init__(self, routes: Mapping[str, Route]) -> None:
        self.routes = routes

    def show(self, call: Call, rest: str) -> Reply:
        """The commands this person may give in this chat, with an example each."""
        here = Where.PRIVATE if call.incoming.private else Where.GROUP
        offered = [
            line
            for line, route in self.routes.items()
            if route.listed and route.where in {Where.ANY, here} and call.actor.stands(route.who)
        ]
        return Reply(
            "help/show.j2",
            {
                "commands": offered,
                "standing": call.actor.highest(),
                "private": call.incoming.private,
                "bound": call.group is not None and call.group.unit_id is not None,
            },
            choices=_guide(call),
        )


def _guide(call: Call) -> tuple[Choice, ...]:
    """A way to the guide, where our pages have an address."""
    if not call.links.public_url:
        return ()
    reader = GUIDES[_READER.get(call.actor.highest(), "members")]
    return (Choice("📖 Đọc hướng dẫn", url=call.links.page(f"{GUIDE}/{reader}")),)
