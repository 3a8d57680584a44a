"""Help that shows each person only what she may do here."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat import Call, Reply, Route, Where


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
        )
